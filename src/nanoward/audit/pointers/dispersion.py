"""Too little variance, within people and between them, and too good a fit.

People who make numbers up draw them too near each other: standard deviations that vary less
than samples of that size must, spreads that do not grow with the mean, effects that everybody
shows, groups that are too alike (Simonsohn 2013; Carlisle 2017). Each function gives a z that
is standard normal for honest normal data and high where something is odd; the pool takes the
mean of ranks among data sets of one kind, with equal weights that no data taught.
"""

import math

import numpy as np
from jaxtyping import Float

from nanoward.maths.statistics.e_values import normal_quantile, normal_tail

Values = Float[np.ndarray, " N"]


def spreads_too_alike(sds: Values, counts: Values) -> float:
    """z of "standard deviations are more alike than normal samples of these sizes give".

    The sampling variance of the log of an SD is about 1 / (2 (n - 1)); honest people differ
    beyond it, so that honest data lie below 0. NaN for fewer than 4 usable ones.
    """
    use = (sds > 0) & (counts > 2)
    if use.sum() < 4:
        return math.nan
    logs, precision = np.log(sds[use]), 2.0 * (counts[use] - 1)
    centre = float((logs * precision).sum() / precision.sum())
    statistic = float((precision * (logs - centre) ** 2).sum())
    return -_cube_root_z(statistic, int(use.sum()) - 1)


def no_link_of_mean_and_spread(means: Values, sds: Values) -> float:
    """z of "spread does not grow with the mean", for positive values such as times."""
    use = np.isfinite(means) & np.isfinite(sds)
    if use.sum() < 6 or np.ptp(means[use]) == 0 or np.ptp(sds[use]) == 0:
        return math.nan
    r = float(np.corrcoef(means[use], sds[use])[0, 1])
    return -math.atanh(max(min(r, 0.999), -0.999)) * math.sqrt(use.sum() - 3)


def people_too_alike(means: Values, sds: Values, counts: Values) -> float:
    """z of "people's means differ no more than repeats within a person"."""
    use = (sds > 0) & (counts > 1)
    if use.sum() < 4:
        return math.nan
    precision = counts[use] / sds[use] ** 2
    centre = float((means[use] * precision).sum() / precision.sum())
    statistic = float((precision * (means[use] - centre) ** 2).sum())
    return -_cube_root_z(statistic, int(use.sum()) - 1)


def groups_too_alike(p_values: Values) -> float:
    """z of "baseline p-values lie too near 1" (Stouffer, as Carlisle 2017); high: too alike."""
    use = p_values[np.isfinite(p_values)]
    if not len(use):
        return math.nan
    z = [normal_quantile(float(np.clip(p, 1e-9, 1 - 1e-9))) for p in use]
    return float(sum(z)) / math.sqrt(len(z))


def baseline_p_value(means: Values, sds: Values, counts: Values) -> float:
    """p of a one-way comparison of groups from their summaries, by the F test's normal form."""
    groups = len(means)
    total = float(counts.sum())
    if groups < 2 or not (sds > 0).all() or total <= groups:
        return math.nan
    centre = float((counts * means).sum() / total)
    between = float((counts * (means - centre) ** 2).sum()) / (groups - 1)
    within = float(((counts - 1) * sds**2).sum()) / (total - groups)
    ratio, low, high = between / within, groups - 1.0, total - groups
    a, b = 2 / (9 * low), 2 / (9 * high)  # Paulson 1942: the cube root of F is nearly normal
    root = ratio ** (1 / 3)
    told = ((1 - b) * root - (1 - a)) / math.sqrt(b * root**2 + a)
    return normal_tail(float(told))


def too_steady(waves: Float[np.ndarray, "N W"]) -> tuple[float, float]:
    """Correlation of neighbouring waves and the share of people without any change.

    Repeats of one person agree less than copies with noise do; what is usual depends on the
    scale, so that this has no p: it is shown beside the panels that nobody doubts.
    """
    pairs = [(waves[:, at], waves[:, at + 1]) for at in range(waves.shape[1] - 1)]
    r, same = [], []
    for one, other in pairs:
        both = np.isfinite(one) & np.isfinite(other)
        if both.sum() > 2:
            r.append(float(np.corrcoef(one[both], other[both])[0, 1]))
            same.append(float((one[both] == other[both]).mean()))
    return (max(r), max(same)) if r else (math.nan, math.nan)


def effect_too_large(first: Values, second: Values, sds: Values) -> float:
    """Mean difference of pairs of groups in SDs; what is usual depends on what was done."""
    use = (sds > 0) & np.isfinite(first) & np.isfinite(second)
    if not use.any():
        return math.nan
    return float(((second[use] - first[use]) / sds[use]).mean())


def pooled_ranks(scores: Float[np.ndarray, "N K"]) -> Values:
    """Mean rank (0 to 1) over pointers of each of N data sets of one kind; high is odd.

    Equal weights, none learned; a pointer that cannot be had counts as the middle.
    """
    ranks = np.full(scores.shape, 0.5)
    for at in range(scores.shape[1]):
        use = np.isfinite(scores[:, at])
        order = scores[use, at]
        below = (order[None, :] < order[:, None]).sum(1)
        same = (order[None, :] == order[:, None]).sum(1)
        ranks[use, at] = (below + 0.5 * same) / max(len(order), 1)
    told: Values = ranks.mean(1)
    return told


def _cube_root_z(statistic: float, freedom: int) -> float:
    """z of a chi-squared statistic (Wilson & Hilferty 1931)."""
    spread = 2 / (9 * freedom)
    root = float((statistic / freedom) ** (1 / 3))
    return (root - (1 - spread)) / math.sqrt(spread)
