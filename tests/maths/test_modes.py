"""Linear systems by their modes, beside the matrix exponential; derivatives by differences."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import expm

from nanoward.maths.modes import grown, modes, move

pytestmark = pytest.mark.timeout(900)
Array = NDArray[np.float64]
BASE = np.array([[-1.1, 0.0, 0.0], [1.1, -0.5, 0.07], [0.0, 0.3, -0.07]])
TURN = np.array([[-1.1, 0.0, 0.0], [1.1, 0.2, 0.0], [0.0, 0.1, -0.4]])
BLOCKS = np.array([[0, -1, -1], [1, 2, -1]])
START, PUSH = np.array([5.0, 2.0, 1.0]), np.array([0.0, 3.0, 0.0])


def carried(matrix: Array, blocks: NDArray[np.int64], time: float) -> Array | None:
    """State (n, 2) after `time`: value and derivative along (TURN, and time itself by 1)."""
    n = len(matrix)
    room = [np.zeros((n, n, 2)) for _ in range(3)]
    room[0][:, :, 0], room[0][:, :, 1] = matrix, TURN[:n, :n]
    roots = np.zeros((n, 2))
    if not modes(room[0], blocks, 2, roots, room[1], room[2], np.zeros((4, n, n, 2))):
        return None
    right, left = room[1], room[2]
    modal = np.zeros((n, 2))
    modal[:, 0] = left[:, :, 0] @ START[:n]
    modal[:, 1] = left[:, :, 1] @ START[:n]
    inflow = np.stack([PUSH[:n], np.zeros(n)], axis=1)
    move(modal, roots, left, inflow, np.array([time, 1.0]), 2)
    value = right[:, :, 0] @ modal[:, 0]
    return np.stack([value, right[:, :, 1] @ modal[:, 0] + right[:, :, 0] @ modal[:, 1]], 1)


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
        value, slope = grown(x)
        assert value == pytest.approx(np.expm1(x) / x if x else 1.0, rel=1e-11)
        assert slope == pytest.approx(0.5 + x / 3 + x**2 / 8 + x**3 / 30, rel=1e-6)
