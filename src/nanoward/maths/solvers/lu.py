"""Linear equations of implicit steps: LU with row pivots, compiled.

Import this module only where it is used: it loads numba.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.kernel_layout import ORDER, SQUARE, STRIDE, N
from nanoward.maths.jit.numba_pipeline import inner

Array = NDArray[np.float64]
Whole = NDArray[np.uint64]
_1 = np.uint64(1)


@inner
def factored(m: Whole, w: Array, q: Whole) -> bool:
    """LU of the matrix with row pivots, in place; False where singular."""
    n, a = m[N], m[SQUARE]
    for c in range(n):
        best = c
        for r in range(c + _1, n):
            if abs(w[a + r * n + c]) > abs(w[a + best * n + c]):
                best = r
        q[ORDER + c] = best
        if not abs(w[a + best * n + c]) > 0.0:
            return False
        if best != c:
            for j in range(n):
                w[a + c * n + j], w[a + best * n + j] = w[a + best * n + j], w[a + c * n + j]
        for r in range(c + _1, n):
            w[a + r * n + c] /= w[a + c * n + c]
            for j in range(c + _1, n):
                w[a + r * n + j] -= w[a + r * n + c] * w[a + c * n + j]
    return True


@inner
def solved(m: Whole, w: Array, q: Whole, right: Any, j: Any) -> None:
    """Column j of the vector from `right` on becomes the solution."""
    n, a, stride = m[N], m[SQUARE], m[STRIDE]
    for c in range(n):
        best = q[ORDER + c]
        if best != c:
            one, two = right + c * stride + j, right + best * stride + j
            w[one], w[two] = w[two], w[one]
    for r in range(_1, n):
        for c in range(r):
            w[right + r * stride + j] -= w[a + r * n + c] * w[right + c * stride + j]
    for back in range(n):
        r = n - _1 - back
        for c in range(r + _1, n):
            w[right + r * stride + j] -= w[a + r * n + c] * w[right + c * stride + j]
        w[right + r * stride + j] /= w[a + r * n + r]
