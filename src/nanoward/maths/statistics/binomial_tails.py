"""Chances of rare counts: tails of the binomial and Poisson laws, by their own terms.

Terms follow each other by their ratio from the first one, whose logarithm comes from lgamma;
the tail that is summed is the one that falls off. No library is loaded for it: scipy.special
alone takes longer to load than all tails of a sample take.
"""

from math import exp, lgamma, log, log1p

import numpy as np
from jaxtyping import Float64, Int64

from nanoward.maths.jit.object_cache import kept, lean

_TINY = 1e-18  # a term this small beside the sum adds nothing more
_HALVINGS = 40


@lean
def poisson_at_least(count: int, mean: float) -> float:
    """P(Poisson(mean) >= count)."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    rising = count > mean
    at = count if rising else count - 1
    term = exp(at * log(mean) - mean - lgamma(at + 1.0))
    total = 0.0
    while term > _TINY * total:
        total += term
        at += 1 if rising else -1
        if at < 0:
            break
        term *= mean / at if rising else (at + 1) / mean
    return min(1.0, total) if rising else max(0.0, 1.0 - total)


@lean
def binomial_at_least(count: int, tries: int, share: float) -> float:
    """P(Binomial(tries, share) >= count)."""
    if count <= 0 or share >= 1.0:
        return 1.0 if count <= tries else 0.0
    if count > tries or share <= 0.0:
        return 0.0
    rising = count > tries * share
    at = count if rising else count - 1
    odds = share / (1.0 - share)
    term = exp(
        lgamma(tries + 1.0)
        - lgamma(at + 1.0)
        - lgamma(tries - at + 1.0)
        + at * log(share)
        + (tries - at) * log1p(-share)
    )
    total = 0.0
    while term > _TINY * total:
        total += term
        at += 1 if rising else -1
        if at < 0 or at > tries:
            break
        term *= (tries - at + 1) / at * odds if rising else (at + 1) / (tries - at) / odds
    return min(1.0, total) if rising else max(0.0, 1.0 - total)


def poisson_tails(
    counts: Int64[np.ndarray, " N"], means: Float64[np.ndarray, " N"]
) -> Float64[np.ndarray, " N"]:
    """P(Poisson(means) >= counts), one by one."""
    told = np.empty(len(counts))
    _write_poisson(counts, means, told)
    return told


@kept()
def _write_poisson(
    counts: Int64[np.ndarray, " N"],
    means: Float64[np.ndarray, " N"],
    told: Float64[np.ndarray, " N"],
) -> None:
    for at in range(len(counts)):
        told[at] = poisson_at_least(counts[at], means[at])


def binomial_tails(
    counts: Int64[np.ndarray, " N"],
    tries: Int64[np.ndarray, " N"],
    shares: Float64[np.ndarray, " N"],
) -> Float64[np.ndarray, " N"]:
    """P(Binomial(tries, shares) >= counts), one by one."""
    told = np.empty(len(counts))
    _write_binomial(counts, tries, shares, told)
    return told


@kept()
def _write_binomial(
    counts: Int64[np.ndarray, " N"],
    tries: Int64[np.ndarray, " N"],
    shares: Float64[np.ndarray, " N"],
    told: Float64[np.ndarray, " N"],
) -> None:
    for at in range(len(counts)):
        told[at] = binomial_at_least(counts[at], tries[at], shares[at])


def least_counts(
    means: Float64[np.ndarray, " N"], alpha: float, fewest: int
) -> Int64[np.ndarray, " N"]:
    """Smallest count of at least `fewest` with P(Poisson(mean) >= count) <= alpha."""
    told = np.empty(len(means), np.int64)
    _write_counts(means, alpha, fewest, told)
    return told


@kept()
def _write_counts(
    means: Float64[np.ndarray, " N"], alpha: float, fewest: int, told: Int64[np.ndarray, " N"]
) -> None:
    for at in range(len(means)):
        count = fewest
        while poisson_at_least(count, means[at]) > alpha:
            count += 1
        told[at] = count


def least_shares(
    counts: Int64[np.ndarray, " N"], tries: Int64[np.ndarray, " N"], power: float
) -> Float64[np.ndarray, " N"]:
    """Smallest share with P(Binomial(tries, share) >= count) >= power; NaN: too few tries."""
    told = np.full(len(counts), np.nan)
    _write_shares(counts, tries, power, told)
    return told


@kept()
def _write_shares(
    counts: Int64[np.ndarray, " N"],
    tries: Int64[np.ndarray, " N"],
    power: float,
    told: Float64[np.ndarray, " N"],
) -> None:
    for at in range(len(counts)):
        if tries[at] < counts[at]:
            continue
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if binomial_at_least(counts[at], tries[at], middle) < power:
                low = middle
            else:
                high = middle
        told[at] = high
