"""Global nearest neighbour: by hand, and against every assignment that there is."""

from itertools import permutations

import numpy as np

from nanoward.watch.objects.assignment import assigned


def test_the_greatest_sum_wins_over_the_greatest_pair() -> None:
    pairs = np.array([[0, 0], [0, 1], [1, 0]])
    told = assigned(pairs, np.array([10.0, 9.0, 8.0]))
    assert told.tolist() == [[1, 0], [0, 1]]  # 9 + 8 over 10 alone


def test_nobody_is_given_twice_and_nothing_is_lost_against_all_assignments() -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        gains = np.where(rng.random((4, 4)) < 0.6, rng.random((4, 4)), 0.0)
        pairs = np.argwhere(gains > 0)
        told = assigned(pairs, gains[tuple(pairs.T)])
        best = max(
            sum(gains[a, b] for a, b in enumerate(way)) for way in permutations(range(4))
        )
        assert np.isclose(gains[tuple(told.T)].sum(), best)
        assert len(set(told[:, 0])) == len(told) == len(set(told[:, 1]))


def test_without_pairs_nothing_is_assigned() -> None:
    assert len(assigned(np.zeros((0, 2), np.int64), np.zeros(0))) == 0
