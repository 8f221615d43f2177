"""Spread: on which day the agent passed from whom to whom, and what that makes of ancestry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from nanoward.simulation.hosts.contacts import Contact
from nanoward.simulation.hosts.people import Person
from nanoward.simulation.study import Study

LATENT_DAYS = 3  # Duintjer Tebbens et al. 2013, Risk Anal 33:544: latent period of OPV
FLUSH_DAYS = 3  # our assumption: days that the kill code takes once a person has left


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """The agent came into a host: from the lot (source None) or from another host.

    host, source  places in the tuple of people
    """

    day: int
    host: int
    source: int | None = None
    kind: str = "dose"


def simulated_spread(
    study: Study, people: Sequence[Person], contacts: Sequence[Contact]
) -> tuple[Arrival, ...]:
    """Arrivals in order of day. A host who is reached anew carries only the newcomer.

    The hazard of a day is hours a week / 7 times the hazard of an hour; it is lower in a
    host who carries the agent already (colonisation resistance). A dose of the lot is so
    large that it replaces whatever was there. Both are our assumptions.
    """
    chance = study.chance("spread")
    carries_since = np.full(len(people), np.inf)
    ends = np.array([person.leaves(study) + FLUSH_DAYS for person in people])
    doses = {k: p.first for k, p in enumerate(people) if p.has_agent_from_lot}
    ways = [(c, x, y) for c in contacts for x, y in ((c.a, c.b), (c.b, c.a))]
    draws = chance.random((study.days + 1, max(1, len(ways))))
    arrivals: list[Arrival] = []
    for day in range(study.days + 1):
        for host, first in doses.items():
            if first == day:
                arrivals.append(Arrival(day=day, host=host))
                carries_since[host] = day
        if not study.transmission:
            continue
        reached: dict[int, Arrival] = {}
        for way, (contact, source, host) in enumerate(ways):
            if not (contact.first <= day <= contact.last) or doses.get(host) == day:
                continue
            if carries_since[source] + LATENT_DAYS > day or day > ends[source]:
                continue
            hazard = contact.hours_a_week / 7 * study.kind.passing_per_hour
            hazard *= study.kind.replacement if np.isfinite(carries_since[host]) else 1.0
            if draws[day, way] < 1 - np.exp(-hazard) and source not in reached:
                reached.setdefault(
                    host, Arrival(day=day, host=host, source=source, kind=contact.kind)
                )
        arrivals.extend(reached.values())
        carries_since[list(reached)] = day
    return tuple(arrivals)


def lineage(arrivals: Iterable[Arrival], host: int, day: int) -> list[tuple[int, int, int]]:
    """Through whom the population of a host on a day came: (host, from day, to day).

    The first piece is the host whom the lot reached; empty when the host carried nothing.
    """
    known = sorted(arrivals, key=lambda arrival: arrival.day)
    pieces: list[tuple[int, int, int]] = []
    at: int | None = host
    until, strict = day, False
    while at is not None:
        came = [
            one
            for one in known
            if one.host == at and (one.day < until or (one.day == until and not strict))
        ]
        if not came:
            return []
        pieces.append((at, came[-1].day, until))
        at, until, strict = came[-1].source, came[-1].day, True
    return pieces[::-1]


def shared_days(
    arrivals: Iterable[Arrival], one: tuple[int, int], other: tuple[int, int]
) -> int | None:
    """Days that two samples' populations have in common after they left the lot.

    one, other  (host, day of the sample)
    returns     None where either host carried nothing or they share no host since the lot
    """
    known = tuple(arrivals)
    days = None
    for left, right in zip(lineage(known, *one), lineage(known, *other), strict=False):
        if left[:2] != right[:2]:
            break
        days = (days or 0) + min(left[2], right[2]) - left[1]
        if left[2] != right[2]:
            break
    return days
