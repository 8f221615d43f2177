"""Adverse events: side effects that follow exposure, chance illness, and what ends a stay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nanoward.simulation.hosts.exposure import Kinetics, side_effect_chance
from nanoward.simulation.hosts.people import DOSES_MG, Person
from nanoward.simulation.study import Study

SIDE_EFFECTS = (
    ("Nausea", "GASTROINTESTINAL DISORDERS"),
    ("Abdominal pain", "GASTROINTESTINAL DISORDERS"),
    ("Dizziness", "NERVOUS SYSTEM DISORDERS"),
)
ILLNESSES = (
    ("Headache", "NERVOUS SYSTEM DISORDERS"),
    ("Nasopharyngitis", "INFECTIONS AND INFESTATIONS"),
    ("Back pain", "MUSCULOSKELETAL AND CONNECTIVE TISSUE DISORDERS"),
)
# Our assumptions: shares of mild, moderate and severe; three of ten severe ones are serious.
SEVERITIES = ("MILD", "MODERATE", "SEVERE")
SHARES = (0.68, 0.29, 0.03)
SERIOUS_OF_SEVERE = 0.3
ILLNESS_A_WEEK = 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """One adverse event. `end` is None while it goes on; `because` names the criterion."""

    person: int
    term: str
    system: str
    severity: str
    start: int
    end: int | None
    because: str = ""
    related: bool = False
    ends_stay: bool = False


def simulated_harms(
    study: Study, people: Sequence[Person], kinetics: Sequence[Kinetics]
) -> tuple[Harm, ...]:
    """All adverse events, by person and day.

    In each week on the inducer a side effect comes with the chance that the person's mean
    exposure gives (`side_effect_chance`), and an unrelated illness with a fixed one. Whoever
    discontinues has a severe event the day before; whoever dies a fatal one.
    """
    harms: list[Harm] = []
    for place, (person, own) in enumerate(zip(people, kinetics, strict=True)):
        if not person.is_dosed:
            continue
        chance = study.chance(f"harms {person.name}")
        risk = side_effect_chance(own.mean_concentration(DOSES_MG[person.arm]))
        leaves = person.leaves(study)
        for week in range(person.first, person.last - 5, 7):
            side, ill = chance.random(2) < (risk, ILLNESS_A_WEEK)
            drawn = [_drawn(chance, place, week, side=True)] * bool(side)
            drawn += [_drawn(chance, place, week, side=False)] * bool(ill)
            harms.extend(_as_known(harm, leaves) for harm in drawn if harm.start < leaves - 2)
        harms.extend(_last(person, place))
    return tuple(sorted(harms, key=lambda harm: (harm.person, harm.start, harm.term)))


def _drawn(chance: np.random.Generator, person: int, week: int, *, side: bool) -> Harm:
    kinds = SIDE_EFFECTS if side else ILLNESSES
    term, system = kinds[int(chance.integers(0, len(kinds)))]
    severity = SEVERITIES[int(chance.choice(3, p=SHARES))]
    serious = severity == "SEVERE" and chance.random() < SERIOUS_OF_SEVERE
    start = week + int(chance.integers(0, 7))
    return Harm(
        person=person,
        term=term,
        system=system,
        severity=severity,
        start=start,
        end=start + int(chance.integers(2, 15)),
        because="AESHOSP" if serious else "",
        related=side,
    )


def _as_known(harm: Harm, leaves: int) -> Harm:
    """An end after the person left, or after the data stand, is not known."""
    return replace(harm, end=None) if harm.end is None or harm.end > leaves else harm


def _last(person: Person, place: int) -> list[Harm]:
    if person.fate == "discontinued":
        return [
            Harm(
                person=place,
                term="Vomiting",
                system="GASTROINTESTINAL DISORDERS",
                severity="SEVERE",
                start=person.gone - 1,
                end=None,
                related=True,
                ends_stay=True,
            )
        ]
    if person.fate == "died":
        return [
            Harm(
                person=place,
                term="Myocardial infarction",
                system="CARDIAC DISORDERS",
                severity="SEVERE",
                start=person.gone - 1,
                end=person.gone,
                because="AESDTH",
                ends_stay=True,
            )
        ]
    return []


def harm_rows(
    study: Study, people: Sequence[Person], harms: Sequence[Harm]
) -> list[dict[str, Any]]:
    """SDTM AE, numbered within each person."""
    rows: list[dict[str, Any]] = []
    numbers = dict.fromkeys(range(len(people)), 0)
    for harm in harms:
        numbers[harm.person] += 1
        fatal = harm.because == "AESDTH"
        rows.append(
            {
                "DOMAIN": "AE",
                "USUBJID": people[harm.person].name,
                "AESEQ": float(numbers[harm.person]),
                "AETERM": harm.term.upper(),
                "AEDECOD": harm.term,
                "AEBODSYS": harm.system,
                "AESEV": harm.severity,
                "AESER": "Y" if harm.because else "N",
                "AEACN": "DRUG WITHDRAWN" if harm.ends_stay else "DOSE NOT CHANGED",
                "AEREL": "PROBABLE" if harm.related else "NONE",
                "AEOUT": _outcome(harm, fatal=fatal),
                "AESDTH": "Y" if fatal else "N",
                "AESHOSP": "Y" if harm.because == "AESHOSP" else "N",
                "AESLIFE": "N",
                "AESTDTC": study.day(harm.start).isoformat(),
                "AEENDTC": "" if harm.end is None else study.day(harm.end).isoformat(),
            }
        )
    return rows


def _outcome(harm: Harm, *, fatal: bool) -> str:
    if fatal:
        return "FATAL"
    return "RECOVERED/RESOLVED" if harm.end is not None else "NOT RECOVERED/NOT RESOLVED"
