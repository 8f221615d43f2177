"""The most likely etas of one person: a trust region on exact gradients, compiled.

The curve of the surface is the expected Hessian plus a secant correction (Dennis, Gay & Welsch
1981, ACM Trans Math Softw 7:348), so that the search ends fast also where residuals are large.
Where it ends, the observed Hessian is taken by differences of exact gradients: only a point
where it is positive definite and promises nothing more is called an end; otherwise Newton steps
with it go on. Ends that lie far out, or are none, are searched for again from other starts.
Import this module only where it is used: it loads numba.
"""

import math

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.compiling import entry, inner, once
from nanoward.tuning.kernel import evaluate
from nanoward.tuning.movement import FINE
from nanoward.tuning.program import Histories, Program, Room

Array = NDArray[np.float64]

ENDED, SADDLE, NO_END, NO_START, WALL, STUCK, AGAIN = 0, 1, 2, 3, 4, 5, 6
COARSE, SHARP = 1e-4, 2e-8  # of the integration; the last steps are sharp
FAR = 1.5  # z'z per eta from which an end is searched for again from other starts
SAME = 0.03  # distance at which a search has come to an end that is known
MOST_STEPS = 80
NEAR = 1e-8  # promised relative decrease from which the observed curve is looked at
ENOUGH = 1e-13  # promised relative decrease that ends a search
SHIFT = 5e-4  # for differences of gradients, in standard deviations of the population


@inner
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


@inner
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


@inner
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


@inner
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


@once
def _observed(
    p: Program, h: Histories, who: int, factor: Array, z: Array, room: Room,
    tolerance: float, seen: Array, gradient: Array, out: Array,
) -> bool:  # fmt: skip
    """Half the observed Hessian at z by differences of exact gradients, into out.

    gradient  half the gradient at z; differences are central for linear models and forward,
              from it, where equations are integrated
    """
    n = z.shape[0]
    at, behind = z.copy(), gradient.copy()
    exact = p.facts[4] == 1
    for i in range(n):
        if exact:
            at[i] = z[i] - SHIFT
            found, _ = evaluate(p, h, who, factor, at, room, (n + 1, tolerance), seen)
            if found != FINE:
                return False
            behind[:] = 0.5 * room.gradient
        at[i] = z[i] + SHIFT
        found, _ = evaluate(p, h, who, factor, at, room, (n + 1, tolerance), seen)
        if found != FINE:
            return False
        for j in range(n):
            out[i, j] = (0.5 * room.gradient[j] - behind[j]) / (2.0 * SHIFT if exact else SHIFT)
        at[i] = z[i]
    for i in range(n):
        for j in range(i):
            out[i, j] = out[j, i] = 0.5 * (out[i, j] + out[j, i])
    return True


@inner
def descend(
    p: Program, h: Histories, who: int, factor: Array, z: Array, room: Room, seen: Array,
    observed: Array, known: Array,
) -> tuple[int, float, int]:  # fmt: skip
    """From z (in place) to a minimum: how it ended, half the value, and the steps.

    observed (n, n) takes half the observed Hessian there; known (k, n) ends: a search that
    comes near one stops
    """
    n = z.shape[0]
    tolerance = SHARP if p.facts[4] == 1 else COARSE
    value, steps = np.inf, 0
    gradient, expected, extra = np.zeros(n), np.zeros((n, n)), np.zeros((n, n))
    matrix, new, bent, missed = np.zeros((n, n)), np.zeros(n), np.zeros(n), np.zeros(n)
    hands = (np.zeros((n, n)), np.zeros(n))
    step, radius, newton, restart, look = hands[1], 1.5, False, True, False
    while steps < MOST_STEPS:
        if restart:
            found, value = evaluate(p, h, who, factor, z, room, (n + 1, tolerance), seen)
            if found != FINE:
                return NO_START, np.inf, steps
            value *= 0.5
            gradient[:] = 0.5 * room.gradient
            expected[:, :] = room.half
            restart = False
        if look:
            if not _observed(p, h, who, factor, z, room, tolerance, seen, gradient, observed):
                return WALL, value, steps
            look = False
        matrix[:, :] = observed if newton else expected + extra
        promised, length, convex = _bounded_step(matrix, gradient, radius, hands)
        if not convex and not newton:
            extra[:, :] = 0.0
            matrix[:, :] = expected
            promised, length, convex = _bounded_step(matrix, gradient, radius, hands)
        if tolerance == COARSE and promised <= 1e-3 * (1.0 + abs(value)):
            tolerance, restart = SHARP, True
            continue
        if radius < 1e-7 and newton:
            return STUCK, value, steps
        if promised <= (ENOUGH if newton else NEAR) * (1.0 + abs(value)) or radius < 1e-7:
            if newton:
                return (ENDED if convex else SADDLE), value, steps
            newton, look, radius = True, True, 1.0
            restart = tolerance == COARSE
            tolerance = SHARP
            continue
        steps += 1
        new[:] = z + step
        found, trial = evaluate(p, h, who, factor, new, room, (n + 1, tolerance), seen)
        trial *= 0.5
        kept = (value - trial) / promised if found == FINE else -1.0
        small = promised <= 1e-6 * (1.0 + abs(value)) and found == FINE
        if small and kept < 0.25:  # below the noise of the values: the gradient decides
            smaller = 0.5 * math.sqrt(np.dot(room.gradient, room.gradient))
            kept = 0.5 if smaller < 0.7 * math.sqrt(np.dot(gradient, gradient)) else kept
            if kept < 0.25 and promised <= 1e-10 * (1.0 + abs(value)):
                if newton:
                    return (ENDED if convex else SADDLE), value, steps
                newton, look, radius = True, True, 1.0
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
            look = newton and promised > 1e-7 * (1.0 + abs(value))
            for k in range(known.shape[0]):
                if np.dot(z - known[k], z - known[k]) < SAME * SAME:
                    return AGAIN, value, steps
        if kept < 0.25:
            radius = 0.25 * length
        elif kept > 0.75 and length > 0.9 * radius:
            radius = min(2.0 * radius, 6.0)
        if not newton and steps > 30:
            newton, look, radius = True, True, 1.0
            restart = tolerance == COARSE
            tolerance = SHARP
    return NO_END, value, steps


