"""The most likely etas of one person: a trust region on exact gradients, compiled.

The curve of the surface is the expected Hessian plus a secant correction (Dennis, Gay & Welsch
1981, ACM Trans Math Softw 7:348), so that the search ends fast also where residuals are large.
Where it ends, the observed Hessian is taken by differences of exact gradients: only a point
where it is positive definite and promises nothing more is called an end; otherwise Newton steps
with it go on. Ends that lie far out, or are none, are searched for again from other starts.
Import this module only where it is used: it loads numba.
"""

import math

import numba as nb
import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.kernel import evaluate
from nanoward.tuning.movement import FINE
from nanoward.tuning.program import Histories, Program, Room

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

ENDED, SADDLE, NO_END, NO_START, WALL = 0, 1, 2, 3, 4
COARSE, SHARP = 1e-5, 1e-8
MOST_STEPS = 80
ENOUGH = 1e-13  # promised relative decrease that ends a search
SHIFT = 1e-4  # for differences of gradients, in standard deviations of the population


@nb.njit(cache=True, error_model="numpy")
def _cholesky(matrix: Array, shift: float, out: Array) -> bool:
    n = matrix.shape[0]
    for i in range(n):
        for j in range(i + 1):
            found = matrix[i, j] + (shift if i == j else 0.0)
            for k in range(j):
                found -= out[i, k] * out[j, k]
            if i == j:
                if not found > 1e-12:
                    return False
                out[i, i] = math.sqrt(found)
            else:
                out[i, j] = found / out[j, j]
    return True


@nb.njit(cache=True, error_model="numpy")
def _solve(lower: Array, right: Array, out: Array) -> None:
    n = right.shape[0]
    for i in range(n):
        found = right[i]
        for k in range(i):
            found -= lower[i, k] * out[k]
        out[i] = found / lower[i, i]
    for i in range(n - 1, -1, -1):
        found = out[i]
        for k in range(i + 1, n):
            found -= lower[k, i] * out[k]
        out[i] = found / lower[i, i]


@nb.njit(cache=True, error_model="numpy")
def _bounded_step(
    matrix: Array, gradient: Array, radius: float, room: tuple[Array, Array]
) -> tuple[float, float, bool]:
    """The step within the radius into room[1]: the decrease it promises, its length, and
    whether the matrix is positive definite."""
    lower, step = room
    n, shift, convex = gradient.shape[0], 0.0, True
    for tries in range(60):
        if _cholesky(matrix, shift, lower):
            _solve(lower, -gradient, step)
            length = math.sqrt(np.dot(step, step))
            if length <= radius * 1.0001 or tries == 59:
                break
            shift = max(2.0 * shift, 1e-3, (shift + 0.5) * min(length / radius - 1.0, 3.0))
        else:
            convex = False
            shift = max(3.0 * shift, 1e-2)
    promised, length = 0.0, 0.0
    for i in range(n):
        length += step[i] * step[i]
        promised -= gradient[i] * step[i]
        for j in range(n):
            promised -= 0.5 * step[i] * matrix[i, j] * step[j]
    return promised, math.sqrt(length), convex


@nb.njit(cache=True, error_model="numpy")
def _secant(extra: Array, step: Array, missed: Array, bent: Array) -> None:
    """Correct `extra` so that (expected + extra) step = bent; missed = bent - expected step."""
    n = step.shape[0]
    along, own, wanted = 0.0, 0.0, 0.0
    for i in range(n):
        along += step[i] * bent[i]
        wanted += step[i] * missed[i]
        for j in range(n):
            own += step[i] * extra[i, j] * step[j]
    if not along > 1e-12 * np.dot(step, step):
        return
    scale = min(1.0, abs(wanted) / abs(own)) if own != 0.0 else 1.0
    off = missed.copy()
    for i in range(n):
        for j in range(n):
            extra[i, j] *= scale
    for i in range(n):
        for j in range(n):
            off[i] -= extra[i, j] * step[j]
    rest = np.dot(step, off) / along
    for i in range(n):
        for j in range(n):
            extra[i, j] += (
                off[i] * bent[j] + bent[i] * off[j] - rest * bent[i] * bent[j]
            ) / along


