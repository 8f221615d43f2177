"""Downhill on sums whose minimum is known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nanoward.tuning.estimation.quasi_newton import curve_at, minimise

Array = NDArray[np.float64]
POINTS = np.array([[0.0, 1.0], [1.0, -1.0], [2.0, 0.5], [-1.0, 2.0], [0.5, 0.5]])


def bowls(at: Array) -> Array:
    """One bowl around each point: the sum is least at their mean."""
    found: Array = ((at - POINTS) ** 2).sum(axis=1)
    return found


def test_the_minimum_of_bowls_is_their_middle_and_the_curve_is_exact() -> None:
    found = minimise(bowls, np.array([4.0, -3.0]))
    np.testing.assert_allclose(found.at, POINTS.mean(axis=0), atol=0.02)
    np.testing.assert_allclose(found.curve, 2 * len(POINTS) * np.eye(2), rtol=1e-6, atol=1e-6)
    assert found.reason == ""


def test_a_curved_valley_is_followed_to_its_end() -> None:
    """Rosenbrock 1960, Comput J 3:175: minimum 0 at (1, 1)."""

    def valley(at: Array) -> Array:
        return np.array([(1 - at[0]) ** 2, 100 * (at[1] - at[0] ** 2) ** 2])

    found = minimise(valley, np.array([-1.2, 1.0]), rounds=200)
    assert found.value < 1e-2
    assert found.reason == ""


def test_a_saddle_is_left() -> None:
    """x^4 - x^2 + y^2 has a saddle at the origin, and minima of -1/4 at both sides."""

    def saddle(at: Array) -> Array:
        return np.array([at[0] ** 4 - at[0] ** 2, at[1] ** 2])

    found = minimise(saddle, np.array([0.0, 1.0]))
    assert found.value == pytest.approx(-0.25, abs=2e-3)
    assert found.reason == ""


def test_a_flat_valley_floor_is_told_to_be_none() -> None:
    found = minimise(lambda at: np.array([(at[0] + at[1]) ** 2]), np.array([1.0, 1.0]))
    assert "flat" in found.reason


def test_too_few_rounds_and_values_that_are_none_are_told() -> None:
    assert "no end in 1" in minimise(bowls, np.array([4.0, -3.0]), rounds=1).reason
    found = minimise(lambda at: np.full(2, np.nan) * at, np.array([1.0, 1.0]))
    assert "no finite objective" in found.reason


def test_each_round_is_told() -> None:
    told: list[int] = []
    found = minimise(bowls, np.array([4.0, -3.0]), step=told.append)
    assert sum(told) == found.rounds > 0


def test_the_curve_by_differences_has_mixed_parts() -> None:
    def tilted(at: Array) -> Array:
        return np.array([at[0] ** 2 + 3 * at[0] * at[1] + 5 * at[1] ** 2])

    found = curve_at(tilted, np.array([0.3, -0.2]), np.eye(2))
    np.testing.assert_allclose(found, [[2, 3], [3, 10]], rtol=1e-6)
