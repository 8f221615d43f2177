"""Are a few weights everything? The tail of importance weights, and weights smoothed by it.

The generalised Pareto law is fitted to the largest weights by the estimator of Zhang &
Stephens (2009, Technometrics 51:316) with the weak prior of Vehtari, Simpson, Gelman, Yao &
Gabry (2024, J Mach Learn Res 25:72), whose smoothing and limits of trust this is.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
TRUSTED = 0.7  # shape above which an average of so many weights is not to be trusted
FEWEST = 5  # weights in a tail


def tail_shape(excess: Array) -> tuple[float, float]:
    """Shape and scale of the generalised Pareto law of excesses (N,) above 0, ascending."""
    count = len(excess)
    trials = 30 + int(np.sqrt(count))
    place = np.sqrt(trials / (np.arange(1, trials + 1) - 0.5))
    quarter = excess[_quarter(count)]
    theta = 1.0 / excess[-1] + (1.0 - place) / 3.0 / quarter
    shape = np.log1p(-theta[:, None] * excess).mean(axis=1)
    profile = count * (np.log(-theta / shape) - shape - 1.0)
    weight = 1.0 / np.exp(profile - profile[:, None]).sum(axis=1)
    middle = float(theta @ weight / weight.sum())
    found = float(np.log1p(-middle * excess).mean())
    scale = -found / middle
    return (found * count + 5.0) / (count + 10.0), scale


def smoothed(logs: Array) -> tuple[Array, float]:
    """(N,) weights that add to 1, the largest smoothed, and the shape of their tail.

    logs  (N,) of raw weights, up to a constant; -inf counts nothing
    The shape is inf where too few weights count to tell, and the weights are then raw.
    """
    highest = logs.max()
    if not np.isfinite(highest):
        return np.zeros(len(logs)), np.inf
    raw = np.exp(logs - highest)
    some = int(min(0.2 * len(raw), 3.0 * np.sqrt(len(raw))))
    order = np.argsort(raw, kind="stable")
    tail = order[len(raw) - some :]
    limit = raw[order[len(raw) - some - 1]] if some < len(raw) else 0.0
    excess = raw[tail] - limit
    if some >= FEWEST and limit > 0.0 and excess[-1] <= 1e-9 * limit:
        return raw / raw.sum(), -np.inf  # all the largest are equal
    if some < FEWEST or not excess[_quarter(some)] > 0.0:
        return raw / raw.sum(), np.inf
    shape, scale = tail_shape(excess)
    if np.isfinite(shape):
        chance = (np.arange(some) + 0.5) / some
        if abs(shape) > 1e-12:
            level = scale * np.expm1(-shape * np.log1p(-chance)) / shape
        else:
            level = -scale * np.log1p(-chance)
        raw[tail] = np.minimum(limit + level, 1.0)
    return raw / raw.sum(), shape


def _quarter(count: int) -> int:
    return int(count / 4 + 0.5) - 1
