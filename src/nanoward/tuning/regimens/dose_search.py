"""For each draw the dose (or interval, or time) at which something is reached.

What is asked rises or falls with it. Where it is a straight line, as for areas and levels of
linear models, two points give it exactly; else a table over many decades brackets the answer of
every draw, and each is closed in on by itself (Illinois' rule; Dowell & Jarratt 1971, BIT
11:168). A draw for which nothing suffices has the answer infinity: it is never left out.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Reached = Callable[[Array, Whole], Array]
NARROW, WIDE = (1.0, 9), (4.0, 33)  # decades to both sides of the first guess, and points
CLOSE = 2e-5  # relative, of what is reached
ROUNDS = 30
STRAIGHT = 1e-7


def solve(reached: Reached, value: float, count: int, guess: float) -> Array:
    """(D,) x > 0 at which reached(x, draws) is `value`; infinity where no x suffices, 0 where
    none is needed.

    reached  from x (M,) and the draws (M,) that they are tried for to what comes of it (M,);
             NaN where nothing can be computed
    guess    an x of the right order
    """
    every = np.arange(count)
    zero = reached(np.zeros(count), every)
    once, twice = (reached(np.full(count, k * guess), every) for k in (1.0, 2.0))
    with np.errstate(all="ignore"):
        slope = once - zero
        straight = np.abs(twice - zero - 2 * slope) <= STRAIGHT * np.abs(twice)
        line = guess * (value - zero) / slope
    if straight.all() and (slope > 0).all():
        return np.maximum(line, 0.0)
    enough = zero >= value
    found = _closed_in(reached, value, count, guess)
    return np.where(enough, 0.0, found)


def falling(reached: Reached, value: float, count: int, guess: float) -> Array:
    """As `solve` for what falls as x grows, and is endless at x = 0."""

    def turned(x: Array, draws: Whole) -> Array:
        with np.errstate(divide="ignore"):
            return np.asarray(1.0 / reached(x, draws))

    return _closed_in(turned, 1.0 / value, count, guess)


def _closed_in(reached: Reached, value: float, count: int, guess: float) -> Array:
    found = np.full(count, np.inf)
    low, high = np.full((2, count), np.nan), np.full((2, count), np.nan)
    left = np.arange(count)
    for (decades, points), is_last in ((NARROW, False), (WIDE, True)):
        if len(left) == 0:
            break
        tried = guess * 10.0 ** np.linspace(-decades, decades, points)
        table = np.array([reached(np.full(len(left), x), left) for x in tried])
        with np.errstate(all="ignore"):
            off = np.log(table / value)
        for at, draw in enumerate(left):
            places = np.flatnonzero((off[:, at] >= 0) & np.isfinite(off[:, at]))
            if len(places) == 0:
                continue
            first = int(places[0])
            if first > 0 and not np.isnan(table[first - 1, at]):
                low[:, draw] = np.log(tried[first - 1]), off[first - 1, at]
                high[:, draw] = np.log(tried[first]), off[first, at]
            elif is_last:
                found[draw] = tried[first]
        left = left[np.isnan(high[0, left])]
    return _refined(reached, value, found, low, high)


def _refined(reached: Reached, value: float, found: Array, low: Array, high: Array) -> Array:
    """Closes in on all brackets that there are: rows log x and log(reached / value)."""
    open_ = np.flatnonzero(np.isfinite(low[0]) & np.isfinite(high[0]))
    found[open_] = np.exp(high[0, open_])
    side = np.zeros(len(found))
    for _ in range(ROUNDS):
        if len(open_) == 0:
            break
        a, b = low[:, open_], high[:, open_]
        share = np.where(np.isfinite(a[1]), a[1] / (a[1] - b[1]), 0.5)
        x = a[0] + np.clip(np.nan_to_num(share, nan=0.5), 0.02, 0.98) * (b[0] - a[0])
        with np.errstate(all="ignore"):
            off = np.log(reached(np.exp(x), open_) / value)
        up = ~(off < 0)
        for own, now, other in ((up, high, low), (~up, low, high)):
            at = open_[own]
            again = side[at] == (1 if now is high else -1)
            now[:, at] = x[own], off[own]
            other[1, at] = np.where(again, 0.5 * other[1, at], other[1, at])
            side[at] = 1 if now is high else -1
        found[open_] = np.exp(x)
        narrow = high[0, open_] - low[0, open_] < CLOSE / 10
        open_ = open_[~((np.abs(off) < CLOSE) | narrow)]
    return found


def quantiles(values: Array, shares: Array) -> Array:
    """Quantiles in which infinite values count as larger than all others."""
    held = np.where(np.isinf(values), 1e300, values)
    found = np.quantile(held, shares)
    return np.where(found > 1e290, np.inf, found)
