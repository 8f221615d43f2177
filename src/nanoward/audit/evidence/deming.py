"""Deming regression: claimed against measured where both have error (errors in variables)."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, slots=True, kw_only=True)
class DemingFit:
    """claimed = intercept + slope * measured, with 95 % limits by the jackknife over items.

    A slope below 1 says that high values are claimed too low (clipped tails, made up around
    the mean); an intercept other than 0 that all are shifted.
    """

    slope: float
    slope_low: float
    slope_high: float
    intercept: float
    intercept_low: float
    intercept_high: float
    items: int


def deming(
    claimed: Float[np.ndarray, " N"], measured: Float[np.ndarray, " N"], ratio: float
) -> DemingFit | None:
    """The line through both; None for fewer than 8 items or no spread.

    ratio  variance of the claimed values' error over that of the measured ones'
    Source: Deming 1943; jackknife limits as Linnet 1993 Clin Chem 39:424.
    """
    count = len(claimed)
    if count < 8 or np.ptp(measured) == 0 or np.ptp(claimed) == 0:
        return None
    slope, intercept = _line(claimed, measured, ratio)
    keep = ~np.eye(count, dtype=bool)
    left = np.array([_line(claimed[one], measured[one], ratio) for one in keep])
    pseudo = count * np.array([slope, intercept]) - (count - 1) * left
    error = pseudo.std(axis=0, ddof=1) / np.sqrt(count)
    wide = 1.96 * error
    return DemingFit(
        slope=slope,
        slope_low=slope - float(wide[0]),
        slope_high=slope + float(wide[0]),
        intercept=intercept,
        intercept_low=intercept - float(wide[1]),
        intercept_high=intercept + float(wide[1]),
        items=count,
    )


def _line(
    y: Float[np.ndarray, " N"], x: Float[np.ndarray, " N"], ratio: float
) -> tuple[float, float]:
    syy, sxx = y.var(), x.var()
    sxy = float(((x - x.mean()) * (y - y.mean())).mean())
    if sxy == 0:
        return 0.0, float(y.mean())
    part = syy - ratio * sxx
    slope = float((part + np.sqrt(part**2 + 4 * ratio * sxy**2)) / (2 * sxy))
    return slope, float(y.mean() - slope * x.mean())
