import numpy as np
import pytest

from nanoward.bonds.linkage.calibration import class_correction, gap_classes, likeness


def test_one_class_alone_is_left_as_it_is() -> None:
    p = np.array([0.01, 0.5, np.nan])
    alone = class_correction(p, np.zeros(3, int), np.ones(3, bool))
    np.testing.assert_array_equal(alone.corrected(p, np.zeros(3, int), np.ones(3, bool)), p)


@pytest.mark.hazard("H-215")
def test_a_class_whose_unrelated_pairs_are_closer_needs_more_and_a_small_one_borrows() -> None:
    """Class 0 and 1 of 1,000 each, the second with p-values halved; class 2 of five pairs."""
    rng = np.random.default_rng(1)
    p = np.concatenate([rng.random(1000), rng.random(1000) / 2, rng.random(5)])
    classes = np.repeat([0, 1, 2], [1000, 1000, 5])
    null = np.ones(2005, bool)
    told = class_correction(p, classes, null)
    asked = np.array([0.02, 0.02, 0.02, 1e-5, 1e-5])
    of = np.array([0, 1, 2, 1, 2])
    got = told.corrected(asked, of, np.zeros(5, bool))
    assert got[0] == pytest.approx(0.02, rel=0.35)
    assert got[1] == pytest.approx(0.04, rel=0.35)
    assert got[2] == 0.02
    assert got[3] == pytest.approx(2e-5, rel=0.6)
    assert got[4] == 1e-5
    again = told.corrected(p, classes, null)
    for one in (0, 1):
        here = again[classes == one]
        assert (here <= 0.05).mean() == pytest.approx(0.05, abs=0.01)
    order = np.argsort(p[classes == 1])
    assert (np.diff(again[classes == 1][order]) >= -1e-12).all()


def test_classes_that_are_alike_count_for_little_of_their_own() -> None:
    rng = np.random.default_rng(2)
    alike = [np.sort(rng.random(500)) for _ in range(6)]
    unlike = [np.sort(rng.random(500) ** power) for power in (0.5, 1, 1, 2, 2, 3)]
    assert likeness(alike) > 10 * likeness(unlike)


def test_gaps_are_classed_where_there_are_enough_unrelated_pairs() -> None:
    days = np.concatenate([np.arange(1000.0), [np.nan]])
    null = np.ones(1001, bool)
    classes = gap_classes(days, null)
    assert np.bincount(classes[:-1]).tolist() == pytest.approx([200] * 5, abs=2)
    assert classes[-1] == -1
    assert set(gap_classes(days[:300], null[:300])) == {0}