@nb.njit(cache=True, error_model="numpy")
def _observed(
    p: Program, h: Histories, who: int, factor: Array, z: Array, room: Room,
    tolerance: float, seen: Array, out: Array,
) -> bool:  # fmt: skip
    """Half the observed Hessian at z by central differences of exact gradients, into out."""
    n = z.shape[0]
    at, ahead = z.copy(), np.zeros(n)
    for i in range(n):
        at[i] = z[i] + SHIFT
        found, _ = evaluate(p, h, who, factor, at, room, (n + 1, tolerance), seen)
        if found != FINE:
            return False
        ahead[:] = room.gradient
        at[i] = z[i] - SHIFT
        found, _ = evaluate(p, h, who, factor, at, room, (n + 1, tolerance), seen)
        if found != FINE:
            return False
        for j in range(n):
            out[i, j] = 0.25 * (ahead[j] - room.gradient[j]) / SHIFT
        at[i] = z[i]
    for i in range(n):
        for j in range(i):
            out[i, j] = out[j, i] = 0.5 * (out[i, j] + out[j, i])
    return True


@nb.njit(cache=True, error_model="numpy")
def descend(
    p: Program, h: Histories, who: int, factor: Array, z: Array, room: Room, seen: Array
) -> tuple[int, float, int]:
    """From z (in place) to a minimum: how it ended, the value, and the steps."""
    n = z.shape[0]
    tolerance = SHARP if p.facts[4] == 1 else COARSE
    value, steps = np.inf, 0
    gradient, expected, extra = np.zeros(n), np.zeros((n, n)), np.zeros((n, n))
    matrix, new, bent, missed = np.zeros((n, n)), np.zeros(n), np.zeros(n), np.zeros(n)
    hands = (np.zeros((n, n)), np.zeros(n))
    step, radius, newton, restart = hands[1], 1.5, False, True
    while steps < MOST_STEPS:
        if restart:
            found, value = evaluate(p, h, who, factor, z, room, (n + 1, tolerance), seen)
            if found != FINE:
                return NO_START, np.inf, steps
            value *= 0.5
            gradient[:] = 0.5 * room.gradient
            expected[:, :] = room.half
            restart = False
            if newton and not _observed(p, h, who, factor, z, room, tolerance, seen, extra):
                return WALL, value, steps
            if newton:
                matrix[:, :] = extra
        if not newton:
            matrix[:, :] = expected + extra
        promised, length, convex = _bounded_step(matrix, gradient, radius, hands)
        if not convex and not newton:
            extra[:, :] *= 0.0
            matrix[:, :] = expected
            promised, length, convex = _bounded_step(matrix, gradient, radius, hands)
        small = 1e-9 if newton else 1e-7
        if tolerance == COARSE and promised <= 1e-4 * (1.0 + abs(value)):
            tolerance, restart = SHARP, True
            continue
        if promised <= ENOUGH * (1.0 + abs(value)) or radius < 1e-9:
            if newton:
                return (ENDED if convex else SADDLE), value, steps
            newton, restart, radius = True, True, 1.0
            continue
        steps += 1
        new[:] = z + step
        found, trial = evaluate(p, h, who, factor, new, room, (n + 1, tolerance), seen)
        trial *= 0.5
        kept = (value - trial) / promised if found == FINE else -1.0
        near = promised <= small * (1.0 + abs(value)) and found == FINE
        if near and kept < 0.25:  # below the noise of the values: the gradient decides
            smaller = math.sqrt(np.dot(room.gradient, room.gradient)) * 0.5
            kept = 0.5 if smaller < 0.7 * math.sqrt(np.dot(gradient, gradient)) else kept
            if kept < 0.25 and promised <= 1e-11 * (1.0 + abs(value)):
                if newton:
                    return (ENDED if convex else SADDLE), value, steps
                newton, restart, radius = True, True, 1.0
                continue
        if found == FINE and not newton:
            for i in range(n):
                bent[i] = 0.5 * room.gradient[i] - gradient[i]
                missed[i] = bent[i]
                for j in range(n):
                    missed[i] -= room.half[i, j] * step[j]
            _secant(extra, step, missed, bent)
        if kept > 1e-4:
            z[:] = new
            value = trial
            gradient[:] = 0.5 * room.gradient
            expected[:, :] = room.half
            restart = newton
        if kept < 0.25:
            radius = 0.25 * length
        elif kept > 0.75 and length > 0.9 * radius:
            radius = min(2.0 * radius, 6.0)
        if not newton and steps > 30:
            newton, restart, radius = True, True, 1.0
    return NO_END, value, steps


