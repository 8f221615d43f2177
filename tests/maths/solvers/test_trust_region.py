"""Newton steps within a trust region: valleys, saddles, walls, kinks."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nanoward.maths.solvers.trust_region import minimise

Array = NDArray[np.float64]


def _rosenbrock(at: Array) -> tuple[float, Array, Array]:
    x, y = at
    gradient = np.array([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)])
    hessian = np.array([[1200 * x * x - 400 * y + 2, -400 * x], [-400 * x, 200.0]])
    return 100 * (y - x * x) ** 2 + (1 - x) ** 2, gradient, hessian


def test_a_bowl_takes_one_step() -> None:
    def bowl(at: Array) -> tuple[float, Array, Array]:
        return float(at @ at), 2 * at, 2 * np.eye(2)

    found = minimise(bowl, np.array([0.3, -0.4]))
    assert found.converged
    assert found.steps == 1
    np.testing.assert_allclose(found.at, 0, atol=1e-15)


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_a_curved_valley_is_followed_to_its_end(x: float, y: float) -> None:
    found = minimise(_rosenbrock, np.array([x, y]))
    assert found.converged
    np.testing.assert_allclose(found.at, 1.0, atol=1e-5)


def test_a_start_on_a_saddle_is_left_downhill() -> None:
    def saddle(at: Array) -> tuple[float, Array, Array]:
        x, y = at
        gradient = np.array([4 * x**3 - 4 * x, 2 * y])
        return x**4 - 2 * x**2 + y * y, gradient, np.diag([12 * x * x - 4, 2.0])

    found = minimise(saddle, np.zeros(2))
    assert found.converged
    np.testing.assert_allclose(np.abs(found.at), [1.0, 0.0], atol=1e-6)


def test_a_wall_without_a_value_is_stepped_back_from() -> None:
    def walled(at: Array) -> tuple[float, Array, Array]:
        if at[0] <= 0:
            return np.inf, np.zeros(1), np.eye(1)
        return float(at[0] - np.log(at[0])), 1 - 1 / at, np.diag(1 / at**2)

    found = minimise(walled, np.array([1.9]), radius=4.0)
    assert found.converged
    np.testing.assert_allclose(found.at, 1.0, atol=1e-6)


def test_not_converging_is_said() -> None:
    def kink(at: Array) -> tuple[float, Array, Array]:
        return float(np.abs(at[0] - 0.3)), np.sign(at - 0.3), 1e-3 * np.eye(1)

    def endless(at: Array) -> tuple[float, Array, Array]:
        return float(-at[0]), -np.ones(1), np.zeros((1, 1))

    found = minimise(kink, np.zeros(1))
    assert not found.converged
    assert "kink" in found.reason
    assert not minimise(endless, np.zeros(1)).converged
    assert not minimise(lambda at: (np.nan, at, np.eye(1)), np.zeros(1)).converged
