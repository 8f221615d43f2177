"""SDTM domains of the people themselves: DM, DS, EX, SV, VS."""

from collections.abc import Sequence
from typing import Any

from nanoward.simulation.genomes.sequencing import LOT
from nanoward.simulation.hosts.noise import remembering_noise, visit_days
from nanoward.simulation.hosts.people import ARM_CODES, DOSES_MG, NEVER, Person
from nanoward.simulation.study import Study

Row = dict[str, Any]

DISPOSITIONS = {
    "completed": ("COMPLETED", "PROTOCOL COMPLETED"),
    "withdrew": ("WITHDRAWAL BY SUBJECT", "PARTICIPANT WITHDREW CONSENT"),
    "discontinued": ("ADVERSE EVENT", "ADVERSE EVENT"),
    "died": ("DEATH", "DEATH"),
    "failed": ("SCREEN FAILURE", "SCREEN FAILURE"),
}


def demographics_rows(study: Study, people: Sequence[Person]) -> list[Row]:
    """DM: one row per person, dates as far as they are reached."""
    return [_demographics(study, person) for person in people]


def _demographics(study: Study, person: Person) -> Row:
    def told(day: int) -> str:
        return "" if day == NEVER else study.day(day).isoformat()

    died = person.fate == "died"
    arm = "Screen Failure" if person.fate == "failed" else person.arm
    return {
        "DOMAIN": "DM",
        "USUBJID": person.name,
        "SUBJID": person.name,
        "RFSTDTC": told(person.first),
        "RFENDTC": told(person.gone),
        "RFXSTDTC": told(person.first),
        "RFXENDTC": told(person.last) if person.gone != NEVER else "",
        "RFICDTC": told(person.consent),
        "DTHDTC": told(person.gone) if died else "",
        "DTHFL": "Y" if died else "",
        "SITEID": person.site,
        "AGE": float(person.age),
        "AGEU": "YEARS",
        "SEX": person.sex,
        "ARMCD": ARM_CODES[person.arm] if person.fate != "waiting" else "",
        "ARM": arm,
        "ACTARMCD": ARM_CODES[person.arm] if person.fate != "waiting" else "",
        "ACTARM": arm,
    }


def disposition_rows(study: Study, people: Sequence[Person]) -> list[Row]:
    """DS: consent, randomisation, and the event that ended the stay."""
    rows: list[Row] = []
    for person in people:
        told = [("PROTOCOL MILESTONE", "INFORMED CONSENT OBTAINED", "", person.consent)]
        if person.is_dosed:
            told.append(("PROTOCOL MILESTONE", "RANDOMIZED", "", person.first))
        if person.gone != NEVER:
            decoded, term = DISPOSITIONS[person.fate]
            told.append(("DISPOSITION EVENT", decoded, term, person.gone))
        rows.extend(
            {
                "DOMAIN": "DS",
                "USUBJID": person.name,
                "DSSEQ": float(number),
                "DSTERM": term or decoded,
                "DSDECOD": decoded,
                "DSCAT": category,
                "DSSTDTC": study.day(day).isoformat(),
            }
            for number, (category, decoded, term, day) in enumerate(told, start=1)
        )
    return rows


def exposure_rows(study: Study, people: Sequence[Person]) -> list[Row]:
    """EX: the agent once on the first day, then the inducer daily; placebo for controls."""
    rows: list[Row] = []
    for person in people:
        if not person.is_dosed:
            continue
        last = person.last if person.gone != NEVER else study.days
        given = [("PLACEBO", 0.0, "mg", "QD", last)]
        if person.has_agent_from_lot:
            given = [
                ("WARDLING", 1e9, "CFU", "ONCE", person.first),
                ("INDUCER", DOSES_MG[person.arm], "mg", "QD", last),
            ]
        rows.extend(
            {
                "DOMAIN": "EX",
                "USUBJID": person.name,
                "EXSEQ": float(number),
                "EXTRT": name,
                "EXDOSE": amount,
                "EXDOSU": unit,
                "EXDOSFRQ": often,
                "EXROUTE": "ORAL",
                "EXLOT": LOT if name == "WARDLING" else "",
                "EXSTDTC": study.day(person.first).isoformat(),
                "EXENDTC": study.day(end).isoformat(),
            }
            for number, (name, amount, unit, often, end) in enumerate(given, start=1)
        )
    return rows


def visit_rows(study: Study, people: Sequence[Person]) -> list[Row]:
    """SV: screening, then one visit a week."""
    return [
        {
            "DOMAIN": "SV",
            "USUBJID": person.name,
            "VISITNUM": float(visit),
            "VISIT": "SCREENING" if visit == 0 else f"WEEK {visit - 1}",
            "SVSTDTC": study.day(day).isoformat(),
            "SVENDTC": study.day(day).isoformat(),
        }
        for person in people
        for visit, day in enumerate(
            visit_days(person.consent, person.first, person.leaves(study))
        )
    ]


# Middle and week-to-week standard deviation of a healthy adult; our assumption.
SIGNS = (
    ("SYSBP", "Systolic Blood Pressure", "mmHg", 120.0, 7.0, 0),
    ("DIABP", "Diastolic Blood Pressure", "mmHg", 76.0, 5.0, 0),
    ("PULSE", "Pulse Rate", "beats/min", 70.0, 5.0, 0),
    ("TEMP", "Temperature", "C", 36.7, 0.2, 1),
)


def vital_signs_rows(study: Study, people: Sequence[Person]) -> list[Row]:
    """VS: four signs at every visit, and the weight at screening."""
    rows: list[Row] = []
    for person in people:
        chance = study.chance(f"signs {person.name}")
        days = visit_days(person.consent, person.first, person.leaves(study))
        noise = remembering_noise(chance, len(days), len(SIGNS))
        found = [("WEIGHT", "Weight", "kg", person.weight_kg, 0)]
        for visit in range(len(days)):
            found += [
                (code, name, unit, round(middle + spread * float(z), digits), visit)
                for (code, name, unit, middle, spread, digits), z in zip(
                    SIGNS, noise[visit], strict=True
                )
            ]
        rows.extend(
            {
                "DOMAIN": "VS",
                "USUBJID": person.name,
                "VSSEQ": float(number),
                "VSTESTCD": code,
                "VSTEST": name,
                "VSORRES": f"{value:g}",
                "VSORRESU": unit,
                "VSSTRESN": float(value),
                "VSSTRESU": unit,
                "VISITNUM": float(visit),
                "VSDTC": study.day(days[visit]).isoformat(),
            }
            for number, (code, name, unit, value, visit) in enumerate(found, start=1)
        )
    return rows