@nb.njit(cache=True, error_model="numpy")
def find(
    p: Program, h: Histories, who: int, factor: Array, starts: Array, room: Room, seen: Array,
    out: Array,
) -> tuple[int, float, int]:  # fmt: skip
    """The lowest end of the searches, into out (n,). starts (S, n): always from the first;
    from the others too where that end lies far out (z'z > n) or is none."""
    n = out.shape[0]
    z = starts[0].copy()
    how, lowest, steps = descend(p, h, who, factor, z, room, seen)
    out[:] = z
    best = lowest if how == ENDED else np.inf
    if how == ENDED and np.dot(z, z) <= n:
        return how, lowest, steps
    for s in range(1, starts.shape[0]):
        z[:] = starts[s]
        ended, value, more = descend(p, h, who, factor, z, room, seen)
        steps += more
        if ended == ENDED and value < best - 1e-9 * (1.0 + abs(value)):
            how, best, lowest = ENDED, value, value
            out[:] = z
        elif how != ENDED and value < lowest:
            how, lowest = ended, value
            out[:] = z
    return how, lowest, steps


@nb.njit(cache=True, error_model="numpy")
def find_all(
    p: Program, h: Histories, who: Whole, factor: Array, starts: Array, room: Room,
    seen: Array, etas: Array, halves: Array, told: Array, shown: Array,
) -> None:  # fmt: skip
    """Ends of many people `who` (N,) with factors of one size: z (N, n), expected half
    Hessians (N, n, n), observed ones told[:, 4:], told[:, :4] how it ended, value and steps,
    and shown (N, records, 2) values and variances predicted."""
    n = etas.shape[1]
    observed = np.zeros((n, n))
    for i in range(who.shape[0]):
        how, _, steps = find(p, h, who[i], factor, starts, room, seen, etas[i])
        found, value = evaluate(p, h, who[i], factor, etas[i], room, (n + 1, SHARP), seen)
        halves[i] = room.half
        shown[i] = seen[:, :, 0]
        told[i, 0], told[i, 1], told[i, 2], told[i, 3] = how, value, steps, found
        if _observed(p, h, who[i], factor, etas[i], room, SHARP, seen, observed):
            told[i, 4:] = observed.ravel()
        else:
            told[i, 4:] = np.nan


@nb.njit(cache=True, error_model="numpy")
def values_at(
    p: Program, h: Histories, who: int, factor: Array, z: Array, room: Room, tolerance: float,
    seen: Array, out: tuple[Array, Array, Array],
) -> None:  # fmt: skip
    """For draws z (D, n): -2 ln posterior out[0] (D,), predictions out[1] and variances
    out[2] (D, records); inf and NaN where there is none. Without derivatives."""
    records = out[1].shape[1]
    for d in range(z.shape[0]):
        seen[:, :, :] = np.nan
        found, value = evaluate(p, h, who, factor, z[d], room, (1, tolerance), seen)
        out[0][d] = value if found == FINE else np.inf
        for r in range(records):
            out[1][d, r] = seen[r, 0, 0] if found == FINE else np.nan
            out[2][d, r] = seen[r, 1, 0] if found == FINE else np.nan
