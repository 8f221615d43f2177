"""What a plan is asked for: visits with their candidate half-days, and what a site offers.

Half-days are counted from the first day of the plan: 2 d is the morning of day d, 2 d + 1 its
afternoon. Beds are counted by night; the night of day d belongs to both of its half-days.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Int

from nanoward.programme.visits.site_calendar import BED_APART, BED_KINDS

WEEKLY = "weekly"
BED = "bed"
MORE_THAN_ANY_PLACE = 10**6
MOVE_FIRST = 50  # 12 x 50 is more than 20 days off target at 2 x 10 a day
# order of claims on scarce places: urgent safety first, visitors last
UNPLACED: Mapping[str, int] = {
    "safety": 20_000,
    "flush": 10_000,
    "dose": 3_000,
    "image": 2_000,
    "weekly": 1_000,
    "visitor": 200,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCosts:
    """What a plan pays for: whole numbers, so that an optimum is exact.

    per_day     for each day from the target; twice for kinds other than `single`
    unplaced    by kind, for a visit without a place; `unplaced_other` for kinds not named
    move        (days ahead, price): a booked visit that moves within so many days; the last
                one counts for all beyond
    """

    per_day: int = 10
    single: str = WEEKLY
    other_half: int = 2
    unplaced: Mapping[str, int] = field(default_factory=lambda: dict(UNPLACED))
    unplaced_other: int = 1_000
    move: tuple[tuple[int, int], ...] = ((2, 60), (14, 30), (MORE_THAN_ANY_PLACE, 12))

    def fewest_moves(self) -> "PlanCosts":
        """The same order of claims, but no comfort of days is worth a move.

        Every price of moving and of a missing place grows by a factor that no sum of days of
        one window reaches, so that the first thing saved is a move; days break ties.
        """
        return replace(
            self,
            unplaced={kind: MOVE_FIRST * price for kind, price in self.unplaced.items()},
            unplaced_other=MOVE_FIRST * self.unplaced_other,
            move=tuple((most, MOVE_FIRST * price) for most, price in self.move),
        )

    def of_missing(self, kind: str) -> int:
        """What it costs that a visit has no place."""
        return self.unplaced.get(kind, self.unplaced_other)

    def of_move(self, days_ahead: int) -> int:
        """What moving a visit costs that is booked so many days ahead."""
        return next(price for most, price in self.move if days_ahead <= most)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRequest:
    """One visit that wants a place.

    candidates  half-days in which it may be; what a gate or a calendar forbids is not there
    booked      half-day that it has now; None where it has none
    pinned      it stays where it is booked
    """

    visit: str
    person: str
    kind: str
    target: int
    candidates: tuple[int, ...]
    booked: int | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a site offers: resource to units in each half-day, beds to units in each night.

    beds                single ones;  nights  the other kinds, by BED_KINDS' names
    restricted          people who come apart from the others; where there are beds apart they
                        sleep in those
    restricted_at_once  how many of them at once
    apart               pairs of people who must not meet
    """

    half_days: int
    capacity: Mapping[str, Int[np.ndarray, " H"]]
    beds: Int[np.ndarray, " N"]
    needs: Mapping[str, Mapping[str, int]]
    restricted: frozenset[str] = frozenset()
    restricted_at_once: int = 1
    apart: tuple[tuple[str, str], ...] = ()
    nights: Mapping[str, Int[np.ndarray, " N"]] = field(default_factory=dict)

    def most(self, resource: str, half_day: int) -> int:
        """Units of a resource in a half-day, or of beds in the night of its day."""
        if resource in BED_KINDS:
            there = self.beds if resource == BED else self.nights.get(resource)
            return 0 if there is None else int(there[half_day // 2])
        return int(self.capacity[resource][half_day])

    def needs_of(self, one: VisitRequest) -> Mapping[str, int]:
        """What one visit needs, with a bed apart for who comes apart."""
        needs = self.needs[one.kind]
        if one.person not in self.restricted or BED_APART not in self.nights:
            return needs
        beds = sum(units for name, units in needs.items() if name in BED_KINDS)
        plain = {name: units for name, units in needs.items() if name not in BED_KINDS}
        return {**plain, BED_APART: beds} if beds else plain


def counted_at(resource: str, half_day: int) -> int:
    """Where a resource is counted: beds by the day, the others by the half-day."""
    return half_day // 2 if resource in BED_KINDS else half_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where each visit goes: None has no place. With what was proven of it.

    cost   by PlanCosts;  bound  no plan costs less;  solver  which rule made it
    """

    places: Mapping[str, int | None]
    cost: int
    bound: float
    solver: str
    optimal: bool

    @property
    def gap(self) -> float:
        """How far the cost may be above the best, as a share of the cost."""
        return 0.0 if self.cost <= 0 else max(0.0, (self.cost - self.bound) / self.cost)

    def unplaced(self) -> tuple[str, ...]:
        """Visits without a place, by name."""
        return tuple(sorted(visit for visit, place in self.places.items() if place is None))


def place_cost(costs: PlanCosts, request: VisitRequest, half_day: int, now: int) -> int:
    """What a place costs: days from the target, the other half of the day, and a move.

    now  half-day from which days ahead are counted
    """
    factor = 1 if request.kind == costs.single else 2
    days = abs(half_day // 2 - request.target // 2)
    other = costs.other_half if half_day % 2 != request.target % 2 else 0
    cost = costs.per_day * factor * days + other
    if request.booked is not None and half_day != request.booked:
        cost += costs.of_move(max(0, request.booked // 2 - now // 2))
    return cost


def missing_cost(costs: PlanCosts, request: VisitRequest, now: int) -> int:
    """What it costs that a visit has no place; one that loses a place is moved besides."""
    cost = costs.of_missing(request.kind)
    if request.booked is not None:
        cost += costs.of_move(max(0, request.booked // 2 - now // 2))
    return cost


def plan_cost(
    costs: PlanCosts,
    requests: Mapping[str, VisitRequest],
    places: Mapping[str, int | None],
    now: int,
) -> int:
    """The cost of a whole plan."""
    return sum(
        missing_cost(costs, one, now)
        if (place := places.get(name)) is None
        else place_cost(costs, one, place, now)
        for name, one in requests.items()
    )
