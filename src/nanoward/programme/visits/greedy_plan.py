"""A plan by the order of claims and the nearest free half-day: where no solver answers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from nanoward.programme.visits.plan_problem import (
    Offer,
    Plan,
    PlanCosts,
    VisitRequest,
    counted_at,
    missing_cost,
    place_cost,
    plan_cost,
)
from nanoward.programme.visits.site_calendar import BED_SHARED


class _Ledger:
    """What is used so far of an offer."""

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        self.used: dict[tuple[str, int], int] = defaultdict(int)
        self.people: dict[int, set[str]] = defaultdict(set)
        self.roommates: dict[int, set[str]] = defaultdict(set)  # in shared beds, by night
        self.shunned: dict[str, set[str]] = defaultdict(set)
        for first, second in offer.apart:
            self.shunned[first].add(second)
            self.shunned[second].add(first)

    def fits(self, one: VisitRequest, half_day: int) -> bool:
        offer, there = self.offer, self.people[half_day]
        for resource, units in offer.needs_of(one).items():
            at = counted_at(resource, half_day)
            if self.used[resource, at] + units > offer.most(resource, half_day):
                return False
        if one.person in there or self.shunned[one.person] & there:
            return False
        asleep = self.shunned[one.person] & self.roommates[half_day // 2]
        if asleep and BED_SHARED in offer.needs_of(one):
            return False
        apart = sum(who in offer.restricted for who in there)
        return one.person not in offer.restricted or apart < offer.restricted_at_once

    def take(self, one: VisitRequest, half_day: int) -> None:
        needs = self.offer.needs_of(one)
        for resource, units in needs.items():
            self.used[resource, counted_at(resource, half_day)] += units
        self.people[half_day].add(one.person)
        if BED_SHARED in needs:
            self.roommates[half_day // 2].add(one.person)


def greedy_plan(
    requests: Sequence[VisitRequest],
    offer: Offer,
    costs: PlanCosts,
    *,
    now: int = 0,
    last: Mapping[str, int | None] | None = None,
) -> Plan:
    """Pinned visits first, then those that keep their place, then by claim and target."""
    kept = _Ledger(offer)
    before = last or {}
    places: dict[str, int | None] = {}

    def order(one: VisitRequest) -> tuple[bool, int, int, str]:
        return (not one.pinned, -costs.of_missing(one.kind), one.target, one.visit)

    for one in sorted(requests, key=order):
        wish = one.booked if one.booked is not None else before.get(one.visit)
        if one.pinned and one.booked is not None:
            ranked = [one.booked]
        else:
            ranked = sorted(
                one.candidates,
                key=lambda at, one=one, wish=wish: (  # type: ignore[misc]
                    at != wish, place_cost(costs, one, at, now), at
                ),
            )  # fmt: skip
        free = (at for at in ranked if one.pinned or kept.fits(one, at))
        place = next(free, None)
        if place is not None:
            cheaper = place_cost(costs, one, place, now) < missing_cost(costs, one, now)
            place = place if cheaper or one.pinned else None
        places[one.visit] = place
        if place is not None:
            kept.take(one, place)
    known = {one.visit: one for one in requests}
    cost = plan_cost(costs, known, places, now)
    return Plan(places=places, cost=cost, bound=float("-inf"), solver="greedy", optimal=False)
