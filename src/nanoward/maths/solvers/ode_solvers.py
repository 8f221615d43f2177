"""Differential equations written as tapes, carried forward together with their derivatives.

Explicit: DOP853 (Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I, 2nd ed.
1993). Stiff: RODAS, order 4 with error of order 3, six stages, L-stable (Hairer & Wanner,
Solving Ordinary Differential Equations II, 2nd ed. 1996, section IV.7). The derivatives by the
WIDTH - 1 variables go through the same steps, so they are the exact derivatives of the numbers
computed. The step size is chosen from the error of values and of derivatives alike. Steps can
be kept, as parts of their interval, and taken again: then the numbers are a smooth function
of the variables, and differences of derivatives are as good as exact.
The registers of states stand first in `w` (layout.py). Import this module only where it is
used: it loads numba.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.kernel_layout import (
    CORE,
    CORE_TO,
    CORE_VECTOR,
    CURVE,
    CURVES_FROM,
    CURVES_TO,
    ERROR,
    FLOW,
    JACOBIAN,
    MESH,
    MESH_AT,
    MESH_END,
    MESH_MODE,
    NOTHING,
    PEAK,
    SLOPE,
    SLOPES_FROM,
    SLOPES_TO,
    SQUARE,
    STRIDE,
    TIME,
    VECTOR,
    WELL_BEGUN,
    WIDTH,
    K,
    N,
    X,
)
from nanoward.maths.formulas.tape_interpreter import execute_tape
from nanoward.maths.jit.numba_pipeline import inner
from nanoward.maths.solvers.dop853 import ERROR_3, ERROR_5, INNER, NODES, OUTER, STAGES
from nanoward.maths.solvers.linear_states import decoupled_after, set_decoupled
from nanoward.maths.solvers.lu import factored, solved

Array = NDArray[np.float64]
Whole = NDArray[np.uint64]

MOST_STEPS = 4000
LITTLE = 1e-7  # of the largest value met: errors of what is smaller count against this
DONE, TOO_MANY, BROKEN = 0, 1, 2
KEEP, SAME = 1, 2
_0, _1, _2, _3, _4, _5, _6 = (np.uint64(one) for one in range(7))

_ROWS = [np.flatnonzero(row[:stage]) for stage, row in enumerate(INNER)]
_FIRST = np.cumsum([0, *(len(one) for one in _ROWS)]).astype(np.uint64)
_COLUMN = np.concatenate(_ROWS).astype(np.uint64)
_WEIGHT = np.concatenate([INNER[stage, one] for stage, one in enumerate(_ROWS)])
_LAST = np.flatnonzero(OUTER).astype(np.uint64)
_STAGES = np.uint64(STAGES)
_LAST_COUNT = np.uint64(len(_LAST))

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


@inner
def slope_here(code: Whole, m: Whole, w: Array, t: float, out: Any) -> None:
    """dx / dt, inflow included, at the states in the registers, into w from `out` on."""
    stride, flow = m[STRIDE], m[FLOW]
    if m[TIME] != NOTHING:
        w[m[TIME]] = t
    execute_tape(code, m[SLOPES_FROM], m[SLOPES_TO], w, stride)
    for i in range(m[N]):
        register = m[m[SLOPE] + i]
        for j in range(stride):
            w[out + i * stride + j] = w[register + j] + w[flow + i * stride + j]


@inner
def _core_slope(
    code: Whole, m: Whole, w: Array, q: Whole, begin: float, t: float, out: Any
) -> None:
    """slope_here of the core states; those that move alone, as they were at `begin`, are first
    brought to t."""
    stride, flow = m[STRIDE], m[FLOW]
    if m[TIME] != NOTHING:
        w[m[TIME]] = t
    if m[CORE] < m[N]:
        decoupled_after(m, w, q, t - begin)
    execute_tape(code, m[SLOPES_FROM], m[CORE_TO], w, stride)
    for i in range(m[CORE]):
        register, into, inflow, j = m[m[SLOPE] + i], out + i * stride, flow + i * stride, _0
        if stride == _1:
            w[into] = w[register] + w[inflow]
        while j < stride and stride > _1:
            a, b = w[register + j] + w[inflow + j], w[register + j + _1] + w[inflow + j + _1]
            w[into + j], w[into + j + _1] = a, b
            j += _2


@inner
def _off(m: Whole, w: Array, error: Any, n: Any, tolerance: float) -> float:
    """The error of n states against the tolerance; 1 is just good enough, NaN where there is
    none."""
    stride, worst = m[STRIDE], 0.0
    for j in range(m[WIDTH]):
        total = 0.0
        for i in range(n):
            at = i * stride
            scale = max(abs(w[m[X] + at]), abs(w[at]))
            scale = max(scale, abs(w[at + j]), LITTLE * w[m[PEAK] + i])
            part = w[error + at + j] / (tolerance * scale + 1e-280)
            total += part * part
        if not np.isfinite(total):
            return np.nan
        worst = max(worst, total)
    return np.sqrt(worst / n)  # type: ignore[no-any-return]


@inner
def _ends(m: Whole, w: Array, h: float) -> None:
    """From the stages of DOP853: the new states into the registers, both errors."""
    size, k, x, error = m[CORE_VECTOR], m[K], m[X], m[ERROR]
    i = _0
    while i < size:
        y0, y1, y2, y3 = 0.0, 0.0, 0.0, 0.0
        a0, a1, a2, a3 = 0.0, 0.0, 0.0, 0.0
        b0, b1, b2, b3 = 0.0, 0.0, 0.0, 0.0
        for c in range(_LAST_COUNT):
            s = _LAST[c]
            at = k + s * size + i
            u0, u1, u2, u3 = w[at], w[at + _1], w[at + _2], w[at + _3]
            f, g, e = OUTER[s], ERROR_5[s], ERROR_3[s]
            y0 += f * u0
            y1 += f * u1
            y2 += f * u2
            y3 += f * u3
            a0 += g * u0
            a1 += g * u1
            a2 += g * u2
            a3 += g * u3
            b0 += e * u0
            b1 += e * u1
            b2 += e * u2
            b3 += e * u3
        w[i], w[i + _1] = w[x + i] + h * y0, w[x + i + _1] + h * y1
        w[i + _2], w[i + _3] = w[x + i + _2] + h * y2, w[x + i + _3] + h * y3
        w[error + i], w[error + i + _1] = h * a0, h * a1
        w[error + i + _2], w[error + i + _3] = h * a2, h * a3
        at = error + size + i
        w[at], w[at + _1], w[at + _2], w[at + _3] = h * b0, h * b1, h * b2, h * b3
        i += _4


@inner
def _stages(
    code: Whole, m: Whole, w: Array, q: Whole, begin: float, t: float, h: float
) -> None:
    """Stages 1 to 11 of DOP853; stage 0 stands there already."""
    size, k, x = m[CORE_VECTOR], m[K], m[X]
    for s in range(_1, _STAGES):
        first, last = _FIRST[s], _FIRST[s + _1]
        i = _0
        while i < size:
            y0, y1, y2, y3 = 0.0, 0.0, 0.0, 0.0
            for c in range(first, last):
                at = k + _COLUMN[c] * size + i
                f = _WEIGHT[c]
                y0 += f * w[at]
                y1 += f * w[at + _1]
                y2 += f * w[at + _2]
                y3 += f * w[at + _3]
            w[i], w[i + _1] = w[x + i] + h * y0, w[x + i + _1] + h * y1
            w[i + _2], w[i + _3] = w[x + i + _2] + h * y2, w[x + i + _3] + h * y3
            i += _4
        _core_slope(code, m, w, q, begin, t + NODES[s] * h, k + s * size)


@inner
def _accept(m: Whole, w: Array, n: Any) -> None:
    """The first n states in the registers become the present ones."""
    for i in range(n * m[STRIDE]):
        w[m[X] + i] = w[i]
    for i in range(n):
        w[m[PEAK] + i] = max(w[m[PEAK] + i], abs(w[i * m[STRIDE]]))


@inner
def _keep(m: Whole, w: Array, q: Whole, head: Any, count: Any, part: float) -> None:
    """Note a step as a part of its interval, behind the number of steps (negative: stiff)."""
    if q[MESH_MODE] != KEEP:
        return
    at = head + _1 + count
    if at >= m[MESH_END]:
        q[MESH_MODE] = _0  # too many to be taken again
        return
    w[at] = abs(part)
    w[head] = (count + 1.0) if part > 0.0 else -(count + 1.0)
    q[MESH_AT] = at + _1 - m[MESH]


@inner
def advance_explicit(
    code: Whole, m: Whole, w: Array, q: Whole, begin: float, end: float, first: float,
    tolerance: float, most: int,
) -> tuple[int, float]:  # fmt: skip
    """Carry the states from `begin` to `end`, first trying the step `first`.

    Returns how it ended and the step that it would take next; the step with which it would
    begin the next time stands in w[WELL_BEGUN].
    """
    step = first if first > 0.0 else 0.05 * (end - begin)
    t, kept, k = begin, step, m[K]
    head, count, known = m[MESH] + q[MESH_AT], _0, _0
    same = q[MESH_MODE] == SAME
    if same:
        known = np.uint64(abs(w[head]))
        q[MESH_AT] += _1 + known
    for i in range(m[CORE_VECTOR]):
        w[i] = w[m[X] + i]
    _core_slope(code, m, w, q, begin, t, k)
    for _ in range(most):
        if same:
            h, last = w[head + _1 + count] * (end - begin), count + _1 == known
        else:
            last = t + step >= end - 1e-13 * (abs(end) + abs(step))
            h = end - t if last else step
        _stages(code, m, w, q, begin, t, h)
        _ends(m, w, h)
        factor = 1.0
        if not same:
            five = _off(m, w, m[ERROR], m[CORE], tolerance)
            three = _off(m, w, m[ERROR] + m[CORE_VECTOR], m[CORE], tolerance)
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
            _keep(m, w, q, head, count, h / (end - begin))
            if count == _0:
                w[m[WELL_BEGUN]] = h * factor
        count += _1
        t += h
        _accept(m, w, m[CORE])
        if last:
            decoupled_after(m, w, q, end - begin)
            set_decoupled(m, w)
            return DONE, max(h * factor, kept) if h < kept else h * factor
        kept = step = h * factor
        _core_slope(code, m, w, q, begin, t, k)
    return TOO_MANY, step


@inner
def _rodas(code: Whole, m: Whole, w: Array, q: Whole, t: float, h: float) -> bool:
    """One step of RODAS: the new states into the registers, their error into the last stage;
    False where the matrix is singular."""
    n, stride, size, k, x = m[N], m[STRIDE], m[VECTOR], m[K], m[X]
    jac, right = m[CURVE], m[ERROR]
    for i in range(size):
        w[i] = w[x + i]
    if m[TIME] != NOTHING:
        w[m[TIME]] = t
    execute_tape(code, m[CURVES_FROM], m[CURVES_TO], w, stride)
    for i in range(n * (n + _1)):
        register = m[m[JACOBIAN] + i]
        for j in range(stride):
            w[jac + i * stride + j] = w[register + j] if register != NOTHING else 0.0
    for i in range(n):
        for j in range(n):
            own = 1.0 / (_GAMMA * h) if i == j else 0.0
            w[m[SQUARE] + i * n + j] = own - w[jac + (i * (n + _1) + j) * stride]
    if not factored(m, w, q):
        return False
    for s in range(_6):
        for i in range(size):
            point = w[x + i]
            for j in range(s):
                point += _A[s, j] * w[k + j * size + i]
            w[i] = point
        slope_here(code, m, w, t + _AT[s] * h, right)
        for i in range(n):
            for j in range(m[WIDTH]):
                at = i * stride + j
                found = (
                    w[right + at] + h * _BY_TIME[s] * w[jac + (i * (n + _1) + n) * stride + j]
                )
                for o in range(s):
                    found += _C[s, o] / h * w[k + o * size + at]
                w[right + at] = found
        solved(m, w, q, right, _0)
        for j in range(_1, m[WIDTH]):
            for i in range(n):
                for o in range(n):
                    bent = w[jac + (i * (n + _1) + o) * stride + j]
                    w[right + i * stride + j] += bent * w[right + o * stride]
            solved(m, w, q, right, j)
        for i in range(size):
            w[k + s * size + i] = w[right + i]
    for i in range(size):
        new = w[x + i] + w[k + _5 * size + i]
        for j in range(_5):
            new += _A[_5, j] * w[k + j * size + i]
        w[i] = new
    return True


@inner
def advance_stiff(
    code: Whole, m: Whole, w: Array, q: Whole, begin: float, end: float, first: float,
    tolerance: float, most: int,
) -> tuple[int, float]:  # fmt: skip
    """As advance_explicit, by RODAS."""
    step = first if first > 0.0 else 1e-3 * (end - begin)
    t, kept = begin, step
    head, count, known = m[MESH] + q[MESH_AT], _0, _0
    same = q[MESH_MODE] == SAME
    if same:
        known = np.uint64(abs(w[head]))
        q[MESH_AT] += _1 + known
    for _ in range(most):
        if same:
            h, last = w[head + _1 + count] * (end - begin), count + _1 == known
        else:
            last = t + step >= end - 1e-13 * (abs(end) + abs(step))
            h = end - t if last else step
        error = np.nan
        if _rodas(code, m, w, q, t, h):
            error = 0.5 if same else _off(m, w, m[K] + _5 * m[VECTOR], m[N], tolerance)
        if not np.isfinite(error):
            if same or h < 1e-12 * (abs(t) + 1e-6):
                return BROKEN, kept
            step = 0.1 * h
            continue
        factor = min(6.0, max(0.2, 0.9 * (error + 1e-14) ** -0.25))
        if error > 1.0:
            step = h * min(factor, 0.9)
            continue
        if not same:
            _keep(m, w, q, head, count, -h / (end - begin))
        count += _1
        t += h
        _accept(m, w, m[N])
        if last:
            return DONE, max(h * factor, kept) if h < kept else h * factor
        kept = step = h * factor
    return TOO_MANY, step
