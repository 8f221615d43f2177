"""Steps of a search within a radius, and what a step teaches about the curve: compiled.

Vectors of n and matrices of n x n numbers stand at places in one array. The step is that of
the matrix, shifted until it is positive definite and the step short enough (Nocedal & Wright,
Numerical Optimization, 2nd ed. 2006, section 4.3); the secant correction is that of Dennis, Gay
& Welsch (1981, ACM Trans Math Softw 7:348). Import this module only where it is used: it loads
numba.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.jit.numba_pipeline import inner

Array = NDArray[np.float64]
_1 = np.uint64(1)


@inner
def _cholesky(w: Array, n: Any, matrix: Any, shift: float, out: Any) -> bool:
    for i in range(n):
        for j in range(i + _1):
            found = w[matrix + i * n + j] + (shift if i == j else 0.0)
            for k in range(j):
                found -= w[out + i * n + k] * w[out + j * n + k]
            if i == j:
                if not found > 1e-12:
                    return False
                w[out + i * n + i] = math.sqrt(found)
            else:
                w[out + i * n + j] = found / w[out + j * n + j]
    return True


@inner
def bounded_step(
    w: Array, n: Any, matrix: Any, gradient: Any, radius: float, lower: Any, step: Any
) -> tuple[float, float, bool]:
    """The step within the radius: the decrease it promises, its length, and whether the matrix
    is positive definite. Places in w of n x n and n numbers."""
    shift, convex = 0.0, True
    for tries in range(60):
        if _cholesky(w, n, matrix, shift, lower):
            length = 0.0
            for i in range(n):
                found = -w[gradient + i]
                for k in range(i):
                    found -= w[lower + i * n + k] * w[step + k]
                w[step + i] = found / w[lower + i * n + i]
            for back in range(n):
                i = n - _1 - back
                found = w[step + i]
                for k in range(i + _1, n):
                    found -= w[lower + k * n + i] * w[step + k]
                w[step + i] = found / w[lower + i * n + i]
                length += w[step + i] * w[step + i]
            length = math.sqrt(length)
            if length <= radius * 1.0001 or tries == 59:
                break
            shift = max(2.0 * shift, 1e-3, (shift + 0.5) * min(length / radius - 1.0, 3.0))
        else:
            convex = False
            shift = max(3.0 * shift, 1e-2)
    promised, length = 0.0, 0.0
    for i in range(n):
        length += w[step + i] * w[step + i]
        promised -= w[gradient + i] * w[step + i]
        for j in range(n):
            promised -= 0.5 * w[step + i] * w[matrix + i * n + j] * w[step + j]
    return promised, math.sqrt(length), convex


@inner
def secant(w: Array, n: Any, extra: Any, step: Any, bent: Any, missed: Any, off: Any) -> None:
    """Correct `extra` so that (expected + extra) step = bent; missed = bent - expected step."""
    along, own, wanted, square = 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        along += w[step + i] * w[bent + i]
        wanted += w[step + i] * w[missed + i]
        square += w[step + i] * w[step + i]
        for j in range(n):
            own += w[step + i] * w[extra + i * n + j] * w[step + j]
    if not along > 1e-12 * square:
        return
    scale = min(1.0, abs(wanted) / abs(own)) if own != 0.0 else 1.0
    rest = 0.0
    for i in range(n):
        w[off + i] = w[missed + i]
        for j in range(n):
            w[extra + i * n + j] *= scale
            w[off + i] -= w[extra + i * n + j] * w[step + j]
        rest += w[step + i] * w[off + i]
    rest /= along
    for i in range(n):
        for j in range(n):
            w[extra + i * n + j] += (
                w[off + i] * w[bent + j]
                + w[bent + i] * w[off + j]
                - rest * w[bent + i] * w[bent + j]
            ) / along
