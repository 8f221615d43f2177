"""The programme's e-detector: evidence of all streams, summed, against one threshold.

Each period one unit of stake is split among the streams that are due, and within a stream half
of it is bet on ranks and half by fitted models; what it became is kept apart for each of the
last periods in which it was staked (Shiryaev-Roberts; Shin, Ramdas & Rinaldo 2023). While each
e-value has mean at most one given all that the programme saw before, the sum grows by at most
one a period on average, whatever the dependence between streams within a period: the first time
that it reaches A comes after A periods or more on average. For the conformal half that is a
theorem where a stream's scores are exchangeable given the others' past. For the fitted half it
is one where counts follow the fitted model, and otherwise shown by simulation alone, as are the
base that slides after five years and the season that is taken out. How a bet on ranks is placed
depends on the age of the stake: a rise is faint at first.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from nanoward.watch.alarms.bets import conformal_evidence, fitted_evidence, scores, tie_draws
from nanoward.watch.alarms.null_models import NullModels, design, expected, fit_null_models
from nanoward.watch.alarms.rules import CONFORMAL_EXPONENTS, WatchRules

_LATER = len(CONFORMAL_EXPONENTS) - 1
BLOCK = 96  # streams whose arrays stay in a processor's cache together
TELLING = 0.05  # share of the sum from which on a stream is named in an alarm


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence of M streams after a period.

    products  (M, H, W) stake times e-values since each of the last W periods; the bets on
              ranks first, then one for each fitted rise
    time      the last period; a product that began in period t stands at t modulo W
    """

    products: Float[np.ndarray, "M H W"]
    time: int = -1

    @property
    def streams(self) -> Float[np.ndarray, " M"]:
        """Evidence of each stream, in periods."""
        told: Float[np.ndarray, " M"] = self.products.sum((1, 2))
        return told

    @property
    def conformal(self) -> float:
        """What the conformal half holds alone, of a stake that was half of all."""
        return float(self.products[:, 0].sum())

    @property
    def since(self) -> Int[np.ndarray, " M"]:
        """The period from which each stream's strongest product runs."""
        slots = self.products.shape[2]
        best = self.products.max(1).argmax(1)
        told: Int[np.ndarray, " M"] = self.time - (self.time - best) % slots
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What one period showed.

    alarm      the sum reached the threshold
    proven     the conformal half alone would have, with its own stake for a threshold
    total      the sum, in periods of run length
    streams    (M,) the sum of each stream
    since      (M,) the period in which each stream's evidence began
    expected   (M,) counts expected
    dispersion (M,) 1/k that they were expected with
    named      (M,) streams that carry the alarm
    """

    alarm: bool
    proven: bool
    total: float
    streams: Float[np.ndarray, " M"]
    since: Int[np.ndarray, " M"]
    expected: Float[np.ndarray, " M"]
    dispersion: Float[np.ndarray, " M"]
    named: Bool[np.ndarray, " M"]


def no_evidence(streams: int, rules: WatchRules) -> Evidence:
    """Where a watch begins."""
    return Evidence(products=np.zeros((streams, rules.chains, rules.memory)))


def next_evidence(
    before: Evidence,
    ranks: Float[np.ndarray, "M E"],
    fitted: Float[np.ndarray, "M C"],
    due: Bool[np.ndarray, " M"],
    time: int,
) -> Evidence:
    """Evidence after a period: what there was and a new stake, times the period's e-values.

    ranks   e-values of the bets on ranks, by exponent: for stakes of this period, of the one
            before, of all earlier ones
    fitted  e-values of the fitted rises
    What began `memory` periods ago is dropped, which can only lessen the sum.
    """
    slots = before.products.shape[2]
    products = before.products.copy()
    stake = 0.5 / max(int(due.sum()), 1)
    rises = fitted.shape[1]
    products[:, 0, time % slots] = np.where(due, stake, 0.0)
    products[:, 1:, time % slots] = np.where(due, stake / rises, 0.0)[:, None]
    age = np.minimum((time - np.arange(slots)) % slots, _LATER)
    products[:, 0] *= ranks[:, age]
    products[:, 1:] *= fitted[:, :, None]
    return Evidence(products=products, time=time)


def judged(evidence: Evidence, limit: float) -> tuple[bool, bool, np.ndarray]:
    """Whether the programme alarms, whether the conformal half does, and which streams."""
    streams = evidence.streams
    total = streams.sum()
    alarm = bool(total >= limit)
    proven = bool(2 * evidence.conformal >= limit)
    named = alarm & (streams >= TELLING * total)
    return alarm, proven, named


def forget(evidence: Evidence, streams: Bool[np.ndarray, " M"]) -> Evidence:
    """Evidence of these streams begins anew: their alarm was raised."""
    return replace(evidence, products=np.where(streams[:, None, None], 0.0, evidence.products))


class Watch:
    """A watch over M streams, period by period; everything that it keeps is an array.

    counts, exposure  (M, T) as far as they are known; NaN where a stream did not report
    names             (M,) unsigned 64-bit names of the streams, for ties
    limit             threshold; that of the rules unless copies of streams are compared
    """

    def __init__(
        self,
        counts: Float[np.ndarray, "M T"],
        exposure: Float[np.ndarray, "M T"],
        names: np.ndarray,
        rules: WatchRules,
        *,
        limit: float | None = None,
    ) -> None:
        self.rules = rules
        self.limit = rules.threshold if limit is None else limit
        self.counts, self.exposure = counts, exposure
        periods = range(counts.shape[1])
        self.draws = np.stack([tie_draws(names, t, rules.seed) for t in periods], axis=1)
        self.evidence = no_evidence(len(counts), rules)
        self.models: NullModels | None = None  # of the fitted half, made before the data
        self.fitted_at: list[int] = []
        self._near: dict[int, NullModels] = {}

    def fit(self, time: int) -> NullModels:
        """Null models of the fitted half, from what was seen before `time`."""
        span = self._past(time)
        self.models = fit_null_models(
            self.counts[:, span], self.exposure[:, span], _times(span), self.rules
        )
        self.fitted_at.append(time)
        return self.models

    def _past(self, time: int) -> np.ndarray:
        last = max(time - self.rules.guard, 0)
        return np.arange(max(0, last - self.rules.base), last)

    def _conformal(self, time: int) -> Float[np.ndarray, "M E"]:
        """Bets on the period's rank under a model that takes it as one of the past."""
        blocks = range(0, len(self.counts), BLOCK)
        return np.concatenate([self._ranked(time, one) for one in blocks])

    def _ranked(self, time: int, first: int) -> Float[np.ndarray, "N E"]:
        """The same for the streams of one block."""
        rules, these = self.rules, slice(first, first + BLOCK)
        latest = min(rules.guard, time)
        span = np.arange(max(0, time - latest - rules.base), time + 1)
        y, e = self.counts[these, span], self.exposure[these, span]
        near = fit_null_models(y, e, _times(span), rules, start=self._near.pop(first, None))
        X = design(_times(span), near.origin, rules.year)
        mean = e * np.exp(np.clip(near.coefficients @ X.T, -30, 30))
        if time - near.origin < rules.refit:
            # moved rarely: the trend's origin must stay near, and steps are then few
            self._near[first] = near
        told = scores(y, self.draws[these, span], mean, near.overdispersion)
        past = told.shape[1] - 1 - latest
        return conformal_evidence(
            told[:, -1], told[:, past:-1], told[:, :past], rules.least - rules.guard
        )

    def step(self, time: int) -> Period:
        """Judge one period; on an alarm the streams that carry it begin anew."""
        rules = self.rules
        if self.models is None or (time - rules.least) % rules.refit == 0:
            self.fit(time)
        models = self.models
        assert models is not None
        y, e = self.counts[:, time], self.exposure[:, time]
        mean, error = expected(models, e, float(time), rules.year)
        high = mean * np.exp(rules.allowance * error)
        fitted = fitted_evidence(y, high, models.dispersion, rules.cap)
        fitted = np.where(models.observed[:, None] >= rules.fitted_least, fitted, 1.0)
        due = np.isfinite(y) & (models.observed >= rules.least - rules.guard)
        ranks = np.where(due[:, None], self._conformal(time), 1.0)
        fitted = np.where(due[:, None], fitted, 1.0)
        self.evidence = next_evidence(self.evidence, ranks, fitted, due, time)
        alarm, proven, named = judged(self.evidence, self.limit)
        told = Period(
            alarm=alarm,
            proven=proven,
            total=float(self.evidence.streams.sum()),
            streams=self.evidence.streams,
            since=self.evidence.since,
            expected=mean,
            dispersion=models.dispersion,
            named=named,
        )
        if alarm:
            self.evidence = forget(self.evidence, named)
        return told


def _times(span: np.ndarray) -> Float[np.ndarray, " T"]:
    return span.astype(float)
