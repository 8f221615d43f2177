"""FHIR R4 resources as rows of SDTM domains.

A value that cannot be read leaves its row without it, so that a critical result which nobody
could read holds the person; a resource that names nobody is not used. Every such thing is
told with its path in the JSON. Source: HL7 FHIR R4 (4.0.1), https://hl7.org/fhir/R4/.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nanoward.adapters.formats.clinical import fhir_codes as codes
from nanoward.adapters.formats.clinical.fhir_consents import consent
from nanoward.adapters.formats.clinical.fhir_node import (
    BAD_FIELD,
    DOUBTFUL_FIELD,
    NOT_MEANT,
    Node,
    concept,
)
from nanoward.adapters.formats.clinical.fhir_observations import observation
from nanoward.adapters.formats.values import loinc as numbers
from nanoward.adapters.formats.values.codelists import SEVERITY
from nanoward.adapters.formats.values.test_codes import question_of

Row = tuple[str, dict[str, Any]]  # domain, and its variables
VOID = ("entered-in-error", "cancelled")
_UNITLESS = ("", "1", "{ratio}", "{INR}")


def _void(node: Node) -> bool:
    status = node.text("status")
    if status in VOID:
        node.add_finding(NOT_MEANT, f"status {status}", "status")
        return True
    return False


def adverse_event(node: Node, who: str) -> Iterator[Row]:
    """AE; a seriousness of R4 sets the criterion that it names.

    R4 tells no end: what is resolved has ended by the day on which that was recorded.
    """
    if node.text("actuality") == "potential":
        node.add_finding(NOT_MEANT, "actuality potential", "actuality")
        return
    _, called = concept(node.node("event"))
    if called is None:
        node.add_finding(DOUBTFUL_FIELD, "it tells no event", "event")
    severity = _first(node.node("severity"))
    grave = _first(node.node("seriousness"))
    outcome = _first(node.node("outcome"))
    recorded = node.day("recordedDate")
    serious = None if grave is None else "N" if grave.lower() == "non-serious" else "Y"
    yield (
        "AE",
        {
            "USUBJID": who,
            "AETERM": called or "UNKNOWN",
            "AESTDTC": node.day("date") or node.day("detected"),
            "AEENDTC": recorded if outcome == "resolved" else None,
            "AESEV": severity.upper() if severity else None,
            "AESER": serious,
            "AEOUT": codes.OUTCOMES.get(outcome or "", outcome),
            "AEDTC": recorded,
            **({codes.SERIOUSNESS[grave]: "Y"} if grave and grave in codes.SERIOUSNESS else {}),
        },
    )


def _first(node: Node | None) -> str | None:
    found, called = concept(node)
    return found[0][1] if found else called


def questionnaire_response(node: Node, who: str) -> Iterator[Row]:
    """QS: a row per answered item, items within items too."""
    if _void(node):
        return
    day = node.day("authored")
    if day is None:
        node.add_finding(DOUBTFUL_FIELD, "it tells no day", "authored")
    named = node.text("questionnaire") or ""
    unclear = "modifierExtension" in node
    if unclear:
        node.add_finding(BAD_FIELD, "nobody here understands its modifier", "modifierExtension")
    for item in _items(node):
        link = item.text("linkId")
        if link is None:
            item.add_finding(BAD_FIELD, "it has no linkId", "linkId")
            continue
        row = {"USUBJID": who, "QSTESTCD": _question(item, link, named), "QSDTC": day}
        answers = list(item.nodes("answer"))
        for answer in answers:
            value, words = (None, "modified") if unclear else _answer(answer)
            yield "QS", {**row, "QSSTRESN": value, "QSORRES": words, "QSCAT": named or None}
        if not answers and "item" not in item:
            yield "QS", {**row, "QSSTRESN": None, "QSCAT": named or None}


def _items(node: Node) -> Iterator[Node]:
    for item in node.nodes("item"):
        yield item
        yield from _items(item)
        for answer in item.nodes("answer"):
            yield from _items(answer)


def _question(item: Node, link: str, questionnaire: str) -> str:
    """The code of an item: by its linkId, its words, or its number in a known questionnaire."""
    name = item.text("text") or ""
    found = question_of(link, name).meant
    definition = item.text("definition") or ""
    found = found or (question_of(definition.rsplit("#", 1)[-1]).meant if definition else "")
    number = re.search(r"(?:^|[^0-9])0?([1-9])$", link)
    if not found and number and re.search(r"(?i)phq-?9|phq9", questionnaire):
        found = f"PHQ90{number[1]}"
    return found or link.rsplit("/", 1)[-1].upper()


def _answer(answer: Node) -> tuple[float | None, str | None]:
    """An answer as a number, and as words where it is not understood as one."""
    for name in ("valueInteger", "valueDecimal"):
        if name in answer:
            number = answer.number(name)
            return number, None if number is not None else str(answer.value[name])
    if "valueQuantity" in answer:
        quantity = answer.node("valueQuantity")
        return (quantity.number("value") if quantity else None), None
    if "valueBoolean" in answer:
        truth = answer.truth("valueBoolean")
        return (
            (None, str(answer.value["valueBoolean"])) if truth is None else (float(truth), None)
        )
    if "valueString" in answer:
        return None, answer.text("valueString")
    coding = answer.node("valueCoding")
    if coding is None:
        answer.add_finding(DOUBTFUL_FIELD, "the answer is no number and no coding")
        return None, None
    for extension in coding.nodes("extension"):
        if (extension.text("url") or "").endswith("ordinalValue"):
            return extension.number("valueDecimal"), None
    found = numbers.ANSWERS.get(coding.text("code") or "")
    words = coding.text("display") or coding.text("code")
    if found is None and words is None:
        coding.add_finding(DOUBTFUL_FIELD, "nobody knows what it answers")
    return found, words if found is None else None


def medication_administration(node: Node, who: str) -> Iterator[Row]:
    """EX; what was not done is kept as not given."""
    if node.text("status") in ("entered-in-error", "unknown"):
        node.add_finding(NOT_MEANT, f"status {node.text('status')}", "status")
        return
    dosage = node.node("dosage")
    dose = dosage.node("dose") if dosage else None
    start = node.day("effectiveDateTime") or _start(node, "effectivePeriod")
    if start is None:
        node.add_finding(DOUBTFUL_FIELD, "it tells no day", "effectiveDateTime")
    period = node.node("effectivePeriod")
    yield (
        "EX",
        {
            "USUBJID": who,
            "EXTRT": concept(node.node("medicationCodeableConcept"))[1],
            "EXDOSE": dose.number("value") if dose else None,
            "EXDOSU": (dose.text("code") or dose.text("unit")) if dose else None,
            "EXSTDTC": start,
            "EXENDTC": (period.day("end") if period else None) or node.day("effectiveDateTime"),
            "EXOCCUR": "N" if node.text("status") == "not-done" else "Y",
        },
    )


def encounter(node: Node, who: str) -> Iterator[Row]:
    """SV; the number of the visit is a coded number of its type, where it has one."""
    status = node.text("status")
    if status not in ("finished", "in-progress", "arrived", "triaged", "onleave", "completed"):
        node.add_finding(NOT_MEANT, f"status {status}", "status")
        return
    if "modifierExtension" in node:
        node.add_finding(BAD_FIELD, "nobody here understands its modifier", "modifierExtension")
        return
    period = node.node("period")
    found = [concept(one) for one in node.nodes("type")]
    number = next((code for kinds, _ in found for _, code in kinds if _is_number(code)), None)
    start = period.day("start") if period else None
    if start is None:
        node.add_finding(DOUBTFUL_FIELD, "it tells no day", "period.start")
    yield (
        "SV",
        {
            "USUBJID": who,
            "VISITNUM": float(number) if number else None,
            "VISIT": next((called for _, called in found if called), None),
            "SVSTDTC": start,
            "SVENDTC": period.day("end") if period else None,
        },
    )


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def research_subject(node: Node, who: str) -> Iterator[Row]:
    """DM: arm and first day; DS where the status tells that the person left."""
    if _void(node):
        return
    period = node.node("period")
    start, end = (period.day(one) if period else None for one in ("start", "end"))
    yield (
        "DM",
        {
            "USUBJID": who,
            "ARM": node.text("actualArm") or node.text("assignedArm"),
            "RFSTDTC": start,
        },
    )
    status = node.text("status") or ""
    left = codes.DISPOSITIONS.get(status)
    if status not in (*codes.DISPOSITIONS, *codes.GOING_ON):
        yield unread(who, f"the status of the research subject cannot be read ({status})")
    if left:
        row = {"DSCAT": "DISPOSITION EVENT", "DSDECOD": left, "DSSTDTC": end}
        yield "DS", {"USUBJID": who, **row}


def patient(node: Node, who: str) -> Iterator[Row]:
    """DM: sex, birth, death."""
    died = node.day("deceasedDateTime")
    dead = died is not None or node.truth("deceasedBoolean") is True
    if "deceasedBoolean" in node and node.truth("deceasedBoolean") is None:
        yield unread(who, "whether the person died cannot be read")
    if node.truth("active") is False or ("active" in node and node.truth("active") is None):
        yield unread(who, "the record of the person is not active")
    yield (
        "DM",
        {
            "USUBJID": who,
            "SEX": codes.SEX.get(node.text("gender") or ""),
            "BRTHDTC": node.day("birthDate"),
            "DTHDTC": died,
            "DTHFL": "Y" if dead else None,
        },
    )


def unread(who: str, why: str) -> Row:
    """A row that holds the person, because something of them cannot be read."""
    return "DS", {"USUBJID": who, "DSDECOD": "UNREAD", "DSTERM": why}


def condition(node: Node, who: str) -> Iterator[Row]:
    """AE of a condition that is told as severe or worse; others are medical history.

    A severity that nobody can read may be the gravest: it is kept as it is written.
    """
    codes_, called = concept(node.node("severity"))
    words = [one for one in (called, *(code for _, code in codes_)) if one]
    severity = next((codes.GRAVE[one] for one in words if one in codes.GRAVE), None)
    severity = severity or next(
        (found for one in words if (found := SEVERITY.read(one).meant) in codes.GRAVE_WORDS),
        None,
    )
    named, name = concept(node.node("code"))
    if severity is None and any(code in codes.DEATHS for _, code in named):
        severity = "FATAL"
    read = {*words, *(SEVERITY.read(one).meant for one in words)}
    if severity is None and words and not read & set(codes.LESS_GRAVE):
        node.add_finding(DOUBTFUL_FIELD, f"severity {words[0][:40]!r} is not known", "severity")
        severity = words[0].upper()
    status = {code for _, code in concept(node.node("verificationStatus"))[0]}
    if severity is None or status & {"refuted", "entered-in-error"}:
        return
    yield (
        "AE",
        {
            "USUBJID": who,
            "AETERM": name or "UNKNOWN",
            "AESTDTC": node.day("onsetDateTime") or node.day("recordedDate"),
            "AEENDTC": node.day("abatementDateTime"),
            "AESEV": severity,
            "AESER": None,
            "AEOUT": "FATAL" if severity == "FATAL" else None,
            "AEDTC": node.day("recordedDate"),
        },
    )


def _start(node: Node, name: str) -> str | None:
    period = node.node(name)
    return period.day("start") if period else None


ROWS: Mapping[str, Callable[[Node, str], Iterator[Row]]] = {
    "AdverseEvent": adverse_event,
    "Condition": condition,
    "Consent": consent,
    "Encounter": encounter,
    "MedicationAdministration": medication_administration,
    "Observation": observation,
    "Patient": patient,
    "QuestionnaireResponse": questionnaire_response,
    "ResearchSubject": research_subject,
}
WHOM = {"ResearchSubject": "individual", "Consent": "patient"}  # else `subject`
