import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import bdtrc, gammainc

from nanoward.maths.statistics.binomial_tails import (
    binomial_at_least,
    binomial_tails,
    least_counts,
    least_shares,
    poisson_at_least,
    poisson_tails,
)


def test_tails_worked_by_hand() -> None:
    assert poisson_at_least(1, 1.0) == pytest.approx(1 - np.exp(-1))
    assert poisson_at_least(0, 3.0) == 1.0
    assert poisson_at_least(2, 0.0) == 0.0
    assert binomial_at_least(2, 3, 0.5) == pytest.approx(0.5)
    assert binomial_at_least(3, 3, 0.1) == pytest.approx(0.001)
    assert [binomial_at_least(4, 3, 0.9), binomial_at_least(3, 3, 1.0)] == [0.0, 1.0]


@given(st.integers(1, 400), st.floats(1e-6, 300))
def test_poisson_tails_are_those_of_another_hand(count: int, mean: float) -> None:
    told = poisson_tails(np.array([count]), np.array([mean]))[0]
    assert told == pytest.approx(gammainc(count, mean), rel=1e-9, abs=1e-13)


@given(st.integers(1, 3000), st.floats(1e-6, 1 - 1e-6), st.floats(0, 1))
def test_binomial_tails_are_those_of_another_hand(
    tries: int, share: float, part: float
) -> None:
    count = max(1, round(part * tries))
    told = binomial_tails(np.array([count]), np.array([tries]), np.array([share]))[0]
    assert told == pytest.approx(bdtrc(count - 1, tries, share), rel=1e-8, abs=1e-12)


def test_rare_tails_keep_their_size() -> None:
    assert poisson_at_least(40, 1.0) == pytest.approx(gammainc(40, 1.0), rel=1e-9)
    assert poisson_at_least(40, 1.0) < 1e-47


def test_least_counts_and_shares_are_the_first_that_hold() -> None:
    means = np.array([0.001, 0.3, 40.0])
    for mean, count in zip(means, least_counts(means, 1e-6, 2), strict=True):
        assert poisson_at_least(count, mean) <= 1e-6
        assert count >= 2
        if count > 2:
            assert poisson_at_least(count - 1, mean) > 1e-6
    share = least_shares(np.array([4, 4]), np.array([30, 3]), 0.95)
    assert binomial_at_least(4, 30, share[0]) == pytest.approx(0.95, abs=1e-6)
    assert np.isnan(share[1])
