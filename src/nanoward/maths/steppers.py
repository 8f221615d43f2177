"""Differential equations written as tapes, carried forward together with their derivatives.

Explicit: DOP853 (Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I, 2nd ed.
1993). Stiff: RODAS, order 4 with error of order 3, six stages, L-stable (Hairer & Wanner,
Solving Ordinary Differential Equations II, 2nd ed. 1996, section IV.7). The derivatives by the
W - 1 variables go through the same steps, so they are the exact derivatives of the numbers
computed. The step size is chosen from the error of values and of derivatives alike.
Import this module only where it is used: it loads numba.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.compiling import entry, inner
from nanoward.maths.dop853 import ERROR_3, ERROR_5, INNER, NODES, OUTER, STAGES
from nanoward.maths.machine import carry_out

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

MOST_STEPS = 4000
DONE, TOO_MANY, BROKEN = 0, 1, 2

_GAMMA = 0.25
_A = np.zeros((6, 6))
_A[1, 0] = 1.544
_A[2, :2] = 0.9466785280815826, 0.2557011698983284
_A[3, :3] = 3.314825187068521, 2.896124015972201, 0.9986419139977817
_A[4, :4] = 1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950
_A[5, :4], _A[5, 4] = _A[4, :4], 1.0
_C = np.zeros((6, 6))
_C[1, 0] = -5.6688
_C[2, :2] = -2.430093356833875, -0.2063599157091915
_C[3, :3] = -0.1073529058151375, -9.594562251023355, -20.47028614809616
_C[4, :4] = 7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160
_C[5, :3] = 8.083246795921522, -7.981132988064893, -31.52159432874371
_C[5, 3:5] = 16.31930543123136, -6.058818238834054
_AT = np.array([0.0, 0.386, 0.21, 0.63, 1.0, 1.0])
_BY_TIME = np.array([0.25, -0.1043, 0.1035, -0.0362, 0.0, 0.0])


class Field(NamedTuple):
    """A system of n equations as tapes over one set of registers.

    slopes, curves   rows of the tape that fill `slope` and `jacobian`
    regs             (registers, W); state, slope (n,), jacobian (n, n + 1), time: registers,
                     the last column of `jacobian` holds the slope by time; -1 means 0
    """

    code: Whole
    slopes: tuple[int, int]
    curves: tuple[int, int]
    regs: Array
    state: Whole
    slope: Whole
    jacobian: Whole
    time: int


@inner
def put(field: Field, x: Array, t: float, width: int) -> None:
    """States (n, W) and time into their registers."""
    for i in range(x.shape[0]):
        for w in range(width):
            field.regs[field.state[i], w] = x[i, w]
    if field.time >= 0:
        field.regs[field.time, 0] = t
        for w in range(1, width):
            field.regs[field.time, w] = 0.0


@inner
def slope_at(field: Field, x: Array, inflow: Array, t: float, width: int, out: Array) -> None:
    """dx / dt (n, W) with a constant inflow (n, W)."""
    put(field, x, t, width)
    carry_out(field.code, field.slopes[0], field.slopes[1], field.regs, width)
    for i in range(x.shape[0]):
        for w in range(width):
            out[i, w] = field.regs[field.slope[i], w] + inflow[i, w]


@inner
def _size(err: Array, x: Array, new: Array, peak: Array, tolerance: float, width: int) -> float:
    """The error (n, W) against the tolerance; 1 is just good enough."""
    worst = 0.0
    for w in range(width):
        total = 0.0
        for i in range(x.shape[0]):
            scale = max(abs(x[i, 0]), abs(new[i, 0]), abs(new[i, w]), 1e-3 * peak[i])
            part = err[i, w] / (tolerance * scale + 1e-280)
            total += part * part
        if not np.isfinite(total):
            return np.nan
        worst = max(worst, total)
    return np.sqrt(worst / x.shape[0])  # type: ignore[no-any-return]


@entry
def advance_explicit(
    field: Field, x: Array, inflow: Array, span: tuple[float, float, float], width: int,
    k: Array, peak: Array, tolerance: float,
) -> tuple[int, float]:  # fmt: skip
    """Carry x (n, W) from span[0] to span[1], first trying the step span[2], in place.

    k  (16, n, W) room; peak (n,) largest values met. Returns how it ended and the last step.
    """
    n, t, end = x.shape[0], span[0], span[1]
    step = span[2] if span[2] > 0.0 else 0.05 * (end - t)
    at, new, err = k[13], k[14], k[15]
    slope_at(field, x, inflow, t, width, k[0])
    kept = step
    for _ in range(MOST_STEPS):
        last = t + step >= end - 1e-13 * (abs(end) + abs(step))
        h = end - t if last else step
        for s in range(1, STAGES):
            for i in range(n):
                for w in range(width):
                    at[i, w] = x[i, w]
            for j in range(s):
                weight = h * INNER[s, j]
                if weight != 0.0:
                    for i in range(n):
                        for w in range(width):
                            at[i, w] += weight * k[j, i, w]
            slope_at(field, at, inflow, t + NODES[s] * h, width, k[s])
        for i in range(n):
            for w in range(width):
                new[i, w] = x[i, w]
                err[i, w] = 0.0
                at[i, w] = 0.0
        for j in range(STAGES):
            for i in range(n):
                for w in range(width):
                    new[i, w] += h * OUTER[j] * k[j, i, w]
                    err[i, w] += h * ERROR_5[j] * k[j, i, w]
                    at[i, w] += h * ERROR_3[j] * k[j, i, w]
        five = _size(err, x, new, peak, tolerance, width)
        three = _size(at, x, new, peak, tolerance, width)
        error = five * five / np.sqrt(five * five + 0.01 * three * three + 1e-300)
        if not np.isfinite(error):
            if h < 1e-12 * (abs(t) + 1e-6):
                return BROKEN, kept
            step = 0.1 * h
            continue
        factor = min(6.0, max(0.2, 0.9 * (error + 1e-14) ** -0.125))
        if error > 1.0:
            step = h * min(factor, 0.9)
            continue
        t += h
        for i in range(n):
            peak[i] = max(peak[i], abs(new[i, 0]))
            for w in range(width):
                x[i, w] = new[i, w]
        if last:
            return DONE, max(h * factor, kept) if h < kept else h * factor
        kept = step = h * factor
        slope_at(field, x, inflow, t, width, k[0])
    return TOO_MANY, step


@inner
def _factored(matrix: Array, order: Whole) -> bool:
    """LU with row pivots, in place; False where singular."""
    n = matrix.shape[0]
    for c in range(n):
        best = c
        for r in range(c + 1, n):
            if abs(matrix[r, c]) > abs(matrix[best, c]):
                best = r
        order[c] = best
        if not abs(matrix[best, c]) > 0.0:
            return False
        if best != c:
            for j in range(n):
                matrix[c, j], matrix[best, j] = matrix[best, j], matrix[c, j]
        for r in range(c + 1, n):
            matrix[r, c] /= matrix[c, c]
            for j in range(c + 1, n):
                matrix[r, j] -= matrix[r, c] * matrix[c, j]
    return True


@inner
def _solved(matrix: Array, order: Whole, right: Array, w: int) -> None:
    """Column w of `right` (n, W) becomes the solution."""
    n = matrix.shape[0]
    for c in range(n):
        best = order[c]
        if best != c:
            right[c, w], right[best, w] = right[best, w], right[c, w]
    for r in range(1, n):
        for c in range(r):
            right[r, w] -= matrix[r, c] * right[c, w]
    for r in range(n - 1, -1, -1):
        for c in range(r + 1, n):
            right[r, w] -= matrix[r, c] * right[c, w]
        right[r, w] /= matrix[r, r]


@inner
def _curves_at(field: Field, x: Array, t: float, width: int, jac: Array) -> None:
    """The Jacobian (n, n + 1, W), its last column the slope by time."""
    put(field, x, t, width)
    carry_out(field.code, field.curves[0], field.curves[1], field.regs, width)
    n = x.shape[0]
    for i in range(n):
        for j in range(n + 1):
            register = field.jacobian[i, j]
            for w in range(width):
                jac[i, j, w] = field.regs[register, w] if register >= 0 else 0.0


@inner
def _stages(
    field: Field, x: Array, inflow: Array, at: tuple[float, float], width: int, k: Array,
    room: tuple[Array, Array, Whole],
) -> None:  # fmt: skip
    """The six stages of one RODAS step of length at[1] from time at[0]; k[:6] (n, W)."""
    n, (t, h) = x.shape[0], at
    jac, matrix, order = room
    point, right = k[13], k[12]
    for s in range(6):
        for i in range(n):
            for w in range(width):
                point[i, w] = x[i, w]
                for j in range(s):
                    point[i, w] += _A[s, j] * k[j, i, w]
        slope_at(field, point, inflow, t + _AT[s] * h, width, right)
        for i in range(n):
            for w in range(width):
                right[i, w] += h * _BY_TIME[s] * jac[i, n, w]
                for j in range(s):
                    right[i, w] += _C[s, j] / h * k[j, i, w]
        _solved(matrix, order, right, 0)
        for w in range(1, width):
            for i in range(n):
                for j in range(n):
                    right[i, w] += jac[i, j, w] * right[j, 0]
            _solved(matrix, order, right, w)
        for i in range(n):
            for w in range(width):
                k[s, i, w] = right[i, w]


@entry
def advance_stiff(
    field: Field, x: Array, inflow: Array, span: tuple[float, float, float], width: int,
    k: Array, peak: Array, tolerance: float,
) -> tuple[int, float]:  # fmt: skip
    """As advance_explicit, by RODAS."""
    n, t, end = x.shape[0], span[0], span[1]
    step = span[2] if span[2] > 0.0 else 1e-3 * (end - t)
    jac, matrix = np.zeros((n, n + 1, width)), np.zeros((n, n))
    order, new, kept = np.zeros(n, np.int64), k[14], step
    for _ in range(10 * MOST_STEPS):
        last = t + step >= end - 1e-13 * (abs(end) + abs(step))
        h = end - t if last else step
        _curves_at(field, x, t, width, jac)
        for i in range(n):
            for j in range(n):
                matrix[i, j] = -jac[i, j, 0] + (1.0 / (_GAMMA * h) if i == j else 0.0)
        error = np.nan
        if _factored(matrix, order):
            _stages(field, x, inflow, (t, h), width, k, (jac, matrix, order))
            for i in range(n):
                for w in range(width):
                    new[i, w] = x[i, w] + k[5, i, w]
                    for j in range(5):
                        new[i, w] += _A[5, j] * k[j, i, w]
            error = _size(k[5], x, new, peak, tolerance, width)
        if not np.isfinite(error):
            if h < 1e-12 * (abs(t) + 1e-6):
                return BROKEN, kept
            step = 0.1 * h
            continue
        factor = min(6.0, max(0.2, 0.9 * (error + 1e-14) ** -0.25))
        if error > 1.0:
            step = h * min(factor, 0.9)
            continue
        t += h
        for i in range(n):
            peak[i] = max(peak[i], abs(new[i, 0]))
            for w in range(width):
                x[i, w] = new[i, w]
        if last:
            return DONE, max(h * factor, kept) if h < kept else h * factor
        kept = step = h * factor
    return TOO_MANY, step
