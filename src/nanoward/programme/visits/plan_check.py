"""A plan checked by plain counting: it shares no line with what made the plan."""

from collections import Counter
from collections.abc import Mapping, Sequence

from nanoward.programme.visits.plan_problem import Offer, VisitRequest

NIGHTLY = ("bed", "bed_shared", "bed_apart", "bed_family")


def plan_conflicts(
    places: Mapping[str, int | None], requests: Sequence[VisitRequest], offer: Offer
) -> tuple[str, ...]:
    """Everything that is wrong with a plan, and not the first thing alone."""
    told: list[str] = []
    used: Counter[tuple[str, int]] = Counter()
    there: dict[int, list[str]] = {}
    shared: dict[int, list[str]] = {}
    for one in requests:
        place = places.get(one.visit)
        told += _misplaced(one, place, offer.half_days)
        if place is None or not 0 <= place < offer.half_days:
            continue
        for resource, units in _needs(one, offer).items():
            used[resource, place // 2 if resource in NIGHTLY else place] += units
            if resource == "bed_shared":
                shared.setdefault(place // 2, []).append(one.person)
        there.setdefault(place, []).append(one.person)
    for (resource, at), units in sorted(used.items()):
        most = int(_given(resource, offer)[at])
        if units > most:
            told.append(f"{resource} at {at}: {units} needed, {most} there")
    for place, people in sorted(there.items()):
        told += _meetings(place, people, offer)
    told += [
        f"{first} and {second} sleep in shared rooms in night {night}"
        for night, people in sorted(shared.items())
        for first, second in offer.apart
        if first in people and second in people
    ]
    return tuple(told)


def _needs(one: VisitRequest, offer: Offer) -> dict[str, int]:
    needs = dict(offer.needs[one.kind])
    if one.person in offer.restricted and "bed_apart" in offer.nights:
        beds = sum(needs.pop(name, 0) for name in NIGHTLY)
        needs |= {"bed_apart": beds} if beds else {}
    return needs


def _given(resource: str, offer: Offer) -> Sequence[int]:
    if resource == "bed":
        return list(offer.beds)
    if resource in NIGHTLY:
        return list(offer.nights.get(resource, [0] * len(offer.beds)))
    return list(offer.capacity[resource])


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
