"""Numbers that carry their first and second derivatives: exact, by the chain rule.

A `Jet` holds an array of values together with the gradient and the Hessian of each value with
respect to the same P parameters (truncated Taylor arithmetic, forward mode; Griewank & Walther,
Evaluating Derivatives, 2nd ed. 2008, chapter 13). Formulas written with `exp`, `root`, `phi1`,
`total` and the operators below work alike on plain arrays and on jets.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Jet:
    """Values with derivatives.

    value   (...)
    first   (..., P)     d value / d parameter; leading axes broadcast against `value`
    second  (..., P, P)  symmetric
    """

    value: Array
    first: Array
    second: Array

    __array_priority__ = 1000  # numpy hands `array * jet` to the jet
    __array_ufunc__ = None

    def __add__(self, other: Number) -> Jet:
        if isinstance(other, Jet):
            return Jet(
                self.value + other.value, self.first + other.first, self.second + other.second
            )
        value = self.value + np.asarray(other)
        room = value[..., None]
        return Jet(value, self.first + 0.0 * room, self.second + 0.0 * room[..., None])

    def __neg__(self) -> Jet:
        return Jet(-self.value, -self.first, -self.second)

    def __sub__(self, other: Number) -> Jet:
        return self + (-other)

    def __rsub__(self, other: Array | float) -> Jet:
        return (-self) + other

    def __mul__(self, other: Number) -> Jet:
        if not isinstance(other, Jet):
            scale = np.asarray(other, dtype=float)
            return Jet(
                self.value * scale,
                self.first * scale[..., None],
                self.second * scale[..., None, None],
            )
        a, b = self.value[..., None], other.value[..., None]
        crossed = self.first[..., :, None] * other.first[..., None, :]
        return Jet(
            self.value * other.value,
            a * other.first + b * self.first,
            a[..., None] * other.second
            + b[..., None] * self.second
            + crossed
            + np.swapaxes(crossed, -1, -2),
        )

    def __truediv__(self, other: Number) -> Jet:
        return self * (reciprocal(other) if isinstance(other, Jet) else 1.0 / np.asarray(other))

    def __rtruediv__(self, other: Array | float) -> Jet:
        return reciprocal(self) * other

    __radd__ = __add__
    __rmul__ = __mul__

    def through(self, value: Array, slope: Array, bend: Array) -> Jet:
        """A function of this jet, from its value, first and second derivative there."""
        squared = self.first[..., :, None] * self.first[..., None, :]
        return Jet(
            value,
            slope[..., None] * self.first,
            slope[..., None, None] * self.second + bend[..., None, None] * squared,
        )


Number = Jet | Array | float


def variables(at: Array) -> list[Jet]:
    """The parameters themselves as jets of shape (), at the point `at` (P,)."""
    identity, none = np.eye(len(at)), np.zeros((len(at), len(at)))
    return [
        Jet(np.asarray(value, dtype=float), row, none)
        for value, row in zip(at, identity, strict=True)
    ]


def value_of(number: Number) -> Array:
    """The plain value."""
    return number.value if isinstance(number, Jet) else np.asarray(number, dtype=float)


def exp(number: Number) -> Any:
    """The exponential."""
    if isinstance(number, Jet):
        value = np.exp(number.value)
        return number.through(value, value, value)
    return np.exp(number)


def root(number: Number) -> Any:
    """The square root of a positive number."""
    if isinstance(number, Jet):
        value = np.sqrt(number.value)
        return number.through(value, 0.5 / value, -0.25 / (value * number.value))
    return np.sqrt(number)


def reciprocal(number: Jet) -> Jet:
    """One over the number."""
    value = 1.0 / number.value
    return number.through(value, -(value**2), 2.0 * value**3)


def phi1(number: Number) -> Any:
    """(exp(x) - 1) / x, which is 1 at x = 0; for x <= 0 exact to rounding."""
    at = value_of(number)
    if not isinstance(number, Jet):
        return _phi1(at)
    value, slope, bend = _phi1_with_derivatives(at)
    return number.through(value, slope, bend)


def total(number: Number, axis: int = -1) -> Any:
    """The sum over one axis of the values; `axis` counts from the end (negative)."""
    if isinstance(number, Jet):
        return Jet(
            number.value.sum(axis),
            np.broadcast_to(number.first, (*number.value.shape, number.first.shape[-1])).sum(
                axis - 1
            ),
            np.broadcast_to(
                number.second, (*number.value.shape, *number.second.shape[-2:])
            ).sum(axis - 2),
        )
    return np.sum(number, axis=axis)


_NEAR = 0.5  # nearer to 0 the quotients lose digits, and a short series is exact
# phi1 is the integral of exp(x s) over s in 0..1: its m-th derivative is the sum over k of
# x^k / (k! (k + m + 1))
_SERIES = [[1.0 / (factorial(k) * (k + m + 1)) for k in range(15)] for m in range(3)]


def _phi1(at: Array) -> Array:
    far = np.abs(at) >= 1e-5  # doses that were not given yet stand at 0, and are many
    found: Array = np.asarray(1.0 + at * (0.5 + at / 6.0))
    grown = np.expm1(at, where=far, out=np.zeros_like(found))
    np.divide(grown, at, where=far, out=found)
    return found


def _phi1_with_derivatives(at: Array) -> tuple[Array, Array, Array]:
    near = np.abs(at) < _NEAR
    safe = np.where(near, 1.0, at)
    grown = np.exp(safe)
    value = np.expm1(safe) / safe
    slope = (grown - value) / safe
    bend = (grown - 2.0 * slope) / safe
    if not near.any():
        return value, slope, bend
    small = np.where(near, at, 0.0)
    series = [_polynomial(small, terms) for terms in _SERIES]
    return (
        np.where(near, series[0], value),
        np.where(near, series[1], slope),
        np.where(near, series[2], bend),
    )


def _polynomial(at: Array, terms: list[float]) -> Array:
    value = np.zeros_like(at)
    for term in reversed(terms):
        value = value * at + term
    return value
