"""Limits of a Poisson mean by Byar's approximation (Breslow and Day 1987, IARC 82, p. 69)."""

import numpy as np

SURE = 3.29  # standard deviations: one in a thousand outside, both sides together


def byar_limits(found: float, sds: float = SURE) -> tuple[float, float]:
    """Limits of a Poisson mean of which `found` were seen, so many standard deviations out."""
    more = found + 1.0
    high = more * (1 - 1 / (9 * more) + sds / (3 * np.sqrt(more))) ** 3
    if found <= 0:
        return 0.0, float(high)
    low = found * max(0.0, 1 - 1 / (9 * found) - sds / (3 * np.sqrt(found))) ** 3
    return float(low), float(high)
