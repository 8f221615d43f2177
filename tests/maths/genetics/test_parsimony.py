from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import average
from scipy.spatial.distance import squareform

from nanoward.maths.genetics.parsimony import average_tree, origins


def least_changes(joins: np.ndarray, leaves: list[int | None]) -> int:
    """Slow oracle: all labels of the inner nodes (and of the unreadable leaves) tried."""
    inner, best = len(joins), 10**9
    unknown = [k for k, one in enumerate(leaves) if one is None]
    for labels in product((0, 1), repeat=inner + len(unknown)):
        value = [*leaves, *labels[:inner]]
        for place, label in zip(unknown, labels[inner:], strict=True):
            value[place] = label
        changes = sum(
            value[child] != value[len(leaves) + k]
            for k, pair in enumerate(joins.tolist())
            for child in pair
        )
        best = min(best, changes)
    return best


@given(st.lists(st.sampled_from([0, 1, None]), min_size=5, max_size=5), st.integers(0, 50))
def test_origins_are_the_least_changes_of_any_history(
    leaves: list[int | None], seed: int
) -> None:
    points = np.random.default_rng(seed).random((5, 2))
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    joins = average_tree(apart)
    has = np.array([[one == 1] for one in leaves])
    told = np.array([[one is not None] for one in leaves])
    assert origins(joins, has, told)[0] == least_changes(joins, leaves)


def test_one_sample_makes_no_tree() -> None:
    assert average_tree(np.zeros((1, 1))).shape == (0, 2)


@given(st.integers(2, 24), st.integers(1, 12), st.integers(0, 10_000))
def test_the_tree_is_that_of_scipy_whatever_is_equal(
    samples: int, values: int, seed: int
) -> None:
    half = np.triu(np.random.default_rng(seed).integers(0, values, (samples, samples)), 1)
    apart = (half + half.T) / 7.0
    expected = average(squareform(apart))[:, :2].astype(int)
    np.testing.assert_array_equal(average_tree(apart), expected)
