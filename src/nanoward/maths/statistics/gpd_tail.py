"""P-values beyond the reach of the null scores, by a tail fitted to the highest of them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from nanoward.maths.statistics.false_discovery import conformal_p_values

MOST_EXCEEDANCES = 250  # Knijnenburg et al. 2009 Bioinformatics 25:i161
TRUSTED = 10  # exceedances from which the plain count is taken (the same paper)
FEWEST = 100  # null scores below which no tail is fitted
HEAVIEST = 0.5  # a shape above it has no variance
ODD, MOST_ODD = 0.01, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """Generalised Pareto law of what exceeds a threshold.

    threshold  where the tail begins
    share      chance to exceed it
    scale      of the excess
    shape      0 or more: a bounded tail would give p = 0 beyond the highest score it has seen
    """

    threshold: float
    share: float
    scale: float
    shape: float

    def exceeded(self, scores: Float[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
        """Chance of a score at least as high, for scores at or above the threshold."""
        excess = np.maximum(scores - self.threshold, 0.0) / self.scale
        survived: Float[np.ndarray, " N"] = self.share * (1 + self.shape * excess) ** (
            -1 / self.shape
        )
        return survived


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreGrid:
    """What one more coincidence adds to a score, and how often one comes about.

    A score that sums few large terms does not fall off smoothly: it comes in steps.

    size  the most that one coincidence can add
    rate  chance of a further one in an unrelated pair
    """

    size: float
    rate: float

    def chance(self, gap: Float[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
        """Chance to lie `gap` above the highest: 1 within a step, `rate` for each whole one."""
        whole = np.floor(np.maximum(gap, 0.0) / self.size)
        rare: Float[np.ndarray, " N"] = np.power(min(self.rate, 1.0), whole)
        return rare


def fitted_tail(null: Float[np.ndarray, " M"]) -> Tail | None:
    """Tail of the null scores; None where they are too few or all the same at the top.

    Moments weighted by rank (Hosking & Wallis 1987 Technometrics 29:339) on the highest
    quarter, at most 250. The shape is held between 1/m and 0.5 with m exceedances: 1/m makes
    of an exponential law its prediction for a new score when the scale is known from m
    scores only (Aitchison & Dunsmore 1975, ch. 2), so that p is not too small on average.
    """
    order = np.sort(null[~np.isnan(null)])
    count = min(MOST_EXCEEDANCES, len(order) // 4)
    if len(order) < FEWEST:
        return None
    threshold = float((order[-count - 1] + order[-count]) / 2)
    excess = order[-count:] - threshold
    first = float(excess.mean())
    weight = 1 - (np.arange(1, count + 1) - 0.35) / count
    second = float((weight * excess).mean())
    if first <= 0 or first - 2 * second <= 0:
        return None
    shape = 2 - first / (first - 2 * second)
    held = min(max(shape, 1 / count), HEAVIEST)
    return Tail(
        threshold=threshold,
        share=(count + 1) / (len(order) + 1),
        scale=first * (1 - held),
        shape=held,
    )


def tail_p_values(
    scores: Float[np.ndarray, " N"],
    null: Float[np.ndarray, " M"],
    is_in_null: Bool[np.ndarray, " N"],
    step: ScoreGrid,
) -> Float[np.ndarray, " N"]:
    """As `conformal_p_values`, but lower above the highest null score, as two laws allow.

    The larger of the fitted tail and of the law of steps. Null scores so far above all the
    others that the law of steps gives them less than 1 in 100 among as many are no true nulls:
    they are left out, together, so that they do not hide each other.
    """
    p = conformal_p_values(scores, null, is_in_null)
    kept = _without_outliers(np.sort(null[~np.isnan(null)]), step)
    tail = fitted_tail(kept)
    if tail is None:
        return p
    least = 1.0 / (1.0 + len(kept))
    beyond = np.nan_to_num(scores, nan=-np.inf) > kept[-1]
    lower = np.maximum(tail.exceeded(scores), least * step.chance(scores - kept[-1]))
    return np.where(beyond, np.minimum(least, lower), p)


def _without_outliers(
    order: Float[np.ndarray, " M"], step: ScoreGrid
) -> Float[np.ndarray, " M"]:
    """The sorted scores up to the lowest gap, among the top 2 %, that no step explains."""
    most = int(len(order) * MOST_ODD)
    if len(order) < FEWEST:
        return order
    gaps = np.diff(order)[-most:]
    odd = np.flatnonzero(step.chance(gaps) < ODD / len(order))
    return order[: len(order) - most + int(odd[0])] if len(odd) else order
