"""How much larger than counted a probability may be: the margin of a finite number of draws.

Wilson's upper limit (1927, J Am Stat Assoc 22:209), one-sided at 95 %: also where nothing was
seen in N draws the true share may be about 2.7 / N. Where each draw gives a probability and
not yes or no, the spread between draws is smaller than that of coin throws, and so many more
throws it is worth (Kish's design effect).
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SURE = 1.6448536269514722  # standard normal quantile of 95 %


def share_bound(share: Array, counted: float | Array) -> Array:
    """Upper limit of shares that were counted in so many independent draws."""
    n = np.minimum(np.maximum(np.asarray(counted, float), 1e-9), 1e100)
    square = SURE**2
    middle = share + square / (2.0 * n)
    wide = SURE * np.sqrt(share * (1.0 - share) / n + square / (4.0 * n**2))
    return np.asarray(np.minimum((middle + wide) / (1.0 + square / n), 1.0))


def mean_bound(probability: Array, counted: float) -> Array:
    """(K, T) upper limit of the mean over draws of probabilities (K, D, T)."""
    mean = probability.mean(axis=1)
    throws = np.maximum(mean * (1.0 - mean), 0.0)
    spread = probability.var(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(spread > 0, throws / spread, 1.0)
    return share_bound(mean, counted * np.maximum(worth, 1.0))
