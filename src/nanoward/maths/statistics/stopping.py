"""Exact stopping boundaries for a binary event, and what they do: no simulation, no normal law.

A boundary says, for n evaluable people, the smallest number of events that stops. Each family
has one critical value c; `calibrated` picks the boundary that stops as often as it may under
p0. The events of n people are binomial and people come one by one, so the chance of having
stopped follows from a recursion (`operating_characteristics`).

Sources: Pocock: Ivanova, Qaqish and Schell 2005, Biometrics 61:540. O'Brien-Fleming and
Wang-Tsiatis: Wang and Tsiatis 1987, Biometrics 43:193 (Delta 0 is O'Brien-Fleming, 1/2 a
constant z). Beta-binomial: Geller et al. 2003. SPRT: Wald 1945, truncated at N; MaxSPRT:
Kulldorff et al. 2011, Sequential Analysis 30:58. The families and their statistics are those
of the R package stoppingrule (Martens and Logan 2024), which gave the reference values.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Statistic = Callable[[Floats, Floats], Floats]
_EDGE = 1e-9  # statistics that agree to this share are equal


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """For 1 to N people: the number of events that stops, more than n where none can.

    Beyond n the family's formula is carried on, so that the staircase can be drawn whole.

    critical  the critical value on the family's own scale
    """

    stop_at: Ints
    critical: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingCharacteristics:
    """What a boundary does when the true risk is p."""

    p: float
    stops: float  # chance of ever stopping
    events: float  # expected events until the stop or N
    people: float  # expected people until the stop or N
    stopped_by: Floats  # (N,) chance of having stopped by n people


def pocock(p0: float) -> Statistic:
    """1 - P(Bin(n, p0) >= y): large where the events are hard to explain by p0."""

    def statistic(n: Floats, y: Floats) -> Floats:
        some = np.clip(y, 1, n)
        tail = special.betainc(some, n - some + 1, p0)  # P(Bin(n, p0) >= y)
        return np.where(y > n, 1.0, np.where(y > 0, 1 - tail, 0.0))

    return statistic


def wang_tsiatis(p0: float, delta: float, most: int) -> Statistic:
    """z x (n / N)^(1/2 - Delta); Delta 0 is O'Brien and Fleming."""

    def statistic(n: Floats, y: Floats) -> Floats:
        z = (y - n * p0) / np.sqrt(n * p0 * (1 - p0))
        told: Floats = z * (n / most) ** (0.5 - delta)
        return told

    return statistic


def beta_binomial(p0: float, a: float, b: float) -> Statistic:
    """P(p > p0) after y of n events, under a Beta(a, b) prior."""

    def statistic(n: Floats, y: Floats) -> Floats:
        left = b + n - y
        told = 1 - special.betainc(a + y, np.maximum(left, 1e-9), p0)
        return np.where(left > 0, told, 1.0)

    return statistic


def sprt(p0: float, p1: float) -> Statistic:
    """Wald's log likelihood ratio of p1 against p0."""

    def statistic(n: Floats, y: Floats) -> Floats:
        told: Floats = y * np.log(p1 / p0) + (n - y) * np.log((1 - p1) / (1 - p0))
        return told

    return statistic


def max_sprt(p0: float) -> Statistic:
    """The log likelihood ratio at its best p above p0; 0 where none is."""

    def statistic(n: Floats, y: Floats) -> Floats:
        best = np.clip(y / n, p0, 1)
        told = special.xlogy(y, best / p0) + special.xlogy(
            np.maximum(n - y, 0), (1 - best) / (1 - p0)
        )
        return np.where(y > n, np.inf, told)

    return statistic


def boundary(statistic: Statistic, most: int, critical: float) -> Boundary:
    """Stop where the statistic reaches the critical value; more events never stop later."""
    people = np.arange(1, most + 1, dtype=np.float64)[:, None]
    events = np.arange(0, 2 * most + 2, dtype=np.float64)[None, :]
    reached = statistic(people, events) >= critical - _EDGE * max(abs(critical), 1.0)
    first = np.where(reached.any(axis=1), reached.argmax(axis=1), 2 * most + 2)
    return Boundary(stop_at=np.maximum(first, 1).astype(np.int64), critical=critical)


def crossing(stop_at: Ints, p: float) -> float:
    """The chance of ever stopping when the true risk is p."""
    return operating_characteristics(stop_at, p).stops


def operating_characteristics(stop_at: Ints, p: float) -> OperatingCharacteristics:
    """Exact, by f_n(y) = f_{n-1}(y) (1 - p) + f_{n-1}(y - 1) p, stopped paths taken out.

    stop_at  (N,) events that stop at 1 to N people
    p        true risk, 0 to 1
    """
    most = stop_at.size
    open_ = np.zeros(most + 2)
    open_[0] = 1.0
    stopped_by = np.zeros(most)
    stopped = events = people = 0.0
    for n in range(1, most + 1):
        open_[1 : n + 1] = open_[1 : n + 1] * (1 - p) + open_[:n] * p
        open_[0] *= 1 - p
        at = min(int(stop_at[n - 1]), n + 1)
        gone = open_[at : n + 1]
        share = float(gone.sum())
        events += float(gone @ np.arange(at, n + 1))
        people += n * share
        stopped += share
        open_[at : n + 1] = 0.0
        stopped_by[n - 1] = stopped
    events += float(open_ @ np.arange(most + 2))
    people += most * float(open_.sum())
    return OperatingCharacteristics(
        p=p, stops=stopped, events=events, people=people, stopped_by=stopped_by
    )


def calibrated(statistic: Statistic, most: int, p0: float, alpha: float) -> Boundary:
    """The boundary that stops most often under p0 without passing alpha.

    The chance of stopping falls in steps as the critical value grows, and the steps lie at
    values that the statistic takes; bisection over those is exact.
    """
    people, events = (one.astype(np.float64) for one in np.tril_indices(most + 1))
    some = (people > 0) & (events > 0)
    told = np.unique(statistic(people[some], events[some]))
    levels = told[np.isfinite(told)]
    low, high = 0, levels.size  # the level at `high` or above keeps alpha
    while low < high:
        middle = (low + high) // 2
        if crossing(boundary(statistic, most, float(levels[middle])).stop_at, p0) <= alpha:
            high = middle
        else:
            low = middle + 1
    if low == levels.size:  # even the rarest outcome is too likely: never stop
        return Boundary(stop_at=np.full(most, most + 1, dtype=np.int64), critical=np.inf)
    return boundary(statistic, most, float(levels[low]))
