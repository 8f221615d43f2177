"""How well a score puts true pairs before the others."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.stats import rankdata


def area_under_curve(scores: Float[np.ndarray, " N"], true: Bool[np.ndarray, " N"]) -> float:
    """Chance that a true pair scores higher than another one, ties half; NaN without both.

    The Mann-Whitney form of the area under the ROC curve (Hanley & McNeil 1982).
    """
    hits = int(true.sum())
    others = len(true) - hits
    if not hits or not others:
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[true].sum() - hits * (hits + 1) / 2) / (hits * others))


def auc_over_people(
    scores: Float[np.ndarray, " N"],
    true: Bool[np.ndarray, " N"],
    people: Int[np.ndarray, "N 2"],
    seed: int,
    draws: int = 1000,
    limits: Sequence[float] = (0.025, 0.975),
) -> tuple[float, float]:
    """Bootstrap limits of the area when whole people are drawn, not pairs.

    A pair weighs as often as both its people were drawn (Snijders & Borgatti 1999): pairs
    that share a person are not independent, so drawing pairs would give too narrow limits.
    people  numbers 0 to P - 1 of both members of each pair
    """
    chance = np.random.default_rng(seed)
    count = int(people.max()) + 1
    areas = []
    for _ in range(draws):
        drawn = np.bincount(chance.integers(0, count, count), minlength=count)
        weight = drawn[people[:, 0]] * drawn[people[:, 1]]
        chosen = np.repeat(np.arange(len(scores)), weight)
        areas.append(area_under_curve(scores[chosen], true[chosen]))
    low, high = np.nanquantile(areas, limits)
    return float(low), float(high)
