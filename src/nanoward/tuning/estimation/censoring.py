"""Observations below or above a limit, or between two: how likely that is under a prediction.

Beal's method M3 (J Pharmacokinet Pharmacodyn 2001, 28:481), for draws that are carried together
(compartment_courses.py); the kernel has its own (kernel/likelihood.py), beside which this is
tested.
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
    a, b, _ = in_the_small_tail((limits[:, 0] - f) / sd, (limits[:, 1] - f) / sd)
    return -2.0 * log_share(a, b)


def in_the_small_tail(a: Array, b: Array) -> tuple[Array, Array, Array]:
    """The same share of the normal curve from its left side; -1 where it was mirrored."""
    over = a + b > 0.0
    return np.where(over, -b, a), np.where(over, -a, b), np.where(over, -1.0, 1.0)


def log_share(a: Array, b: Array) -> Array:
    """ln(Phi(b) - Phi(a))."""
    top = log_normal_cdf(b)
    bounded = np.isfinite(a)
    with np.errstate(all="ignore"):
        less = np.log1p(-np.exp(log_normal_cdf(np.where(bounded, a, b - 1.0)) - top))
    return np.asarray(np.where(bounded, top + less, top))
