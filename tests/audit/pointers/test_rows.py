"""Repeated rows and people too near the centre."""

import numpy as np

from nanoward.audit.pointers.rows import centre_distances, inliers, repeated_rows


def test_only_whole_rows_of_three_or_more_values_are_repeated() -> None:
    rows = np.array([[1.0, 2, 3], [1, 2, 3], [1, 2, 4], [5, 5, 5], [5, 5, 5], [np.nan, 2, 3]])
    assert repeated_rows(rows).tolist() == [True, True, False, False, False, False]
    assert not repeated_rows(rows[:, :2]).any()
    assert len(repeated_rows(np.zeros((0, 3)))) == 0


def test_inliers_are_as_rare_as_said_among_honest_rows_and_made_up_ones_are_among_them() -> (
    None
):
    chance = np.random.default_rng(1)
    rows = chance.normal(0, 1, (4000, 1)) + chance.normal(0, 1, (4000, 4))
    assert 0.01 < inliers(rows).mean() < 0.03
    rows[:200] = 0.3 * chance.normal(0, 1.4, (200, 4))
    assert inliers(rows)[:200].mean() > 8 * inliers(rows)[200:].mean()
    assert np.isnan(centre_distances(rows[:10])).all()
    assert not inliers(np.ones((50, 4))).any()
