"""An individual case safety report as ICH E2B(R3) writes it (HL7 v3, MCCI_IN200100UV01).

The names of nodes, code systems and their order are those of the ICH Implementation Guide,
version 5.02, appendix I; the comment behind each part is the guide's element number. What the
guide requires and is not known is refused, never invented: a MedDRA code is licensed and comes
from whoever codes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5
from xml.etree import ElementTree as ET  # written alone: nothing foreign is parsed here

from nanoward.base.errors import InputError

HL7, XSI = "urn:hl7-org:v3", "http://www.w3.org/2001/XMLSchema-instance"
ICH = "2.16.840.1.113883.3.989.2.1"
OBSERVATIONS, MEDDRA = f"{ICH}.1.19", "2.16.840.1.113883.6.163"
# criterion to the code of its observation (E.i.3.2a to f)
CRITERION_CODES: Mapping[str, str] = {
    "death": "34",
    "life-threatening": "21",
    "hospitalisation": "33",
    "disability": "35",
    "congenital anomaly": "12",
    "medically important": "26",
}
OUTCOME_CODES: Mapping[str, str] = {  # E.i.7
    "recovered": "1",
    "recovering": "2",
    "not recovered": "3",
    "recovered with sequelae": "4",
    "fatal": "5",
    "unknown": "0",
}
_SPACE = UUID("8f0f0f8e-6a0e-5f6b-9f3a-1c0a8f5d2b11")  # of our names of reactions and drugs
_CASE_NUMBER = re.compile(r"[A-Z]{2}-[^-\s]+-\S+")


class UnreportableCaseError(InputError):
    """A report lacks what ICH E2B(R3) requires; no file was written."""

    code = "PRG-184"
    next_step = "Give what is named; nothing is filled in for you."


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """What a report says. Times are aware; patient: never a name.

    number    COUNTRY-COMPANY-NUMBER (C.1.1), the same in every follow-up
    received  first (C.1.4) and latest (C.1.5) information
    meddra    version and code of the lowest level term (E.i.2.1)
    causality words of investigator and sponsor, both (G.k.9.i.2)
    """

    number: str
    sender: str
    receiver: str
    created: datetime
    received: tuple[datetime, datetime]
    patient: str
    term: str
    meddra: tuple[str, str]
    criteria: frozenset[str]
    outcome: str
    product: str
    causality: Mapping[str, str]
    narrative: str
    study: str = ""
    follow_up: bool = False


def report_gaps(report: CaseReport) -> tuple[str, ...]:
    """Every reason why the guide would not take it."""
    told = []
    texts = {
        "N.1.3 sender": report.sender, "N.1.4 receiver": report.receiver,
        "D.1 patient": report.patient, "G.k.2.2 product": report.product,
        "H.1 narrative": report.narrative, "E.i.1.1a term": report.term,
    }  # fmt: skip
    told += [f"{name} is empty" for name, value in texts.items() if not value.strip()]
    if not _CASE_NUMBER.fullmatch(report.number):
        told.append(f"C.1.1 {report.number!r} is not COUNTRY-COMPANY-NUMBER")
    version, code = report.meddra
    if not re.fullmatch(r"\d+\.\d", version):
        told.append(f"E.i.2.1a {version!r} is no version of MedDRA, such as 27.1")
    if not re.fullmatch(r"\d{8}", code):
        told.append(f"E.i.2.1b {code!r} is no code of MedDRA: eight digits")
    unknown = sorted(report.criteria - set(CRITERION_CODES))
    told += [f"E.i.3.2 knows no criterion {one!r}" for one in unknown]
    if not report.criteria:
        told.append("E.i.3.2: no criterion of seriousness")
    if report.outcome not in OUTCOME_CODES:
        told.append(f"E.i.7 knows no outcome {report.outcome!r}")
    moments = (report.created, *report.received)
    if any(one.tzinfo is None for one in moments) or max(moments) > report.created:
        told.append("C.1.2: a moment without a zone, or after the report was made")
    return tuple(told)


def case_report_xml(report: CaseReport) -> bytes:
    """The report's file, UTF-8; the same report gives the same bytes. UnreportableCaseError."""
    gaps = report_gaps(report)
    if gaps:
        raise UnreportableCaseError("; ".join(gaps))
    root = ET.Element(
        "MCCI_IN200100UV01", {"xmlns": HL7, "xmlns:xsi": XSI, "ITSVersion": "XML_1.0"}
    )
    stamp = _moment(report.created)
    _id(root, f"{report.number}-{stamp}", f"{ICH}.3.22")  # N.1.2
    _node(root, "creationTime", value=stamp)  # N.1.5
    _node(root, "responseModeCode", code="D")
    _id(root, "MCCI_IN200100UV01", "2.16.840.1.113883.1.6")
    root[-1].tag = "interactionId"
    _node(root, "name", code="1", codeSystem=f"{ICH}.1.1")  # N.1.1
    _message(root, report, stamp)
    _device(root, "receiver", "RCV", report.receiver, f"{ICH}.3.14")  # N.1.4
    _device(root, "sender", "SND", report.sender, f"{ICH}.3.13")  # N.1.3
    ET.indent(root, " ")
    content: bytes = ET.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + content


