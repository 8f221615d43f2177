"""Impossible weeks, named before anybody is booked, with what would mend them.

Hall's condition on intervals: visits whose whole window lies in a run of days need no more of
a resource than the run offers in their half-days (Hall 1935, J London Math Soc 10:26). What
is told is therefore impossible in any plan; average use hides it (86 % and yet 539 without a
place). Runs of up to 20 days are looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nanoward.programme.visits.plan_problem import Offer, VisitRequest
from nanoward.programme.visits.site_calendar import BED_KINDS

LONGEST_RUN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpossibleRun:
    """A run of days in which a resource cannot do for the visits that must lie in it.

    first, last  days of the plan;  need, there  units;  short  units without a place
    """

    resource: str
    first: int
    last: int
    need: int
    there: int

    @property
    def short(self) -> int:
        """Units that no plan can place."""
        return self.need - self.there

    def mend(self) -> str:
        """What would make it possible."""
        return (
            f"{self.short} more units of {self.resource} in these days,"
            f" or a longer window for {self.short} of the visits"
        )


def impossible_runs(
    requests: Sequence[VisitRequest], offer: Offer, *, longest: int = LONGEST_RUN
) -> tuple[ImpossibleRun, ...]:
    """Runs that are short, for each resource the disjoint ones that are short of most.

    Pinned visits count at their place alone.
    """
    found: list[ImpossibleRun] = []
    resources = sorted({name for one in requests for name in offer.needs_of(one)})
    for resource in resources:
        runs = sorted(
            _short_runs(requests, offer, resource, longest),
            key=lambda one: (-one.short, one.last - one.first, one.first),
        )
        kept: list[ImpossibleRun] = []
        for run in runs:
            if all(run.last < one.first or run.first > one.last for one in kept):
                kept.append(run)
        found += sorted(kept, key=lambda one: one.first)
    return tuple(found)


def _short_runs(
    requests: Sequence[VisitRequest], offer: Offer, resource: str, longest: int
) -> Iterator[ImpossibleRun]:
    days = offer.half_days // 2
    need = np.zeros((days, days), int)  # by first and last day of the window
    opened = np.zeros(offer.half_days, bool)
    for one in requests:
        units = offer.needs_of(one).get(resource, 0)
        places = (one.booked,) if one.pinned and one.booked is not None else one.candidates
        if units and places:
            need[min(places) // 2, max(places) // 2] += units
            opened[list(places)] = True
    there = _offered_by_day(offer, resource, opened)
    sums = np.concatenate([[0], np.cumsum(there)])
    # inside[a, b]: need of windows that begin on a or later and end on b or before
    inside = np.cumsum(np.cumsum(need[::-1], axis=0)[::-1], axis=1)
    for first in range(days):
        for last in range(first, min(days, first + longest)):
            wanted, given = int(inside[first, last]), int(sums[last + 1] - sums[first])
            if wanted > given:
                yield ImpossibleRun(
                    resource=resource, first=first, last=last, need=wanted, there=given
                )


def _offered_by_day(offer: Offer, resource: str, opened: np.ndarray) -> np.ndarray:
    halves = opened.reshape(-1, 2)
    if resource in BED_KINDS:
        days = range(len(halves))
        there = np.array([offer.most(resource, 2 * day) for day in days], int)
        return np.where(halves.any(axis=1), there, 0)
    units = np.where(opened, offer.capacity[resource][: len(opened)], 0)
    found: np.ndarray = units.reshape(-1, 2).sum(axis=1)
    return found
