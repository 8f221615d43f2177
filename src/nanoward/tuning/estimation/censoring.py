"""Observations below or above a limit, or between two: how likely that is under a prediction.

Beal's method M3 (J Pharmacokinet Pharmacodyn 2001, 28:481), for the closed-form models; the
compiled kernel has its own (kernel/likelihood.py), against which this is tested.
"""

from math import erfc, isnan, log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FAR = -20.0  # deviations below which the tail is taken from its asymptotic series


def log_normal_cdf(u: Array) -> Array:
    """ln Phi(u) (Abramowitz & Stegun 1964, 26.2.12 far in the lower tail)."""
    return np.array([_log_cdf(float(one)) for one in np.ravel(u)]).reshape(np.shape(u))


def _log_cdf(x: float) -> float:
    if isnan(x) or x > FAR:
        return log(0.5 * erfc(-x / sqrt(2.0)))
    s = 1.0 / (x * x)
    series = 1.0 - s * (1.0 - 3.0 * s * (1.0 - 5.0 * s * (1.0 - 7.0 * s)))
    return -0.5 * x * x - log(-x) - 0.5 * log(2.0 * pi) + log(series)


def minus_two_log_between(limits: Array, f: Array, variance: Array) -> Array:
    """-2 ln P(low < observation < high) for predictions f and variances (..., T).

    limits  (T, 2) low and high, -inf or inf where there is none
    """
    sd = np.sqrt(variance)
    a, b, _ = _in_the_small_tail((limits[:, 0] - f) / sd, (limits[:, 1] - f) / sd)
    return -2.0 * _log_share(a, b)


def _in_the_small_tail(a: Array, b: Array) -> tuple[Array, Array, Array]:
    """The same share of the normal curve from its left side; -1 where it was mirrored."""
    over = a + b > 0.0
    return np.where(over, -b, a), np.where(over, -a, b), np.where(over, -1.0, 1.0)


def _log_share(a: Array, b: Array) -> Array:
    """ln(Phi(b) - Phi(a))."""
    top = log_normal_cdf(b)
    bounded = np.isfinite(a)
    with np.errstate(all="ignore"):
        less = np.log1p(-np.exp(log_normal_cdf(np.where(bounded, a, b - 1.0)) - top))
    return np.asarray(np.where(bounded, top + less, top))


def between_limits(
    limits: Array, f: Array, variance: Array, d1: Array, d2: Array | float
) -> tuple[Array, Array, Array]:
    """(T,) -2 ln P(low < observation < high), its first and its second derivative by f.

    limits  (T, 2) low and high, -inf or inf where there is none
    d1, d2  derivatives of the variance by f
    """
    s = np.sqrt(variance)
    s1 = d1 / (2.0 * s)
    s2 = d2 / (2.0 * s) - d1**2 / (4.0 * s**3)
    a, b, side = _in_the_small_tail((limits[:, 0] - f) / s, (limits[:, 1] - f) / s)
    value = _log_share(a, b)
    low = np.where(np.isfinite(a), a, 0.0)
    near = np.exp(-0.5 * b**2 - 0.5 * log(2.0 * pi) - value)
    far = np.where(np.isfinite(a), np.exp(-0.5 * low**2 - 0.5 * log(2.0 * pi) - value), 0.0)

    def turns(u: Array) -> tuple[Array, Array]:
        """First and second derivative by f of a limit's distance in deviations."""
        u1 = -(side + u * s1) / s
        return u1, -(2.0 * u1 * s1 + u * s2) / s

    (b1, b2), (a1, a2) = turns(b), turns(low)
    slope = near * b1 - far * a1
    bend = near * b2 - far * a2 - near * (b + near) * b1**2 + far * (low - far) * a1**2
    bend += 2.0 * near * far * a1 * b1
    return -2.0 * value, -2.0 * slope, -2.0 * bend
