"""The machine that carries out tapes on numbers with exact first derivatives.

A register holds a value and its derivatives, STRIDE numbers at the head of `w` (forward mode;
Griewank & Walther, Evaluating Derivatives, 2nd ed. 2008, chapter 3). Two of them are worked on
at once. The machine is compiled once for all models. Whole numbers are unsigned: an index
that cannot be negative needs no check. Import this module only where it is used: it loads
numba.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.tape import CODES
from nanoward.maths.jit.numba_pipeline import entry, inner

Array = NDArray[np.float64]
Whole = NDArray[np.uint64]

_ADD, _SUB, _MUL, _DIV = (np.uint64(CODES[one]) for one in ("add", "sub", "mul", "div"))
_NEG, _EXP, _LOG, _SQRT = (np.uint64(CODES[one]) for one in ("neg", "exp", "log", "sqrt"))
_POW, _ABS, _EXPIT, _IF = (np.uint64(CODES[one]) for one in ("pow", "abs", "expit", "if"))
_MIN, _MAX, _LT, _LE = (np.uint64(CODES[one]) for one in ("min", "max", "lt", "le"))
_GT, _GE, _EQ, _NE = (np.uint64(CODES[one]) for one in ("gt", "ge", "eq", "ne"))
_AND, _OR, _SIN = (np.uint64(CODES[one]) for one in ("and", "or", "sin"))
_CDF, _LOGCDF = np.uint64(CODES["normcdf"]), np.uint64(CODES["lognormcdf"])
_LGAMMA = np.uint64(CODES["lgamma"])
_0, _1, _2 = (np.uint64(one) for one in range(3))
_ROOT_TWO = math.sqrt(2.0)
_LOG_ROOT_TWO_PI = 0.5 * math.log(2.0 * math.pi)


@entry
def log_normal_cdf(x: float) -> float:
    """ln Phi(x), also far in the lower tail (Abramowitz & Stegun 1964, 26.2.12)."""
    if x > -20.0:
        return math.log(0.5 * math.erfc(-x / _ROOT_TWO))
    s = 1.0 / (x * x)
    series = 1.0 - s * (1.0 - 3.0 * s * (1.0 - 5.0 * s * (1.0 - 7.0 * s)))
    return -0.5 * x * x - math.log(-x) - _LOG_ROOT_TWO_PI + math.log(series)


@entry
def digamma(x: float) -> float:
    """The slope of lgamma, for x > 0 (Abramowitz & Stegun 6.3.5 and 6.3.18)."""
    found = 0.0
    while x < 8.0:
        found -= 1.0 / x
        x += 1.0
    s = 1.0 / (x * x)
    series = s * (1.0 / 12.0 - s * (1.0 / 120.0 - s * (1.0 / 252.0 - s / 240.0)))
    return found + math.log(x) - 0.5 / x - series


@inner
def _of_one(op: Any, x: float) -> tuple[float, float]:
    """Value and slope of a function of one number."""
    if op == _EXP:
        value = math.exp(x)
        return value, value
    if op == _NEG:
        return -x, -1.0
    if op == _LOG:
        return (math.log(x), 1.0 / x) if x > 0.0 else (np.nan if x < 0.0 else -np.inf, np.nan)
    if op == _SQRT:
        value = math.sqrt(x) if x >= 0.0 else np.nan
        return value, 0.5 / value
    if op == _EXPIT:
        value = 1.0 / (1.0 + math.exp(-x)) if x > -700.0 else 0.0
        return value, value * (1.0 - value)
    if op == _ABS:
        return abs(x), -1.0 if x < 0.0 else 1.0
    if op == _CDF:
        return 0.5 * math.erfc(-x / _ROOT_TWO), math.exp(-0.5 * x * x - _LOG_ROOT_TWO_PI)
    if op == _LOGCDF:
        value = log_normal_cdf(x)
        return value, math.exp(-0.5 * x * x - _LOG_ROOT_TWO_PI - value)
    if op == _LGAMMA:
        return math.lgamma(x), digamma(x)
    if op == _SIN:
        return math.sin(x), math.cos(x)
    return math.cos(x), -math.sin(x)


@inner
def _of_two(op: Any, x: float, y: float) -> tuple[float, float, float]:
    """Value of a function of two numbers and its slopes by both."""
    if op == _POW:
        if x < 0.0 and y != math.floor(y):
            return np.nan, np.nan, np.nan
        value = x**y
        by_x = 0.0 if y == 0.0 else (y * value / x if x != 0.0 else y * x ** (y - 1.0))
        return value, by_x, value * math.log(x) if x > 0.0 else 0.0
    if op == _MIN:
        return (x, 1.0, 0.0) if x <= y else (y, 0.0, 1.0)
    if op == _MAX:
        return (x, 1.0, 0.0) if x >= y else (y, 0.0, 1.0)
    if op == _LT:
        true = x < y
    elif op == _LE:
        true = x <= y
    elif op == _GT:
        true = x > y
    elif op == _GE:
        true = x >= y
    elif op == _EQ:
        true = x == y
    elif op == _NE:
        true = x != y
    elif op == _AND:
        true = x != 0.0 and y != 0.0
    else:
        true = x != 0.0 or y != 0.0
    return (1.0 if true else 0.0), 0.0, 0.0


@inner
def execute_tape(code: Whole, start: Any, stop: Any, w: Array, stride: Any) -> None:
    """Rows start to stop of a tape; its registers are places in w, `stride` numbers each."""
    for row in range(start, stop):
        op, d, a, b = code[row, 0], code[row, 1], code[row, 2], code[row, 3]
        x, y = w[a], w[b]
        if op == _MUL:
            i = _0
            while i < stride and stride > _1:
                p0 = x * w[b + i] + y * w[a + i]
                p1 = x * w[b + i + _1] + y * w[a + i + _1]
                w[d + i], w[d + i + _1] = p0, p1
                i += _2
            w[d] = x * y
        elif op == _ADD:
            i = _0
            while i < stride and stride > _1:
                p0, p1 = w[a + i] + w[b + i], w[a + i + _1] + w[b + i + _1]
                w[d + i], w[d + i + _1] = p0, p1
                i += _2
            w[d] = x + y
        elif op == _SUB:
            i = _0
            while i < stride and stride > _1:
                p0, p1 = w[a + i] - w[b + i], w[a + i + _1] - w[b + i + _1]
                w[d + i], w[d + i + _1] = p0, p1
                i += _2
            w[d] = x - y
        elif op == _DIV:
            over = 1.0 / y
            value = x * over
            i = _0
            while i < stride and stride > _1:
                p0 = (w[a + i] - value * w[b + i]) * over
                p1 = (w[a + i + _1] - value * w[b + i + _1]) * over
                w[d + i], w[d + i + _1] = p0, p1
                i += _2
            w[d] = value
        elif op == _IF:
            chosen = b if x != 0.0 else code[row, 4]
            for j in range(stride):
                w[d + j] = w[chosen + j]
        elif op == _POW or _MIN <= op <= _OR:
            value, by_x, by_y = _of_two(op, x, y)
            for j in range(_1, stride):
                found = 0.0  # nothing moves: not even where a slope is infinite
                if w[a + j] != 0.0:
                    found += by_x * w[a + j]
                if w[b + j] != 0.0:
                    found += by_y * w[b + j]
                w[d + j] = found
            w[d] = value
        else:
            value, slope = _of_one(op, x)
            for j in range(_1, stride):
                w[d + j] = slope * w[a + j] if w[a + j] != 0.0 else 0.0
            w[d] = value


@entry
def executed_tape(code: Whole, start: int, stop: int, w: Array, stride: int) -> None:
    """carry_out, for calls from Python."""
    execute_tape(code, np.uint64(start), np.uint64(stop), w, np.uint64(stride))
