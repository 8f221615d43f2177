"""The most likely etas of one person: a trust region on exact gradients, compiled.

The curve of the surface is the expected Hessian plus a secant correction (Dennis, Gay & Welsch
1981, ACM Trans Math Softw 7:348), so that the search ends fast also where residuals are large.
Where it ends, the observed Hessian is taken by differences of exact gradients, along the same
steps of integration: only a point where it is positive definite and promises nothing more is
called an end; otherwise Newton steps with it go on. Ends that lie far out, or are none, are
searched for again from other starts; ends that lie out at all, also from both sides of them
along the direction that is known least.
Import this module only where it is used: it loads numba.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.kernel_layout import IS_STIFF, MESH_AT, MESH_MODE, NOTHING
from nanoward.maths.jit.numba_pipeline import inner
from nanoward.maths.solvers.ode_solvers import KEEP, SAME
from nanoward.maths.solvers.trust_region_kernel import bounded_step, secant
from nanoward.tuning.kernel.integration import FINE
from nanoward.tuning.kernel.layout import (
    BEGUN,
    CENSORED,
    FIRST_AT,
    GRADIENT,
    HALF,
    KINDS,
    LIKELIHOOD,
    LINEAR,
    MOST_BEGUN,
    OUTPUT,
    RECORD_INTS,
    RECORDS_AT,
    REMEMBERS,
    SEARCH,
    SHOWN,
    SIZE,
    WORKING,
    MapResults,
    Z,
)
from nanoward.tuning.kernel.likelihood import evaluate

Array = NDArray[np.float64]
Whole = NDArray[np.uint64]

ENDED, SADDLE, NO_END, NO_START, WALL, STUCK, AGAIN = 0, 1, 2, 3, 4, 5, 6
COARSE, SHARP = 2e-2, 1e-5  # of explicit steps, whose error is far smaller than estimated
EXACT = 1e-7  # of predictions
FAR = 2.0  # z'z per eta from which an end is searched for again from other starts
ASTRAY = 0.25  # z'z per eta from which, where equations are integrated, a second top is looked
ALONG = 3.5  # for: so many posterior deviations along the direction that is known least
NEARBY = 0.3  # distance at which a search has come to an end that is known
MOST_STEPS = 80
NEAR = 1e-6  # promised relative decrease from which the observed curve is looked at
LITTLE_LEFT = 1e-3  # promised relative decrease from which steps of integration are sharp
# promised relative decrease of a Newton step behind which the observed curve is taken anew:
# where the covariance is its inverse, and where it only says whether the end is a minimum
AGAIN_LAPLACE, AGAIN_NORMAL = 1e-7, 1e-5
TURNS = 12  # of the inverse iteration
ENOUGH = 1e-13  # promised relative decrease that ends a search
SHIFT, WIDE_SHIFT = 2e-5, 5e-4  # for differences of gradients, in population deviations
SHORT = 0.02  # steps up to this length are followed along the same steps of integration
_0, _1, _2, _3, _4, _5, _6 = (np.uint64(one) for one in range(7))
_12 = np.uint64(12)
_KEEP, _SAME = np.uint64(KEEP), np.uint64(SAME)


class _HessianSlots(NamedTuple):
    """Places in w: the point (moved and put back), half its gradient, half its Hessian."""

    point: Any
    gradient: Any
    hessian: Any


@inner
def _at(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, who: Any,
    point: Any, mode: Any, tolerance: float,
) -> tuple[int, float]:  # fmt: skip
    """Half the function minimised at the point w[point ...], and how it went."""
    for i in range(m[SIZE]):
        w[m[Z] + i] = w[point + i]
    kept = q[MESH_AT]
    q[MESH_MODE] = mode
    found, value = evaluate(code, m, hi, hf, w, q, who, tolerance)
    if mode == _SAME and q[MESH_AT] != kept:  # another order of events: other steps
        q[MESH_MODE] = _0
        found, value = evaluate(code, m, hi, hf, w, q, who, tolerance)
        q[MESH_AT] = kept
    return found, 0.5 * value


@inner
def _observed(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, who: Any,
    slots: _HessianSlots, mode: Any, tolerance: float,
) -> bool:  # fmt: skip
    """Half the observed Hessian by differences of exact gradients, where half the gradient
    is known."""
    n, shift = m[SIZE], SHIFT
    point, gradient, out = slots.point, slots.gradient, slots.hessian
    if mode != _SAME and m[LINEAR] != _1:
        shift = WIDE_SHIFT
    for i in range(n):
        start = w[point + i]
        w[point + i] = start + shift
        found, _ = _at(code, m, hi, hf, w, q, who, point, mode, tolerance)
        w[point + i] = start
        if found != FINE:
            return False
        for j in range(n):
            change = 0.5 * w[m[GRADIENT] + j] - w[gradient + j]
            w[out + i * n + j] = change / shift
    for i in range(n):
        for j in range(i):
            middle = 0.5 * (w[out + i * n + j] + w[out + j * n + i])
            w[out + i * n + j] = w[out + j * n + i] = middle
    return True


@inner
def _taken(m: Whole, w: Array, point: Any, gradient: Any, expected: Any) -> None:
    """Where the function was evaluated last becomes the present point."""
    n = m[SIZE]
    for i in range(n):
        w[point + i] = w[m[Z] + i]
        w[gradient + i] = 0.5 * w[m[GRADIENT] + i]
    for i in range(n * n):
        w[expected + i] = w[m[WORKING] + i]


@inner
def _is_laplace(m: Whole, hi: Whole, who: Any) -> bool:
    """Whether the covariance comes from the observed Hessian: likelihoods that are not normal,
    or censored values."""
    for r in range(hi[hi[FIRST_AT] + who], hi[hi[FIRST_AT] + who + _1]):
        record = hi[RECORDS_AT] + r * np.uint64(RECORD_INTS)
        output = hi[record + np.uint64(OUTPUT)]
        if output == NOTHING:
            continue
        if hi[record + np.uint64(CENSORED)] == _1:
            return True
        if m[m[KINDS] + output] == np.uint64(LIKELIHOOD):
            return True
    return False


@inner
def descend(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, who: Any,
    known: Array, ends: Any,
) -> tuple[int, float, int, bool]:  # fmt: skip
    """From the first vector of w[SEARCH] to a minimum: how it ended, half the value, the steps
    and whether the last evaluation was there. The observed Hessian is left in the fifth matrix.

    known  ends found earlier (ends x n): a search that comes near one stops
    """
    n = m[SIZE]
    z = m[SEARCH]
    gradient, step, bent, missed = z + n, z + _2 * n, z + _3 * n, z + _4 * n
    off, new = z + _5 * n, z + _6 * n
    expected, square = z + _12 * n, n * n
    extra, matrix = expected + square, expected + _2 * square
    lower, observed = expected + _3 * square, expected + _4 * square
    exact = m[LINEAR] == _1
    tolerance = SHARP if exact else COARSE
    value, steps, radius = np.inf, 0, 1.5
    newton, restart, look, meshed, current = False, True, False, False, False
    again = AGAIN_LAPLACE if _is_laplace(m, hi, who) else AGAIN_NORMAL
    for i in range(square):
        w[extra + i] = 0.0
    while steps < MOST_STEPS:
        if restart or (look and not meshed and not exact):
            mode = _KEEP if tolerance == SHARP else _0
            found, value = _at(code, m, hi, hf, w, q, who, z, mode, tolerance)
            if found != FINE:
                return NO_START, np.inf, steps, False
            _taken(m, w, z, gradient, expected)
            meshed = q[MESH_MODE] == _KEEP
            restart, current = False, True
        if look:
            mode = _SAME if meshed else _0
            current = False
            slots = _HessianSlots(z, gradient, observed)
            if not _observed(code, m, hi, hf, w, q, who, slots, mode, tolerance):
                return WALL, value, steps, False
            look = False
        source = observed if newton else expected
        for i in range(square):
            w[matrix + i] = w[source + i] + (0.0 if newton else w[extra + i])
        promised, length, convex = bounded_step(w, n, matrix, gradient, radius, lower, step)
        if not convex and not newton:
            for i in range(square):
                w[extra + i] = 0.0
                w[matrix + i] = w[expected + i]
            promised, length, convex = bounded_step(w, n, matrix, gradient, radius, lower, step)
        scale = 1.0 + abs(value)
        sharpens = tolerance == COARSE and promised <= LITTLE_LEFT * scale
        if sharpens:  # this very step, without another look at where it starts
            tolerance = SHARP
        if radius < 1e-7 and newton:
            return STUCK, value, steps, current
        if promised <= (ENOUGH if newton else NEAR) * scale or radius < 1e-7:
            if newton:
                return (ENDED if convex else SADDLE), value, steps, current
            newton, look, radius = True, True, 1.0
            restart = sharpens or tolerance == COARSE
            tolerance = SHARP
            continue
        steps += 1
        for i in range(n):
            w[new + i] = w[z + i] + w[step + i]
        mode = _KEEP if tolerance == SHARP else _0
        if newton and meshed and length < SHORT:
            mode = _SAME
        found, trial = _at(code, m, hi, hf, w, q, who, new, mode, tolerance)
        current = False
        meshed = meshed and mode == _SAME
        kept = (value - trial) / promised if found == FINE else -1.0
        if sharpens:
            restart = not (found == FINE and trial - value <= LITTLE_LEFT * scale)
            if restart:
                continue
            kept = 0.5
        if promised <= 1e-6 * scale and found == FINE and kept < 0.25:
            # below the noise of the values: the gradient decides
            before, after = 0.0, 0.0
            for i in range(n):
                before += w[gradient + i] * w[gradient + i]
                after += 0.25 * w[m[GRADIENT] + i] * w[m[GRADIENT] + i]
            kept = 0.5 if after < 0.49 * before else kept
            if kept < 0.25 and promised <= 1e-10 * scale:
                if newton:
                    return (ENDED if convex else SADDLE), value, steps, False
                newton, look, radius = True, True, 1.0
                continue
        if found == FINE and not newton and not sharpens:
            for i in range(n):
                w[bent + i] = 0.5 * w[m[GRADIENT] + i] - w[gradient + i]
                w[missed + i] = w[bent + i]
                for j in range(n):
                    w[missed + i] -= w[m[WORKING] + i * n + j] * w[step + j]
            secant(w, n, extra, step, bent, missed, off)
        if kept > 1e-4:
            value, current = trial, True
            _taken(m, w, z, gradient, expected)
            meshed = meshed or (mode == _KEEP and q[MESH_MODE] == _KEEP)
            look = newton and promised > again * scale
            for k in range(ends):
                apart = 0.0
                for i in range(n):
                    apart += (w[z + i] - known[k * n + i]) ** 2
                if apart < NEARBY * NEARBY:
                    return AGAIN, value, steps, True
        if kept < 0.25:
            radius = 0.25 * length
        elif kept > 0.75 and length > 0.9 * radius:
            radius = min(2.0 * radius, 6.0)
        if not newton and steps > 30:
            newton, look, radius = True, True, 1.0
            restart = tolerance == COARSE
            tolerance = SHARP
    return NO_END, value, steps, current


@inner
def _least_known(m: Whole, w: Array, out: Array) -> None:
    """The direction in which the posterior is widest about the end, as long as its deviation
    there: the inverse expected curve applied again and again (inverse iteration)."""
    n = m[SIZE]
    z, square = m[SEARCH], n * n
    against, step, lower = z + n, z + _2 * n, z + _12 * n + _3 * square
    curve, size = z + _12 * n, 1.0
    for i in range(n):
        w[against + i] = -1.0 - 0.1 * i  # none of its symmetries
    for _ in range(TURNS):
        bounded_step(w, n, curve, against, 1e12, lower, step)
        size = 0.0
        for i in range(n):
            size += w[step + i] * w[step + i]
        size = np.sqrt(size)
        for i in range(n):
            w[against + i] = -w[step + i] / size
    for i in range(n):
        out[i] = -w[against + i] * np.sqrt(size)


@inner
def _find(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, who: Any,
    starts: Array, known: Array, out: tuple[Array, Array],
) -> tuple[int, float, int, bool]:  # fmt: skip
    """The lowest end of the searches: how it ended, half the value, the steps, whether the last
    evaluation was there.

    starts  (S x n): always from the first; from the others too where that end lies far out or
            is none. Two valleys are common (what is absorbed slowly and eliminated fast may be
            the other way round): so also from both sides along the direction that is known
            least. From one start alone: its own end
    known   ((S + 2) x n) and more n: room for ends. out: z (N x n) and observed half Hessians
            (N x n x n)
    """
    n = m[SIZE]
    z, square, count = m[SEARCH], n * n, np.uint64(starts.shape[0]) // m[SIZE]
    curve, mine, own = z + _12 * n + _4 * square, who * n, who * square
    wide = known[(count + _2) * n :]
    both_sides = count > _1
    q[IS_STIFF] = _0
    for i in range(np.uint64(MOST_BEGUN)):
        w[m[BEGUN] + i] = 0.0
    how, lowest, steps, ends, current, far, near = NO_END, np.inf, 0, _0, False, 0.0, False
    for s in range(count + _2):
        if s >= count:
            if how != ENDED or far <= ASTRAY * n or not both_sides:
                break
            side = ALONG if s == count else -ALONG
            for i in range(n):
                w[z + i] = known[i] + side * wide[i]
        elif near and s > _0:
            continue
        else:
            for i in range(n):
                w[z + i] = starts[s * n + i]
        ended, value, more, there = descend(code, m, hi, hf, w, q, who, known, ends)
        steps += more
        better = value < lowest - 1e-9 * (1.0 + abs(value))
        if ended == ENDED:
            for i in range(n):
                known[ends * n + i] = w[z + i]
            ends += _1
        current = False
        if s == _0 or (
            ended != AGAIN
            and ((ended == ENDED and (how != ENDED or better)) or (how != ENDED and better))
        ):
            how, lowest, current = ended, value, there
            for i in range(n):
                out[0][mine + i] = w[z + i]
            for i in range(square):
                out[1][own + i] = w[curve + i]
        if s == _0 and how == ENDED:
            for i in range(n):
                far += w[z + i] * w[z + i]
            near = far <= FAR * n
            if both_sides and far > ASTRAY * n:
                _least_known(m, w, wide)
    return how, lowest, steps, current


@inner
def search_all(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole,
    starts: Array, known: Array, out: MapResults,
) -> int:  # fmt: skip
    """Ends of all N people, whose factors are the same."""
    z, observed, halves, status, shown = out
    n = m[SIZE]
    people = np.uint64(z.shape[0]) // n
    wide = np.uint64(shown.shape[0]) // people
    q[REMEMBERS] = _1
    for who in range(people):
        how, value, steps, current = _find(
            code, m, hi, hf, w, q, who, starts, known, (z, observed)
        )
        found = FINE
        if not current:
            for i in range(n):
                w[m[SEARCH] + i] = z[who * n + i]
            found, value = _at(code, m, hi, hf, w, q, who, m[SEARCH], _0, SHARP)
        status[who * _4], status[who * _4 + _2], status[who * _4 + _3] = how, steps, found
        status[who * _4 + _1] = 2.0 * value
        for i in range(n * n):
            halves[who * n * n + i] = w[m[HALF] + i]
        for i in range(wide):
            shown[who * wide + i] = w[m[SHOWN] + i]
    return 0
