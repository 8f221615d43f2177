"""Steps within a radius, beside numpy; what a step teaches about the curve."""

import numba as nb
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nanoward.maths.solvers.trust_region_kernel import bounded_step, secant

Array = NDArray[np.float64]
N = 3
MATRIX, GRADIENT, LOWER, STEP, MISSED, OFF = (np.uint64(9 * one) for one in range(6))


@nb.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _stepped(w: Array, radius: float) -> tuple[float, float, bool]:
    return bounded_step(  # type: ignore[no-any-return]
        w, np.uint64(N), MATRIX, GRADIENT, radius, LOWER, STEP
    )


@nb.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _taught(w: Array) -> None:
    secant(w, np.uint64(N), MATRIX, STEP, GRADIENT, MISSED, OFF)


def stepped(matrix: Array, gradient: Array, radius: float) -> tuple[Array, float, float, bool]:
    w = np.zeros(60)
    w[:9], w[9:12] = matrix.ravel(), gradient
    promised, length, convex = _stepped(w, radius)
    return w[27:30].copy(), promised, length, convex


def test_a_short_newton_step_is_taken_whole() -> None:
    matrix, gradient = np.diag([2.0, 4.0, 1.0]), np.array([1.0, 1.0, -0.5])
    step, promised, length, convex = stepped(matrix, gradient, 10.0)
    np.testing.assert_allclose(step, [-0.5, -0.25, 0.5], rtol=1e-12)
    np.testing.assert_allclose(promised, 0.5 * (0.5 + 0.25 + 0.25), rtol=1e-12)
    assert convex
    assert abs(length - 0.75) < 1e-12


numbers = st.floats(-3.0, 3.0)


@settings(max_examples=60, deadline=None)
@given(parts=st.tuples(*[numbers] * 9), gradient=st.tuples(*[numbers] * 3))
def test_a_step_stays_within_the_radius_and_promises_a_decrease(
    parts: tuple[float, ...], gradient: tuple[float, ...]
) -> None:
    matrix = np.array(parts).reshape(3, 3)
    matrix = matrix + matrix.T
    step, promised, length, convex = stepped(matrix, np.array(gradient), 0.7)
    assert length <= 0.7 * 1.001
    assert promised >= -1e-12
    lowest = np.linalg.eigvalsh(matrix)[0]
    if abs(lowest) >= 1e-9:
        assert convex == (lowest > 0)
    np.testing.assert_allclose(np.linalg.norm(step), length, rtol=1e-9, atol=1e-12)


def test_a_step_teaches_the_curve_along_itself() -> None:
    true = np.array([[3.0, 0.5, 0.1], [0.5, 2.0, 0.2], [0.1, 0.2, 1.5]])
    guess, step = np.eye(3), np.array([0.3, -0.2, 0.4])
    w = np.zeros(60)
    w[27:30], w[9:12] = step, true @ step  # what the gradient changed by
    w[36:39] = true @ step - guess @ step
    _taught(w)
    extra = w[:9].reshape(3, 3)
    np.testing.assert_allclose((guess + extra) @ step, true @ step, rtol=1e-12)
    np.testing.assert_allclose(extra, extra.T, atol=1e-14)
