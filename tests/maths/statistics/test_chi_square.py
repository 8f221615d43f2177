"""The chi-squared tail against an independent implementation."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from nanoward.maths.statistics.chi_square import chi_square_tail


def test_two_degrees_of_freedom_by_hand() -> None:
    assert math.isclose(chi_square_tail(2 * math.log(20), 2), 0.05)


@given(st.floats(0.0, 300.0), st.integers(1, 60))
def test_the_tail_agrees_with_scipy(statistic: float, freedom: int) -> None:
    np.testing.assert_allclose(
        chi_square_tail(statistic, freedom), chi2.sf(statistic, freedom), rtol=1e-10
    )


def test_what_has_no_tail_is_not_a_number() -> None:
    assert math.isnan(chi_square_tail(1.0, 0))
    assert math.isnan(chi_square_tail(math.nan, 2))
    assert chi_square_tail(math.inf, 3) == 0.0
