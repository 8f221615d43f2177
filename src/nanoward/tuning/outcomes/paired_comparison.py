"""Was the side effect removed and the benefit kept? Before and after, per person and together.

Each person is their own control: the mean after a change of setting less the mean before, with
an interval from the scatter within the person (Welch). Together: the mean of the differences
with a t interval, the smallest change that would have been seen (half the interval), and a sign
test, exact. Nothing measured before or after gives no answer, never a zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import comb

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """After less before. low, high: 95 % interval; detectable: smallest change told from none.

    None where too little was measured; `reason` says what lacks
    """

    mean: float | None
    low: float | None = None
    high: float | None = None
    detectable: float | None = None
    before: int = 0
    after: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeChange:
    """The change over people. sign_test: probability of as lopsided a split by chance."""

    change: Change
    risen: int
    fallen: int
    sign_test: float | None


def person_change(before: Array, after: Array) -> Change:
    """One person's change between measurements (B,) before and (A,) after."""
    counted = partial(Change, before=len(before), after=len(after))
    if min(len(before), len(after)) < 2:
        lacks = "before" if len(before) < 2 else "after"
        known = min(len(before), len(after)) > 0
        mean = float(np.mean(after) - np.mean(before)) if known else None
        return counted(mean=mean, reason=f"fewer than two measurements {lacks}")
    a, b = np.var(after, ddof=1) / len(after), np.var(before, ddof=1) / len(before)
    mean, error = float(np.mean(after) - np.mean(before)), float(np.sqrt(a + b))
    if error == 0:
        return counted(mean=mean, reason="no scatter: no interval can be told")
    freedom = (a + b) ** 2 / (a**2 / (len(after) - 1) + b**2 / (len(before) - 1))
    half = _t_quantile(float(freedom)) * error
    return counted(mean=mean, low=mean - half, high=mean + half, detectable=half)


def programme_change(people: Sequence[Change]) -> ProgrammeChange:
    """Together: every person with measurements on both sides counts once."""
    found = np.array([one.mean for one in people if one.mean is not None], dtype=float)
    risen, fallen = int(np.sum(found > 0)), int(np.sum(found < 0))
    counted = partial(Change, before=len(found), after=len(found))
    if len(found) < 2:
        change = counted(mean=None, reason="fewer than two people on both sides")
        return ProgrammeChange(change=change, risen=risen, fallen=fallen, sign_test=None)
    mean, error = float(found.mean()), float(found.std(ddof=1) / np.sqrt(len(found)))
    half = _t_quantile(float(len(found) - 1)) * error
    return ProgrammeChange(
        change=counted(mean=mean, low=mean - half, high=mean + half, detectable=half),
        risen=risen,
        fallen=fallen,
        sign_test=_sign_test(risen, fallen),
    )


def _sign_test(risen: int, fallen: int) -> float | None:
    count, extreme = risen + fallen, max(risen, fallen)
    if count == 0:
        return None
    return min(1.0, 2.0 * sum(comb(count, k) for k in range(extreme, count + 1)) / 2.0**count)


def _t_quantile(freedom: float) -> float:
    """97.5 % point of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))
