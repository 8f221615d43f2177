import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from nanoward.maths.statistics.poisson_limits import byar_limits


@pytest.mark.parametrize("found", [1, 5, 20, 200])
def test_limits_are_near_the_exact_ones_of_garwood(found: int) -> None:
    low, high = byar_limits(found, 1.959964)
    assert low == pytest.approx(chi2.ppf(0.025, 2 * found) / 2, rel=0.15, abs=0.02)
    assert high == pytest.approx(chi2.ppf(0.975, 2 * found + 2) / 2, rel=0.02)


@given(st.floats(0, 1e6), st.floats(0.1, 5))
def test_limits_lie_on_both_sides(found: float, sds: float) -> None:
    low, high = byar_limits(found, sds)
    assert 0 <= low <= found <= high
