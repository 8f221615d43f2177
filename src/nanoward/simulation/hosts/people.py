"""People: sites, households, arms, and what becomes of each of them in the programme."""

from dataclasses import dataclass

import numpy as np

from nanoward.simulation.study import Study

ARMS = ("Agent high", "Agent low", "Control")
ARM_CODES = {"Agent high": "HIGH", "Agent low": "LOW", "Control": "CTRL", "": "SCRNFAIL"}
DOSES_MG = {"Agent high": 150.0, "Agent low": 75.0, "Control": 0.0}
NEVER = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One participant. Days are counted from day 0 of the study; NEVER where none came.

    fate      ongoing, completed, withdrew, discontinued, died, failed (screening), waiting
    consent   day of informed consent; screening begins on it
    first     day of the first dose: the agent once, and from then on the inducer daily
    last      last day with a dose
    gone      day of disposition (completion, withdrawal, discontinuation, death, failure)
    """

    name: str
    site: str
    household: str
    room: str
    age: int
    sex: str
    weight_kg: float
    arm: str
    fate: str
    consent: int
    first: int
    last: int
    gone: int

    @property
    def is_dosed(self) -> bool:
        return self.first != NEVER

    @property
    def has_agent_from_lot(self) -> bool:
        return self.is_dosed and self.arm != "Control"

    def leaves(self, study: Study) -> int:
        """Day after which nothing more is taken from this person."""
        return self.gone if self.gone != NEVER else study.days


def household_sizes(chance: np.random.Generator, people: int) -> list[int]:
    """Sizes that add up to `people`: one to four, two most often (our assumption)."""
    sizes: list[int] = []
    while (left := people - sum(sizes)) > 0:
        sizes.append(min(left, int(chance.choice((1, 2, 3, 4), p=(0.2, 0.35, 0.25, 0.2)))))
    return sizes


def simulated_people(study: Study) -> tuple[Person, ...]:
    """Participants in order of their names.

    Our assumptions: a site for every 20 people; households join together within a week,
    evenly over the first 45 % of the programme; two of five get the high dose, two the low
    one, one the control. Screening takes 7 days. A twentieth each fails screening and waits
    for the first dose on the last day; a twelfth withdraws; a twentieth discontinues for an
    adverse event; one person in 60 dies.
    """
    chance = study.chance("people")
    sizes = household_sizes(chance, study.participants)
    sites = max(1, round(study.participants / 20))
    household = np.repeat(np.arange(len(sizes)), sizes)
    joined = np.sort(chance.integers(0, max(1, int(0.45 * study.days)), len(sizes)))
    fates = _fates(chance, study.participants)
    arms = _arms(chance, study.participants)
    people = []
    for place in range(study.participants):
        home = int(household[place])
        fate = fates[place]
        consent = int(joined[home] + chance.integers(0, 7))
        if fate == "waiting":
            consent = study.days - int(chance.integers(1, 6))
        days = _course(chance, study, fate=fate, consent=consent)
        people.append(
            Person(
                name=f"P{place + 1:03d}",
                site=f"S{home % sites + 1}",
                household=f"H{home + 1:02d}",
                room=f"S{home % sites + 1}-R{int(chance.integers(1, 6))}",
                age=int(chance.integers(18, 71)),
                sex="FM"[int(chance.integers(0, 2))],
                weight_kg=round(min(120.0, max(45.0, chance.normal(74, 12))), 1),
                arm=arms[place] if days[0] != NEVER else "",
                fate="completed" if fate == "ongoing" and days[2] != NEVER else fate,
                consent=consent,
                first=days[0],
                last=days[1],
                gone=days[2],
            )
        )
    return tuple(people)


def _fates(chance: np.random.Generator, people: int) -> list[str]:
    counts = {
        "failed": max(1, people // 20),
        "waiting": max(1, people // 20),
        "withdrew": max(1, people // 12),
        "discontinued": max(1, people // 20),
        "died": people // 60,
    }
    drawn = [fate for fate, count in counts.items() for _ in range(count)]
    fates = drawn + ["ongoing"] * (people - len(drawn))
    return [fates[place] for place in chance.permutation(people)]


def _arms(chance: np.random.Generator, people: int) -> list[str]:
    block = [ARMS[0], ARMS[0], ARMS[1], ARMS[1], ARMS[2]]
    blocks = -(-people // len(block))
    return [block[k] for _ in range(blocks) for k in chance.permutation(len(block))][:people]


def _course(
    chance: np.random.Generator, study: Study, *, fate: str, consent: int
) -> tuple[int, int, int]:
    """First day with a dose, last day with a dose, day of disposition."""
    draw = float(chance.random())
    if fate == "waiting":
        return NEVER, NEVER, NEVER
    if fate == "failed":
        return NEVER, NEVER, consent + 6
    first = consent + 7
    planned = first + study.course_days
    end = min(planned, study.days)
    if fate == "ongoing":
        return first, end, planned if planned <= study.days else NEVER
    gone = first + 14 + int(draw * (end - first - 15))
    return first, gone - 1, gone
