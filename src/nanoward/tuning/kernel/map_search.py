"""The most likely etas of one person: the lowest end of searches from several starts, compiled.

Ends that lie far out, or are none, are searched for again from other starts; ends that lie out
at all, also from both sides of them along the direction that is known least. How much higher
the second lowest end lies is told. `look_again` searches from starts of each person's own
(estimation/further_starts.py). Import this module only where it is used: it loads numba.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.kernel_layout import IS_STIFF
from nanoward.maths.jit.numba_pipeline import inner
from nanoward.maths.solvers.trust_region_kernel import bounded_step
from nanoward.tuning.kernel.descent import AGAIN, NO_END, SHARP, _at
from nanoward.tuning.kernel.integration import FINE, NO_VALUE
from nanoward.tuning.kernel.kinks import is_end, search
from nanoward.tuning.kernel.layout import (
    BEGUN,
    HALF,
    MOST_BEGUN,
    REMEMBERS,
    SEARCH,
    SHOWN,
    SIZE,
    MapResults,
)

Array = NDArray[np.float64]
Whole = NDArray[np.uint64]

EXACT = 1e-7  # of predictions
FAR = 2.0  # z'z per eta from which an end is searched for again from other starts
ASTRAY = 0.05  # z'z per eta from which a second top is looked for:
ALONG = 3.5  # so many posterior deviations along the direction that is known least
TURNS = 12  # of the inverse iteration
_0, _1, _2, _3, _4, _5 = (np.uint64(one) for one in range(6))
_12 = np.uint64(12)


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
def _kept(
    m: Whole, w: Array, who: Any, best: tuple[int, float, float], end: tuple[int, float],
    out: tuple[Array, Array],
) -> tuple[int, float, float, bool]:  # fmt: skip
    """How the best search ended so far, half its value, half that of the second lowest end,
    and whether it is this one, whose point and observed Hessian are then kept."""
    n = m[SIZE]
    z, square = m[SEARCH], n * n
    curve, mine, own = z + _12 * n + _4 * square, who * n, who * square
    how, lowest, second = best
    ended, value = end
    lower = value < lowest - 1e-9 * (1.0 + abs(value))
    mine_is_end, this_is_end = is_end(how), is_end(ended)
    if ended == AGAIN:
        return how, lowest, second, False
    if mine_is_end and this_is_end:
        second = min(second, max(value, lowest))
    if (mine_is_end and not (this_is_end and lower)) or (
        not mine_is_end and not this_is_end and not lower
    ):
        return how, lowest, second, False
    for i in range(n):
        out[0][mine + i] = w[z + i]
    for i in range(square):
        out[1][own + i] = w[curve + i]
    return ended, value, second, True


@inner
def _find(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, who: Any,
    starts: Array, known: Array, out: tuple[Array, Array],
) -> tuple[int, float, float, int, bool]:  # fmt: skip
    """The lowest end of the searches: how it ended, half the value and that of the second
    lowest, the steps, whether the last evaluation was there.

    starts  (S x n): always from the first; from the others too where that end lies far out or
            is none. Two valleys are common (what is absorbed slowly and eliminated fast may be
            the other way round): so also from both sides along the direction that is known
            least. From one start alone: its own end
    known   ((S + 2) x n) and more n: room for ends. out: z (N x n) and observed half Hessians
            (N x n x n)
    """
    n = m[SIZE]
    z, count = m[SEARCH], np.uint64(starts.shape[0]) // m[SIZE]
    wide = known[(count + _2) * n :]
    both_sides = count > _1
    _begin(m, w, q)
    how, lowest, second, steps, ends = NO_END, np.inf, np.inf, 0, _0
    current, far, near = False, 0.0, False
    for s in range(count + _2):
        if s >= count:
            if not is_end(how) or far <= ASTRAY * n or not both_sides:
                break
            side = ALONG if s == count else -ALONG
            for i in range(n):
                w[z + i] = known[i] + side * wide[i]
        elif near and s > _0:
            continue
        else:
            for i in range(n):
                w[z + i] = starts[s * n + i]
        ended, value, more, there = search(code, m, hi, hf, w, q, who, known, ends)
        steps += more
        if is_end(ended):
            for i in range(n):
                known[ends * n + i] = w[z + i]
            ends += _1
        how, lowest, second, taken = _kept(
            m, w, who, (how, lowest, second), (ended, value), out
        )
        current = taken and there
        if s == _0 and not taken:  # no value at all: what there is
            for i in range(n):
                out[0][who * n + i] = w[z + i]
            how = ended
        if s == _0 and is_end(how):
            for i in range(n):
                far += w[z + i] * w[z + i]
            near = far <= FAR * n
            if both_sides and far > ASTRAY * n:
                _least_known(m, w, wide)
    return how, lowest, second, steps, current


@inner
def _begin(m: Whole, w: Array, q: Whole) -> None:
    """No first step of integration is remembered from somebody else."""
    q[IS_STIFF] = _0
    for i in range(np.uint64(MOST_BEGUN)):
        w[m[BEGUN] + i] = 0.0


@inner
def _find_from_own(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, who: Any,
    own: Array, known: Array, out: tuple[Array, Array],
) -> tuple[int, float, float, int, bool]:  # fmt: skip
    """As `_find`, from this person's own starts.

    own  ((1 + T) x n): an end that is known, then starts; NaN for none
    """
    n = m[SIZE]
    z, rows = m[SEARCH], np.uint64(own.shape[0]) // m[SIZE]
    how, lowest, second, steps, ends, current = NO_END, np.inf, np.inf, 0, _0, False
    if np.isfinite(own[0]):
        for i in range(n):
            known[i] = own[i]
        ends = _1
    for s in range(_1, rows):
        if not np.isfinite(own[s * n]):
            continue
        for i in range(n):
            w[z + i] = own[s * n + i]
        _begin(m, w, q)
        ended, value, more, there = search(code, m, hi, hf, w, q, who, known, ends)
        steps += more
        if is_end(ended):
            for i in range(n):
                known[ends * n + i] = w[z + i]
            ends += _1
        how, lowest, second, taken = _kept(
            m, w, who, (how, lowest, second), (ended, value), out
        )
        current = taken and there
    return how, lowest, second, steps, current


@inner
def search_all(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole,
    starts: Array, known: Array, own: Array, out: MapResults,
) -> int:  # fmt: skip
    """Ends of all N people, whose factors are the same; with `own` (N x (1 + T) x n) from each
    one's own starts."""
    z, observed, halves, status, shown = out
    n = m[SIZE]
    people = np.uint64(z.shape[0]) // n
    wide = np.uint64(shown.shape[0]) // people
    rows = np.uint64(own.shape[0]) // people
    q[REMEMBERS] = _1
    for who in range(people):
        if rows > _0:
            how, value, second, steps, current = _find_from_own(
                code, m, hi, hf, w, q, who, own[who * rows : (who + _1) * rows], known,
                (z, observed),
            )  # fmt: skip
        else:
            how, value, second, steps, current = _find(
                code, m, hi, hf, w, q, who, starts, known, (z, observed)
            )
        found = FINE
        if rows > _0 and not np.isfinite(value):
            found = NO_VALUE
        elif not current:
            for i in range(n):
                w[m[SEARCH] + i] = z[who * n + i]
            found, value = _at(code, m, hi, hf, w, q, who, m[SEARCH], _0, SHARP)
        told = who * _5
        status[told], status[told + _2], status[told + _3] = how, steps, found
        status[told + _1], status[told + _4] = 2.0 * value, 2.0 * (second - value)
        for i in range(n * n):
            halves[who * n * n + i] = w[m[HALF] + i]
        for i in range(wide):
            shown[who * wide + i] = w[m[SHOWN] + i]
    return 0
