"""Whether a file holds what ICH E2B(R3) requires: structural rules by element number.

The schema (ICH's multicacheschemas of HL7 v3) is not shipped: it is HL7's, under its own terms.
These rules are those of the ICH Implementation Guide, conformance "Required", with their paths;
a receiver's own validator stays the last word.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET  # no DOCTYPE comes so far; see `missing_elements`

from nanoward.base.errors import InputError
from nanoward.programme.urgent.individual_case import HL7, ICH, MEDDRA, OBSERVATIONS

_MOMENT = re.compile(r"\d{14}([+-]\d{4})?")
_DAY = re.compile(r"\d{4}(\d{2}){0,5}([+-]\d{4})?")
_UNIT = "MCCI_IN200100UV01"


class BadCaseFileError(InputError):
    """A file is no individual case safety report that can be looked at."""

    code = "PRG-185"
    next_step = "Give the XML of one report, without a document type of its own."


def missing_elements(content: bytes) -> tuple[str, ...]:
    """Numbers of required elements that a file lacks, or holds in no allowed form."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BadCaseFileError("the file states a document type")
    try:
        root = ET.fromstring(content)  # noqa: S314 - no entity can be declared
    except ET.ParseError as fault:
        raise BadCaseFileError(f"no XML: {fault}") from None
    if root.tag != f"{{{HL7}}}{_UNIT}":
        raise BadCaseFileError(f"the root is {root.tag!r}, not {_UNIT} of HL7 v3")
    return tuple(name for name, holds in _rules(root) if not holds)


def _rules(root: ET.Element) -> Iterator[tuple[str, bool]]:
    yield "N.1.1", _at(root, f"name[@codeSystem='{ICH}.1.1']", "code") == "1"
    yield "N.1.2", bool(_at(root, f"id[@root='{ICH}.3.22']", "extension"))
    yield "N.1.3", bool(_at(root, f"sender/device/id[@root='{ICH}.3.13']", "extension"))
    yield "N.1.4", bool(_at(root, f"receiver/device/id[@root='{ICH}.3.14']", "extension"))
    yield "N.1.5", _fits(_MOMENT, _at(root, "creationTime", "value"))
    messages = _all(root, "PORR_IN049016UV")
    yield "N.2.r", bool(messages)
    for message in messages:
        yield from _message_rules(message)


def _message_rules(message: ET.Element) -> Iterator[tuple[str, bool]]:
    yield "N.2.r.1", bool(_at(message, f"id[@root='{ICH}.3.1']", "extension"))
    yield "N.2.r.2", bool(_at(message, f"sender/device/id[@root='{ICH}.3.11']", "extension"))
    yield "N.2.r.3", bool(_at(message, f"receiver/device/id[@root='{ICH}.3.12']", "extension"))
    yield "N.2.r.4", _fits(_MOMENT, _at(message, "creationTime", "value"))
    yield "C.1.2", _fits(_MOMENT, _at(message, "controlActProcess/effectiveTime", "value"))
    event = message.find(_path("controlActProcess/subject/investigationEvent"))
    yield "C.1", event is not None
    if event is not None:
        yield from _event_rules(event)


def _event_rules(event: ET.Element) -> Iterator[tuple[str, bool]]:
    yield "C.1.1", bool(_at(event, f"id[@root='{ICH}.3.1']", "extension"))
    yield "C.1.8.1", bool(_at(event, f"id[@root='{ICH}.3.2']", "extension"))
    yield "C.1.4", _fits(_DAY, _at(event, "effectiveTime/low", "value"))
    yield "C.1.5", _fits(_DAY, _at(event, "availabilityTime", "value"))
    yield "H.1", bool((event.findtext(_path("text")) or "").strip())
    kind = _coded(event, "subjectOf2/investigationCharacteristic", "1", f"{ICH}.1.23")
    yield "C.1.3", _value(kind, "code") in ("1", "2", "3", "4")
    other = _coded(event, "subjectOf2/investigationCharacteristic", "2", f"{ICH}.1.23")
    yield "C.1.9.1", _value(other, "value") == "true" or _value(other, "nullFlavor") == "NI"
    for name, code in (("C.1.6.1", "1"), ("C.1.7", "23")):
        flag = _coded(event, "component/observationEvent", code, OBSERVATIONS)
        yield (
            name,
            _value(flag, "value") in ("true", "false") or bool(_value(flag, "nullFlavor")),
        )
    authors = "subjectOf2/controlActEvent/author/assignedEntity"
    first = _coded(event, "outboundRelationship/relatedInvestigation", "1", f"{ICH}.1.22")
    yield "C.1.8.2", first is not None and _at(first, f"{authors}/code", "code") in ("1", "2")
    author = "subjectOf1/controlActEvent/author/assignedEntity"
    yield "C.3.1", bool(_at(event, f"{author}/code[@codeSystem='{ICH}.1.7']", "code"))
    assessment = event.find(_path("component/adverseEventAssessment"))
    yield "D", assessment is not None
    if assessment is not None:
        yield from _assessment_rules(assessment)


