"""The times at which a course is drawn: as many as show what each dose does, and no more.

An even grid that is coarser than the interval between doses shows a slow wave that is not
there (aliasing): once-daily doses at every 23rd hour rise for weeks. So every drawn interval
has its trough and the hours after its dose, and where doses are too many, whole intervals are
left out, never parts of them.
"""

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import History

Array = NDArray[np.float64]
STEPS = 60  # of the even grid
INTERVALS = 80  # of the intervals that are drawn: more cannot be told apart in a panel
AFTER = (0.0, 0.08, 0.25)  # shares of an interval after its dose
MOST = INTERVALS * (len(AFTER) + 1) + STEPS + 1
BEFORE = 1e-6  # share of an interval before the next dose at which its trough is read


def course_times(begin: float, end: float, doses: Array) -> Array:
    """(T,) h from begin to end, ascending and distinct; T is at most MOST.

    doses  (K,) h of all doses, additional ones written out, in any order
    """
    even = np.linspace(begin, end, STEPS + 1)
    given = np.unique(doses[(doses >= begin) & (doses < end)])
    if len(given) == 0 or not begin < end:
        return even
    until = np.append(given[1:], end)
    length = until - given
    chosen = np.unique(np.linspace(0, len(given) - 1, INTERVALS).round().astype(int))
    given, length = given[chosen], length[chosen]
    within = given[:, None] + length[:, None] * np.array([*AFTER, 1.0 - BEFORE])
    if length.max() < 4.0 * (end - begin) / STEPS:
        even = np.array([begin, end])
    return np.unique(np.clip(np.append(within, even), begin, end))


def dose_times(history: History) -> Array:
    """(K,) h of all doses of a history, additional ones written out."""
    times = [
        one.time + place * one.interval
        for one in history.events
        if one.evid in {1, 4}
        for place in range(1 + (one.more if one.interval > 0 else 0))
    ]
    return np.array(times, dtype=float)
