"""E-values: evidence that may be looked at any time, planned tests as martingales, e-BH.

A planned one-sided test of level a at n items is also a bet: the chance, given what was seen
so far, that it will reject, over the chance that it had at the start. Under the null (and under
any law that is stochastically smaller) that ratio is a supermartingale that starts at 1 and
ends at 1/a or 0, so that it may be read and stopped at any item (Doob 1953). At the planned
end it has the power of the test itself. A part of the stake is put on likelihood ratios, which
go on after the planned end.

e-BH (Wang & Ramdas 2022 JRSS-B 84:822) keeps the false discovery rate below its level for
e-values that depend on each other in any way; with no true signal that is the chance of any
false one.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import erfc, exp, lgamma, log, sqrt

import numpy as np
from jaxtyping import Bool, Float

GOAL = 0.8  # of the stake is on the planned test
SHARES = (0.03, 0.06, 0.12, 0.25, 0.5, 0.75, 0.95)  # alternatives of the likelihood ratios
SHIFTS = (0.25, 0.5, 1.0)


def binomial_tail(count: int, tries: int, share: float) -> float:
    """P(Binomial(tries, share) >= count), by its own terms."""
    if count <= 0:
        return 1.0
    if count > tries:
        return 0.0
    if share >= 1.0:
        return 1.0
    terms = [
        exp(
            lgamma(tries + 1) - lgamma(k + 1) - lgamma(tries - k + 1)
            + k * log(share) + (tries - k) * log(1 - share)
        )
        for k in range(count, tries + 1)
    ]  # fmt: skip
    return min(1.0, sum(terms))


@lru_cache(maxsize=256)
def least_count(tries: int, share: float, level: float) -> int:
    """The smallest count whose tail is at most the level; tries + 1 where none is."""
    return next(
        (k for k in range(tries + 1) if binomial_tail(k, tries, share) <= level), tries + 1
    )


@lru_cache(maxsize=64)
def _binomial_table(planned: int, share: float, least: int) -> np.ndarray:
    """(n + 1, least + 1) chance of rejecting in the end, after t items of which s hit."""
    table = np.zeros((planned + 1, least + 1))
    table[planned, least] = 1.0
    for t in range(planned - 1, -1, -1):
        table[t] = table[t + 1] * (1 - share)
        table[t, :-1] += table[t + 1, 1:] * share
        table[t, least] = 1.0
    return table


def binomial_evidence(
    hits: Bool[np.ndarray, " T"], planned: int, share: float, least: int, goal: float = GOAL
) -> Float[np.ndarray, " T"]:
    """(T,) e-process against "at most `share` of the items are hits".

    planned, least  the test that stands on the plan: `least` or more hits of `planned` items
    goal            the part of the stake on that test; 0 where no number was planned
    """
    count = len(hits)
    if not count:
        return np.zeros(0)
    sums = np.cumsum(hits)
    tests = np.zeros(count)
    if goal and least <= planned:
        table = _binomial_table(planned, share, least)
        seen = np.minimum(np.arange(1, count + 1), planned)
        reached = np.minimum(sums[seen - 1], least)
        tests = table[seen, reached] / table[0, 0]
    rises = np.array([one for one in SHARES if one > share] or [0.99])
    misses = np.arange(1, count + 1) - sums
    with np.errstate(over="ignore"):
        bets = np.exp(
            sums[:, None] * np.log(rises / share)
            + misses[:, None] * np.log((1 - rises) / (1 - share))
        ).mean(1)
    told: Float[np.ndarray, " T"] = goal * tests + (1 - goal) * bets
    return told


def shift_evidence(
    scores: Float[np.ndarray, " T"], planned: int, level: float
) -> Float[np.ndarray, " T"]:
    """(T,) e-process against "the mean of the scores is at most 0".

    scores  standardised: under the null each is at most standard normal given those before;
            they are cut at 2.5 so that one typing mistake decides nothing
    level   of the planned z-test at `planned` items
    """
    count = len(scores)
    if not count:
        return np.zeros(0)
    cut = np.clip(scores, -2.5, 2.5)
    sums, seen = np.cumsum(cut), np.arange(1, count + 1)
    critical = normal_quantile(1 - level) * sqrt(planned)
    tests = np.empty(count)
    for at in range(count):
        left = planned - seen[at]
        if left <= 0:  # decided at the planned end
            tests[at] = float(sums[planned - 1] >= critical) / level
        else:
            tests[at] = normal_tail((critical - sums[at]) / sqrt(left)) / level
    shifts = np.array(SHIFTS)
    with np.errstate(over="ignore"):
        bets = np.exp(sums[:, None] * shifts - seen[:, None] * shifts**2 / 2).mean(1)
    told: Float[np.ndarray, " T"] = GOAL * tests + (1 - GOAL) * bets
    return told


def normal_tail(z: float) -> float:
    """P(Z >= z) of a standard normal."""
    return 0.5 * erfc(z / sqrt(2.0))


@lru_cache(maxsize=256)
def normal_quantile(p: float) -> float:
    """The p-quantile of a standard normal, by bisection to 1e-12; 0 < p < 1."""
    low, high = -40.0, 40.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if normal_tail(middle) > 1 - p else (low, middle)
    return (low + high) / 2


def e_benjamini_hochberg(values: Sequence[float], alpha: float) -> tuple[bool, ...]:
    """Which e-values are called at the level alpha, whatever their dependence."""
    total = len(values)
    order = sorted(range(total), key=lambda at: -values[at])
    called = max(
        (rank for rank, at in enumerate(order, 1) if values[at] >= total / (alpha * rank)),
        default=0,
    )
    chosen = set(order[:called])
    return tuple(at in chosen for at in range(total))
