"""Linear equations beside numpy's; a matrix without a solution says so."""

from typing import Any

import numba as nb
import numpy as np
import pytest
from flat import arrays
from numpy.typing import NDArray

from nanoward.maths.formulas import kernel_layout
from nanoward.maths.solvers.lu import factored, solved

Array = NDArray[np.float64]


@nb.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _solution(m: Any, w: Array, q: Any, column: Any) -> bool:
    if not factored(m, w, q):
        return False
    solved(m, w, q, m[kernel_layout.X], column)
    return True


def solution(matrix: Array, right: Array) -> Array | None:
    n = len(matrix)
    m, w, q = arrays(n, 0)
    square, x = int(m[kernel_layout.SQUARE]), int(m[kernel_layout.X])
    w[square : square + n * n] = matrix.ravel()
    w[x + 1 : x + 2 * n : 2] = right
    if not _solution(m, w, q, np.uint64(1)):
        return None
    return w[x + 1 : x + 2 * n : 2].copy()


@pytest.mark.parametrize("seed", range(4))
def test_solutions_are_those_of_numpy(seed: int) -> None:
    chance = np.random.default_rng(seed)
    matrix, right = chance.standard_normal((5, 5)), chance.standard_normal(5)
    matrix[0, 0] = 0.0  # a row must be changed
    found = solution(matrix, right)
    assert found is not None
    np.testing.assert_allclose(found, np.linalg.solve(matrix, right), rtol=1e-9)


def test_a_singular_matrix_has_none() -> None:
    assert solution(np.zeros((2, 2)), np.ones(2)) is None
