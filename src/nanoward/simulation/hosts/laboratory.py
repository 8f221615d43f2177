"""Weekly laboratory values with normal noise, and planted toxicity of a known grade."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nanoward.simulation.hosts.noise import VisitRow, remembering_noise, visit_days
from nanoward.simulation.hosts.people import NEVER, Person
from nanoward.simulation.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A laboratory test, with its normal range in SI units.

    spread  coefficient of variation within a healthy person from week to week
    """

    code: str
    name: str
    category: str
    unit: str
    low: float
    high: float
    spread: float
    digits: int


# Normal ranges are usual adult ranges; spreads are rounded from the within-subject biological
# variation collected by Ricos et al. 1999, Scand J Clin Lab Invest 59:491, made smaller for
# ALT, bilirubin and neutrophils so that healthy people seldom leave the range (assumption).
TESTS = tuple(
    Test(
        code=code,
        name=name,
        category="HEMATOLOGY" if unit in ("g/L", "10^9/L") else "CHEMISTRY",
        unit=unit,
        low=low,
        high=high,
        spread=spread,
        digits=digits,
    )
    for code, name, unit, low, high, spread, digits in (
        ("ALT", "Alanine Aminotransferase", "U/L", 7, 40, 0.12, 0),
        ("AST", "Aspartate Aminotransferase", "U/L", 8, 40, 0.10, 0),
        ("BILI", "Bilirubin", "umol/L", 3, 21, 0.15, 1),
        ("CREAT", "Creatinine", "umol/L", 50, 110, 0.045, 0),
        ("K", "Potassium", "mmol/L", 3.5, 5.1, 0.04, 1),
        ("SODIUM", "Sodium", "mmol/L", 135, 145, 0.006, 0),
        ("HGB", "Hemoglobin", "g/L", 120, 165, 0.027, 0),
        ("PLAT", "Platelets", "10^9/L", 150, 400, 0.07, 0),
        ("WBC", "Leukocytes", "10^9/L", 4.0, 11.0, 0.10, 1),
        ("NEUT", "Neutrophils", "10^9/L", 2.0, 7.5, 0.13, 2),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toxicity:
    """A true toxicity: at the visit `week` of one person, a test takes a known value.

    week   number of the visit after the first dose
    value  in the test's unit; in the middle of its CTCAE grade, with a normal baseline
    """

    person: int
    test: str
    week: int
    value: float
    grade: int


# CTCAE v5.0 (NCI 2017), limits with a normal baseline: ALT and AST 1: > ULN-3 ULN, 2: > 3-5,
# 3: > 5-20, 4: > 20; bilirubin 1: > ULN-1.5 ULN, 2: > 1.5-3, 3: > 3-10; neutrophils 3:
# < 1.0-0.5; platelets 4: < 25; potassium high 3: > 6.0-7.0; haemoglobin 2: < 100-80 g/L.
PAST = (
    ("ALT", 160.0, 2),
    ("K", 6.5, 3),
    ("HGB", 90.0, 2),
    ("BILI", 42.0, 2),
    ("AST", 320.0, 3),
)
PRESENT = (("ALT", 320.0, 3), ("NEUT", 0.75, 3), ("PLAT", 20.0, 4))


def planted_toxicities(study: Study, people: Sequence[Person]) -> tuple[Toxicity, ...]:
    """Five that are long past and three at the last visit of people who are still in it.

    Only people who are there for it are chosen: past ones after at least 12 weeks of agent,
    in week 5; present ones with at least 4 weeks. Fewer where the programme is too small.
    """
    chance = study.chance("toxicities")
    dosed = [
        k for k in chance.permutation(len(people)).tolist() if people[k].has_agent_from_lot
    ]
    inside = [
        k for k in dosed if people[k].gone == NEVER and people[k].first + 28 <= study.days
    ]
    present = inside[: len(PRESENT)]
    long = [
        k
        for k in dosed
        if k not in present
        and people[k].leaves(study) - people[k].first >= 84
        and people[k].fate in ("ongoing", "completed")
    ]
    chosen = [
        (person, planted, (study.days - people[person].first) // 7)
        for person, planted in zip(present, PRESENT, strict=False)
    ] + [(person, planted, 5) for person, planted in zip(long, PAST, strict=False)]
    return tuple(
        Toxicity(person=person, test=test, week=week, value=value, grade=grade)
        for person, (test, value, grade), week in chosen
    )


def laboratory_rows(
    study: Study, people: Sequence[Person], toxicities: Sequence[Toxicity]
) -> list[dict[str, Any]]:
    """SDTM LB: all tests at every visit, in original and standard (the same) units.

    Each person has a value of their own in the middle of the normal range, around which the
    weeks vary. Half of a planted toxicity is left a week later, nothing after two.
    """
    rows: list[dict[str, Any]] = []
    for place, person in enumerate(people):
        chance = study.chance(f"laboratory {person.name}")
        days = visit_days(person.consent, person.first, person.leaves(study))
        noise = remembering_noise(chance, len(days), len(TESTS)).clip(-3, 3)
        centre = chance.uniform(0.35, 0.65, len(TESTS))
        own = {one.test: one for one in toxicities if one.person == place}
        number = 0
        for visit, day in enumerate(days):
            for column, test in enumerate(TESTS):
                number += 1
                middle = test.low + centre[column] * (test.high - test.low)
                usual = middle * (1 + test.spread * noise[visit, column])
                value = _with_toxicity(usual, own.get(test.code), visit - 1)
                rows.append(
                    _row(
                        study,
                        person,
                        test,
                        VisitRow(number=number, visit=visit, day=day),
                        value,
                    )
                )
    return rows


def _with_toxicity(usual: float, toxicity: Toxicity | None, week: int) -> float:
    if toxicity is None or week not in (toxicity.week, toxicity.week + 1):
        return usual
    if week == toxicity.week:
        return toxicity.value
    return float(np.sqrt(usual * toxicity.value))


def _row(
    study: Study, person: Person, test: Test, at: VisitRow, value: float
) -> dict[str, Any]:
    told = round(float(value), test.digits)
    text = f"{told:.{test.digits}f}"
    return {
        "DOMAIN": "LB",
        "USUBJID": person.name,
        "LBSEQ": float(at.number),
        "LBTESTCD": test.code,
        "LBTEST": test.name,
        "LBCAT": test.category,
        "LBORRES": text,
        "LBORRESU": test.unit,
        "LBORNRLO": f"{test.low:g}",
        "LBORNRHI": f"{test.high:g}",
        "LBSTRESC": text,
        "LBSTRESN": told,
        "LBSTRESU": test.unit,
        "LBSTNRLO": float(test.low),
        "LBSTNRHI": float(test.high),
        "LBBLFL": "Y" if at.visit == 0 else "",
        "VISITNUM": float(at.visit),
        "VISIT": "SCREENING" if at.visit == 0 else f"WEEK {at.visit - 1}",
        "LBDTC": study.day(at.day).isoformat(),
    }


def grades_rows(
    study: Study, people: Sequence[Person], toxicities: Sequence[Toxicity]
) -> list[dict[str, Any]]:
    """truth/grades.csv: the planted values and the CTCAE v5.0 grade that each must get."""
    return [
        {
            "participant": people[one.person].name,
            "test": one.test,
            "taken": study.day(people[one.person].first + 7 * one.week).isoformat(),
            "value": one.value,
            "grade": one.grade,
        }
        for one in sorted(toxicities, key=lambda one: (one.person, one.test))
    ]
