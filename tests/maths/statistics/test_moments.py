"""Excess kurtosis by hand and by law."""

import numpy as np
import pytest

from nanoward.maths.statistics.moments import excess_kurtosis


def test_two_values_alike_have_the_least_kurtosis_there_is() -> None:
    assert excess_kurtosis(np.array([-1.0, 1.0, -1.0, 1.0])) == pytest.approx(-2.0)


def test_normal_noise_has_none_and_heavy_tails_have_some() -> None:
    rng = np.random.default_rng(3)
    assert abs(excess_kurtosis(rng.standard_normal(100_000))) < 0.1
    assert excess_kurtosis(rng.standard_t(5, 100_000)) > 1.0
