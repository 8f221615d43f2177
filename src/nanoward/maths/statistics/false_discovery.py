"""P-values from real null scores, and how many of the calls on them are false."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

SPENT = 2.285766  # sum of j^-1.6 over all j: shares of the level sum to 1


def conformal_p_values(
    scores: Float[np.ndarray, " N"],
    null: Float[np.ndarray, " M"],
    is_in_null: Bool[np.ndarray, " N"],
) -> Float[np.ndarray, " N"]:
    """(1 + null scores at least as high) / (1 + null scores), NaN where there is no score.

    A score that is itself one of the null scores is left out of them while it is tested, so
    that it counts once, as the "1 +". Valid (P(p <= t) <= t) whenever the tested score and
    the null scores are exchangeable (Vovk, Gammerman & Shafer 2005, ch. 2); ties count against.
    """
    order = np.sort(null[~np.isnan(null)])
    at_least = len(order) - np.searchsorted(order, scores, side="left")
    own = is_in_null.astype(int)
    p = (1.0 + at_least - own) / (1.0 + len(order) - own)
    return np.where(np.isnan(scores), np.nan, p)


def benjamini_hochberg(p: Float[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
    """Smallest level at which each test is called by Benjamini & Hochberg (1995); NaN kept.

    The share of false calls stays below the level for tests that are independent or
    positively dependent (Benjamini & Yekutieli 2001, PRDS).
    """
    return _stepped_up(p, 1.0)


def benjamini_yekutieli(p: Float[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
    """As `benjamini_hochberg`, for tests that depend on each other in any way (2001)."""
    count = int((~np.isnan(p)).sum())
    return _stepped_up(p, float((1.0 / np.arange(1, count + 1)).sum()))


def weighted_benjamini_hochberg(
    p: Float[np.ndarray, " N"], weights: Float[np.ndarray, " N"], *, strict: bool = False
) -> Float[np.ndarray, " N"]:
    """Benjamini-Hochberg on p / weight, the weights brought to mean 1 over the tests told.

    strict  Benjamini-Yekutieli instead, for tests that depend on each other in any way

    Keeps the level over all tests together whatever the weights, if they were chosen without
    looking at p (Genovese, Roeder & Wasserman 2006 Biometrika 93:509).
    """
    told = ~np.isnan(p)
    if not told.any():
        return np.full(len(p), np.nan)
    count = int(told.sum())
    factor = float((1.0 / np.arange(1, count + 1)).sum()) if strict else 1.0
    return _stepped_up(p / (weights / weights[told].mean()), factor)


def local_rates(p: Float[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
    """Chance that a test with just this p is a null one: 1 / density of p; NaN kept.

    The density is the decreasing one of greatest likelihood (Grenander 1956; Strimmer 2008
    BMC Bioinformatics 9:303), with as many nulls as tests, which overstates the chance.
    """
    rates = np.full(len(p), np.nan)
    told = np.flatnonzero(~np.isnan(p))
    if not len(told):
        return rates
    places, counts = np.unique(p[told], return_counts=True)
    widths = np.maximum(np.diff(places, prepend=0.0), 1e-300)
    blocks, counts = _falling(counts.astype(float), widths)
    density = counts / len(told) / np.add.reduceat(widths, blocks)
    own = np.searchsorted(blocks, np.searchsorted(places, p[told]), side="right") - 1
    rates[told] = np.minimum(1.0, 1.0 / density)[own]
    return rates


def _falling(
    counts: Float[np.ndarray, " M"], widths: Float[np.ndarray, " M"]
) -> tuple[Int[np.ndarray, " B"], Float[np.ndarray, " B"]]:
    """Where the blocks of the decreasing density begin, and the tests in each.

    Neighbours of which the second is denser belong together in the answer: whole runs of them
    are pooled at once, until none is left (Ayer et al. 1955; Barlow et al. 1972).
    """
    blocks = np.arange(len(counts))
    while True:
        rises = counts[1:] * widths[:-1] > counts[:-1] * widths[1:]
        if not rises.any():
            return blocks, counts
        first = np.flatnonzero(np.concatenate([[True], ~rises]))
        counts, widths = np.add.reduceat(counts, first), np.add.reduceat(widths, first)
        blocks = blocks[first]


def online_levels(p: Float[np.ndarray, " N"], alpha: float) -> Float[np.ndarray, " N"]:
    """(N,) level of each test in the order of arrival: LORD++ (Ramdas et al. 2017 NeurIPS 30).

    A test is called when its p is at most its level; the level depends on earlier tests only,
    so that a call made today is not taken back by what arrives tomorrow. The false-discovery
    rate stays below alpha for independent p-values. Half of alpha is spent before any call.
    """
    share = _spending(len(p) + 1)
    levels = np.zeros(len(p))
    calls: list[int] = []
    for t in range(len(p)):
        level = 0.5 * alpha * share[t]
        for number, at in enumerate(calls):
            level += (0.5 * alpha if number == 0 else alpha) * share[t - at - 1]
        levels[t] = level
        if p[t] <= level:
            calls.append(t)
    return levels


@dataclass(frozen=True, slots=True, kw_only=True)
class HypothesisBatch:
    """What is kept of a batch of tests that was judged: nothing of it changes later.

    count        tests
    level        at which Benjamini-Hochberg was applied to it
    called       tests called
    most_called  the most that would be called if one more p-value were 0
    """

    count: int
    level: float
    called: int
    most_called: int


def batch_benjamini_hochberg(
    p: Float[np.ndarray, " N"], earlier: Sequence[HypothesisBatch], alpha: float
) -> HypothesisBatch:
    """The next batch of tests, given those before it (Zrnic et al. 2020 AISTATS, Batch-BH).

    Level t is what alpha times the first t shares leaves over after
    sum over earlier s of level_s R+_s / (R+_s + sum over other earlier r of R_r), times
    (n_t + R) / n_t, with n_t tests and R calls so far. As R+_t is at most n_t, the sum over
    all s up to t stays below alpha, and it bounds the false-discovery rate of all calls ever
    made, for p-values that are independent. A call is never taken back. Tests that are NaN
    are no tests.
    """
    told = p[~np.isnan(p)]
    shares = np.arange(1, len(earlier) + 2, dtype=float) ** -1.6
    spent = sum(
        one.level * one.most_called / max(one.most_called + _others(earlier, k), 1)
        for k, one in enumerate(earlier)
    )
    left = alpha * float(shares.sum() / SPENT) - spent
    count = len(told)
    before = sum(one.called for one in earlier)
    level = max(left, 0.0) * (count + before) / count if count else 0.0
    return HypothesisBatch(
        count=count,
        level=level,
        called=int((benjamini_hochberg(told) <= level).sum()),
        most_called=_most_called(told, level),
    )


def _others(batches: Sequence[HypothesisBatch], without: int) -> int:
    return sum(one.called for place, one in enumerate(batches) if place != without)


def _most_called(p: Float[np.ndarray, " N"], level: float) -> int:
    """Calls if the largest p-value were 0: no other single change calls more."""
    if not len(p):
        return 0
    changed = np.sort(p)
    changed[-1] = 0.0
    return int((benjamini_hochberg(changed) <= level).sum())


def _spending(count: int) -> Float[np.ndarray, " N"]:
    """Shares that sum to 1 over all time (Javanmard & Montanari 2018, eq. 31)."""
    j = np.arange(1, count + 1, dtype=float)
    slow: Float[np.ndarray, " N"] = 0.07720838 * (
        np.log(np.maximum(j, 2)) / (j * np.exp(np.sqrt(np.log(j))))
    )
    return slow


def _stepped_up(p: Float[np.ndarray, " N"], factor: float) -> Float[np.ndarray, " N"]:
    q = np.full(len(p), np.nan)
    told = np.flatnonzero(~np.isnan(p))
    if not len(told):
        return q
    order = told[np.argsort(p[told], kind="stable")]
    raised = p[order] * (factor * len(order) / np.arange(1, len(order) + 1))
    q[order] = np.minimum(1.0, np.minimum.accumulate(raised[::-1])[::-1])
    return q
