"""Weekly questionnaires: PHQ-9 and GAD-7, items and totals."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from nanoward.simulation.hosts.noise import VisitRow, remembering_noise, visit_days
from nanoward.simulation.hosts.people import NEVER, Person
from nanoward.simulation.study import Study

# Both are free to use (Spitzer, Williams and Kroenke; PHQ-9: Kroenke 2001, J Gen Intern Med
# 16:606; GAD-7: Spitzer 2006, Arch Intern Med 166:1092). Items are 0 to 3.
SCALES = {"PHQ-9": ("PHQ9", 9, "PHQ9TOT"), "GAD-7": ("GAD7", 7, "GAD7TOT")}
STEPS = (0.2, 1.2, 2.0)  # latent limits of the answers 1, 2 and 3; our assumption
SELF_HARM_ITEM = "PHQ909"
SELF_HARM_ANSWER = 2


def planted_answers(
    study: Study, people: Sequence[Person], ill: Collection[int] = ()
) -> dict[int, int]:
    """Who answers item 9 of the PHQ-9 (thoughts of being better off dead) above 0, and when.

    ill      people with a planted toxicity, who are left out
    returns  person's place to visit number after the first dose: one person at the last
             visit, who is still in the programme, and one long ago
    """
    inside = [
        k
        for k, person in enumerate(people)
        if k not in ill
        and person.gone == NEVER
        and person.is_dosed
        and person.first + 28 <= study.days
    ]
    completed = [k for k, person in enumerate(people) if person.fate == "completed"]
    chance = study.chance("answers")
    planted = {}
    if completed:
        planted[int(chance.choice(completed))] = 4
    if inside:
        person = int(chance.choice(inside))
        planted[person] = (study.days - people[person].first) // 7
    return planted


def questionnaire_rows(
    study: Study, people: Sequence[Person], planted: dict[int, int]
) -> list[dict[str, Any]]:
    """SDTM QS: every item and the total of both scales at every visit.

    A person's mood has a level of its own and varies from week to week; items add their own
    noise. Item 9 is 0 except where it is planted (our assumption).
    """
    rows: list[dict[str, Any]] = []
    for place, person in enumerate(people):
        chance = study.chance(f"questionnaires {person.name}")
        days = visit_days(person.consent, person.first, person.leaves(study))
        mood = chance.normal(-0.8, 0.5) + 0.6 * remembering_noise(chance, len(days), 1)[:, 0]
        number = 0
        for visit, day in enumerate(days):
            for scale, (stem, items, total) in SCALES.items():
                latent = mood[visit] + 0.7 * chance.standard_normal(items)
                scores = np.digitize(latent, STEPS).tolist()
                names = [f"{stem}{item:02d}" for item in range(1, items + 1)]
                answers = dict(zip(names, scores, strict=True))
                if scale == "PHQ-9":
                    now = planted.get(place) == visit - 1
                    answers[SELF_HARM_ITEM] = SELF_HARM_ANSWER if now else 0
                answers[total] = sum(answers.values())
                for code, answer in answers.items():
                    number += 1
                    rows.append(
                        _row(
                            study,
                            person,
                            scale,
                            VisitRow(number=number, visit=visit, day=day),
                            code,
                            answer,
                        )
                    )
    return rows


def _row(
    study: Study,
    person: Person,
    scale: str,
    at: VisitRow,
    code: str,
    score: int,
) -> dict[str, Any]:
    name = "Total Score" if code.endswith("TOT") else f"Item {int(code[-2:])}"
    return {
        "DOMAIN": "QS",
        "USUBJID": person.name,
        "QSSEQ": float(at.number),
        "QSTESTCD": code,
        "QSTEST": f"{scale} {name}",
        "QSCAT": scale,
        "QSORRES": str(score),
        "QSSTRESC": str(score),
        "QSSTRESN": float(score),
        "VISITNUM": float(at.visit),
        "VISIT": "SCREENING" if at.visit == 0 else f"WEEK {at.visit - 1}",
        "QSDTC": study.day(at.day).isoformat(),
    }