def _assessment_rules(assessment: ET.Element) -> Iterator[tuple[str, bool]]:
    role = assessment.find(_path("subject1/primaryRole"))
    if role is None:
        yield "D.1", False
        return
    name = role.find(_path("player1/name"))
    told = name is not None and bool((name.text or "").strip() or name.get("nullFlavor"))
    yield "D.1", told
    reactions = [
        one
        for one in _all(role, "subjectOf2/observation")
        if _code(one) == ("29", OBSERVATIONS)
    ]
    yield "E.i", bool(reactions)
    for reaction in reactions:
        yield from _reaction_rules(reaction)
    drugs = [
        one for one in _all(role, "subjectOf2/organizer") if _code(one) == ("4", f"{ICH}.1.20")
    ]
    path = "component/substanceAdministration/consumable/instanceOfKind/kindOfProduct/name"
    names = [(one.text or "").strip() for drug in drugs for one in _all(drug, path)]
    yield "G.k.2.2", bool(names) and all(names)
    roles = [
        one
        for one in _all(assessment, "component/causalityAssessment")
        if _code(one) == ("20", OBSERVATIONS)
    ]
    yield (
        "G.k.1",
        bool(roles) and all(_value(one, "code") in ("1", "2", "3", "4") for one in roles),
    )


def _reaction_rules(reaction: ET.Element) -> Iterator[tuple[str, bool]]:
    value = reaction.find(_path(f"value[@codeSystem='{MEDDRA}']"))
    yield "E.i.2.1a", value is not None and bool(value.get("codeSystemVersion"))
    yield "E.i.2.1b", value is not None and bool(re.fullmatch(r"\d{8}", value.get("code", "")))
    criteria = zip("abcdef", ("34", "21", "33", "35", "12", "26"), strict=True)
    for letter, code in criteria:
        told = _coded(reaction, "outboundRelationship2/observation", code, OBSERVATIONS)
        holds = _value(told, "value") == "true" or _value(told, "nullFlavor") == "NI"
        yield f"E.i.3.2{letter}", holds
    ended = _coded(reaction, "outboundRelationship2/observation", "27", OBSERVATIONS)
    yield "E.i.7", _value(ended, "code") in ("0", "1", "2", "3", "4", "5")


def _coded(place: ET.Element, path: str, code: str, system: str) -> ET.Element | None:
    """The first node of a path with a code of a system."""
    return next((one for one in _all(place, path) if _code(one) == (code, system)), None)


def _code(node: ET.Element) -> tuple[str, str]:
    code = node.find(_path("code"))
    return ("", "") if code is None else (code.get("code", ""), code.get("codeSystem", ""))


def _value(node: ET.Element | None, attribute: str) -> str:
    value = None if node is None else node.find(_path("value"))
    return "" if value is None else value.get(attribute, "")


def _at(place: ET.Element, path: str, attribute: str) -> str:
    found = place.find(_path(path))
    return "" if found is None else found.get(attribute, "")


def _all(place: ET.Element, path: str) -> list[ET.Element]:
    return place.findall(_path(path))


def _path(path: str) -> str:
    return "/".join(f"{{{HL7}}}{one}" for one in path.split("/"))


def _fits(form: re.Pattern[str], value: str) -> bool:
    return bool(form.fullmatch(value))
