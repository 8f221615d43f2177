"""What a watch says of each alarm, stream and silence, in numbers and words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from nanoward.watch.alarms.detectable import PERIODS, detectable_count
from nanoward.watch.alarms.detector import Period, Watch
from nanoward.watch.alarms.null_models import expected
from nanoward.watch.alarms.rules import WatchRules

_PROMISE = (
    "the conformal half carries it, whose promise holds for any exchangeable counts; the "
    "season is taken out by a model"
)
_FASTER = (
    "the fitted half carries it, whose promise holds for negative binomial counts with the "
    "fitted season alone; the conformal half alone would not have alarmed yet"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeAlarm:
    """One alarm of the whole programme.

    streams   that carry it, the strongest first
    since     first day of the strongest one's evidence
    ratio     observed over expected since then, with its 95 % limits
    evidence  the programme's evidence, in periods; the threshold is the promised run length
    proven    the conformal half alone would have alarmed
    model_to  first day that the null model was not fitted on
    """

    day: date
    streams: tuple[str, ...]
    since: date
    observed: float
    expected: float
    ratio: tuple[float, float, float]
    evidence: float
    proven: bool
    model_to: date
    told: str


def watched_periods(watch: Watch, periods: int) -> list[Period | None]:
    """Judge every period in turn; None for those in which nothing could be judged yet."""
    first = watch.rules.least
    return [None] * min(first, periods) + [watch.step(t) for t in range(first, periods)]


def alarm_of(
    watch: Watch, period: Period, time: int, names: Sequence[str], days: Sequence[date]
) -> ProgrammeAlarm:
    """The alarm that a period raised.

    days  first day of each period
    """
    rules = watch.rules
    order = np.argsort(-np.where(period.named, period.streams, -1.0))[: period.named.sum()]
    lead = int(order[0])
    since = int(period.since[lead])
    seen, rate = _since(watch, lead, since, time)
    ratio = rate_ratio(seen, rate, float(period.dispersion[lead]), time + 1 - since)
    model = watch.fitted_at[-1] - rules.guard
    half = _PROMISE if period.proven else _FASTER
    unit = "weeks" if rules.period == 7 else "days"
    many = f" and {len(order) - 1} more streams" if len(order) > 1 else ""
    told = (
        f"{names[lead]}{many}: {seen:g} counted since {days[since]} where {rate:.1f} were "
        f"expected, {ratio[0]:.2g} times (95 % {ratio[1]:.2g} to {ratio[2]:.2g}); evidence "
        f"{period.total:,.0f} {unit} against a threshold of {rules.threshold:g}: {half}. "
        f"Null: negative binomial with season, 1/k at most {period.dispersion[lead]:.2g}, "
        f"fitted on what came before {days[max(model, 0)]}"
    )
    return ProgrammeAlarm(
        day=days[time],
        streams=tuple(names[one] for one in order),
        since=days[since],
        observed=seen,
        expected=rate,
        ratio=ratio,
        evidence=period.total,
        proven=period.proven,
        model_to=days[max(model, 0)],
        told=told,
    )


def _since(watch: Watch, stream: int, since: int, time: int) -> tuple[float, float]:
    assert watch.models is not None
    seen = rate = 0.0
    for one in range(since, time + 1):
        count = watch.counts[stream, one]
        if np.isfinite(count):
            mean, _ = expected(
                watch.models, watch.exposure[:, one], float(one), watch.rules.year
            )
            seen, rate = seen + float(count), rate + float(mean[stream])
    return seen, rate


def rate_ratio(
    seen: float, rate: float, dispersion: float, periods: int
) -> tuple[float, float, float]:
    """Observed over expected with 95 % limits: log-normal, by the variance of the sum.

    Poisson and overdispersion of the null add up: 1/n + (1/k)/periods.
    """
    rate, ratio = max(rate, 1e-9), max(seen, 0.5) / max(rate, 1e-9)
    error = 1.96 * math.sqrt(1 / max(seen, 0.5) + dispersion / max(periods, 1))
    return seen / rate, ratio * math.exp(-error), ratio * math.exp(error)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamState:
    """Where one stream stands; see table STREAMS."""

    state: str
    last: date | None
    periods: int
    count: float
    expected: float | None
    evidence: float
    since: date | None
    ratio: float | None
    limit: float | None
    told: str


def stream_states(
    watch: Watch,
    last: Period | None,
    silent: dict[int, tuple[int, float]],
    alarmed: frozenset[int],
    days: Sequence[date],
) -> list[StreamState]:
    """Every stream after the last period, with what would have been missed.

    silent   of counts.series.overdue
    alarmed  streams under an alarm of the last period
    """
    due = max(1, int(np.isfinite(watch.counts[:, -1]).sum()))
    return [
        _state(watch, last, at, silent.get(at), at in alarmed, 1 / due, days)
        for at in range(len(watch.counts))
    ]


def _state(
    watch: Watch,
    last: Period | None,
    at: int,
    missed: tuple[int, float] | None,
    alarmed: bool,  # noqa: FBT001 - one cell
    stake: float,
    days: Sequence[date],
) -> StreamState:
    rules, row = watch.rules, watch.counts[at]
    seen = np.flatnonzero(np.isfinite(row))
    models = watch.models
    ready = models is not None and models.observed[at] >= rules.least - rules.guard
    now = int(seen[-1]) if len(seen) else None
    mean = limit = ratio = None
    evidence, since = 0.0, None
    if ready and now is not None and last is not None:
        assert models is not None
        mean = float(expected(models, watch.exposure[:, now], float(now), rules.year)[0][at])
        limit = _limit(watch, at, mean, stake)
        evidence = float(last.streams[at])
        began = int(last.since[at])
        if evidence > stake and began >= 0:
            since = days[began]
            counted, rate = _since(watch, at, began, len(days) - 1)
            ratio = counted / rate if rate > 0 else None
    state = "silent" if missed else "alarm" if alarmed else "quiet" if ready else "new"
    return StreamState(
        state=state,
        last=None if now is None else days[now],
        periods=len(seen),
        count=float(row[now]) if now is not None else float("nan"),
        expected=mean,
        evidence=evidence,
        since=since,
        ratio=ratio,
        limit=limit,
        told=_told(state, missed, limit, rules, len(seen)),
    )


def _limit(watch: Watch, at: int, mean: float, stake: float) -> float | None:
    models, rules = watch.models, watch.rules
    assert models is not None
    past = watch.counts[at, -rules.base :]
    told = detectable_count(
        past[np.isfinite(past)],
        mean,
        float(models.overdispersion[at]),
        float(models.dispersion[at]),
        stake,
        rules,
    )
    return told if np.isfinite(told) else None


def _told(
    state: str, missed: tuple[int, float] | None, limit: float | None, rules: WatchRules, n: int
) -> str:
    unit = "weeks" if rules.period == 7 else "days"
    if state == "silent" and missed is not None:
        return (
            f"silent for {missed[0]} {unit}, usually {missed[1]:g}: nothing that happened "
            "since would have been seen"
        )
    if state == "new":
        return f"cannot tell yet: {n} of the {rules.least} {unit} that a first judgement needs"
    season = (
        "" if n >= rules.year else "; its season is not known yet, so neither is the promise"
    )
    would = (
        f"{limit:.3g} a {unit[:-1]} for {PERIODS} {unit} would have alarmed"
        if limit is not None
        else f"cannot tell what would be seen in {PERIODS} {unit}"
    )
    return f"{'under alarm' if state == 'alarm' else 'nothing seen'}; {would}{season}"


def period_days(first: date, period: int, periods: int) -> list[date]:
    """First day of each period."""
    return [first + timedelta(days=period * one) for one in range(periods)]
