"""One person's course under one model: events in order of time, predictions, derivatives.

It interprets the model's tapes, so it is compiled once for all models and kept on the disk.
Import this module only where it is used: it loads numba. NONMEM's conventions hold (Users
Guide VI, PREDPP): covariates of a record hold on the way to it; additional doses come before
every record of their time; a lag time moves a dose, and derivatives by the lag are carried over
the jump (event times are numbers with derivatives).
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.kernel_layout import (
    CONSTANT,
    IS_MODAL,
    JACOBIAN,
    MATRIX,
    MESH_AT,
    NOTHING,
    STRIDE,
    TIME,
    WIDTH,
    N,
    X,
)
from nanoward.maths.formulas.tape_interpreter import execute_tape, log_normal_cdf
from nanoward.maths.jit.numba_pipeline import inner
from nanoward.maths.solvers.matrix_exponential import modes, to_modal, to_plain
from nanoward.tuning.kernel.dosage import give_doses
from nanoward.tuning.kernel.integration import FINE, NO_VALUE, advance_to, begin
from nanoward.tuning.kernel.layout import (
    AT,
    CENSORED,
    COMMON,
    CONSTANTS,
    COVARIATE_COUNT,
    COVARIATES,
    DOSES_FROM,
    DOSES_TO,
    ETA_COUNT,
    ETAS,
    FACTOR,
    FIRST_AT,
    FRESH,
    GRADIENT,
    HALF,
    HIGH,
    INTERVAL,
    KINDS,
    LIKELIHOOD,
    LINEAR,
    LOW,
    NOW,
    OCCASION,
    OUTPUT,
    OUTPUTS,
    OWN,
    RECORD_FLOATS,
    RECORD_INTS,
    RECORDS_AT,
    RESET,
    SEEN,
    SHOWN,
    SIZE,
    SPANS,
    TARGET,
    TIMES,
    TRACE,
    TRACED,
    VALUE,
    WORKING,
    Z,
)

Array = NDArray[np.float64]
Whole = NDArray[np.uint64]
LOG_ROOT = 0.5 * math.log(2.0 * math.pi)
LEAST = 0.25  # how far a value lies below its prediction, at most, in the working curve
_0, _1, _2 = (np.uint64(one) for one in range(3))


@inner
def set_parameters(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, r: Any
) -> None:
    """Individual parameters of record r; then, for linear models, the modes."""
    common, own, size, width, stride = m[COMMON], m[OWN], m[SIZE], m[WIDTH], m[STRIDE]
    record = hi[RECORDS_AT] + r * np.uint64(RECORD_INTS)
    for local in range(m[ETA_COUNT]):
        g = local
        if local >= common:
            g = common + hi[record + np.uint64(OCCASION)] * own + (local - common)
        register, row, value = m[m[ETAS] + local], m[FACTOR] + g * size, 0.0
        for k in range(size):
            value += w[row + k] * w[m[Z] + k]
        w[register] = value
        for v in range(_1, width):
            w[register + v] = w[row + v - _1]
    told = r * (np.uint64(RECORD_FLOATS) + m[COVARIATE_COUNT]) + np.uint64(RECORD_FLOATS)
    for c in range(m[COVARIATE_COUNT]):
        w[m[m[COVARIATES] + c]] = hf[told + c]
    execute_tape(code, m[m[SPANS]], m[m[SPANS] + _1], w, stride)
    q[IS_MODAL] = _0
    n = m[N]
    if m[LINEAR] != _1 or n == _0:
        return
    for i in range(n):
        register = m[m[CONSTANTS] + i]
        for v in range(stride):
            w[m[CONSTANT] + i * stride + v] = w[register + v] if register != NOTHING else 0.0
        for j in range(n):
            register = m[m[JACOBIAN] + i * (n + _1) + j]
            at = m[MATRIX] + (i * n + j) * stride
            for v in range(stride):
                w[at + v] = w[register + v] if register != NOTHING else 0.0
    if modes(m, w):
        q[IS_MODAL] = _1


@inner
def observe(
    code: Whole, m: Whole, w: Array, o: Any, place: Any, time: float, value: float,
    bounds: tuple[float, float],
) -> tuple[int, float]:  # fmt: skip
    """Value and variance predicted for a record into w[SHOWN], by its place among the person's
    records; and its part of -2 ln likelihood, added to gradient and half Hessian.

    bounds  of a censored observation, NaN where it is none
    """
    stride, width = m[STRIDE], m[WIDTH]
    if m[TIME] != NOTHING:
        w[m[TIME]] = time
    if m[SEEN] != NOTHING:
        w[m[SEEN]] = value
    span = m[SPANS] + _2 + _2 * o
    execute_tape(code, m[span], m[span + _1], w, stride)
    fs, gs = m[m[OUTPUTS] + _2 * o], m[m[OUTPUTS] + _2 * o + _1]
    f, g = w[fs], w[gs] if gs != NOTHING else 0.0
    w[m[SHOWN] + _2 * place], w[m[SHOWN] + _2 * place + _1] = f, g
    if np.isnan(value):
        return FINE, 0.0
    size, half, gradient = width - _1, m[HALF], m[GRADIENT]
    if m[m[KINDS] + o] == np.uint64(LIKELIHOOD):
        if not np.isfinite(f):
            return NO_VALUE, np.inf
        for a in range(size):
            w[gradient + a] += w[fs + _1 + a]
            for b in range(a + _1):
                part = 0.25 * w[fs + _1 + a] * w[fs + _1 + b]
                w[half + a * size + b] += part
                w[m[WORKING] + a * size + b] += part
        return FINE, f
    if not (np.isfinite(f) and g > 0.0 and np.isfinite(g)):
        return NO_VALUE, np.inf
    if not np.isnan(bounds[0]):
        return _between(m, w, fs, gs, bounds)
    off, weight = value - f, 1.0 / g
    square = off * off * weight
    slope, spread, bend = -2.0 * off * weight, (1.0 - square) * weight, 0.5 * weight * weight
    # working curve: second derivatives of f and g as if both were exponential in z
    natural = m[m[KINDS] + o] == _0 and f > 0.0
    near = max(off, -LEAST * f) if natural else 0.0
    own = (1.0 - near / f) * weight if natural else weight
    cross, other = near * weight * weight, bend * (near * near * weight if natural else 1.0)
    for a in range(size):
        fa, ga = w[fs + _1 + a], w[gs + _1 + a]
        w[gradient + a] += slope * fa + spread * ga
        for b in range(a + _1):
            fb, gb, at = w[fs + _1 + b], w[gs + _1 + b], a * size + b
            w[half + at] += fa * fb * weight + ga * gb * bend
            w[m[WORKING] + at] += fa * fb * own + (fa * gb + ga * fb) * cross + ga * gb * other
    return FINE, square + math.log(g)


@inner
def _between(
    m: Whole, w: Array, fs: Any, gs: Any, bounds: tuple[float, float]
) -> tuple[int, float]:
    """-2 ln P(low < observation < high): Beal's method M3 (J Pharmacokinet Pharmacodyn 2001,
    28:481) where low is -inf. The part of the tail is taken on the side where it is small."""
    sd, size, side = math.sqrt(w[gs]), m[WIDTH] - _1, 1.0
    a, b = (bounds[0] - w[fs]) / sd, (bounds[1] - w[fs]) / sd
    if a + b > 0.0:
        a, b, side = -b, -a, -1.0
    value, near, far = log_normal_cdf(b), 0.0, 0.0
    bounded = a > -np.inf
    if bounded:
        value += math.log1p(-math.exp(log_normal_cdf(a) - value))
        far = math.exp(-0.5 * a * a - LOG_ROOT - value)
    near = math.exp(-0.5 * b * b - LOG_ROOT - value)
    low = a if bounded else 0.0
    bend, back, cross = max(near * (b + near), 0.0), far * (far - low), near * far
    for i in range(size):
        fi, gi = side * w[fs + _1 + i], 0.5 / sd * w[gs + _1 + i]
        bi, ai = -(fi + b * gi) / sd, -(fi + low * gi) / sd
        w[m[GRADIENT] + i] += -2.0 * (near * bi - far * ai)
        for j in range(i + _1):
            fj, gj = side * w[fs + _1 + j], 0.5 / sd * w[gs + _1 + j]
            bj, aj = -(fj + b * gj) / sd, -(fj + low * gj) / sd
            part = bend * bi * bj + back * ai * aj - cross * (ai * bj + bi * aj)
            w[m[HALF] + i * size + j] += part
            w[m[WORKING] + i * size + j] += part
    return FINE, -2.0 * value


@inner
def _only_the_prior(m: Whole, w: Array) -> float:
    """z'z; its gradient, and half Hessians of 1, to which what is observed is added."""
    size, total = m[WIDTH] - _1, 0.0
    for k in range(m[SIZE]):
        total += w[m[Z] + k] * w[m[Z] + k]
    for k in range(size):
        w[m[GRADIENT] + k] = 2.0 * w[m[Z] + k]
        for j in range(size):
            w[m[HALF] + k * size + j] = 1.0 if j == k else 0.0
            w[m[WORKING] + k * size + j] = 1.0 if j == k else 0.0
    return total


