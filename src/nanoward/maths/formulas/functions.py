"""What each function of a formula is: value, slopes, and its slope as a formula. One table.

The same lines are interpreted where numbers are folded and formulas are read (expressions.py),
and compiled where tapes are carried out (tape_interpreter.py), so that both give the same
number, on the edges too. Those are IEEE 754-2019's: x / 0 has the signs of both, 0 / 0 and what
lies outside a domain is NaN, a NaN goes through (also through min, max and expit), powers are
`pow` of its table 9.1, what is too large is infinite; lgamma is infinite at its poles. A
condition is false where it is 0, and true where it is anything else, a NaN included. One rule
is the graph's own: a factor that is written 0 takes away what it multiplies, whatever that is.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_TOP = 709.78  # exp of more is taken for infinite
_LARGE = 2.5e305  # lgamma of more is infinite
_ROOT_TWO = math.sqrt(2.0)
_LOG_ROOT_TWO_PI = 0.5 * math.log(2.0 * math.pi)
_NAN, _INF = math.nan, math.inf


@dataclass(frozen=True, slots=True)
class Function:
    """One operation. slopes: the value, and then the slope by each argument; `by` is the slope
    by the only argument x as a formula of x and the value y, "" where none is offered."""

    arity: int
    slopes: Callable[..., tuple[float, ...]]
    by: str = ""
    called: bool = False  # by its name, as in exp(x)


def add(x: float, y: float) -> tuple[float, float, float]:
    """x + y."""
    return x + y, 1.0, 1.0


def sub(x: float, y: float) -> tuple[float, float, float]:
    """x - y."""
    return x - y, 1.0, -1.0


def mul(x: float, y: float) -> tuple[float, float, float]:
    """x y."""
    return x * y, y, x


def div(x: float, y: float) -> tuple[float, float, float]:
    """x / y, also by 0."""
    if y != 0.0:
        return x / y, 1.0 / y, -x / y / y
    if x == 0.0 or math.isnan(x):
        return _NAN, _NAN, _NAN
    over = math.copysign(_INF, y)
    return x * over, over, -x * _INF


def neg(x: float) -> tuple[float, float]:
    """-x."""
    return -x, -1.0


def exp(x: float) -> tuple[float, float]:
    """e to the x."""
    if x > _TOP:
        return _INF, _INF
    value = math.exp(x)
    return value, value


def log(x: float) -> tuple[float, float]:
    """The natural logarithm."""
    if x > 0.0:
        return math.log(x), 1.0 / x
    return (-_INF, _INF) if x == 0.0 else (_NAN, _NAN)


def sqrt(x: float) -> tuple[float, float]:
    """The square root."""
    if x > 0.0:
        value = math.sqrt(x)
        return value, 0.5 / value
    return (x, _INF) if x == 0.0 else (_NAN, _NAN)


def absolute(x: float) -> tuple[float, float]:
    """|x|, with the slope 1 at 0."""
    return math.fabs(x), -1.0 if x < 0.0 else 1.0


def expit(x: float) -> tuple[float, float]:
    """1 / (1 + exp(-x))."""
    value = math.exp(x) if x < -700.0 else 1.0 / (1.0 + math.exp(-x))
    return value, value * (1.0 - value)


def normcdf(x: float) -> tuple[float, float]:
    """The normal distribution function."""
    return 0.5 * math.erfc(-x / _ROOT_TWO), math.exp(-0.5 * x * x - _LOG_ROOT_TWO_PI)


def lognormcdf(x: float) -> tuple[float, float]:
    """ln Phi(x), also far in the lower tail (Abramowitz & Stegun 1964, 26.2.12)."""
    if not x <= -20.0:
        value = math.log(0.5 * math.erfc(-x / _ROOT_TWO))
    elif math.isinf(x):
        return -_INF, _INF
    else:
        s = 1.0 / (x * x)
        series = 1.0 - s * (1.0 - 3.0 * s * (1.0 - 5.0 * s * (1.0 - 7.0 * s)))
        left = math.log(-x) + _LOG_ROOT_TWO_PI - math.log(series)
        return -0.5 * x * x - left, -x / series  # the density over the area below
    return value, math.exp(-0.5 * x * x - _LOG_ROOT_TWO_PI - value)


def lgamma(x: float) -> tuple[float, float]:
    """ln |Gamma(x)| and the digamma function (Abramowitz & Stegun 6.3.5, 6.3.7, 6.3.18)."""
    if math.isnan(x):
        return x, x
    if x > _LARGE:
        return _INF, _INF
    if x <= 0.0 and (math.isinf(x) or x % 1.0 == 0.0):
        return _INF, _NAN
    slope, up = 0.0, x
    if x < 0.0:
        slope, up = -math.pi / math.tan(math.pi * (x % 1.0)), 1.0 - x
    while up < 8.0:
        slope -= 1.0 / up
        up += 1.0
    s = 1.0 / (up * up)
    series = s * (1.0 / 12.0 - s * (1.0 / 120.0 - s * (1.0 / 252.0 - s / 240.0)))
    return math.lgamma(x), slope + math.log(up) - 0.5 / up - series


def sin(x: float) -> tuple[float, float]:
    """The sine."""
    return (_NAN, _NAN) if math.isinf(x) else (math.sin(x), math.cos(x))


def cos(x: float) -> tuple[float, float]:
    """The cosine."""
    return (_NAN, _NAN) if math.isinf(x) else (math.cos(x), -math.sin(x))


def power(x: float, y: float) -> tuple[float, float, float]:
    """x to the y: `pow` of IEEE 754-2019, 9.2.1; no slope by the exponent where x <= 0."""
    if y == 0.0 or x == 1.0:
        return 1.0, y, math.log(x) if x > 0.0 else 0.0
    if math.isnan(x) or math.isnan(y):
        return _NAN, _NAN, _NAN
    rest = 0.0 if math.isinf(y) else y % 2.0
    if x < 0.0 and rest % 1.0 != 0.0 and not math.isinf(x):
        return _NAN, _NAN, _NAN
    sign = -1.0 if rest == 1.0 and math.copysign(1.0, x) < 0.0 else 1.0
    if x == 0.0:
        value = sign * (0.0 if y > 0.0 else _INF)
        slope = 0.0 if y > 1.0 else (1.0 if y == 1.0 else _INF)
        return value, slope if y > 0.0 else _NAN, 0.0
    size = math.fabs(x)
    if size == 1.0:
        height = 1.0
    elif math.isinf(size) or math.isinf(y):
        height = _INF if (size > 1.0) == (y > 0.0) else 0.0
    else:
        height = _INF if y * math.log(size) > _TOP else size**y
    value = sign * height
    return value, y * value / x, value * math.log(x) if x > 0.0 else 0.0


def minimum(x: float, y: float) -> tuple[float, float, float]:
    """The smaller one; NaN where either is."""
    if x <= y:
        return x, 1.0, 0.0
    return (y, 0.0, 1.0) if y < x else (_NAN, _NAN, _NAN)


def maximum(x: float, y: float) -> tuple[float, float, float]:
    """The larger one; NaN where either is."""
    if x >= y:
        return x, 1.0, 0.0
    return (y, 0.0, 1.0) if y > x else (_NAN, _NAN, _NAN)


def lt(x: float, y: float) -> tuple[float, float, float]:
    """1 where x < y, else 0."""
    return 1.0 if x < y else 0.0, 0.0, 0.0


def le(x: float, y: float) -> tuple[float, float, float]:
    """1 where x <= y, else 0."""
    return 1.0 if x <= y else 0.0, 0.0, 0.0


def gt(x: float, y: float) -> tuple[float, float, float]:
    """1 where x > y, else 0."""
    return 1.0 if x > y else 0.0, 0.0, 0.0


def ge(x: float, y: float) -> tuple[float, float, float]:
    """1 where x >= y, else 0."""
    return 1.0 if x >= y else 0.0, 0.0, 0.0


def eq(x: float, y: float) -> tuple[float, float, float]:
    """1 where x == y, else 0."""
    return 1.0 if x == y else 0.0, 0.0, 0.0


def ne(x: float, y: float) -> tuple[float, float, float]:
    """1 where x != y, else 0."""
    return 1.0 if x != y else 0.0, 0.0, 0.0


def both(x: float, y: float) -> tuple[float, float, float]:
    """1 where neither is 0, else 0."""
    return 1.0 if x != 0.0 and y != 0.0 else 0.0, 0.0, 0.0


def either(x: float, y: float) -> tuple[float, float, float]:
    """1 where one is not 0, else 0."""
    return 1.0 if x != 0.0 or y != 0.0 else 0.0, 0.0, 0.0


def chosen(x: float, y: float, z: float) -> tuple[float, float, float, float]:
    """y where x is not 0, else z."""
    return (y, 0.0, 1.0, 0.0) if x != 0.0 else (z, 0.0, 0.0, 1.0)


_DENSITY = "0.3989422804014327 * exp(-0.5 * x * x)"
TABLE: Mapping[str, Function] = {
    "add": Function(2, add),
    "sub": Function(2, sub),
    "mul": Function(2, mul),
    "div": Function(2, div),
    "neg": Function(1, neg, "-1"),
    "exp": Function(1, exp, "y", called=True),
    "log": Function(1, log, "1 / x", called=True),
    "sqrt": Function(1, sqrt, "0.5 / y", called=True),
    "pow": Function(2, power),
    "abs": Function(1, absolute, "if(x < 0, -1, 1)", called=True),
    "expit": Function(1, expit, "y * (1 - y)", called=True),
    "min": Function(2, minimum, called=True),
    "max": Function(2, maximum, called=True),
    "lt": Function(2, lt),
    "le": Function(2, le),
    "gt": Function(2, gt),
    "ge": Function(2, ge),
    "eq": Function(2, eq),
    "ne": Function(2, ne),
    "and": Function(2, both),
    "or": Function(2, either),
    "if": Function(3, chosen, called=True),
    "normcdf": Function(1, normcdf, _DENSITY, called=True),
    "lognormcdf": Function(
        1, lognormcdf, "exp(-0.5 * x * x - 0.9189385332046727 - y)", called=True
    ),
    "lgamma": Function(1, lgamma, called=True),
    "sin": Function(1, sin, "cos(x)", called=True),
    "cos": Function(1, cos, "-sin(x)", called=True),
}


def value_of(op: str, *given: float) -> float:
    """The number that an operation gives."""
    return TABLE[op].slopes(*given)[0]
