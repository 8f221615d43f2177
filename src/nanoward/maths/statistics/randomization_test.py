"""Exact randomization test of two conditions that were given to blocks by lot."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Bool, Float


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomizationTest:
    """What the test found.

    apart    (p,) mean of the blocks on less the mean of the blocks off
    p_value  share of all possible orders with as large a difference; exact
    orders   how many orders the lot could have given
    """

    apart: Float[np.ndarray, " p"]
    p_value: float
    orders: int


def randomization_test(
    units: Float[np.ndarray, "b p"],
    on: Bool[np.ndarray, " b"],
    inverse: Float[np.ndarray, "p p"],
) -> RandomizationTest:
    """Every order with as many blocks on as there were (Edgington and Onghena 2007, ch. 11).

    units    mean of each scale over each block
    on       whether the condition was given in the block, as the lot had it
    inverse  of the scales' correlation: differences are measured by Mahalanobis distance
    """
    count, active = on.size, int(on.sum())
    total = units.sum(axis=0)

    def apart(chosen: Sequence[int]) -> Float[np.ndarray, " p"]:
        within = units[list(chosen)].sum(axis=0)
        found: Float[np.ndarray, " p"] = within / active - (total - within) / (count - active)
        return found

    def distance(difference: Float[np.ndarray, " p"]) -> float:
        return float(difference @ inverse @ difference)

    seen = apart(np.flatnonzero(on).tolist())
    every = [distance(apart(chosen)) for chosen in combinations(range(count), active)]
    reached = sum(one >= distance(seen) * (1 - 1e-12) - 1e-12 for one in every)
    return RandomizationTest(apart=seen, p_value=reached / len(every), orders=len(every))
