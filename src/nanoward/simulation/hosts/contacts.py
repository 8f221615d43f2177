"""Contacts: who is near whom, of which kind, for how many hours a week."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from nanoward.simulation.hosts.people import Person
from nanoward.simulation.study import Study

# Hours a week by kind, lowest and highest. Our assumption, in the order of magnitude of
# contact diaries (Mossong et al. 2008, PLoS Med 5:e74: long contacts are at home).
HOURS_A_WEEK = {
    "household": (20.0, 60.0),
    "intimate": (10.0, 30.0),
    "room": (2.0, 6.0),
    "casual": (0.2, 2.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Two people, by their place in the tuple of people, and their time together."""

    a: int
    b: int
    kind: str
    first: int
    last: int
    hours_a_week: float

    @property
    def hours(self) -> float:
        return round(self.hours_a_week * (self.last - self.first + 1) / 7, 1)


def simulated_contacts(study: Study, people: Sequence[Person]) -> tuple[Contact, ...]:
    """All contacts of the study, each pair and kind once, in order.

    Household: all pairs at home. Room: people of one site who share a treatment room, if they
    are not of one household. Intimate: one pair in 15 people, of one site and two
    households. Casual: as many random pairs of a site as it has people. A contact lasts while
    both are in the programme. All are recorded, with their true hours (our assumption).
    """
    chance = study.chance("contacts")
    pairs: dict[tuple[int, int], str] = {}
    _add(pairs, _alike(people, "household"), "household")
    _add(pairs, _partners(chance, people), "intimate")
    _add(pairs, _alike(people, "room"), "room")
    _add(pairs, _acquaintances(chance, people), "casual")
    contacts = []
    for (a, b), kind in sorted(pairs.items()):
        first = max(people[a].consent, people[b].consent)
        last = min(people[a].leaves(study), people[b].leaves(study))
        low, high = HOURS_A_WEEK[kind]
        hours = round(float(chance.uniform(low, high)), 1)
        if first < last:
            contacts.append(
                Contact(a=a, b=b, kind=kind, first=first, last=last, hours_a_week=hours)
            )
    return tuple(contacts)


def _add(
    pairs: dict[tuple[int, int], str], found: Iterable[tuple[int, int]], kind: str
) -> None:
    for pair in found:
        pairs.setdefault(pair, kind)


def _alike(people: Sequence[Person], place: str) -> list[tuple[int, int]]:
    groups: dict[str, list[int]] = {}
    for number, person in enumerate(people):
        groups.setdefault(getattr(person, place), []).append(number)
    return [(a, b) for group in groups.values() for a in group for b in group if a < b]


def _partners(chance: np.random.Generator, people: Sequence[Person]) -> list[tuple[int, int]]:
    return _drawn(chance, people, -(-len(people) // 15))


def _acquaintances(
    chance: np.random.Generator, people: Sequence[Person]
) -> list[tuple[int, int]]:
    return _drawn(chance, people, len(people))


def _drawn(
    chance: np.random.Generator, people: Sequence[Person], count: int
) -> list[tuple[int, int]]:
    drawn = chance.integers(0, len(people), (count, 2))
    return [
        (min(a, b), max(a, b))
        for a, b in drawn.tolist()
        if people[a].site == people[b].site and people[a].household != people[b].household
    ]
