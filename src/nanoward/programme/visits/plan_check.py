"""A plan checked by plain counting: it shares no line with what made the plan."""

from collections import Counter
from collections.abc import Mapping, Sequence

from nanoward.programme.visits.plan_problem import BED, Offer, VisitRequest


def plan_conflicts(
    places: Mapping[str, int | None], requests: Sequence[VisitRequest], offer: Offer
) -> tuple[str, ...]:
    """Everything that is wrong with a plan, and not the first thing alone."""
    told: list[str] = []
    used: Counter[tuple[str, int]] = Counter()
    there: dict[int, list[str]] = {}
    for one in requests:
        place = places.get(one.visit)
        told += _misplaced(one, place, offer.half_days)
        if place is None or not 0 <= place < offer.half_days:
            continue
        for resource, units in offer.needs[one.kind].items():
            used[resource, place // 2 if resource == BED else place] += units
        there.setdefault(place, []).append(one.person)
    for (resource, at), units in sorted(used.items()):
        most = int((offer.beds if resource == BED else offer.capacity[resource])[at])
        if units > most:
            told.append(f"{resource} at {at}: {units} needed, {most} there")
    for place, people in sorted(there.items()):
        told += _meetings(place, people, offer)
    return tuple(told)


def _misplaced(one: VisitRequest, place: int | None, half_days: int) -> list[str]:
    if one.pinned and one.booked is not None:
        return [] if place == one.booked else [f"{one.visit} is pinned at {one.booked}"]
    if place is None or (place in one.candidates and 0 <= place < half_days):
        return []
    return [f"{one.visit} may not be at half-day {place} of {half_days}"]


def _meetings(place: int, people: Sequence[str], offer: Offer) -> list[str]:
    twice = sorted(who for who, count in Counter(people).items() if count > 1)
    told = [f"{who} is twice in half-day {place}" for who in twice]
    apart = [one for one in people if one in offer.restricted]
    if len(apart) > offer.restricted_at_once:
        told.append(f"half-day {place}: {len(apart)} restricted people at once")
    told += [
        f"{first} and {second} meet in half-day {place}"
        for first, second in offer.apart
        if first in people and second in people
    ]
    return told
