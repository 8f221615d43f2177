"""FHIR R4 resources as rows of SDTM domains.

A value that cannot be read leaves its row without it, so that a critical result which nobody
could read holds the person; a resource that names nobody is not used. Every such thing is
told with its path in the JSON. Source: HL7 FHIR R4 (4.0.1), https://hl7.org/fhir/R4/.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nanoward.adapters.formats.clinical import fhir_codes as codes
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

Row = tuple[str, dict[str, Any]]  # domain, and its variables
_VOID = ("entered-in-error", "cancelled", "unknown", "rejected", "proposed", "draft")
_UNITLESS = ("", "1", "{ratio}", "{INR}")


def observation(node: Node, who: str) -> Iterator[Row]:
    """LB, VS or EG: one row, or one for each component of a panel such as blood pressure."""
    if _void(node):
        return
    day = node.day("effectiveDateTime") or _start(node, "effectivePeriod") or node.day("issued")
    if day is None:
        node.add_finding(DOUBTFUL_FIELD, "it tells no day", "effectiveDateTime")
    parts = list(node.nodes("component"))
    for part in [*([node] if _has_value(node) or not parts else []), *parts]:
        found, called = concept(part.node("code"))
        loinc = next((code for system, code in found if system == numbers.LOINC), "")
        domain, test = _test(part, node, loinc, called)
        row = _measured(part, domain, test, day)
        if domain == "LB":
            row |= {
                "LBFAST": "Y" if loinc in numbers.FASTING else None,
                "LBSPEC": _specimen(node),
            }
        yield domain, {"USUBJID": who, **row}


def _has_value(node: Node) -> bool:
    return any(name.startswith("value") or name == "dataAbsentReason" for name in node.value)


def _void(node: Node) -> bool:
    status = node.text("status")
    if status in _VOID:
        node.add_finding(NOT_MEANT, f"status {status}", "status")
        return True
    return False


def _specimen(node: Node) -> str | None:
    specimen = node.node("specimen")
    told = specimen.text("display") if specimen else None
    return told.upper() if told else None


def _test(part: Node, whole: Node, loinc: str, called: str | None) -> tuple[str, str]:
    """The domain and its code: by LOINC, else by category and the code as it is written."""
    for domain, known in (
        ("LB", numbers.LABORATORY),
        ("VS", numbers.VITAL_SIGNS),
        ("EG", numbers.HEART),
    ):
        if loinc in known:
            return domain, known[loinc]
    if called is None:
        part.add_finding(DOUBTFUL_FIELD, "it tells no code", "code")
    else:
        part.add_finding(NO_CODE, f"{called!r} is no test that is known here by LOINC", "code")
    written = next((code for _, code in concept(part.node("code"))[0]), called or "UNKNOWN")
    kinds = {code for one in whole.nodes("category") for _, code in concept(one)[0]}
    return ("VS" if "vital-signs" in kinds else "LB"), written.upper()


def _measured(part: Node, domain: str, test: str, day: str | None) -> dict[str, Any]:
    """Value, unit and limits; "<" and ">" stay in the text of the result."""
    quantity = part.node("valueQuantity")
    value = quantity.number("value") if quantity else None
    value = part.number("valueInteger") if quantity is None else value
    unit = (quantity.text("code") or quantity.text("unit")) if quantity else None
    mark = quantity.text("comparator") if quantity else None
    told = any(
        name in part for name in ("valueString", "valueInteger", "dataAbsentReason")
    ) or (quantity is not None and "value" in quantity)
    if not told:
        name = "valueQuantity" if quantity else "value[x]"
        part.add_finding(DOUBTFUL_FIELD, "it tells no result that is a number", name)
    written = part.text("valueString") if value is None else f"{mark or ''}{value!r}"
    low, high = _limits(part, unit) if domain == "LB" else (None, None)
    limits = {"LBSTNRLO": low, "LBSTNRHI": high} if domain == "LB" else {}
    return {
        f"{domain}TESTCD": test,
        f"{domain}STRESN": None if mark else value,
        f"{domain}STRESC": written,
        f"{domain}STRESU": unit,
        f"{domain}DTC": day,
        **limits,
    }


def _limits(part: Node, unit: str | None) -> tuple[float | None, float | None]:
    """Of the first range that is meant for everybody, in the unit of the value."""
    for one in part.nodes("referenceRange"):
        kinds = {code for _, code in concept(one.node("type"))[0]}
        if kinds - {"normal"} or "age" in one:
            continue
        found: list[float | None] = []
        for name in ("low", "high"):
            end = one.node(name)
            theirs = (end.text("code") or end.text("unit")) if end else None
            if end and theirs not in (None, unit) and {theirs, unit} - {*_UNITLESS, None}:
                end.add_finding(OTHER_UNITS, f"the limit is in {theirs}, the value in {unit}")
                end = None
            found.append(end.number("value") if end else None)
        return found[0], found[1]
    return None, None


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


def consent(node: Node, who: str) -> Iterator[Row]:
    """DS: a consent, and its withdrawal where it is inactive and denies.

    A withdrawal without a day counts from ever: what stops does not wait for a date.
    """
    scopes = {code for _, code in concept(node.node("scope"))[0]}
    if _void(node):
        return
    if scopes and "research" not in scopes:
        node.add_finding(NOT_MEANT, f"its scope is {', '.join(sorted(scopes))}", "scope")
        return
    provision = node.node("provision")
    denies = provision is not None and provision.text("type") == "deny"
    period = provision.node("period") if provision else None
    signed = node.day("dateTime") or (period.day("start") if period else None)
    if signed is None:
        node.add_finding(DOUBTFUL_FIELD, "it tells no day", "dateTime")
    row = {"USUBJID": who, "DSCAT": "PROTOCOL MILESTONE", "DSSTDTC": signed}
    yield "DS", {**row, "DSDECOD": "INFORMED CONSENT OBTAINED"}
    if node.text("status") == "inactive" and denies:
        ended = period.day("end") if period else None
        if ended is None:
            node.add_finding(
                DOUBTFUL_FIELD, "it was withdrawn on no day", "provision.period.end"
            )
        left = {"DSCAT": "DISPOSITION EVENT", "DSSTDTC": ended}
        yield "DS", {"USUBJID": who, **left, "DSDECOD": "CONSENT WITHDRAWN"}


def questionnaire_response(node: Node, who: str) -> Iterator[Row]:
    """QS: a row per answered item, items within items too."""
    if _void(node):
        return
    day = node.day("authored")
    if day is None:
        node.add_finding(DOUBTFUL_FIELD, "it tells no day", "authored")
    for item in _items(node):
        link = item.text("linkId")
        if link is None:
            item.add_finding(BAD_FIELD, "it has no linkId", "linkId")
            continue
        number = link.rsplit("/", 1)[-1]
        code = numbers.QUESTIONS.get(number, number.upper())
        answers = list(item.nodes("answer"))
        for answer in answers:
            row = {"QSTESTCD": code, "QSSTRESN": _answer(answer), "QSDTC": day}
            yield "QS", {"USUBJID": who, **row}
        if not answers and "item" not in item:
            yield "QS", {"USUBJID": who, "QSTESTCD": code, "QSSTRESN": None, "QSDTC": day}


def _items(node: Node) -> Iterator[Node]:
    for item in node.nodes("item"):
        yield item
        yield from _items(item)
        for answer in item.nodes("answer"):
            yield from _items(answer)


def _answer(answer: Node) -> float | None:
    for name in ("valueInteger", "valueDecimal"):
        if name in answer:
            return answer.number(name)
    if "valueQuantity" in answer:
        quantity = answer.node("valueQuantity")
        return quantity.number("value") if quantity else None
    if "valueBoolean" in answer:
        return float(answer.value["valueBoolean"] is True)
    coding = answer.node("valueCoding")
    if coding is None:
        answer.add_finding(DOUBTFUL_FIELD, "the answer is no number and no coding")
        return None
    for extension in coding.nodes("extension"):
        if (extension.text("url") or "").endswith("ordinalValue"):
            return extension.number("valueDecimal")
    found = numbers.ANSWERS.get(coding.text("code") or "")
    if found is None:
        coding.add_finding(
            DOUBTFUL_FIELD, f"nobody knows the number of {coding.text('code')!r}"
        )
    return found


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
    if _void(node) or node.text("status") == "planned":
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
    left = codes.DISPOSITIONS.get(node.text("status") or "")
    if left:
        row = {"DSCAT": "DISPOSITION EVENT", "DSDECOD": left, "DSSTDTC": end}
        yield "DS", {"USUBJID": who, **row}


def patient(node: Node, who: str) -> Iterator[Row]:
    """DM: sex, birth, death."""
    died = node.day("deceasedDateTime")
    dead = died is not None or node.value.get("deceasedBoolean") is True
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


def _start(node: Node, name: str) -> str | None:
    period = node.node(name)
    return period.day("start") if period else None


ROWS: Mapping[str, Callable[[Node, str], Iterator[Row]]] = {
    "AdverseEvent": adverse_event,
    "Consent": consent,
    "Encounter": encounter,
    "MedicationAdministration": medication_administration,
    "Observation": observation,
    "Patient": patient,
    "QuestionnaireResponse": questionnaire_response,
    "ResearchSubject": research_subject,
}
WHOM = {"ResearchSubject": "individual", "Consent": "patient"}  # else `subject`
