"""Observations below a limit: the probability of that, and how it changes with the prediction.

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


def minus_two_log_below(limit: Array, f: Array, variance: Array) -> Array:
    """-2 ln P(observation below limit), for predictions f and variances of one shape."""
    return np.asarray(-2.0 * log_normal_cdf((limit - f) / np.sqrt(variance)))


def below_limit(
    limit: Array, f: Array, variance: Array, d1: Array, d2: Array | float
) -> tuple[Array, Array, Array]:
    """(T,) -2 ln P(below), its first and its second derivative by f.

    d1, d2  derivatives of the variance by f
    """
    s = np.sqrt(variance)
    s1 = d1 / (2.0 * s)
    s2 = d2 / (2.0 * s) - d1**2 / (4.0 * s**3)
    r = limit - f
    u = r / s
    u1 = -1.0 / s - r * s1 / s**2
    u2 = 2.0 * s1 / s**2 - r * s2 / s**2 + 2.0 * r * s1**2 / s**3
    value = log_normal_cdf(u)
    hazard = np.exp(-0.5 * u**2 - 0.5 * log(2.0 * pi) - value)
    bend = 2.0 * hazard * (u + hazard) * u1**2 - 2.0 * hazard * u2
    return -2.0 * value, -2.0 * hazard * u1, bend
