"""Moments of a sample."""

import numpy as np
from jaxtyping import Float


def excess_kurtosis(units: Float[np.ndarray, "..."]) -> float:
    """Fourth standardised moment less 3, over all values: 0 for normal noise."""
    deviations = units - units.mean()
    return float((deviations**4).mean() / (deviations**2).mean() ** 2 - 3.0)
