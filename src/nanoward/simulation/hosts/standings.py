"""The standing that each person must have, worked out from what happened, not from files.

The rules are told in the programme's [clearance] section; here they are applied a second
time, to the simulated events themselves, so that the room can be compared with them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from nanoward.simulation.hosts.harms import Harm
from nanoward.simulation.hosts.laboratory import Toxicity
from nanoward.simulation.hosts.people import NEVER, Person
from nanoward.simulation.study import Study

WINDOW_DAYS = 7  # a weekly finding stands until the visit of the next week
HELD_FROM_GRADE = 3
RECALLED_FROM_GRADE = 4

ENDED = {
    "died": ("died", "death"),
    "withdrew": ("withdrawn", "consent withdrawn"),
    "discontinued": ("recalled", "discontinued for an adverse event"),
    "completed": ("completed", "course completed"),
    "failed": ("screened", "screening failed"),
    "waiting": ("screened", "no dose yet"),
}


class Happened(Protocol):
    """What happened to the people of a simulated programme."""

    @property
    def study(self) -> Study: ...
    @property
    def people(self) -> Sequence[Person]: ...
    @property
    def toxicities(self) -> Sequence[Toxicity]: ...
    @property
    def harms(self) -> Sequence[Harm]: ...
    @property
    def answers(self) -> Mapping[int, int]: ...


def standing_rows(world: Happened) -> list[dict[str, Any]]:
    """truth/standings.csv: participant, standing, fact that decides, and its day."""
    return [_standing(world, place, person) for place, person in enumerate(world.people)]


def _standing(world: Happened, place: int, person: Person) -> dict[str, Any]:
    if person.fate in ENDED:
        standing, fact = ENDED[person.fate]
        day = person.gone if person.gone != NEVER else person.consent
    else:
        standing, fact, day = _inside(world, place, person)
    return {
        "participant": person.name,
        "standing": standing,
        "fact": fact,
        "date": world.study.day(day).isoformat(),
    }


def _inside(world: Happened, place: int, person: Person) -> tuple[str, str, int]:
    """Standing, fact and day of a person who takes part and has not left."""
    since = world.study.days - WINDOW_DAYS
    for one in world.toxicities:
        day = person.first + 7 * one.week
        if one.person == place and day > since:
            fact = f"{one.test} grade {one.grade}"
            if one.grade >= RECALLED_FROM_GRADE:
                return "recalled", fact, day
            if one.grade >= HELD_FROM_GRADE:
                return "held", fact, day
    for harm in world.harms:
        grave = harm.severity == "SEVERE" or harm.because
        if harm.person == place and grave and harm.end is None:
            return "held", f"{harm.term} goes on", harm.start
    answered = world.answers.get(place)
    if answered is not None and person.first + 7 * answered > since:
        return "held", "PHQ-9 item 9 above 0", person.first + 7 * answered
    return "cleared", "nothing against it", person.first
