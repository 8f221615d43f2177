"""P-values that hold in every stratum and at every gap, where classes of pairs are small.

All unrelated pairs make one background. What a class of pairs (a stratum, a range of gaps) adds
is how many more or fewer of its own unrelated pairs reach a p-value than that background says:
this ratio is drawn towards 1 as far as the classes are alike. Where fewer than ten of its own
pairs are expected the ratio at ten is kept: a small class borrows the tail of all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.special import betaln

TRUSTED = 10.0  # own pairs from which a count is trusted: as in gpd_tail
LEVELS = (0.05, 0.02, 0.01)  # at which the classes are compared: the least alike counts
STRENGTHS = np.exp(np.linspace(1.0, 9.0, 49))
FEWEST = 200  # unrelated pairs in each class of gaps
MOST_CLASSES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCorrection:
    """Unrelated pairs of each class by their p-value against all, and how much these count.

    own       class to the sorted p-values of its unrelated pairs
    strength  pairs of all that stand beside a class's own; larger where classes are alike
    """

    own: Mapping[int, Float[np.ndarray, " M"]]
    strength: float

    def corrected(
        self, p: Float[np.ndarray, " N"], classes: Int[np.ndarray, " N"],
        is_null: Bool[np.ndarray, " N"],
    ) -> Float[np.ndarray, " N"]:  # fmt: skip
        """(N,) p-values within the class; one of its own unrelated pairs is left out of it."""
        answer = p.copy()
        for one, own in self.own.items():
            here = np.flatnonzero((classes == one) & ~np.isnan(p))
            count = len(own) - is_null[here]
            reach = np.minimum(np.maximum(p[here], TRUSTED / np.maximum(count, 1)), 1.0)
            below = np.searchsorted(own, reach, side="right") - is_null[here]
            itself = (reach <= p[here]).astype(int)  # as one of those that reach its own place
            ratio = (self.strength * reach + below + itself) / (
                (self.strength + count + itself) * reach
            )
            answer[here] = np.minimum(p[here] * np.where(count > TRUSTED, ratio, 1.0), 1.0)
        return answer


def class_correction(
    p: Float[np.ndarray, " N"], classes: Int[np.ndarray, " N"], null: Bool[np.ndarray, " N"]
) -> ClassCorrection:
    """From the unrelated pairs; one class alone needs none."""
    told = null & ~np.isnan(p)
    kinds = np.unique(classes[told])
    if len(kinds) < 2:
        return ClassCorrection(own={}, strength=float("inf"))
    own = {int(one): np.sort(p[told & (classes == one)]) for one in kinds}
    return ClassCorrection(own=own, strength=likeness(list(own.values())))


def likeness(own: list[Float[np.ndarray, " M"]]) -> float:
    """Strength at which the counts of small p-values are likeliest (beta-binomial)."""
    size, found = np.array([len(one) for one in own], float), []
    for level in LEVELS:
        hits = np.array([(one <= level).sum() for one in own], float)
        mean = max(float(hits.sum() / size.sum()), 1 / (1 + float(size.sum())))
        a, b = STRENGTHS[:, None] * mean, STRENGTHS[:, None] * (1 - mean)
        fit = (betaln(hits + a, size - hits + b) - betaln(a, b)).sum(axis=1)
        found.append(float(STRENGTHS[int(np.argmax(fit))]))
    return min(found)


def gap_classes(
    days: Float[np.ndarray, " N"], null: Bool[np.ndarray, " N"]
) -> Int[np.ndarray, " N"]:
    """(N,) ranges of days with as many unrelated pairs each; -1 where a day is not known."""
    told = ~np.isnan(days)
    own = days[told & null]
    number = min(MOST_CLASSES, len(own) // FEWEST)
    if number < 2:
        return np.where(told, 0, -1).astype(np.int64)
    edges = np.unique(np.quantile(own, np.arange(1, number) / number))
    return np.where(told, np.searchsorted(edges, np.nan_to_num(days)), -1).astype(np.int64)
