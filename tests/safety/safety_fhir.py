"""The same programme as a FHIR R4 bundle, and changes of its resources with their sources."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from safety_mutations import DOUBT, STOP, WEEKLY
from safety_programme import Base, Files

from nanoward.adapters.formats.values.loinc import LABORATORY, QUESTIONS

Resource = dict[str, Any]
LOINC = "http://loinc.org"
R4 = "HL7 FHIR R4 (4.0.1)"
CONSENT = f"{R4}, Consent: only an active, unexpired permit is a consent"
EVENT = f"{R4}, AdverseEvent; ICH E2A, II.B"
RESULT = f"{R4}, Observation; FDA, Drug-Induced Liver Injury (2009)"
ANSWER = f"{R4}, QuestionnaireResponse; Kroenke, Spitzer, Williams 2001: item 9"
DEAD = f"{R4}, Patient: deceased[x]"
SUBJECT = f"{R4}, ResearchSubject: status"
_TESTS = {test: code for code, test in reversed(LABORATORY.items())}
_ITEMS = {test: code for code, test in QUESTIONS.items()}


@dataclass(frozen=True, kw_only=True)
class FhirMutation:
    """A change of the person's resources and the right answer."""

    name: str
    source: str
    right: frozenset[str]
    edit: Callable[[list[Resource], Base], None]


def resources(base: Base) -> list[Resource]:
    """Everybody of the base as resources."""
    found: list[Resource] = []
    rows = base.copy()
    for dm in rows["DM"]:
        who = dm["USUBJID"]
        person = {"reference": f"Patient/{who}"}
        found += [
            {"resourceType": "Patient", "id": who,
             "gender": {"M": "male", "F": "female"}[dm["SEX"]]},
            {"resourceType": "ResearchSubject", "id": f"rs-{who}", "status": "on-study",
             "individual": person, "study": {"reference": "ResearchStudy/s"},
             "actualArm": dm["ARM"], "period": {"start": dm["RFSTDTC"]}},
            {"resourceType": "Consent", "id": f"c-{who}", "status": "active",
             "scope": _coded("http://terminology.hl7.org/CodeSystem/consentscope", "research"),
             "patient": person, "dateTime": dm["RFICDTC"], "provision": {"type": "permit"}},
        ]  # fmt: skip
    for n, row in enumerate(rows["EX"]):
        found.append(
            {"resourceType": "MedicationAdministration", "id": f"ex{n}", "status": "completed",
             "subject": {"reference": f"Patient/{row['USUBJID']}"},
             "medicationCodeableConcept": {"text": row["EXTRT"]},
             "effectivePeriod": {"start": row["EXSTDTC"], "end": row["EXENDTC"]},
             "dosage": {"dose": {"value": row["EXDOSE"], "unit": row["EXDOSU"]}}}
        )  # fmt: skip
    found += [_observation(n, row) for n, row in enumerate(rows["LB"])]
    for n, row in enumerate(rows["SV"]):
        found.append(
            {"resourceType": "Encounter", "id": f"sv{n}", "status": "finished",
             "class": {"code": "AMB"}, "subject": {"reference": f"Patient/{row['USUBJID']}"},
             "period": {"start": row["SVSTDTC"], "end": row["SVENDTC"]}}
        )  # fmt: skip
    return [*found, *_sittings(rows["QS"])]


def _observation(number: int, row: dict[str, Any]) -> Resource:
    unit = row["LBSTRESU"]
    return {
        "resourceType": "Observation", "id": f"lb{number}", "status": "final",
        "category": [_coded("http://terminology.hl7.org/CodeSystem/observation-category",
                            "laboratory")],
        "subject": {"reference": f"Patient/{row['USUBJID']}"},
        "code": {"coding": [{"system": LOINC, "code": _TESTS[row["LBTESTCD"]]}]},
        "effectiveDateTime": row["LBDTC"],
        "valueQuantity": {"value": row["LBSTRESN"], "unit": unit, "code": unit},
        "referenceRange": [{"low": {"value": row["LBSTNRLO"], "unit": unit, "code": unit},
                            "high": {"value": row["LBSTNRHI"], "unit": unit, "code": unit}}],
    }  # fmt: skip


def _sittings(rows: list[dict[str, Any]]) -> Iterator[Resource]:
    sittings: dict[tuple[str, str, str], list[Resource]] = {}
    for row in rows:
        item = {"linkId": f"/{_ITEMS[row['QSTESTCD']]}",
                "answer": [{"valueInteger": int(row["QSSTRESN"])}]}  # fmt: skip
        key = (row["USUBJID"], row["QSDTC"], row["QSTESTCD"][:4])
        sittings.setdefault(key, []).append(item)
    for n, ((who, day, _), items) in enumerate(sittings.items()):
        yield {"resourceType": "QuestionnaireResponse", "id": f"qs{n}", "status": "completed",
               "subject": {"reference": f"Patient/{who}"}, "authored": day,
               "item": items}  # fmt: skip


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def bundle(found: list[Resource]) -> Files:
    entries = [{"resource": one} for one in found]
    told = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return {"data/fhir/ward.json": json.dumps(told).encode()}