@once
def find(
    p: Program, h: Histories, who: int, factor: Array, starts: Array, room: Room, seen: Array,
    out: Array, observed: Array,
) -> tuple[int, int]:  # fmt: skip
    """The lowest end of the searches, into out (n,); how it ended and the steps.

    starts (S, n): always from the first; from the others too where that end lies far out or is
    none.
    """
    n = out.shape[0]
    z, curve, known = starts[0].copy(), np.zeros((n, n)), np.zeros((starts.shape[0], n))
    how, lowest, steps = descend(p, h, who, factor, z, room, seen, observed, known[:0])
    out[:] = z
    ends = 0
    if how == ENDED:
        if np.dot(z, z) <= FAR * n:
            return how, steps
        known[0] = z
        ends = 1
    for s in range(1, starts.shape[0]):
        z[:] = starts[s]
        ended, value, more = descend(p, h, who, factor, z, room, seen, curve, known[:ends])
        steps += more
        better = value < lowest - 1e-9 * (1.0 + abs(value))
        if ended == ENDED:
            known[ends] = z
            ends += 1
        if ended != AGAIN and (
            (ended == ENDED and (how != ENDED or better)) or (how != ENDED and better)
        ):
            how, lowest = ended, value
            out[:] = z
            observed[:, :] = curve
    return how, steps


@entry
def find_all(
    p: Program, h: Histories, factor: Array, starts: Array, room: Room, seen: Array,
    out: tuple[Array, Array, Array, Array, Array],
) -> None:  # fmt: skip
    """Ends of all N people, whose factors are the same.

    out: z (N, n); expected and observed half Hessians (N, n, n); told (N, 4): how it ended,
    value, steps, whether predictions exist there; shown (N, records, 2): values, variances
    """
    z, halves, observed, told, shown = out
    n = z.shape[1]
    for i in range(z.shape[0]):
        how, steps = find(p, h, i, factor, starts, room, seen, z[i], observed[i])
        seen[:, :, :] = np.nan
        found, value = evaluate(p, h, i, factor, z[i], room, (n + 1, SHARP), seen)
        halves[i] = room.half
        shown[i] = seen[:, :, 0]
        told[i, 0], told[i, 1], told[i, 2], told[i, 3] = how, value, steps, found


@entry
def values_at(
    p: Program, h: Histories, factor: Array, z: Array, room: Room, seen: Array,
    out: tuple[Array, Array, Array],
) -> None:  # fmt: skip
    """For draws z (D, n) of one person: -2 ln posterior out[0] (D,), predictions out[1] and
    variances out[2] (D, records); inf and NaN where there is none. Without derivatives."""
    records, width = out[1].shape[1], room.now.shape[0]
    for d in range(z.shape[0]):
        seen[:, :, :] = np.nan
        found, value = evaluate(p, h, 0, factor, z[d], room, (width, SHARP), seen)
        out[0][d] = value if found == FINE else np.inf
        for r in range(records):
            out[1][d, r] = seen[r, 0, 0] if found == FINE else np.nan
            out[2][d, r] = seen[r, 1, 0] if found == FINE else np.nan
