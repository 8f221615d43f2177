"""Minimising a smooth function of a few variables by Newton steps within a trust region.

The step solves the trust-region problem exactly from the eigenvectors of the observed Hessian,
so directions of negative curvature are used, not feared (Nocedal & Wright, Numerical
Optimization, 2nd ed. 2006, algorithms 4.1 and 4.3). Not converging is a value, never silence.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Surface = Callable[[Array], tuple[float, Array, Array]]

MOST_STEPS = 100
WIDEST = 4.0
NARROWEST = 1e-10
DECREMENT = 1e-13  # relative decrease that the model still promises: no more to gain


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """Where the search ended, and whether that is a minimum.

    at         (P,)
    gradient   (P,), Hessian (P, P): there
    converged  gradient vanishes to rounding and the Hessian is positive definite
    reason     why the search ended, in words
    """

    at: Array
    value: float
    gradient: Array
    hessian: Array
    converged: bool
    steps: int
    reason: str


def minimise(surface: Surface, start: Array, *, radius: float = 1.0) -> Minimum:
    """The minimum that is reached downhill from `start`.

    surface  gives value, gradient (P,) and Hessian (P, P); a value that is not finite is
             a wall, from which the search steps back
    start    (P,), where the value is finite; variables scaled to about one
    """
    at = np.asarray(start, dtype=float)
    value, gradient, hessian = surface(at)
    if not np.isfinite(value):
        return _ended(at, value, gradient, hessian, 0, "the start has no finite value")
    for count in range(MOST_STEPS):
        step, promised, curved_up = _step(gradient, hessian, radius)
        if promised <= DECREMENT * (1.0 + abs(value)):
            reason = "" if curved_up else "ended on a saddle"
            return _ended(at, value, gradient, hessian, count, reason)
        new = surface(at + step)
        kept = (value - new[0]) / promised if np.isfinite(new[0]) else -1.0
        length = float(np.linalg.norm(step))
        if kept < 0.25:
            radius = 0.25 * length
        elif kept > 0.75 and length > 0.9 * radius:
            radius = min(2.0 * radius, WIDEST)
        if kept > 1e-4:
            at, (value, gradient, hessian) = at + step, new
        if radius < NARROWEST:
            return _ended(at, value, gradient, hessian, count, _stalled(promised, value))
    return _ended(at, value, gradient, hessian, MOST_STEPS, f"no end in {MOST_STEPS} steps")


def _stalled(promised: float, value: float) -> str:
    """Steps below rounding are an end; otherwise the surface is not smooth there."""
    return "" if promised <= 1e-10 * (1.0 + abs(value)) else "no smooth way down (a kink)"


def _ended(
    at: Array, value: float, gradient: Array, hessian: Array, steps: int, reason: str
) -> Minimum:
    return Minimum(
        at=at,
        value=float(value),
        gradient=gradient,
        hessian=hessian,
        converged=reason == "",
        steps=steps,
        reason=reason,
    )


def _step(gradient: Array, hessian: Array, radius: float) -> tuple[Array, float, bool]:
    """Best step of the quadratic model within the radius, the decrease that it promises,
    and whether the model curves upwards everywhere."""
    curvature, axes = np.linalg.eigh(hessian)
    slope = axes.T @ gradient
    curved_up = bool(curvature[0] > 0)
    if curved_up:
        newton = -slope / curvature
        if np.linalg.norm(newton) <= radius:
            return axes @ newton, float(-0.5 * slope @ newton), True
    shift = _shift(slope, curvature, radius)
    bounded = -slope / (curvature + shift)
    length = float(np.linalg.norm(bounded))
    if not curved_up and length < radius:  # the hard case: add the downward direction
        downward = np.sqrt(radius**2 - length**2)
        bounded[0] += np.copysign(downward, bounded[0])
    promised = -float(slope @ bounded + 0.5 * curvature @ bounded**2)
    return axes @ bounded, promised, curved_up


def _shift(slope: Array, curvature: Array, radius: float) -> float:
    """The shift of the Hessian that makes the step as long as the radius, by bisection."""
    low = max(0.0, -float(curvature[0])) + 1e-12 * (1.0 + float(np.abs(curvature).max()))
    high = low + float(np.linalg.norm(slope)) / radius + 1e-12
    for _ in range(60):
        middle = 0.5 * (low + high)
        if np.linalg.norm(slope / (curvature + middle)) > radius:
            low = middle
        else:
            high = middle
        if high - low <= 1e-4 * high:
            break
    return high
