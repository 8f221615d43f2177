"""Regression of a short series on another, with AR(1) errors: the widest of near fits."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import stdtr, stdtrit

TIES = np.linspace(0.0, 0.98, 50)  # between weeks, that the slope is looked at under
NEAR = 2.71  # deviance within which a tie fits nearly as well: 90 % of chi-squared(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """Slope of one series on another, with its 95 % limits; phi ties successive times."""

    slope: float
    low: float
    high: float
    p_value: float
    phi: float


def widest_slope(
    score: Float[np.ndarray, " t"],
    load: Float[np.ndarray, " t"],
    times: Float[np.ndarray, " t"],
) -> Slope:
    """Generalised least squares, at the tie between times that speaks least for an effect.

    p and limits are the widest over all ties that fit nearly as well: restricted likelihood
    within a 90 % set (Berger and Boos 1994, J Am Stat Assoc 89:1012, without their correction).
    """
    fits = [_fit(score, load, times, phi) for phi in TIES]
    best = max(fits, key=lambda one: one.likelihood)
    near = [one for one in fits if best.likelihood - one.likelihood <= NEAR / 2]
    free = score.size - 2
    reach = float(stdtrit(free, 0.975))
    return Slope(
        slope=best.slope,
        low=min(one.slope - reach * one.error for one in near),
        high=max(one.slope + reach * one.error for one in near),
        p_value=max(float(2 * stdtr(free, -abs(one.slope) / one.error)) for one in near),
        phi=best.phi,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """A fit at one tie: slope, its standard error, and the restricted log likelihood."""

    slope: float
    error: float
    phi: float
    likelihood: float


def _fit(
    score: Float[np.ndarray, " t"],
    load: Float[np.ndarray, " t"],
    times: Float[np.ndarray, " t"],
    phi: float,
) -> _Fit:
    ties = phi ** np.abs(times[:, None] - times[None, :]) if phi else np.eye(times.size)
    design = np.column_stack([np.ones_like(load), load])
    inverse = np.linalg.inv(ties)
    normal = design.T @ inverse @ design
    effect = np.linalg.solve(normal, design.T @ inverse @ score)
    rest = score - design @ effect
    free = score.size - 2
    variance = float(rest @ inverse @ rest) / free
    likelihood = -0.5 * (
        free * np.log(variance) + np.linalg.slogdet(ties)[1] + np.linalg.slogdet(normal)[1]
    )
    error = float(np.sqrt(variance * np.linalg.inv(normal)[1, 1]))
    return _Fit(
        slope=float(effect[1]), error=error, phi=float(phi), likelihood=float(likelihood)
    )
