"""FHIR R4 Consent as SDTM DS: only an active, unexpired, own permit for this study counts.

A denial, a rejection and an end are told as such; what cannot be read for certain (nested
provisions, modifiers, another purpose, another signatory) is no consent, and the finding says
why. Source: HL7 FHIR R4 (4.0.1) Consent, ConsentState, HL7 consent category codes.
"""

import re
from collections.abc import Iterator
from typing import Any

from nanoward.adapters.formats.clinical.fhir_node import (
    DOUBTFUL_FIELD,
    NOT_CONSENT,
    NOT_MEANT,
    Node,
    concept,
)

Row = tuple[str, dict[str, Any]]
_STUDY_CODES = ("research", "59284-0", "rsdid", "rsreid", "64292-6")
_OTHER_CODES = (
    *("acd", "dnr", "emrgonly", "hcd", "npp", "polst", "idscl", "icol", "57016-8", "57017-6"),
    *("patient-privacy", "treatment", "adr", "64298-3", "57027-5"),
)
_OTHER_WORDS = re.compile(
    r"(?i)photo|imag|video|audio|recording|privacy|hipaa|treatment|surg|anaesth|anesth|biobank"
    r"|sample|tissue|genetic|sharing|marketing|directive|resuscit|transfus|insur|billing|procedure"
)
_NEVER = ("entered-in-error", "proposed", "draft")


def consent(node: Node, who: str, studies: frozenset[str] = frozenset()) -> Iterator[Row]:
    """DS rows: a consent with its end, a refusal, or a withdrawal.

    studies  references of the studies that the person is a subject of; none known: any

    A withdrawal or a refusal without a day counts from ever: what stops does not wait.
    """
    status = node.text("status")
    if status in _NEVER:
        node.add_finding(NOT_MEANT, f"status {status}", "status")
        return
    scopes = {code for _, code in concept(node.node("scope"))[0]}
    if scopes and "research" not in scopes:
        node.add_finding(NOT_MEANT, f"its scope is {', '.join(sorted(scopes))}", "scope")
        return
    provision = node.node("provision")
    kind = provision.text("type") if provision else None
    period = provision.node("period") if provision else None
    start, end = (period.day(one) if period else None for one in ("start", "end"))
    signed = node.day("dateTime") or start
    if signed is None:
        node.add_finding(DOUBTFUL_FIELD, "it tells no day", "dateTime")
    if kind == "deny" or status == "rejected":
        yield from _refusal(node, who, status, signed, end)
        return
    why = _why_not(node, who, provision, kind, studies)
    if why:
        node.add_finding(NOT_CONSENT, why)
        return
    counted = max(signed, start) if signed and start else signed
    if end is not None and counted is not None and end[:10] < counted[:10]:
        node.add_finding(NOT_CONSENT, f"it ended on {end}, before it began", "provision.period")
        return
    yield "DS", _row(who, "INFORMED CONSENT OBTAINED", counted) | {"END": end}


def _refusal(
    node: Node, who: str, status: str | None, signed: str | None, end: str | None
) -> Iterator[Row]:
    """A denial: of an inactive consent it is a withdrawal, on the day of its end."""
    if status == "inactive":
        if end is None:
            node.add_finding(
                DOUBTFUL_FIELD, "it was withdrawn on no day", "provision.period.end"
            )
        yield "DS", _row(who, "INFORMED CONSENT OBTAINED", signed)
        yield "DS", _row(who, "CONSENT WITHDRAWN", end) | {"DSCAT": "DISPOSITION EVENT"}
        return
    node.add_finding(NOT_CONSENT, "it denies")
    yield "DS", _row(who, "CONSENT REFUSED", signed)


def _row(who: str, term: str, day: str | None) -> dict[str, Any]:
    row = {"USUBJID": who, "DSCAT": "PROTOCOL MILESTONE", "DSSTDTC": day}
    return {**row, "DSDECOD": term, "DSTERM": term}


def _why_not(
    node: Node, who: str, provision: Node | None, kind: str | None, studies: frozenset[str]
) -> str:
    """Why a Consent that does not deny shows no consent to this study; "" where it does."""
    status = node.text("status")
    if status != "active":
        return f"its status is {status or 'not told'}"
    if kind not in (None, "permit"):
        return f"its provision is {kind!r}"
    nested = list(provision.nodes("provision")) if provision else []
    kinds = {one.text("type") for one in nested}
    if kinds - {"permit", "deny"} or kinds == {"deny"}:
        return "its nested provisions permit nothing"
    if "modifierExtension" in node or (provision and "modifierExtension" in provision):
        return "it has a modifierExtension, which nobody here understands"
    if "implicitRules" in node:
        return "it has implicitRules, which nobody here understands"
    return _other_purpose(node) or _other_person(node, who) or _other_study(node, studies)


def _other_purpose(node: Node) -> str:
    for category in node.nodes("category"):
        codes, called = concept(category)
        known = {code.lower() for _, code in codes}
        if known & set(_STUDY_CODES):
            continue
        if known & set(_OTHER_CODES) or _OTHER_WORDS.search(called or ""):
            return f"it is for something else ({called})"
    return ""


def _other_person(node: Node, who: str) -> str:
    for one in node.nodes("performer"):
        reference = one.text("reference") or ""
        name = reference.split("/_history")[0].rsplit("/", 1)[-1]
        if "Patient/" in reference and name != who:
            return f"it was given by somebody else ({reference})"
    return ""


def _other_study(node: Node, studies: frozenset[str]) -> str:
    named = set(_study_references(node.value))
    if studies and named and not named & studies:
        return f"it is for another study ({', '.join(sorted(named))})"
    return ""


def _study_references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        told = value.get("reference")
        if isinstance(told, str) and "ResearchStudy/" in told:
            yield told[told.index("ResearchStudy/") :]
        for one in value.values():
            yield from _study_references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _study_references(one)


def with_ends(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """DS rows with an end of consent for each that ends and that no other takes over."""
    given = [row for row in rows if row.get("DSDECOD") == "INFORMED CONSENT OBTAINED"]
    ends = [
        {**_row(row["USUBJID"], "CONSENT EXPIRED", row["END"]), "line": row["line"]}
        for row in given
        if row.get("END") and not any(_takes_over(row, other) for other in given)
    ]
    return [{k: v for k, v in row.items() if k != "END"} for row in (*rows, *ends)]


def _takes_over(row: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether another consent of the person stands beyond the end of this one."""
    if other is row or other["USUBJID"] != row["USUBJID"] or not other["DSSTDTC"]:
        return False
    later = other.get("END") is None or other["END"] > row["END"]
    return bool(later and other["DSSTDTC"][:10] <= row["END"][:10])
