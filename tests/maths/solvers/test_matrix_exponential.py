"""Linear systems by their modes, beside the matrix exponential; derivatives by differences."""

import numba as nb
import numpy as np
import pytest
from flat import arrays, listed
from numpy.typing import NDArray
from scipy.linalg import expm

from nanoward.maths.formulas import kernel_layout
from nanoward.maths.solvers.matrix_exponential import (
    grown,
    modes,
    move,
    repeated,
    to_modal,
    to_plain,
)

pytestmark = pytest.mark.timeout(900)
Array = NDArray[np.float64]
BASE = np.array([[-1.1, 0.0, 0.0], [1.1, -0.5, 0.07], [0.0, 0.3, -0.07]])
TURN = np.array([[-1.1, 0.0, 0.0], [1.1, 0.2, 0.0], [0.0, 0.1, -0.4]])
BLOCKS = np.array([[0, -1, -1], [1, 2, -1]])
START, PUSH = np.array([5.0, 2.0, 1.0]), np.array([0.0, 3.0, 0.0])


@nb.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _after(m: NDArray[np.uint64], w: Array, count: float) -> bool:
    """From the states in w: modes, carried on once, or for `count` cycles; states."""
    if not modes(m, w):
        return False
    to_modal(m, w)
    if count > 0.0:
        before = m[kernel_layout.PROJECT]
        for i in range(m[kernel_layout.N] * m[kernel_layout.STRIDE]):
            w[before + i] = w[m[kernel_layout.MODAL] + i]
            w[m[kernel_layout.MODAL] + i] = 0.0
        move(m, w, True)
        repeated(m, w, before, w[m[kernel_layout.SPAN]], count)
    else:
        move(m, w, True)
    to_plain(m, w, m[kernel_layout.X])
    return True


@nb.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _grown(x: float) -> tuple[float, float]:
    return grown(x)  # type: ignore[no-any-return]


def carried(
    matrix: Array, blocks: NDArray[np.int64], time: float, count: float = 0.0
) -> Array | None:
    """State (n, 2) after `time`: value and derivative along (TURN, and time itself by 1)."""
    n = len(matrix)
    m, w, _ = arrays(n, 0)
    m = listed(m, kernel_layout.BLOCKS, blocks)
    m[kernel_layout.BLOCK_COUNT] = len(blocks)

    def put(slot: int, value: Array, slope: Array | float) -> None:
        start = int(m[slot])
        w[start : start + 2 * value.size : 2] = value.ravel()
        w[start + 1 : start + 2 * value.size : 2] = np.broadcast_to(slope, value.shape).ravel()

    put(kernel_layout.MATRIX, matrix, TURN[:n, :n])
    put(kernel_layout.X, START[:n], 0.0)
    put(kernel_layout.PUSH, PUSH[:n], 0.0)
    put(kernel_layout.SPAN, np.array([time]), 0.0 if count else 1.0)
    if not _after(m, w, count):
        return None
    start = int(m[kernel_layout.X])
    return w[start : start + 2 * n].reshape(n, 2)


def slow(matrix: Array, time: float) -> Array:
    n = len(matrix)
    whole = np.zeros((n + 1, n + 1))
    whole[:n, :n], whole[:n, n] = matrix, PUSH[:n]
    found: Array = (expm(whole * time) @ np.append(START[:n], 1.0))[:n]
    return found


@pytest.mark.parametrize("blocks", [BLOCKS, np.array([[0, 1, 2]])])
def test_the_state_is_that_of_the_matrix_exponential(blocks: NDArray[np.int64]) -> None:
    for time in (0.0, 0.3, 4.0, 30.0):
        found = carried(BASE, blocks, time)
        assert found is not None
        np.testing.assert_allclose(found[:, 0], slow(BASE, time), rtol=1e-10, atol=1e-13)
        step = 1e-5
        ahead = slow(BASE + step * TURN, time + step)
        behind = slow(BASE - step * TURN, time - step)
        np.testing.assert_allclose(found[:, 1], (ahead - behind) / 2e-5, rtol=2e-6, atol=1e-8)


def test_many_cycles_at_once_are_one_after_another() -> None:
    """Under a constant inflow seven cycles of 1.7 are one of 11.9; and their derivatives."""
    found, step = carried(BASE, BLOCKS, 1.7, 7.0), 1e-5
    assert found is not None
    np.testing.assert_allclose(found[:, 0], slow(BASE, 11.9), rtol=1e-10)
    ahead, behind = slow(BASE + step * TURN, 11.9), slow(BASE - step * TURN, 11.9)
    np.testing.assert_allclose(found[:, 1], (ahead - behind) / 2e-5, rtol=2e-6)


def test_a_state_that_only_collects_has_a_zero_eigenvalue() -> None:
    matrix = np.array([[-0.5, 0.0], [0.5, 0.0]])
    found = carried(matrix, np.array([[0, -1, -1], [1, -1, -1]]), 3.0)
    assert found is not None
    np.testing.assert_allclose(found[:, 0], slow(matrix, 3.0), rtol=1e-12)


@pytest.mark.parametrize(
    "matrix",
    [
        np.array([[-1.0, 0.0], [1.0, -1.0]]),
        np.array([[-1.0, -2.0], [2.0, -1.0]]),
        np.array([[-1.0, 0.0], [1.0, -1.0001]]),
    ],
)
def test_equal_and_complex_eigenvalues_are_refused(matrix: Array) -> None:
    assert carried(matrix, np.array([[0, 1, -1]]), 1.0) is None


def test_growth_is_smooth_through_zero() -> None:
    for x in (-0.031, -0.029, -1e-9, 0.0, 1e-9, 0.029, 0.031):
        value, slope = _grown(x)
        assert value == pytest.approx(np.expm1(x) / x if x else 1.0, rel=1e-11)
        assert slope == pytest.approx(0.5 + x / 3 + x**2 / 8 + x**3 / 30, rel=1e-6)


@pytest.mark.parametrize("link", [(1, 0), (0, 1), None])
def test_two_states_in_a_chain_have_modes_of_their_own(link: tuple[int, int] | None) -> None:
    """Either acts on the other, or neither; beside the matrix exponential of states and their
    derivatives together."""
    matrix, turn = np.diag([-1.1, -0.3]), np.diag([0.2, -0.4])
    if link:
        matrix[link], turn[link] = 0.7, 0.1
    n, time = 2, 1.7
    m, w, _ = arrays(n, 0)
    m = listed(m, kernel_layout.BLOCKS, np.array([[0, -1, -1], [1, -1, -1]]))
    m[kernel_layout.BLOCK_COUNT] = 2
    start = int(m[kernel_layout.MATRIX])
    w[start : start + 8 : 2], w[start + 1 : start + 8 : 2] = matrix.ravel(), turn.ravel()
    start = int(m[kernel_layout.X])
    w[start : start + 4 : 2] = 5.0, 2.0
    w[int(m[kernel_layout.SPAN])] = time
    assert _after(m, w, 0.0)
    whole = np.block([[matrix, np.zeros((n, n))], [turn, matrix]]) * time
    told = expm(whole) @ np.array([5.0, 2.0, 0.0, 0.0])
    found = w[start : start + 4].reshape(2, 2)
    np.testing.assert_allclose(found[:, 0], told[:2], rtol=1e-12)
    np.testing.assert_allclose(found[:, 1], told[2:], rtol=1e-12)