def of(found: list[Resource], kind: str, base: Base) -> list[Resource]:
    """The person's resources of a kind, by day."""
    told = f"Patient/{base.person}"
    own = [
        one
        for one in found
        if one["resourceType"] == kind
        and (
            one.get("id") == base.person
            or any(
                one.get(name, {}).get("reference") == told
                for name in ("subject", "patient", "individual")
            )
        )
    ]
    return sorted(own, key=lambda one: str(one.get("effectiveDateTime") or one.get("authored")))


def change(kind: str, **fields: Any) -> Callable[[list[Resource], Base], None]:
    """The person's resources of a kind say something else; None takes a field away."""

    def edit(found: list[Resource], base: Base) -> None:
        for one in of(found, kind, base):
            for name, value in fields.items():
                one.pop(name, None) if value is None else one.update({name: value})

    return edit


def alt(**fields: Any) -> Callable[[list[Resource], Base], None]:
    """The person's last ALT says something else."""

    def edit(found: list[Resource], base: Base) -> None:
        code = _TESTS["ALT"]
        own = [one for one in of(found, "Observation", base)
               if one["code"]["coding"][0]["code"] == code]  # fmt: skip
        for name, value in fields.items():
            own[-1].pop(name, None) if value is None else own[-1].update({name: value})

    return edit


def item9(**fields: Any) -> Callable[[list[Resource], Base], None]:
    """The person's last answer to item 9 is another."""

    def edit(found: list[Resource], base: Base) -> None:
        link = f"/{_ITEMS['PHQ909']}"
        own = [item for one in of(found, "QuestionnaireResponse", base) for item in one["item"]
               if item["linkId"] == link]  # fmt: skip
        for name, value in fields.items():
            own[-1].pop(name, None) if value is None else own[-1].update({name: value})

    return edit


def new(kind: str, **fields: Any) -> Callable[[list[Resource], Base], None]:
    """A further resource of the person."""

    def edit(found: list[Resource], base: Base) -> None:
        subject = {"reference": f"Patient/{base.person}"}
        whose = {"Consent": "patient", "ResearchSubject": "individual"}.get(kind, "subject")
        made = {name: one(base) if callable(one) else one for name, one in fields.items()}
        found.append({"resourceType": kind, "id": "new", whose: subject, **made})

    return edit


def back(days: int) -> Callable[[Base], str]:
    return lambda base: (base.as_of - timedelta(days=days)).isoformat()


def _event(**fields: Any) -> Callable[[list[Resource], Base], None]:
    told = {"actuality": "actual", "event": {"text": "Sepsis"}, "date": back(7),
            "outcome": _coded("o", "ongoing"), "severity": _coded("s", "mild")}  # fmt: skip
    return new("AdverseEvent", **{**told, **fields})


_HIGH = {"value": 900, "unit": "U/L", "code": "U/L"}
_LOW_DAY = "21/05/2026"


def fhir_mutations() -> Iterator[FhirMutation]:
    for name, source, right, edit in (*_consents(), *_events(), *_results(), *_others()):
        yield FhirMutation(name=f"fhir: {name}", source=source, right=right, edit=edit)


_Told = tuple[str, str, frozenset[str], Callable[[list[Resource], Base], None]]


def _consents() -> Iterator[_Told]:
    for status in ("rejected", "inactive", "proposed", "draft", "entered-in-error", "maybe"):
        yield f"consent {status}", CONSENT, STOP, change("Consent", status=status)
    yield "consent without a status", CONSENT, STOP, change("Consent", status=None)
    yield "consent that denies", CONSENT, STOP, change("Consent", provision={"type": "deny"})
    over = {"type": "permit", "period": {"start": "2026-01-01", "end": "2026-05-01"}}
    yield "consent that has run out", CONSENT, STOP, change("Consent", provision=over)
    ahead = {"type": "permit", "period": {"start": "2027-01-01"}}
    yield "consent that has not begun", CONSENT, STOP, change("Consent", provision=ahead)
    care = _coded("http://terminology.hl7.org/CodeSystem/consentscope", "treatment")
    yield "consent to treatment alone", CONSENT, STOP, change("Consent", scope=care)
    yield (
        "no consent",
        CONSENT,
        STOP,
        lambda found, base: [found.remove(one) for one in of(found, "Consent", base)] and None,
    )
    denied = {"type": "deny", "period": {"end": "2026-05-20"}}
    yield "a later consent that denies", CONSENT, STOP, new(
        "Consent", status="active", scope=_coded("c", "research"), dateTime=back(5),
        provision=denied)  # fmt: skip
    yield "a later consent, rejected", CONSENT, STOP, new(
        "Consent", status="rejected", scope=_coded("c", "research"), dateTime=back(5),
        provision={"type": "permit"})  # fmt: skip


