"""FHIR R4 Observation as SDTM LB, VS, EG or QS: one row, or one for each component.

A value that cannot be read leaves its row without it, so that a critical result which nobody
could read holds the person. Source: HL7 FHIR R4 (4.0.1) Observation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from nanoward.adapters.formats.clinical.fhir_node import (
    BAD_FIELD,
    DOUBTFUL_FIELD,
    NO_CODE,
    NOT_MEANT,
    OTHER_UNITS,
    Node,
    concept,
)
from nanoward.adapters.formats.values import loinc as numbers
from nanoward.base.units import UnknownUnit, conversion

Row = tuple[str, dict[str, Any]]
_VOID = ("entered-in-error", "cancelled")
_UNITLESS = ("", "1", "{ratio}", "{INR}")
_NOT_DONE = ("not-performed", "not-asked", "asked-declined")
_INTERPRETATIONS = {
    "N": "NORMAL",
    "L": "LOW",
    "H": "HIGH",
    "LL": "LOW LOW",
    "HH": "HIGH HIGH",
    "A": "ABNORMAL",
    "AA": "CRITICAL",
    "HU": "HIGH HIGH",
    "LU": "LOW LOW",
}
_SEXES = {
    "248153007": "M",
    "male": "M",
    "m": "M",
    "man": "M",
    "248152002": "F",
    "female": "F",
    "f": "F",
    "woman": "F",
}
_YEARS = {
    "a": 1.0,
    "yr": 1.0,
    "y": 1.0,
    "year": 1.0,
    "years": 1.0,
    "mo": 1 / 12,
    "wk": 1 / 52.18,
}
_YEARS |= {"mo": 1 / 12, "d": 1 / 365.25, "month": 1 / 12, "months": 1 / 12, "days": 1 / 365.25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demographics:
    """Sex ("M", "F" or "") and day of birth (ISO 8601, "" unknown) of a Patient."""

    sex: str = ""
    birth: str = ""


def observation(node: Node, who: str, person: Demographics = Demographics()) -> Iterator[Row]:
    """LB, VS, EG or QS rows of one Observation and its components."""
    status = node.text("status")
    if status in _VOID:
        node.add_finding(NOT_MEANT, f"status {status}", "status")
        return
    day = _day(node)
    if day is None:
        node.add_finding(DOUBTFUL_FIELD, "it tells no day", "effectiveDateTime")
    unclear = "modifierExtension" in node or "implicitRules" in node
    if unclear:
        node.add_finding(BAD_FIELD, "nobody here understands its modifier", "modifierExtension")
    parts = list(node.nodes("component"))
    for part in [*([node] if _has_value(node) or not parts else []), *parts]:
        found, called = concept(part.node("code"))
        loinc = next((code for system, code in found if system == numbers.LOINC), "")
        loinc = loinc or next((code for _, code in found if code in numbers.EVERY), "")
        if loinc in numbers.PANELS and not _has_value(part):
            continue
        domain, test = _test(part, node, loinc, called)
        row = _measured(part, domain, test, day, person)
        if unclear or "modifierExtension" in part:
            row |= {f"{domain}STRESN": None, f"{domain}STRESC": None}
        if domain == "LB":
            row |= {
                "LBFAST": "Y" if loinc in numbers.FASTING else None,
                "LBSPEC": _specimen(node),
                "LBNRIND": _interpretation(part) or _interpretation(node),
            }
        yield domain, {"USUBJID": who, **row}


def _day(node: Node) -> str | None:
    period = node.node("effectivePeriod")
    timing = node.value.get("effectiveTiming")
    events = timing.get("event") if isinstance(timing, dict) else None
    first = str(events[0]) if isinstance(events, list) and events else None
    return (
        node.day("effectiveDateTime")
        or node.day("effectiveInstant")
        or (period and (period.day("start") or period.day("end")))
        or first
        or node.day("issued")
        or None
    )


def _has_value(node: Node) -> bool:
    return any(name.startswith("value") or name == "dataAbsentReason" for name in node.value)


def _specimen(node: Node) -> str | None:
    specimen = node.node("specimen")
    told = specimen.text("display") if specimen else None
    return told.upper() if told else None


def _interpretation(node: Node) -> str | None:
    for one in node.nodes("interpretation"):
        for _, code in concept(one)[0]:
            if code.upper() in _INTERPRETATIONS:
                return _INTERPRETATIONS[code.upper()]
    return None


def _test(part: Node, whole: Node, loinc: str, called: str | None) -> tuple[str, str]:
    """The domain and its code: by LOINC, else by category and the code as it is written."""
    for domain, known in (
        ("LB", numbers.LABORATORY),
        ("VS", numbers.VITAL_SIGNS),
        ("EG", numbers.HEART),
        ("QS", numbers.QUESTIONS),
    ):
        if loinc in known:
            return domain, known[loinc]
    kinds = {code for one in whole.nodes("category") for _, code in concept(one)[0]}
    domain = next((where for kind, where in _CATEGORIES if kind in kinds), "LB")
    if called is None:
        part.add_finding(DOUBTFUL_FIELD, "it tells no code", "code")
    elif domain != "QS":
        part.add_finding(NO_CODE, f"{called!r} is no test that is known here by LOINC", "code")
    written = next((code for _, code in concept(part.node("code"))[0]), called or "UNKNOWN")
    return domain, written.upper()


_CATEGORIES = (("vital-signs", "VS"), ("survey", "QS"))


def _measured(
    part: Node, domain: str, test: str, day: str | None, person: Demographics
) -> dict[str, Any]:
    """Value, unit and limits; "<" and ">" stay in the text of the result."""
    quantity = part.node("valueQuantity")
    value = quantity.number("value") if quantity else None
    value = part.number("valueInteger") if quantity is None else value
    units = [quantity.text("code"), quantity.text("unit")] if quantity else []
    unit = next((one for one in units if one), None)
    mark = quantity.text("comparator") if quantity else None
    absent = {code for _, code in concept(part.node("dataAbsentReason"))[0]}
    told = any(
        name in part for name in ("valueString", "valueInteger", "dataAbsentReason")
    ) or (quantity is not None and "value" in quantity)
    if not told and domain in ("LB", "VS", "EG"):
        name = "valueQuantity" if quantity else "value[x]"
        part.add_finding(DOUBTFUL_FIELD, "it tells no result that is a number", name)
    written = part.text("valueString") if value is None else f"{mark or ''}{value!r}"
    if value is None and written is None and domain == "QS":
        written = concept(part.node("valueCodeableConcept"))[1]
    known = frozenset(one for one in units if one)
    low, high = limits(part, unit, known, day, person) if domain == "LB" else (None, None)
    row = {
        f"{domain}TESTCD": test,
        f"{domain}STRESN": None if mark else value,
        f"{domain}STRESC": written,
        f"{domain}DTC": day,
        f"{domain}STAT": "NOT DONE" if absent & set(_NOT_DONE) else None,
    }
    if domain != "QS":
        row[f"{domain}STRESU"] = unit
    return row | ({"LBSTNRLO": low, "LBSTNRHI": high} if domain == "LB" else {})


def limits(
    part: Node,
    unit: str | None,
    spellings: frozenset[str],
    day: str | None,
    person: Demographics,
) -> tuple[float | None, float | None]:
    """Limits of the ranges that are meant for the person, in the unit of the value.

    Where several may be meant, or the person's sex or age is unknown, the narrowest counts:
    the highest lower and the lowest upper limit. A type other than normal is no such range.
    """
    lows: list[float] = []
    highs: list[float] = []
    for one in part.nodes("referenceRange"):
        kinds = {code for _, code in concept(one.node("type"))[0]}
        if kinds - {"normal"} or not _is_meant(one, day, person):
            continue
        for name, ends in (("low", lows), ("high", highs)):
            found = _limit(one.node(name), unit, spellings)
            if found is not None:
                ends.append(found)
    return max(lows, default=None), min(highs, default=None)


def _limit(end: Node | None, unit: str | None, spellings: frozenset[str]) -> float | None:
    number = end.number("value") if end else None
    if end is None or number is None:
        return None
    theirs = end.text("code") or end.text("unit")
    same = theirs is None or theirs in spellings or end.text("unit") in spellings
    if same or not {theirs, unit} - {*_UNITLESS, None}:
        return number
    factor = conversion(theirs or "", unit or "")
    if isinstance(factor, UnknownUnit):
        end.add_finding(OTHER_UNITS, f"the limit is in {theirs}, the value in {unit}")
        return None
    return number * factor


def _is_meant(reference: Node, day: str | None, person: Demographics) -> bool:
    """Whether a range may be meant for the person: by appliesTo (sex) and age."""
    sexes = set()
    for one in reference.nodes("appliesTo"):
        codes, called = concept(one)
        words = [*(code.lower() for _, code in codes), (called or "").lower()]
        sexes |= {_SEXES[word] for word in words if word in _SEXES}
    if sexes and person.sex and person.sex not in sexes:
        return False
    age = reference.node("age")
    years = _age(person.birth, day)
    if age is None or years is None:
        return True
    low, high = (_in_years(age.node(name)) for name in ("low", "high"))
    return (low is None or low <= years) and (high is None or years <= high + 1)


def _in_years(end: Node | None) -> float | None:
    value = end.number("value") if end else None
    if end is None or value is None:
        return None
    unit = (end.text("code") or end.text("unit") or "a").lower()
    return value * _YEARS[unit] if unit in _YEARS else None


def _age(birth: str, day: str | None) -> float | None:
    try:
        born, then = (date.fromisoformat((one or "")[:10]) for one in (birth, day))
    except ValueError:
        return None
    return (then - born).days / 365.25
