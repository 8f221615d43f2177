"""Before and after: by hand, beside scipy, with honest limits."""

import numpy as np
import pytest
from scipy.stats import binomtest, ttest_ind

from nanoward.tuning import person_change, programme_change


def test_a_change_by_hand_and_by_welch() -> None:
    before, after = np.array([5.0, 6.0, 7.0]), np.array([2.0, 3.0, 2.5, 4.0])
    found = person_change(before, after)
    wanted = ttest_ind(after, before, equal_var=False).confidence_interval()
    assert found.mean == pytest.approx(2.875 - 6.0)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))
    assert found.detectable == pytest.approx((wanted.high - wanted.low) / 2)


@pytest.mark.parametrize("before", [np.array([]), np.array([3.0])])
def test_too_little_gives_no_interval_and_says_so(before: np.ndarray) -> None:
    found = person_change(before, np.array([1.0, 2.0]))
    assert found.low is None
    assert "before" in found.reason
    assert (found.mean is None) == (len(before) == 0)


def test_no_scatter_is_not_taken_for_certainty() -> None:
    found = person_change(np.array([3.0, 3.0]), np.array([1.0, 1.0]))
    assert found.mean == -2.0
    assert found.low is None


def test_people_count_once_and_the_sign_test_is_exact() -> None:
    changes = [
        person_change(np.array([5.0, 5.5]), np.array([x, x + 0.4])) for x in (1, 2, 3, 7)
    ]
    found = programme_change(changes)
    assert (found.fallen, found.risen) == (3, 1)
    assert found.sign_test == pytest.approx(binomtest(3, 4).pvalue)
    assert found.change.low is not None
    nobody = programme_change([person_change(np.array([]), np.array([1.0]))])
    assert nobody.change.mean is None
    assert nobody.sign_test is None


def test_intervals_cover_the_truth() -> None:
    """400 programmes of 12 people with a true change of -1: 95 % nominal, within 3 sd."""
    chance, covered = np.random.default_rng(3), 0
    for _ in range(400):
        own = -1 + 0.5 * chance.standard_normal(12)
        changes = [
            person_change(chance.standard_normal(3), one + chance.standard_normal(3))
            for one in own
        ]
        found = programme_change(changes).change
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= -1 <= found.high
    assert 0.917 <= covered / 400 <= 0.983