def _message(root: ET.Element, report: CaseReport, stamp: str) -> None:
    message = _node(root, "PORR_IN049016UV")
    _id(message, report.number, f"{ICH}.3.1")  # N.2.r.1
    _node(message, "creationTime", value=stamp)  # N.2.r.4
    _node(message, "interactionId", extension="PORR_IN049016UV", root="2.16.840.1.113883.1.6")
    for name, code in (
        ("processingCode", "P"),
        ("processingModeCode", "T"),
        ("acceptAckCode", "AL"),
    ):
        _node(message, name, code=code)
    _device(message, "receiver", "RCV", report.receiver, f"{ICH}.3.12")  # N.2.r.3
    _device(message, "sender", "SND", report.sender, f"{ICH}.3.11")  # N.2.r.2
    act = _node(message, "controlActProcess", classCode="CACT", moodCode="EVN")
    _node(act, "code", code="PORR_TE049016UV", codeSystem="2.16.840.1.113883.1.18")
    _node(act, "effectiveTime", value=stamp)  # C.1.2
    subject = _node(act, "subject", typeCode="SUBJ")
    event = _node(subject, "investigationEvent", classCode="INVSTG", moodCode="EVN")
    _id(event, report.number, f"{ICH}.3.1")  # C.1.1
    _id(event, report.number, f"{ICH}.3.2")  # C.1.8.1
    _node(event, "code", code="PAT_ADV_EVNT", codeSystem="2.16.840.1.113883.5.4")
    _node(event, "text", report.narrative)  # H.1
    _node(event, "statusCode", code="active")
    first, last = report.received
    _node(_node(event, "effectiveTime"), "low", value=_moment(first))  # C.1.4
    _node(event, "availabilityTime", value=_moment(last))  # C.1.5
    assessment = _node(_node(event, "component", typeCode="COMP"), "adverseEventAssessment",
                       classCode="INVSTG", moodCode="EVN")  # fmt: skip
    _patient(assessment, report)
    _causalities(assessment, report)
    _flag(event, "1", value=False)  # C.1.6.1
    _flag(event, "23", value=True)  # C.1.7
    _sources(event, report)


def _patient(assessment: ET.Element, report: CaseReport) -> None:
    role = _node(
        _node(assessment, "subject1", typeCode="SBJ"), "primaryRole", classCode="INVSBJ"
    )
    person = _node(role, "player1", classCode="PSN", determinerCode="INSTANCE")
    _node(person, "name", report.patient)  # D.1
    if report.study:
        study = _node(_node(role, "subjectOf1", typeCode="SBJ"), "researchStudy",
                      classCode="CLNTRL", moodCode="EVN")  # fmt: skip
        _id(study, report.study, f"{ICH}.3.5")  # C.5.3
        _node(study, "code", code="1", codeSystem=f"{ICH}.1.8")  # C.5.4
    reaction = _observation(_node(role, "subjectOf2", typeCode="SBJ"), "29")
    reaction.insert(0, _element("id", root=_uuid(report, "reaction")))
    version, code = report.meddra
    value = _node(reaction, "value", code=code, codeSystem=MEDDRA, codeSystemVersion=version)
    value.set("xsi:type", "CE")  # E.i.2.1
    _node(value, "originalText", report.term)  # E.i.1.1a
    for criterion, number in CRITERION_CODES.items():
        observed = _observation(
            _node(reaction, "outboundRelationship2", typeCode="PERT"), number
        )
        told = {"value": "true"} if criterion in report.criteria else {"nullFlavor": "NI"}
        _node(observed, "value", **told).set("xsi:type", "BL")  # E.i.3.2
    ended = _observation(_node(reaction, "outboundRelationship2", typeCode="PERT"), "27")
    outcome = OUTCOME_CODES[report.outcome]
    _node(ended, "value", code=outcome, codeSystem=f"{ICH}.1.11").set("xsi:type", "CE")  # E.i.7
    organizer = _node(_node(role, "subjectOf2", typeCode="SBJ"), "organizer",
                      classCode="CATEGORY", moodCode="EVN")  # fmt: skip
    _node(organizer, "code", code="4", codeSystem=f"{ICH}.1.20")
    given = _node(_node(organizer, "component", typeCode="COMP"), "substanceAdministration",
                  classCode="SBADM", moodCode="EVN")  # fmt: skip
    _node(given, "id", root=_uuid(report, "product"))
    kind = _node(_node(given, "consumable", typeCode="CSM"), "instanceOfKind", classCode="INST")
    product = _node(kind, "kindOfProduct", classCode="MMAT", determinerCode="KIND")
    _node(product, "name", report.product)  # G.k.2.2