def _events() -> Iterator[_Told]:
    for word in ("severe", "Severe", "life-threatening", "fatal", "dreadful"):
        yield f"event {word}", EVENT, STOP, _event(severity=_coded("s", word))
    for word in ("serious", "Serious", "SeriousResultsInDeath", "SeriousIsLifeThreatening",
                 "SeriousResultsInHospitalization", "SeriousResultsInDisability",
                 "SeriousIsBirthDefect", "SeriousRequiresPreventImpairment",
                 "yes"):  # fmt: skip
        yield (
            f"event with seriousness {word}",
            EVENT,
            STOP,
            _event(seriousness=_coded("s", word)),
        )
    yield "event with outcome fatal", EVENT, STOP, _event(outcome=_coded("o", "fatal"))
    yield "event without a severity", EVENT, STOP, _event(severity=None)
    yield "severe event without a day", EVENT, STOP, _event(
        severity=_coded("s", "severe"), date=None)  # fmt: skip
    yield "severe event on a day nobody reads", EVENT, STOP, _event(
        severity=_coded("s", "severe"), date=_LOW_DAY)  # fmt: skip


def _results() -> Iterator[_Told]:
    yield "ALT 900", RESULT, STOP, alt(valueQuantity=_HIGH)
    yield "ALT > 900", RESULT, STOP, alt(valueQuantity={**_HIGH, "comparator": ">"})
    yield "ALT as text", RESULT, STOP, alt(valueQuantity=None, valueString="900 U/L")
    yield (
        "ALT absent",
        RESULT,
        STOP,
        alt(valueQuantity=None, dataAbsentReason=_coded("d", "error")),
    )
    yield "ALT without a value", RESULT, STOP, alt(valueQuantity=None)
    yield "ALT 900 in another unit", RESULT, STOP, alt(
        valueQuantity={"value": 900, "unit": "furlong", "code": "furlong"})  # fmt: skip
    yield (
        "ALT 900 without a day",
        RESULT,
        STOP,
        alt(valueQuantity=_HIGH, effectiveDateTime=None),
    )
    yield "ALT 900 on a day nobody reads", RESULT, STOP, alt(
        valueQuantity=_HIGH, effectiveDateTime=_LOW_DAY)  # fmt: skip
    yield "ALT 900 by an unknown code", RESULT, DOUBT, alt(
        valueQuantity=_HIGH,
        code={"coding": [{"system": LOINC, "code": "99999-9"}]})  # fmt: skip
    yield "ALT 900, value as text in a quantity", RESULT, DOUBT, alt(
        valueQuantity={**_HIGH, "value": "900"})  # fmt: skip
    yield "ALT 900 amended", RESULT, STOP, alt(valueQuantity=_HIGH, status="amended")
    yield "ALT with a modifier nobody knows", f"{R4}, 2.4.1: modifierExtension", DOUBT, alt(
        modifierExtension=[{"url": "urn:not", "valueBoolean": True}])  # fmt: skip


def _others() -> Iterator[_Told]:
    for value in (1, 3):
        yield f"item 9 = {value}", ANSWER, STOP, item9(answer=[{"valueInteger": value}])
    yield "item 9 unanswered", ANSWER, STOP, item9(answer=None)
    yield "item 9 by LOINC answer", ANSWER, STOP, item9(
        answer=[{"valueCoding": {"system": LOINC, "code": "LA6571-9"}}])  # fmt: skip
    yield "item 9 by a code nobody knows", ANSWER, STOP, item9(
        answer=[{"valueCoding": {"system": "x", "code": "often"}}])  # fmt: skip
    yield "item 9 as text", ANSWER, STOP, item9(answer=[{"valueString": "every day"}])
    yield "item 9 = true", ANSWER, STOP, item9(answer=[{"valueBoolean": True}])
    yield 'item 9 = "true"', ANSWER, STOP, item9(answer=[{"valueBoolean": "true"}])
    yield "dead", DEAD, STOP, change("Patient", deceasedBoolean=True)
    yield 'dead, as "true"', DEAD, STOP, change("Patient", deceasedBoolean="true")
    yield "dead since a day", DEAD, STOP, change("Patient", deceasedDateTime="2026-05-20")
    yield "dead on a day to come", DEAD, STOP, change("Patient", deceasedDateTime="2027-05-20")
    yield "dead on a day nobody reads", DEAD, STOP, change("Patient", deceasedDateTime=_LOW_DAY)
    for status in ("withdrawn", "off-study", "ineligible"):
        yield f"subject {status}", SUBJECT, STOP, change("ResearchSubject", status=status)
    yield "no questionnaire for weeks", WEEKLY, STOP, lambda found, base: [
        found.remove(one) for one in of(found, "QuestionnaireResponse", base)
        if one["authored"] > back(24)(base)
    ] and None  # fmt: skip
