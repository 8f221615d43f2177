"""The widest slope of near fits: beside ordinary least squares, and it covers the truth."""

import numpy as np

from nanoward.maths.statistics.ar1_regression import widest_slope


def test_a_clear_slope_is_found_and_its_limits_hold_it() -> None:
    rng = np.random.default_rng(4)
    times = np.arange(30.0)
    load = np.sin(times)
    found = widest_slope(2.0 * load + 0.1 * rng.standard_normal(30), load, times)
    assert found.low < 2.0 < found.high
    assert abs(found.slope - 2.0) < 0.1
    assert found.p_value < 1e-6


def test_without_an_effect_p_is_seldom_small() -> None:
    rng = np.random.default_rng(5)
    times = np.arange(20.0)
    loads = rng.standard_normal((100, 20)).cumsum(axis=1)
    small = [
        widest_slope(rng.standard_normal(20), load, times).p_value <= 0.05 for load in loads
    ]
    assert sum(small) <= 11  # of 100; 5 expected at most