def _causalities(assessment: ET.Element, report: CaseReport) -> None:
    role = _causality(assessment, "20")
    _node(role, "value", code="1", codeSystem=f"{ICH}.1.13").set("xsi:type", "CE")  # G.k.1
    _reference(role, "subject2", "productUseReference", "SBADM", _uuid(report, "product"))
    for who, word in sorted(report.causality.items()):  # G.k.9.i.2: both, none replaced
        told = _causality(assessment, "39")
        _node(told, "value", word).set("xsi:type", "ST")
        entity = _node(_node(told, "author", typeCode="AUT"), "assignedEntity",
                       classCode="ASSIGNED")  # fmt: skip
        _node(_node(entity, "code"), "originalText", who)
        reaction, product = _uuid(report, "reaction"), _uuid(report, "product")
        _reference(told, "subject1", "adverseEffectReference", "OBS", reaction)
        _reference(told, "subject2", "productUseReference", "SBADM", product)


def _sources(event: ET.Element, report: CaseReport) -> None:
    first = _investigation(event, "1")  # C.1.8.2: first sender is another than a regulator
    _node(first, "code", code="2", codeSystem=f"{ICH}.1.3")
    entity = _investigation(event, "2", primary=True)
    person = _node(entity, "assignedPerson", classCode="PSN", determinerCode="INSTANCE")
    quality = _node(person, "asQualifiedEntity", classCode="QUAL")
    _node(quality, "code", code="1", codeSystem=f"{ICH}.1.6")  # C.2.r.4: a physician
    author = _node(_node(event, "subjectOf1", typeCode="SUBJ"), "controlActEvent",
                   classCode="CACT", moodCode="EVN")  # fmt: skip
    sender = _node(_node(author, "author", typeCode="AUT"), "assignedEntity",
                   classCode="ASSIGNED")  # fmt: skip
    _node(sender, "code", code="1", codeSystem=f"{ICH}.1.7")  # C.3.1
    for _ in range(2):  # the organisation's organisation, as the guide has it
        house = _node(sender, "representedOrganization", classCode="ORG",
                      determinerCode="INSTANCE")  # fmt: skip
        if _ == 1:
            _node(house, "name", report.sender)  # C.3.2
        else:
            sender = _node(house, "assignedEntity", classCode="ASSIGNED")
    kind = _characteristic(event, "1")  # C.1.3: a report from a study
    _node(kind, "value", code="2", codeSystem=f"{ICH}.1.2").set("xsi:type", "CE")
    other = _characteristic(event, "2")  # C.1.9.1
    _node(other, "value", nullFlavor="NI").set("xsi:type", "BL")


def _investigation(event: ET.Element, code: str, *, primary: bool = False) -> ET.Element:
    relation = _node(event, "outboundRelationship", typeCode="SPRT")
    if primary:
        _node(relation, "priorityNumber", value="1")  # C.2.r.5
    related = _node(relation, "relatedInvestigation", classCode="INVSTG", moodCode="EVN")
    _node(related, "code", code=code, codeSystem=f"{ICH}.1.22")
    act = _node(_node(related, "subjectOf2", typeCode="SUBJ"), "controlActEvent",
                classCode="CACT", moodCode="EVN")  # fmt: skip
    return _node(_node(act, "author", typeCode="AUT"), "assignedEntity", classCode="ASSIGNED")


def _characteristic(event: ET.Element, code: str) -> ET.Element:
    place = _node(_node(event, "subjectOf2", typeCode="SUBJ"), "investigationCharacteristic",
                  classCode="OBS", moodCode="EVN")  # fmt: skip
    _node(place, "code", code=code, codeSystem=f"{ICH}.1.23")
    return place


def _flag(event: ET.Element, code: str, *, value: bool) -> None:
    place = _node(_node(event, "component", typeCode="COMP"), "observationEvent",
                  classCode="OBS", moodCode="EVN")  # fmt: skip
    _node(place, "code", code=code, codeSystem=OBSERVATIONS)
    _node(place, "value", value=str(value).lower()).set("xsi:type", "BL")


def _causality(assessment: ET.Element, code: str) -> ET.Element:
    place = _node(_node(assessment, "component", typeCode="COMP"), "causalityAssessment",
                  classCode="OBS", moodCode="EVN")  # fmt: skip
    _node(place, "code", code=code, codeSystem=OBSERVATIONS)
    return place


def _reference(place: ET.Element, subject: str, name: str, kind: str, uuid: str) -> None:
    whole = _node(_node(place, subject, typeCode="SUBJ"), name, classCode=kind, moodCode="EVN")
    _node(whole, "id", root=uuid)


def _observation(place: ET.Element, code: str) -> ET.Element:
    found = _node(place, "observation", classCode="OBS", moodCode="EVN")
    _node(found, "code", code=code, codeSystem=OBSERVATIONS)
    return found


def _device(place: ET.Element, name: str, kind: str, who: str, root: str) -> None:
    outer = _node(place, name, typeCode=kind)
    _id(_node(outer, "device", classCode="DEV", determinerCode="INSTANCE"), who, root)


def _id(place: ET.Element, extension: str, root: str) -> None:
    _node(place, "id", extension=extension, root=root)


def _node(place: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    made = _element(name, **attributes)
    made.text = text or None
    place.append(made)
    return made


def _element(name: str, **attributes: str) -> ET.Element:
    return ET.Element(name, attributes)


def _uuid(report: CaseReport, what: str) -> str:
    return str(uuid5(_SPACE, f"{report.number}|{what}"))


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y%m%d%H%M%S%z")
