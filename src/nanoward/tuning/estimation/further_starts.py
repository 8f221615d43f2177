"""Further starts for people whose first search may have missed the lowest valley.

Each person's own first end says who they are. Where several directions are equally unknown, one
of them says little: both sides along the next one too. Where a record is badly fitted, or the
end lies far out, starts spread over the population. And where a lag, a duration or a rate of
one's own moves the moment at which a dose enters or ends, a sample is before or after it, with
a valley on each side: one start between all such moments (kink_starts.py).
"""

from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.kernel.layout import LIKELIHOOD, STATUS, Histories, MapResults, Program

Array = NDArray[np.float64]
LESS = 1e-6  # relative, by which an end must be lower to be another
FAR = 2.0  # z'z per eta from which an end is far out
ASTRAY = 0.25  # z'z per eta from which a second direction is looked along
BAD = 4.0  # squared residual over its variance of a badly fitted record
ALIKE = 0.6  # of the widest deviation, from which a second direction is as unknown
ALONG = 3.5  # posterior deviations along a direction
TURNS = 12  # of the compiled search's inverse iteration
SPREAD, WIDE = 8, 1.4  # how many starts over the population, and their deviation
_HOW, _EXISTS = 0, 3  # columns of MapResults.status
GOOD = (0.0, 7.0)  # how a search ends at a minimum (kernel/descent.py: ENDED, ON_KINK)


def sound_ends(ends: MapResults, count: int) -> NDArray[np.bool_]:
    """(N,) people whose search came to a minimum."""
    status = ends.status.reshape(count, STATUS)
    found: NDArray[np.bool_] = np.isin(status[:, _HOW], GOOD) & (status[:, _EXISTS] == 0)
    return found


def further_starts(
    program: Program, given: Histories, ends: MapResults, count: int, own: list[list[Array]]
) -> Array | None:
    """(N, 1 + T, n): the known end of each person, then starts; NaN for none. None where nobody
    is searched for again.

    own  starts of each person beside these, z (n,)
    """
    size = len(ends.z) // count
    z, sound = ends.z.reshape(count, size), sound_ends(ends, count)
    far = np.where(sound, np.square(z).sum(axis=1) / size, np.inf)
    with np.errstate(invalid="ignore"):
        badly = worst_residuals(program, given, ends, count) > BAD
        doubtful: NDArray[np.bool_] = np.asarray(~sound | (far > FAR) | badly, bool)
    wanted = [*map(list, own)]
    asked = np.flatnonzero(sound & (doubtful | (far > ASTRAY)))
    halves = ends.expected.reshape(count, size, size)[asked]
    steps = _second_directions(halves, doubtful[asked])
    for k, step in zip(asked.tolist(), steps, strict=True):
        if np.isfinite(step[0]):
            wanted[k] += [z[k] + step, z[k] - step]
    for k in np.flatnonzero(doubtful).tolist():
        wanted[k] += [*spread_points(size), 2.0 * z[k]] if sound[k] else [*spread_points(size)]
    most = max((len(one) for one in wanted), default=0)
    if most == 0:
        return None
    found = np.full((count, 1 + most, size), np.nan)
    found[sound, 0] = z[sound]
    for k, some in enumerate(wanted):
        for place, start in enumerate(some):
            found[k, 1 + place] = start
    return found


def _second_directions(halves: Array, whatever: NDArray[np.bool_]) -> Array:
    """(M, n) steps along the direction that is known least but one, where it is about as
    unknown as the first or `whatever` it is, else NaN; the first is the compiled search's."""
    size = halves.shape[-1]
    steps = np.full(halves.shape[:2], np.nan)
    fine: NDArray[np.bool_] = np.asarray(np.isfinite(halves).all(axis=(1, 2)), bool)
    if size < 2 or not fine.any():
        return steps
    curve, ways = np.linalg.eigh(np.where(fine[:, None, None], halves, np.eye(size)))
    alike = curve[:, 0] > ALIKE**2 * curve[:, 1]
    fine = np.asarray(fine & (curve[:, 0] > 0) & (whatever | alike), bool)
    # of two that are as unknown the compiled search takes any: where its iteration ends
    first = np.einsum("mnk,n->mk", ways[:, :, :2], 1.0 + 0.1 * np.arange(size))
    with np.errstate(all="ignore"):
        first *= (curve[:, :1] / curve[:, :2]) ** TURNS
        first /= np.linalg.norm(first, axis=1)[:, None]
        across = first[:, :1] * ways[:, :, 1] - first[:, 1:] * ways[:, :, 0]
        bent = np.einsum("mi,mij,mj->m", across, halves, across)
        found = ALONG / np.sqrt(bent)[:, None] * across
    return np.asarray(np.where(fine[:, None], found, steps))


def worst_residuals(program: Program, given: Histories, ends: MapResults, count: int) -> Array:
    """(N,) the largest squared residual over its variance of each person's normal values."""
    shown = ends.shown.reshape(count, -1, 2)
    person = np.repeat(np.arange(count), np.diff(given.first))
    place = np.arange(len(given.time)) - given.first[person]
    kinds = np.append(program.kinds, LIKELIHOOD)[given.output]  # -1: nothing observed
    plain = (kinds != LIKELIHOOD) & (given.censored == 0) & np.isfinite(given.value)
    found = np.zeros(count)
    with np.errstate(all="ignore"):
        value, variance = (shown[person, place, k] for k in (0, 1))
        square = np.where(plain, (given.value - value) ** 2 / variance, 0.0)
    np.maximum.at(found, person, np.where(np.isfinite(square), square, 0.0))
    return found


@cache
def spread_points(size: int) -> tuple[Array, ...]:
    """Points over a population of `size` etas: an additive recurrence through the normal
    quantiles (Roberts 2018, the unreasonable effectiveness of quasirandom sequences)."""
    root = 2.0
    for _ in range(64):
        root = (1.0 + root) ** (1.0 / (size + 1))
    steps = root ** -np.arange(1.0, size + 1.0)
    shares = (0.5 + np.outer(np.arange(1, SPREAD + 1), steps)) % 1.0
    normal = NormalDist(sigma=WIDE)
    return tuple(np.array([normal.inv_cdf(float(one)) for one in row]) for row in shares)


def keep_lower(first: MapResults, other: MapResults, count: int) -> int:
    """Ends of `other` into `first` where they are lower; how many of the `count` people. How
    much higher the next end lies is kept of both."""
    mine, theirs = first.status.reshape(count, STATUS), other.status.reshape(count, STATUS)
    known, sound = sound_ends(first, count), sound_ends(other, count)
    with np.errstate(invalid="ignore"):
        apart = np.abs(theirs[:, 1] - mine[:, 1])
        lower = theirs[:, 1] < mine[:, 1] - LESS * (1.0 + np.abs(mine[:, 1]))
    better = sound & (lower | ~known)
    next_best = np.where(better, theirs[:, 4], mine[:, 4])
    both = known & sound
    next_best[both] = np.fmin(next_best[both], apart[both])
    for a, b in zip(first, other, strict=True):
        a.reshape(count, -1)[better] = b.reshape(count, -1)[better]
    first.status.reshape(count, STATUS)[:, 4] = next_best
    return int(better.sum())
