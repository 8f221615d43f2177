"""The machine that carries out tapes on numbers with exact first derivatives.

A register holds a value and its derivatives, STRIDE numbers at the head of `w` (forward mode;
Griewank & Walther, Evaluating Derivatives, 2nd ed. 2008, chapter 3). Two of them are worked on
at once. The machine is compiled once for all models. Whole numbers are unsigned: an index
that cannot be negative needs no check. Import this module only where it is used: it loads
numba.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas import functions
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
_div = inner(functions.div)
_neg = inner(functions.neg)
_exp = inner(functions.exp)
_log = inner(functions.log)
_sqrt = inner(functions.sqrt)
_absolute = inner(functions.absolute)
_expit = inner(functions.expit)
_normcdf = inner(functions.normcdf)
_lognormcdf = inner(functions.lognormcdf)
_lgamma = inner(functions.lgamma)
_sin = inner(functions.sin)
_cos = inner(functions.cos)
_power = inner(functions.power)
_minimum = inner(functions.minimum)
_maximum = inner(functions.maximum)
_lt = inner(functions.lt)
_le = inner(functions.le)
_gt = inner(functions.gt)
_ge = inner(functions.ge)
_eq = inner(functions.eq)
_ne = inner(functions.ne)
_both = inner(functions.both)
_either = inner(functions.either)


@entry
def log_normal_cdf(x: float) -> float:
    """ln Phi(x), also far in the lower tail."""
    return _lognormcdf(x)[0]


@inner
def _of_one(op: Any, x: float) -> tuple[float, float]:
    """Value and slope of a function of one number."""
    if op == _EXP:
        return _exp(x)
    if op == _NEG:
        return _neg(x)
    if op == _LOG:
        return _log(x)
    if op == _SQRT:
        return _sqrt(x)
    if op == _EXPIT:
        return _expit(x)
    if op == _ABS:
        return _absolute(x)
    if op == _CDF:
        return _normcdf(x)
    if op == _LOGCDF:
        return _lognormcdf(x)
    if op == _LGAMMA:
        return _lgamma(x)
    if op == _SIN:
        return _sin(x)
    return _cos(x)


@inner
def _of_two(op: Any, x: float, y: float) -> tuple[float, float, float]:
    """Value of a function of two numbers and its slopes by both."""
    if op == _POW:
        return _power(x, y)
    if op == _MIN:
        return _minimum(x, y)
    if op == _MAX:
        return _maximum(x, y)
    if op == _LT:
        return _lt(x, y)
    if op == _LE:
        return _le(x, y)
    if op == _GT:
        return _gt(x, y)
    if op == _GE:
        return _ge(x, y)
    if op == _EQ:
        return _eq(x, y)
    if op == _NE:
        return _ne(x, y)
    if op == _AND:
        return _both(x, y)
    return _either(x, y)


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
            value, over, _ = _div(x, y)
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
