"""Ends on a kink: where a dose enters just as a sample is taken, the surface has an edge.

A lag, a duration or a rate of one's own moves events past samples, and the gradient jumps
there. A search that is stuck at such an edge goes on along it, held on the edge's tangent; its
end is a minimum where the surface rises on either side of the edge. Where it falls on one side
the search goes on there. Import this module only where it is used: it loads numba.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.jit.numba_pipeline import inner
from nanoward.tuning.kernel.descent import AGAIN, ENDED, ON_KINK, SHARP, STUCK, _at, descend
from nanoward.tuning.kernel.integration import FINE
from nanoward.tuning.kernel.layout import GRADIENT, SEARCH, SIZE

Array = NDArray[np.float64]
Whole = NDArray[np.uint64]
STEEP = 1e-4  # half a jump of the gradient, per population deviation, that is an edge
ACROSS = 1e-5  # population deviations to the other side
MOST_SIDES = 3
_0, _6, _7 = (np.uint64(one) for one in (0, 6, 7))


@inner
def _normalised(w: Array, n: Any, vector: Any) -> float:
    """Length of a vector of w, which is 1 long afterwards."""
    size = 0.0
    for i in range(n):
        size += w[vector + i] * w[vector + i]
    size = math.sqrt(size)
    if size > 0.0:
        for i in range(n):
            w[vector + i] /= size
    return size


@inner
def _slope_beyond(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, who: Any
) -> tuple[bool, float]:
    """Half the slope along the normal just across the edge, and whether it exists."""
    n, z = m[SIZE], m[SEARCH]
    new, normal = z + _6 * n, z + _7 * n
    for i in range(n):
        w[new + i] = w[z + i] + ACROSS * w[normal + i]
    found, _ = _at(code, m, hi, hf, w, q, who, new, _0, SHARP)
    slope = 0.0
    for i in range(n):
        slope += 0.5 * w[m[GRADIENT] + i] * w[normal + i]
    return found == FINE, slope


@inner
def settle(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, who: Any,
    known: Array, ends: Any, value: float,
) -> tuple[int, float, int]:  # fmt: skip
    """As `search`, from where a search of this value was stuck."""
    n, z, steps = m[SIZE], m[SEARCH], 0
    gradient, new, normal = z + n, z + _6 * n, z + _7 * n
    for _ in range(MOST_SIDES):
        if not _normalised(w, n, normal) > STEEP:
            return STUCK, value, steps
        ended, lower, more, _ = descend(code, m, hi, hf, w, q, who, known, _0, 1)
        steps += more
        if ended != ENDED:
            return STUCK, value, steps
        value, here = lower, 0.0
        for i in range(n):
            here += w[gradient + i] * w[normal + i]
        exists, beyond = _slope_beyond(code, m, hi, hf, w, q, who)
        if here <= 0.0 and exists and beyond >= 0.0:
            return ON_KINK, value, steps
        if exists and beyond < 0.0:
            for i in range(n):
                w[z + i] = w[new + i]
        ended, value, more, _ = descend(code, m, hi, hf, w, q, who, known, ends, 0)
        steps += more
        if ended != STUCK:
            return ended, value, steps
    return STUCK, value, steps


@inner
def search(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, who: Any,
    known: Array, ends: Any,
) -> tuple[int, float, int, bool]:  # fmt: skip
    """`descend`, and what follows where it is stuck on a kink: how it ended, half the value,
    the steps, and whether the last evaluation was there."""
    ended, value, steps, there = descend(code, m, hi, hf, w, q, who, known, ends, 0)
    if ended != STUCK:
        return ended, value, steps, there
    ended, value, more = settle(code, m, hi, hf, w, q, who, known, ends, value)
    return ended, value, steps + more, False


@inner
def is_end(ended: int) -> bool:
    """Whether a search came to a minimum."""
    return ended == ENDED or ended == ON_KINK  # noqa: PLR1714 - numba has no sets here


@inner
def is_new(ended: int) -> bool:
    """Whether a search did not come to an end that is known."""
    return ended != AGAIN
