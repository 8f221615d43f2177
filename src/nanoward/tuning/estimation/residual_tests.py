"""Whether a person's observations can have come from their fit: each output by itself.

Two things are asked of every measured output: whether its residuals together are too large
(chi-squared), and whether any one is (its own chi-squared, times their number). One
contradicted record is not drowned by many others, and a grade beside a level does not excuse
the level. A grade, or a yes or no, contradicts where it has next to no probability.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.statistics.chi_square import chi_square_tail

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualTest:
    """Probability of residuals at least as odd as the oddest, and the record that is.

    tail  corrected for all that was asked; 1 where nothing could be
    odd   place of the record among the person's observations; -1 where none
    """

    tail: float
    odd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Residuals:
    """R observations of N people, those of one person next to each other.

    person, output  (R,) whose, and of which output
    square          (R,) squared residual over its variance; for a grade or a yes or no -2 ln of
                    its probability
    categories      (outputs,) how many values an output can have; 0: it is measured
    whole           (R,) False for censored ones, which are not asked
    """

    person: Whole
    output: Whole
    square: Array
    categories: Whole
    whole: NDArray[np.bool_]


def residual_tests(given: Residuals, count: int) -> list[ResidualTest]:
    """One test for each of `count` people."""
    tails, odd, groups = np.ones(count), np.full(count, -1), np.zeros(count)
    first = np.searchsorted(given.person, np.arange(count + 1))
    for output, categories in enumerate(given.categories.tolist()):
        chosen = np.flatnonzero((given.output == output) & given.whole)
        chosen = chosen[np.isfinite(given.square[chosen])]
        if categories < 0 or len(chosen) == 0:
            continue
        who, square = given.person[chosen], given.square[chosen]
        starts = np.flatnonzero(np.diff(who, prepend=-1))
        numbers = np.diff([*starts, len(who)])
        most, sums = np.maximum.reduceat(square, starts), np.add.reduceat(square, starts)
        for at, start in enumerate(starts.tolist()):
            i, n = int(who[start]), int(numbers[at])
            worst = start + int(np.argmax(square[start : start + n]))
            p = _tail(float(sums[at]), float(most[at]), n, categories)
            groups[i] += 1
            if p < tails[i]:
                tails[i], odd[i] = p, chosen[worst] - first[i]
    with np.errstate(invalid="ignore"):
        tails = np.minimum(tails * np.maximum(groups, 1), 1.0)
    return [
        ResidualTest(tail=float(tail), odd=int(place))
        for tail, place in zip(tails, odd, strict=True)
    ]


def _tail(total: float, most: float, count: int, categories: int) -> float:
    if categories:  # all values as improbable as this one have at most so much together
        return min(1.0, count * categories * float(np.exp(-0.5 * most)))
    together = chi_square_tail(total, count)
    if count == 1:
        return together
    alone = count * chi_square_tail(most, 1)
    return min(1.0, 2.0 * min(together, alone))
