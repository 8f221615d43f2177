import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.statistics.column_quantiles import column_quantiles


@given(
    seed=st.integers(0, 1000),
    size=st.tuples(st.integers(1, 60), st.integers(1, 9)),
    share=st.floats(0, 1),
)
def test_quantiles_are_those_of_numpy_to_the_last_digit(
    seed: int, size: tuple[int, int], share: float
) -> None:
    values = np.random.default_rng(seed).lognormal(0, 3, size)
    low, middle, high = column_quantiles(values, (0.05, 0.5, share))
    np.testing.assert_array_equal(low, np.quantile(values, 0.05, axis=0))
    np.testing.assert_array_equal(middle, np.median(values, axis=0))
    if share != 0.5:
        np.testing.assert_array_equal(high, np.quantile(values, share, axis=0))


def test_a_column_with_a_number_that_is_none_has_none() -> None:
    values = np.array([[1.0, np.nan], [3.0, 2.0]])
    found = column_quantiles(values, (0.25, 0.5))
    assert found[:, 0].tolist() == [1.5, pytest.approx(2.0)]
    assert np.isnan(found[:, 1]).all()
