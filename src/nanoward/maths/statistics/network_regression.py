"""Regression of one network on another, by permuting people; odds with people as units."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

PRIOR_SD = 5.0  # of log odds: keeps them finite where links and contacts coincide wholly
MOST_ROUNDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkTest:
    """Answer of a permutation test.

    statistic  t of the tested network, given the others
    p_value    place among the permutations and itself / their number, one-sided; the place
               among equals is drawn, so that few different values do not cost level
    """

    statistic: float
    p_value: float


def semi_partial_test(
    outcome: Float[np.ndarray, "P P"],
    tested: Float[np.ndarray, "P P"],
    others: Sequence[Float[np.ndarray, "P P"]],
    blocks: Int[np.ndarray, " P"],
    permutations: int,
    chance: np.random.Generator,
) -> NetworkTest:
    """MRQAP by double semi-partialling (Dekker et al. 2007 Psychometrika 72:563).

    What the other networks explain of the tested one is taken from it; the rest is permuted,
    rows and columns together, among the people of each block; the statistic is the t of the
    permuted rest beside the others. Symmetric networks; pairs with NaN outcome are left out.
    """
    i, j = np.triu_indices(len(outcome), 1)
    told = ~np.isnan(outcome[i, j])
    i, j = i[told], j[told]
    design = np.column_stack([np.ones(len(i)), *(one[i, j] for one in others)])
    base = np.linalg.qr(design)[0]
    used = [np.ones_like(tested), *others]
    weights = np.linalg.lstsq(design, tested[i, j], rcond=None)[0]
    rest = tested - sum(w * one for w, one in zip(weights, used, strict=True))
    aim = outcome[i, j] - base @ (base.T @ outcome[i, j])
    free = max(len(i) - base.shape[1] - 1, 1)
    seen = _t(aim, rest[i, j], base, free)
    groups = [np.flatnonzero(blocks == one) for one in np.unique(blocks)]
    order = np.arange(len(outcome))
    higher = equal = 0
    starts = np.searchsorted(i, np.arange(len(outcome) + 1))
    moved = np.empty(len(i))
    for _ in range(permutations):
        for group in groups:
            order[group] = chance.permutation(group)
        _of_pairs(rest, order, (starts, j), moved)
        drawn = _t(aim, moved, base, free)
        higher += drawn > seen + 1e-9
        equal += abs(drawn - seen) <= 1e-9
    place = 1 + higher + int(chance.integers(0, equal + 1))
    return NetworkTest(statistic=seen, p_value=place / (1 + permutations))


def _of_pairs(
    values: Float[np.ndarray, "P P"],
    order: Int[np.ndarray, " P"],
    pairs: tuple[Int[np.ndarray, " P1"], Int[np.ndarray, " N"]],
    found: Float[np.ndarray, " N"],
) -> None:
    """Values of N pairs with person p in the place of order[p], row by row.

    pairs  where the pairs of each first person begin, and the place of the second
    """
    starts, second = pairs
    bounds, people = starts.tolist(), len(order)
    for at, row in enumerate(order.tolist()):
        here = slice(bounds[at], bounds[at + 1])
        whole = bounds[at + 1] - bounds[at] == people - 1 - at  # with everybody after
        others = order[at + 1 :] if whole else order[second[here]]
        values[row].take(others, out=found[here], mode="clip")


def _t(
    aim: Float[np.ndarray, " N"],
    rest: Float[np.ndarray, " N"],
    base: Float[np.ndarray, "N K"],
    free: int,
) -> float:
    fitted = base.T @ rest
    left = float(rest @ rest - fitted @ fitted)
    total = float(aim @ aim)
    if left <= 1e-12 or total <= 1e-12:
        return 0.0
    r = float(aim @ rest) / np.sqrt(left * total)
    return float(r * np.sqrt(free / max(1 - r * r, 1e-12)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCounts:
    """N pairs counted together where all their columns are equal: U patterns.

    columns  (U, K) what the pairs of a pattern have, rising
    pairs    (U,) how many there are; linked: how many of them are links
    of       (N,) pattern of each pair, and is_linked whether it is a link
    """

    columns: Float[np.ndarray, "U K"]
    pairs: Float[np.ndarray, " U"]
    linked: Float[np.ndarray, " U"]
    of: Int[np.ndarray, " N"]
    is_linked: Bool[np.ndarray, " N"]


def pair_counts(
    linked: Bool[np.ndarray, " N"], columns: Float[np.ndarray, "N K"]
) -> PairCounts:
    """What a regression needs of the pairs: patterns of columns, and links in each."""
    code = np.zeros(len(linked), np.int64)
    for one in columns.T:
        values, own = np.unique(one, return_inverse=True)
        code = np.unique(code * len(values) + own, return_inverse=True)[1]
    first = np.unique(code, return_index=True)[1]
    return PairCounts(
        columns=columns[first],
        pairs=np.bincount(code, minlength=len(first)).astype(float),
        linked=np.bincount(code, weights=linked, minlength=len(first)),
        of=code,
        is_linked=linked,
    )


def logistic_fits(
    linked: Float[np.ndarray, "B U"],
    pairs: Float[np.ndarray, "B U"],
    columns: Float[np.ndarray, "U K"],
    start: Float[np.ndarray, " K1"] | None = None,
) -> Float[np.ndarray, "B K1"]:
    """(B, 1 + K) log odds of B sets of counts over the same patterns: intercept, then columns.

    Normal prior of SD 5 on the latter; Newton from `start`, 0 if not given.
    """
    design = np.column_stack([np.ones(len(columns)), columns])
    width = design.shape[1]
    squares = (design[:, :, None] * design[:, None]).reshape(len(design), -1)
    penalty = np.diag([0.0, *[1 / PRIOR_SD**2] * (width - 1)]) + 1e-9 * np.eye(width)
    beta = np.tile(np.zeros(width) if start is None else start, (len(pairs), 1))
    for _ in range(MOST_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(beta @ design.T, -30, 30)))
        slope = (linked - pairs * chance) @ design - beta @ penalty
        curve = ((pairs * chance * (1 - chance)) @ squares).reshape(-1, width, width)
        step = np.linalg.solve(curve + penalty, slope[:, :, None])[:, :, 0]
        beta = beta + np.clip(step, -3, 3)
        if not len(step) or np.abs(step).max() < 1e-8:
            break
    return beta


def logistic_fit(
    linked: Bool[np.ndarray, " N"], columns: Float[np.ndarray, "N K"]
) -> Float[np.ndarray, " K1"]:
    """(1 + K,) log odds: intercept, then one per column; normal prior of SD 5 on the latter."""
    counts = pair_counts(linked, columns)
    fitted: Float[np.ndarray, " K1"] = logistic_fits(
        counts.linked[None], counts.pairs[None], counts.columns
    )[0]
    return fitted


def jackknife(
    values: Float[np.ndarray, "P K"],
) -> Float[np.ndarray, " K"]:
    """Standard errors from estimates that each leave one person out.

    A pair hangs on two people, so that each pair is left out twice: the variance of the
    jackknife over people is that of a statistic of pairs (Snijders & Borgatti 1999), halved
    nowhere, which errs to the wide side.
    """
    count = len(values)
    spread: Float[np.ndarray, " K"] = np.sqrt(
        (count - 2) / count * ((values - values.mean(axis=0)) ** 2).sum(axis=0)
    )
    return spread