@inner
def _mirror(m: Whole, w: Array) -> None:
    """The upper triangles of the half Hessians, of which the lower ones are summed."""
    size = m[WIDTH] - _1
    for a in range(size):
        for b in range(a):
            w[m[HALF] + b * size + a] = w[m[HALF] + a * size + b]
            w[m[WORKING] + b * size + a] = w[m[WORKING] + a * size + b]


@inner
def _states_of(m: Whole, w: Array, q: Whole, place: Any) -> None:
    """The states as plain amounts at the head of w; traced, where they are asked for."""
    if q[IS_MODAL] == _1:
        to_plain(m, w, _0)
    else:
        for i in range(m[N] * m[STRIDE]):
            w[i] = w[m[X] + i]
    if m[TRACED] > _0:
        for i in range(m[N]):
            w[m[TRACE] + place * m[N] + i] = w[i * m[STRIDE]]


@inner
def evaluate(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, who: Any,
    tolerance: float,
) -> tuple[int, float]:  # fmt: skip
    """-2 ln likelihood + z'z of person `who` at w[Z]; its gradient and expected half Hessian
    in z, where derivatives are followed; predictions in w[SHOWN]."""
    total = _only_the_prior(m, w)
    q[MESH_AT] = q[INTERVAL] = _0
    start, stop = hi[hi[FIRST_AT] + who], hi[hi[FIRST_AT] + who + _1]
    wide = np.uint64(RECORD_FLOATS) + m[COVARIATE_COUNT]
    for r in range(start, stop):
        record, told = hi[RECORDS_AT] + r * np.uint64(RECORD_INTS), r * wide
        fresh = r == start or hi[record + np.uint64(FRESH)] == _1
        reset, output = hi[record + np.uint64(RESET)] == _1, hi[record + np.uint64(OUTPUT)]
        gives = hi[record + np.uint64(DOSES_TO)] > hi[record + np.uint64(DOSES_FROM)]
        if not (fresh or reset or gives or output != NOTHING):
            continue
        time, found = hf[told + np.uint64(AT)], FINE
        if fresh:
            if r > start and q[IS_MODAL] == _1:
                to_plain(m, w, m[X])
            set_parameters(code, m, hi, hf, w, q, r)
            if r > start and q[IS_MODAL] == _1:
                to_modal(m, w)
        for v in range(m[TIMES]):
            w[m[TARGET] + v] = 0.0
        w[m[TARGET]] = time
        if reset or r == start:
            begin(m, w, q)
            for v in range(m[TIMES]):
                w[m[NOW] + v] = w[m[TARGET] + v]
        else:
            found = advance_to(code, m, w, q, tolerance)
        if found == FINE and gives:
            found = give_doses(code, m, hi, hf, w, q, r, tolerance)
        if found != FINE:
            return found, np.inf
        if output == NOTHING:
            continue
        _states_of(m, w, q, r - start)
        value = hf[told + np.uint64(VALUE)]
        bounds = (np.nan, np.nan)
        if hi[record + np.uint64(CENSORED)] == _1:
            bounds = (hf[told + np.uint64(LOW)], hf[told + np.uint64(HIGH)])
        found, part = observe(code, m, w, output, r - start, time, value, bounds)
        if found != FINE:
            return found, np.inf
        total += part
    _mirror(m, w)
    return (FINE, total) if np.isfinite(total) else (NO_VALUE, np.inf)
