"""From one start to a minimum of one person's -2 ln posterior: a trust region, compiled.

The curve of the surface is the expected Hessian plus a secant correction (Dennis, Gay & Welsch
1981, ACM Trans Math Softw 7:348), so that the search ends fast also where residuals are large.
Where it ends, the observed Hessian is taken by differences of exact gradients, along the same
steps of integration: only a point where it is positive definite and promises nothing more is
called an end; otherwise Newton steps with it go on. A search may be held on the tangent of a
kink (kinks.py): then one direction stays as it is, and Gauss-Newton steps end it.
Import this module only where it is used: it loads numba.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.kernel_layout import MESH_AT, MESH_MODE, NOTHING
from nanoward.maths.jit.numba_pipeline import inner
from nanoward.maths.solvers.ode_solvers import KEEP, SAME
from nanoward.maths.solvers.trust_region_kernel import bounded_step, secant
from nanoward.tuning.kernel.integration import FINE
from nanoward.tuning.kernel.layout import (
    CENSORED,
    FIRST_AT,
    GRADIENT,
    KINDS,
    LIKELIHOOD,
    LINEAR,
    OUTPUT,
    RECORD_INTS,
    RECORDS_AT,
    SEARCH,
    SIZE,
    WORKING,
    Z,
)
from nanoward.tuning.kernel.likelihood import evaluate

Array = NDArray[np.float64]
Whole = NDArray[np.uint64]

ENDED, SADDLE, NO_END, NO_START, WALL, STUCK, AGAIN, ON_KINK = range(8)
COARSE, SHARP = 2e-2, 1e-5  # of explicit steps, whose error is far smaller than estimated
NEARBY = 0.3  # posterior deviations at which a search has come to an end that is known
MOST_STEPS = 80
NEAR = 1e-6  # promised relative decrease from which the observed curve is looked at
LITTLE_LEFT = 1e-3  # promised relative decrease from which steps of integration are sharp
# promised relative decrease of a Newton step behind which the observed curve is taken anew:
# where the covariance is its inverse, and where it only says whether the end is a minimum
AGAIN_LAPLACE, AGAIN_NORMAL = 1e-7, 1e-5
ENOUGH = 1e-13  # promised relative decrease that ends a search
LEAST_RADIUS = 1e-7  # of the trust region: below it there is no smooth way down
SHIFT, WIDE_SHIFT = 2e-5, 5e-4  # for differences of gradients, in population deviations
SHORT = 0.02  # steps up to this length are followed along the same steps of integration
_0, _1, _2, _3, _4, _5, _6, _7, _8 = (np.uint64(one) for one in range(9))
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
def _hold(w: Array, n: Any, matrix: Any, gradient: Any, normal: Any, way: Any) -> None:
    """Matrix and gradient without what lies along the unit normal: the gradient so far into
    `way`, and a step that the matrix gives has nothing along it."""
    along = 0.0
    for i in range(n):
        along += w[gradient + i] * w[normal + i]
    for i in range(n):
        w[way + i] = w[gradient + i] - along * w[normal + i]
    bent, spare = 0.0, way + n
    for i in range(n):
        w[spare + i] = 0.0
        for j in range(n):
            w[spare + i] += w[matrix + i * n + j] * w[normal + j]
        bent += w[spare + i] * w[normal + i]
    for i in range(n):
        for j in range(n):
            a, b = w[normal + i], w[normal + j]
            w[matrix + i * n + j] += (bent + 1.0) * a * b - a * w[spare + j] - b * w[spare + i]


@inner
def _curve(w: Array, n: Any, source: Any, extra: Any, matrix: Any, newton: Any) -> None:
    """The curve that a step is taken on: the observed one, or the expected with its secant."""
    for i in range(n * n):
        w[matrix + i] = w[source + i] + (0.0 if newton else w[extra + i])


@inner
def _jump_of_gradient(m: Whole, w: Array, gradient: Any, normal: Any, known: Any) -> None:
    """How the gradient differs where the function was evaluated last; zeros if unknown."""
    for i in range(m[SIZE]):
        jump = 0.5 * w[m[GRADIENT] + i] - w[gradient + i]
        w[normal + i] = jump if known else 0.0


@inner
def _gradient_fell(m: Whole, w: Array, gradient: Any) -> bool:
    """Whether the gradient where the function was evaluated last is clearly smaller."""
    before, after = 0.0, 0.0
    for i in range(m[SIZE]):
        before += w[gradient + i] * w[gradient + i]
        after += 0.25 * w[m[GRADIENT] + i] * w[m[GRADIENT] + i]
    return after < 0.49 * before


@inner
def _learn(m: Whole, w: Array, extra: Any, step: Any, gradient: Any, room: Any) -> None:
    """What a step taught of the curve, into the secant correction. room: three vectors."""
    n = m[SIZE]
    bent, missed, off = room, room + n, room + _2 * n
    for i in range(n):
        w[bent + i] = 0.5 * w[m[GRADIENT] + i] - w[gradient + i]
        w[missed + i] = w[bent + i]
        for j in range(n):
            w[missed + i] -= w[m[WORKING] + i * n + j] * w[step + j]
    secant(w, n, extra, step, bent, missed, off)


@inner
def _comes_near(w: Array, n: Any, z: Any, curve: Any, known: Array, ends: Any) -> bool:
    """Whether the present point lies beside an end that was found earlier."""
    for k in range(ends):
        apart = 0.0
        for i in range(n):
            for j in range(n):
                curl = w[curve + i * n + j]
                apart += curl * (w[z + i] - known[k * n + i]) * (w[z + j] - known[k * n + j])
        if apart < NEARBY * NEARBY:
            return True
    return False


@inner
def descend(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, who: Any,
    known: Array, ends: Any, held: int,
) -> tuple[int, float, int, bool]:  # fmt: skip
    """From the first vector of w[SEARCH] to a minimum: how it ended, half the value, the steps
    and whether the last evaluation was there. The observed Hessian is left in the fifth matrix.

    known  ends found earlier (ends x n): a search that comes near one stops
    held   1: nothing moves along the eighth vector of w[SEARCH], of length 1; the expected
           Hessian is left as the observed one
    Where it is STUCK, how the gradient jumps there is left in that vector: zeros where there
    is nothing beyond.
    """
    n = m[SIZE]
    z = m[SEARCH]
    gradient, step, room = z + n, z + _2 * n, z + _3 * n
    new, normal, way = z + _6 * n, z + _7 * n, z + _8 * n
    expected, square = z + _12 * n, n * n
    extra, matrix = expected + square, expected + _2 * square
    lower, observed = expected + _3 * square, expected + _4 * square
    exact = m[LINEAR] == _1
    tolerance = SHARP if exact or held == 1 else COARSE
    value, steps, radius = np.inf, 0, 1.5
    newton, restart, look, meshed, current = False, True, False, False, False
    again = AGAIN_LAPLACE if _is_laplace(m, hi, who) else AGAIN_NORMAL
    found = FINE
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
        _curve(w, n, source, extra, matrix, newton)
        if held == 1:
            _hold(w, n, matrix, gradient, normal, way)
        down = way if held == 1 else gradient
        promised, length, convex = bounded_step(w, n, matrix, down, radius, lower, step)
        if not convex and not newton:
            for i in range(square):
                w[extra + i] = 0.0
                w[matrix + i] = w[expected + i]
            if held == 1:
                _hold(w, n, matrix, gradient, normal, way)
            promised, length, convex = bounded_step(w, n, matrix, down, radius, lower, step)
        scale = 1.0 + abs(value)
        sharpens = tolerance == COARSE and promised <= LITTLE_LEFT * scale
        if sharpens:  # this very step, without another look at where it starts
            tolerance = SHARP
        if radius < LEAST_RADIUS and (newton or held == 1):
            if held == 0:
                beyond = found == FINE and not current
                _jump_of_gradient(m, w, gradient, normal, beyond)
            return STUCK, value, steps, current
        if held == 1 and promised <= NEAR * scale:
            for i in range(square):
                w[observed + i] = w[expected + i]
            return ENDED, value, steps, current
        if promised <= (ENOUGH if newton else NEAR) * scale or radius < LEAST_RADIUS:
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
        if promised <= 1e-6 * scale and found == FINE and kept < 0.25 and held == 0:
            # below the noise of the values: the gradient decides
            kept = 0.5 if _gradient_fell(m, w, gradient) else kept
            if kept < 0.25 and promised <= 1e-10 * scale:
                if newton:
                    return (ENDED if convex else SADDLE), value, steps, False
                newton, look, radius = True, True, 1.0
                continue
        if found == FINE and not newton and not sharpens:
            _learn(m, w, extra, step, gradient, room)
        if kept > 1e-4:
            value, current = trial, True
            _taken(m, w, z, gradient, expected)
            meshed = meshed or (mode == _KEEP and q[MESH_MODE] == _KEEP)
            look = newton and promised > again * scale
            if _comes_near(w, n, z, expected, known, ends):
                return AGAIN, value, steps, True
        if kept < 0.25:
            radius = 0.25 * length
        elif kept > 0.75 and length > 0.9 * radius:
            radius = min(2.0 * radius, 6.0)
        if not newton and held == 0 and steps > 30:
            newton, look, radius = True, True, 1.0
            restart = tolerance == COARSE
            tolerance = SHARP
    return NO_END, value, steps, current
