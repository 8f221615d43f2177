"""The machine that carries out tapes on numbers with exact first derivatives.

A register holds a value and its derivatives by P variables, W = P + 1 numbers (forward mode;
Griewank & Walther, Evaluating Derivatives, 2nd ed. 2008, chapter 3). The machine is compiled
once for all models. Import this module only where it is used: it loads numba.
"""

import math

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.compiling import entry, inner
from nanoward.maths.tape import CODES

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

_ADD, _SUB, _MUL, _DIV = (CODES[one] for one in ("add", "sub", "mul", "div"))
_NEG, _EXP, _LOG, _SQRT = (CODES[one] for one in ("neg", "exp", "log", "sqrt"))
_POW, _ABS, _EXPIT, _IF = (CODES[one] for one in ("pow", "abs", "expit", "if"))
_MIN, _MAX, _LT, _LE = (CODES[one] for one in ("min", "max", "lt", "le"))
_GT, _GE, _EQ, _NE = (CODES[one] for one in ("gt", "ge", "eq", "ne"))
_AND, _OR = CODES["and"], CODES["or"]
_CDF, _LOGCDF, _LGAMMA = CODES["normcdf"], CODES["lognormcdf"], CODES["lgamma"]
_SIN, _COS = CODES["sin"], CODES["cos"]
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
def _of_one(op: int, x: float) -> tuple[float, float]:
    """Value and slope of a function of one number."""
    if op == _NEG:
        return -x, -1.0
    if op == _EXP:
        value = math.exp(x)
        return value, value
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
def _power(a: float, b: float) -> tuple[float, float, float]:
    """a ** b and its slopes by a and by b."""
    if a < 0.0 and b != math.floor(b):
        return np.nan, np.nan, np.nan
    value = a**b
    by_a = 0.0 if b == 0.0 else (b * value / a if a != 0.0 else b * a ** (b - 1.0))
    by_b = value * math.log(a) if a > 0.0 else 0.0
    return value, by_a, by_b


@inner
def _is_true(op: int, a: float, b: float) -> bool:
    if op == _LT:
        return a < b
    if op == _LE:
        return a <= b
    if op == _GT:
        return a > b
    if op == _GE:
        return a >= b
    if op == _EQ:
        return a == b
    if op == _NE:
        return a != b
    if op == _AND:
        return a != 0.0 and b != 0.0
    return a != 0.0 or b != 0.0


@entry
def carry_out(code: Whole, start: int, stop: int, regs: Array, width: int) -> None:
    """Rows start to stop of a tape, on the registers (registers, width)."""
    for row in range(start, stop):
        op, d, a, b = code[row, 0], code[row, 1], code[row, 2], code[row, 3]
        if op == _MUL:
            x, y = regs[a, 0], regs[b, 0]
            for w in range(1, width):
                regs[d, w] = x * regs[b, w] + y * regs[a, w]
            regs[d, 0] = x * y
        elif op == _ADD:
            for w in range(width):
                regs[d, w] = regs[a, w] + regs[b, w]
        elif op == _SUB:
            for w in range(width):
                regs[d, w] = regs[a, w] - regs[b, w]
        elif op == _DIV:
            over = 1.0 / regs[b, 0]
            value = regs[a, 0] * over
            for w in range(1, width):
                regs[d, w] = (regs[a, w] - value * regs[b, w]) * over
            regs[d, 0] = value
        elif op == _POW:
            value, by_a, by_b = _power(regs[a, 0], regs[b, 0])
            for w in range(1, width):
                found = 0.0
                if regs[a, w] != 0.0:
                    found += by_a * regs[a, w]
                if regs[b, w] != 0.0:
                    found += by_b * regs[b, w]
                regs[d, w] = found
            regs[d, 0] = value
        elif op == _IF:
            c = code[row, 4]
            chosen = b if regs[a, 0] != 0.0 else c
            for w in range(width):
                regs[d, w] = regs[chosen, w]
        elif op == _MIN or op == _MAX:  # noqa: SIM109 - numba
            first = regs[a, 0] <= regs[b, 0] if op == _MIN else regs[a, 0] >= regs[b, 0]
            chosen = a if first else b
            for w in range(width):
                regs[d, w] = regs[chosen, w]
        elif _LT <= op <= _OR:
            regs[d, 0] = 1.0 if _is_true(op, regs[a, 0], regs[b, 0]) else 0.0
            for w in range(1, width):
                regs[d, w] = 0.0
        else:
            value, slope = _of_one(op, regs[a, 0])
            for w in range(1, width):
                regs[d, w] = slope * regs[a, w] if regs[a, w] != 0.0 else 0.0
            regs[d, 0] = value
