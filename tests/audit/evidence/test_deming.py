"""Deming regression: both sides have error."""

import numpy as np
import pytest

from nanoward.audit.evidence.deming import deming


def test_a_line_without_error_is_found_exactly() -> None:
    x = np.arange(10.0)
    fit = deming(2 + 0.5 * x, x, 1.0)
    assert fit is not None
    assert fit.slope == pytest.approx(0.5)
    assert fit.intercept == pytest.approx(2.0)
    assert deming(x[:5], x[:5], 1.0) is None
    assert deming(x, np.ones(10), 1.0) is None


def test_the_limits_cover_the_truth_and_least_squares_would_not() -> None:
    chance = np.random.default_rng(3)
    covered = 0
    for _ in range(120):
        truth = chance.normal(0, 2, 60)
        fit = deming(truth + chance.normal(0, 1, 60), truth + chance.normal(0, 1, 60), 1.0)
        assert fit is not None
        covered += fit.slope_low < 1.0 < fit.slope_high
    assert 0.88 < covered / 120 <= 1.0
