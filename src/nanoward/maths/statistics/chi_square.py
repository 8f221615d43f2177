"""The upper tail of the chi-squared distribution with a whole number of degrees of freedom."""

from math import erfc, exp, inf, isnan, nan, pi, sqrt


def chi_square_tail(statistic: float, freedom: int) -> float:
    """P(X >= statistic) for X chi-squared with `freedom` degrees of freedom, by finite sum.

    Source: Abramowitz & Stegun 1964, 26.4.4 and 26.4.5.
    """
    if freedom < 1 or isnan(statistic):
        return nan
    if statistic <= 0:
        return 1.0
    if statistic == inf:
        return 0.0
    odd = freedom % 2
    tail = erfc(sqrt(statistic / 2.0)) if odd else exp(-statistic / 2.0)
    term = sqrt(2.0 * statistic / pi) * exp(-statistic / 2.0) if odd else tail
    for degrees in range(3 if odd else 4, freedom + 1, 2):
        if not odd:
            term *= statistic / (degrees - 2)
        tail += term
        if odd:
            term *= statistic / degrees
    return min(tail, 1.0)
