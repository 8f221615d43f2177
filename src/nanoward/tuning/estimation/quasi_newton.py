"""Downhill on a sum over people: quasi-Newton steps that begin with the people's own slopes.

The curve at the start is half the sum of outer products of the people's gradients, which for
-2 ln likelihood is its expectation (Berndt, Hall, Hall & Hausman 1974, Ann Econ Soc Meas
3:653); steps then correct it (BFGS, damped after Powell 1978). Gradients are central
differences. Where it comes to rest the curve is measured by differences: from a saddle the
search goes on along the way that bends down; only where the curve is positive definite, and
promises nothing more, is it called the end.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
PROMISED = 1e-3  # decrease of the sum that is not worth a step
LONGEST = 0.7  # of one step in any coordinate
SHIFT = 2e-3  # for gradients
LIFT = 0.1  # of the sum, by which differences for the curve are chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """Where it ended. at (U,); slopes (N, U) of each person; curve (U, U), of the sum.

    reason  why this is no minimum; "" where it is one
    """

    at: Array
    value: float
    slopes: Array
    curve: Array
    rounds: int
    reason: str


def minimise(
    values: Callable[[Array], Array], start: Array, *, rounds: int = 60,
    step: Callable[[int], None] = lambda _: None,
) -> Minimum:  # fmt: skip
    """The minimum of values(at).sum() near `start`; values (N,), NaN where there is none.

    step  is called with 1 after each round
    """
    at, value = np.asarray(start, dtype=float), _sum(values, start)
    slopes = _slopes(values, at)
    curve, fresh, done, reason = _own_curve(slopes), True, 0, ""
    while True:
        gradient = slopes.sum(axis=0)
        if not np.isfinite(value) or not np.isfinite(gradient).all():
            reason = "somebody has no finite objective beside the end of the search"
            break
        move = -np.linalg.solve(curve, gradient)
        if -0.5 * gradient @ move < PROMISED:
            curve = curve_at(values, at, curve)
            down, found = _off_a_saddle(values, at, value, curve)
            if done < rounds and down.any():
                at, value, done = at + down, found, done + 1
                step(1)
                slopes = _slopes(values, at)
                curve, fresh = _own_curve(slopes), True
                continue
            move, reason = _checked(curve, gradient)
            if reason or -0.5 * gradient @ move < PROMISED:
                break
        if done >= rounds:
            reason = f"no end in {rounds} rounds"
            break
        done += 1
        step(1)
        length, found = _along(values, at, value, gradient, move)
        if length == 0.0:
            if fresh:
                curve, reason = curve_at(values, at, curve), "no way down from here"
                break
            curve, fresh = _own_curve(slopes), True
            continue
        before, moved, value, at = gradient, length * move, found, at + length * move
        slopes = _slopes(values, at)
        curve, fresh = _corrected(curve, moved, slopes.sum(axis=0) - before), False
    return Minimum(
        at=at, value=value, slopes=slopes, curve=curve, rounds=done, reason=reason
    )  # fmt: skip


def _off_a_saddle(
    values: Callable[[Array], Array], at: Array, value: float, curve: Array
) -> tuple[Array, float]:
    """A move along which the sum bends down, and the sum there; zeros where there is none."""
    still = np.zeros(len(at)), value
    if not np.isfinite(curve).all():
        return still
    size = np.sqrt(np.maximum(np.abs(np.diag(curve)), 1e-12))
    bends, ways = np.linalg.eigh(curve / np.outer(size, size))
    if bends[0] > -1e-3:
        return still
    way = ways[:, 0] / size
    way *= LONGEST / float(np.abs(way).max())
    tried = [(_sum(values, at + length * way), length) for length in (1, -1, 0.4, -0.4)]
    found, length = min(tried)
    return (length * way, found) if found < value - PROMISED else still


def _checked(curve: Array, gradient: Array) -> tuple[Array, str]:
    """Newton's step, or why there is none."""
    if not np.isfinite(curve).all():
        return gradient, "somebody has no finite objective beside the end of the search"
    if np.linalg.eigvalsh(_scaled(curve))[0] <= 1e-6:
        return gradient, "the objective is flat or bends down: not everything can be told apart"
    return np.asarray(-np.linalg.solve(curve, gradient), dtype=np.float64), ""


def _scaled(curve: Array) -> Array:
    """The curve with ones on its diagonal."""
    size = np.sqrt(np.maximum(np.diag(curve), 1e-12))
    found: Array = curve / np.outer(size, size)
    return found


def _sum(values: Callable[[Array], Array], at: Array) -> float:
    found = float(values(at).sum())
    return found if np.isfinite(found) else np.inf


def _slopes(values: Callable[[Array], Array], at: Array) -> Array:
    """(N, U) of each person, by central differences."""
    columns = [
        (values(at + shift) - values(at - shift)) / (2 * SHIFT)
        for shift in SHIFT * np.eye(len(at))
    ]
    return np.array(columns).T


def _own_curve(slopes: Array) -> Array:
    found = 0.5 * slopes.T @ slopes
    size = np.diag(found)
    return np.asarray(found + np.diag(0.05 * size + 1e-2 * max(float(size.mean()), 1e-6)))


def _along(
    values: Callable[[Array], Array], at: Array, value: float, gradient: Array, move: Array
) -> tuple[float, float]:
    """The share of the step that goes down far enough, and the value there; 0 for none."""
    length = min(1.0, LONGEST / float(np.abs(move).max()))
    for _ in range(25):
        found = _sum(values, at + length * move)
        if found < value + 1e-4 * length * float(gradient @ move):
            return length, found
        length *= 0.4
    return 0.0, value


def _corrected(curve: Array, moved: Array, change: Array) -> Array:
    along, own = float(moved @ change), curve @ moved
    bent = float(moved @ own)
    if along < 0.2 * bent:
        share = 0.8 * bent / (bent - along)
        change = share * change + (1 - share) * own
        along = float(moved @ change)
    found: Array = curve - np.outer(own, own) / bent + np.outer(change, change) / along
    return found


def curve_at(values: Callable[[Array], Array], at: Array, near: Array) -> Array:
    """(U, U) second derivatives of the sum by differences; `near` tells how far to go."""
    size = len(at)
    shift = np.clip(np.sqrt(2 * LIFT / np.maximum(np.diag(near), 1e-9)), 1e-3, 0.1)
    step = np.diag(shift)
    middle = _sum(values, at)
    up = np.array([_sum(values, at + one) for one in step])
    down = np.array([_sum(values, at - one) for one in step])
    found = np.diag((up - 2 * middle + down) / shift**2)
    for row in range(size):
        for column in range(row):
            both = step[row] + step[column]
            crossed = _sum(values, at + both) + _sum(values, at - both) + 2 * middle
            crossed -= up[row] + up[column] + down[row] + down[column]
            found[row, column] = crossed / (2 * shift[row] * shift[column])
            found[column, row] = found[row, column]
    return found
