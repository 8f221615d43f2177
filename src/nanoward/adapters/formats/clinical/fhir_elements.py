"""The account of a FHIR document: resources and elements used, ignored on purpose, or told.

An element of a resource that is read and that stands in neither list is told once: HL7 FHIR R4
(4.0.1) has no such element, or nobody here knows what it would change.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from nanoward.adapters.formats.clinical.fhir_node import UNKNOWN_ELEMENT, UNUSED, Node, Notes
from nanoward.ports.formats import Use

# of every resource: what names it, describes it for people, or is handled by its reader
_EVERYWHERE = (
    *("resourceType", "id", "meta", "implicitRules", "language", "text", "contained"),
    *("extension", "modifierExtension", "identifier", "fullUrl"),
)
ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "AdverseEvent": (
        *("actuality", "event", "subject", "date", "detected", "recordedDate", "severity"),
        *("seriousness", "outcome"),
    ),
    "Condition": (
        *("severity", "code", "subject", "onsetDateTime", "abatementDateTime"),
        *("recordedDate", "verificationStatus"),
    ),
    "Consent": (
        *("status", "scope", "category", "patient", "dateTime", "performer", "provision"),
        *("policy", "policyRule"),
    ),
    "Encounter": ("status", "type", "subject", "period"),
    "MedicationAdministration": (
        *("status", "medicationCodeableConcept", "subject", "effectiveDateTime"),
        *("effectivePeriod", "dosage"),
    ),
    "Observation": (
        *("status", "category", "code", "subject", "effectiveDateTime", "effectivePeriod"),
        *("effectiveInstant", "effectiveTiming", "issued", "valueQuantity", "valueString"),
        *("valueInteger", "valueCodeableConcept", "dataAbsentReason", "interpretation"),
        *("specimen", "referenceRange", "component"),
    ),
    "Patient": ("active", "gender", "birthDate", "deceasedBoolean", "deceasedDateTime"),
    "QuestionnaireResponse": ("status", "questionnaire", "subject", "authored", "item"),
    "ResearchSubject": (
        *("status", "period", "study", "individual", "assignedArm", "actualArm"),
    ),
}
_WHY = "no rule asks for it"
IGNORED: Mapping[str, tuple[str, ...]] = {
    "AdverseEvent": (
        *("category", "encounter", "resultingCondition", "location", "recorder"),
        *(
            "contributor",
            "suspectEntity",
            "subjectMedicalHistory",
            "referenceDocument",
            "study",
        ),
    ),
    "Condition": (
        *("clinicalStatus", "category", "bodySite", "encounter", "onsetAge", "onsetPeriod"),
        *("onsetRange", "onsetString", "abatementAge", "abatementPeriod", "abatementRange"),
        *("abatementString", "recorder", "asserter", "stage", "evidence", "note"),
    ),
    "Consent": ("organization", "sourceAttachment", "sourceReference", "verification"),
    "Encounter": (
        *("statusHistory", "class", "classHistory", "serviceType", "priority", "episodeOfCare"),
        *("basedOn", "participant", "appointment", "length", "reasonCode", "reasonReference"),
        *("diagnosis", "account", "hospitalization", "location", "serviceProvider", "partOf"),
    ),
    "MedicationAdministration": (
        *("instantiates", "partOf", "statusReason", "category", "medicationReference"),
        *("context", "supportingInformation", "performer", "reasonCode", "reasonReference"),
        *("request", "device", "note", "eventHistory"),
    ),
    "Observation": (
        *("basedOn", "partOf", "focus", "encounter", "performer", "valueBoolean", "valueRange"),
        *(
            "valueRatio",
            "valueSampledData",
            "valueTime",
            "valueDateTime",
            "valuePeriod",
            "note",
        ),
        *("note", "bodySite", "method", "device", "hasMember", "derivedFrom"),
    ),
    "Patient": (
        *("name", "telecom", "address", "maritalStatus", "multipleBirthBoolean"),
        *("multipleBirthInteger", "photo", "contact", "communication", "generalPractitioner"),
        *("managingOrganization", "link"),
    ),
    "QuestionnaireResponse": ("basedOn", "partOf", "encounter", "author", "source"),
    "ResearchSubject": ("consent",),
}


def account_of(nodes: Iterable[Node], notes: Notes) -> tuple[Use, ...]:
    """What became of each type of resource, and of each element of those that are read."""
    kinds: Counter[str] = Counter()
    elements: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], Node] = {}
    for node in nodes:
        kind = str(node.value["resourceType"])
        kinds[kind] += 1
        for name in node.value if kind in ELEMENTS else ():
            key = (kind, name.removeprefix("_"))
            elements[key] += 1
            first.setdefault(key, node)
    uses = [_resource(kind, count) for kind, count in sorted(kinds.items())]
    for (kind, name), count in sorted(elements.items()):
        use = _element(kind, name, count)
        uses.append(use)
        if use.use == "told":
            told = f"{count} {kind} resource(s) have an element {name!r} that nobody reads"
            one = first[kind, name]
            notes.add(UNKNOWN_ELEMENT, told, path=f"{one.path}.{name}".strip("."), row=one.row)
    return tuple(uses)


def _resource(kind: str, count: int) -> Use:
    if kind in ELEMENTS:
        why = "medical history, unless severe or fatal" if kind == "Condition" else ""
        return Use(level="resource", name=kind, use="used", reason=why, count=count)
    return Use(level="resource", name=kind, use="told", reason=UNUSED.code, count=count)


def _element(kind: str, name: str, count: int) -> Use:
    whole = f"{kind}.{name}"
    if name in _EVERYWHERE or name in ELEMENTS[kind]:
        return Use(level="column", name=whole, use="used", count=count)
    if name in IGNORED[kind]:
        return Use(level="column", name=whole, use="ignored", reason=_WHY, count=count)
    return Use(level="column", name=whole, use="told", reason=UNKNOWN_ELEMENT.code, count=count)
