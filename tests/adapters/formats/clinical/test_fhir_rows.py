"""Each resource of FHIR as the rows that the rooms judge by."""

import json
from datetime import date
from typing import Any

import polars as pl
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.clinical.fhir_bundle import read_bundle
from nanoward.base.entries import ConsentDocumentIssued, ConsentSigned, ConsentWithdrawn
from nanoward.clearance.consent.consent_state import consent_of
from nanoward.clearance.consent.fhir_consent import fhir_consents
from nanoward.clearance.sdtm.subject_domains import consents, dispositions
from nanoward.flows.clearance.decide_from_files import decide_standings, find_edit_checks
from nanoward.flows.clearance.grade_files import grade_files

WHO = {"subject": {"reference": "Patient/p"}}
LOINC = "http://loinc.org"


def rows(domain: str, **resource: Any) -> list[dict[str, Any]]:
    content = json.dumps({"resourceType": "Bundle", "entry": [{"resource": resource}]})
    found = read_bundle("w.json", content.encode()).get(f"sdtm.{domain}")
    return [] if found is None else found.table.to_dicts()


def of(code: str, system: str = LOINC) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def result(code: str, value: float, unit: str, day: str = "2026-01-05", **more: Any) -> Any:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": of(code),
        "effectiveDateTime": day,
        "valueQuantity": {"value": value, "code": unit},
        **WHO,
        **more,
    }


def test_blood_pressure_is_a_panel_of_two_signs() -> None:
    panel = {
        "resourceType": "Observation",
        "status": "final",
        "category": [of("vital-signs", "x")],
        "code": of("85354-9"),
        "effectiveDateTime": "2026-01-05",
        "component": [
            {"code": of("8480-6"), "valueQuantity": {"value": 165, "code": "mm[Hg]"}},
            {"code": of("8462-4"), "valueQuantity": {"value": 92, "code": "mm[Hg]"}},
        ],
        **WHO,
    }
    assert [(one["VSTESTCD"], one["VSSTRESN"]) for one in rows("VS", **panel)] == [
        ("SYSBP", 165.0),
        ("DIABP", 92.0),
    ]


def test_a_bound_stays_a_bound_and_fasting_is_told_by_the_code() -> None:
    quantity = {"value": 3.42, "comparator": "<", "code": "umol/L"}
    (one,) = rows("LB", **result("14631-6", 0, "") | {"valueQuantity": quantity})
    assert (one["LBSTRESN"], one["LBSTRESC"], one["LBSTRESU"]) == (None, "<3.42", "umol/L")
    (one,) = rows("LB", **result("14771-0", 7, "mmol/L"))
    assert (one["LBTESTCD"], one["LBFAST"]) == ("GLUC", "Y")


def test_an_unknown_code_is_kept_as_it_is_written() -> None:
    (one,) = rows("LB", **result("99999-9", 7, "mmol/L"))
    assert (one["LBTESTCD"], one["LBSTRESN"]) == ("99999-9", 7.0)
    signs = {"category": [of("vital-signs", "x")]}
    assert rows("VS", **result("99999-9", 7, "mmol/L", **signs))[0]["VSTESTCD"] == "99999-9"


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_what_was_entered_in_error_does_not_count(status: str) -> None:
    assert rows("LB", **result("1742-6", 7, "U/L", status=status)) == []


def test_limits_are_those_for_everybody_in_the_unit_of_the_value() -> None:
    ranges = [
        {"type": of("therapeutic"), "high": {"value": 1, "code": "U/L"}},
        {"low": {"value": 5, "code": "U/L"}, "high": {"value": 40}},
    ]
    (one,) = rows("LB", **result("1742-6", 7, "U/L", referenceRange=ranges))
    assert (one["LBSTNRLO"], one["LBSTNRHI"]) == (5.0, 40.0)


def test_an_event_keeps_its_criterion_beside_its_flag() -> None:
    event = {
        "resourceType": "AdverseEvent",
        "actuality": "actual",
        "event": {"text": "Syncope"},
        "date": "2026-01-10",
        "recordedDate": "2026-01-12",
        "severity": of("severe", "x"),
        "seriousness": of("SeriousResultsInHospitalization", "x"),
        "outcome": of("resolved", "x"),
        **WHO,
    }
    (one,) = rows("AE", **event)
    assert (one["AETERM"], one["AESEV"], one["AESER"]) == ("Syncope", "SEVERE", "Y")
    assert (one["AESHOSP"], one["AEENDTC"]) == ("Y", "2026-01-12")
    mild = rows("AE", **event | {"seriousness": of("Non-serious", "x"), "outcome": None})[0]
    assert (mild["AESER"], mild["AEENDTC"]) == ("N", None)
    assert rows("AE", **event | {"actuality": "potential"}) == []


def test_answers_are_numbers_by_value_ordinal_or_loinc() -> None:
    ordinal = {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 2}
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "authored": "2026-01-05",
        "item": [
            {
                "linkId": "group",
                "item": [
                    {"linkId": "/44250-9", "answer": [{"valueCoding": {"code": "LA6570-1"}}]},
                    {"linkId": "/44260-8", "answer": [{"valueInteger": 1}]},
                    {"linkId": "VOL01", "answer": [{"valueCoding": {"extension": [ordinal]}}]},
                    {"linkId": "/44255-8"},
                    {"linkId": "VOL02", "answer": [{"valueCoding": {"code": "odd"}}]},
                ],
            }
        ],
        **WHO,
    }
    found = [(one["QSTESTCD"], one["QSSTRESN"]) for one in rows("QS", **response)]
    assert found == [
        ("PHQ901", 2.0),
        ("PHQ909", 1.0),
        ("VOL01", 2.0),
        ("PHQ902", None),
        ("VOL02", None),
    ]


def test_doses_visits_and_subjects_tell_their_days() -> None:
    dose = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": {"text": "agent"},
        "effectivePeriod": {"start": "2026-01-05", "end": "2026-01-06"},
        "dosage": {"dose": {"value": 2, "code": "mL"}},
        **WHO,
    }
    (one,) = rows("EX", **dose)
    assert (one["EXTRT"], one["EXDOSE"], one["EXENDTC"]) == ("agent", 2.0, "2026-01-06")
    assert one["EXOCCUR"] == "Y"
    assert rows("EX", **dose | {"status": "not-done"})[0]["EXOCCUR"] == "N"
    visit = {
        "resourceType": "Encounter",
        "status": "finished",
        "type": [{"coding": [{"code": "3"}], "text": "WEEK 2"}],
        "period": {"start": "2026-01-19"},
        **WHO,
    }
    (one,) = rows("SV", **visit)
    assert (one["VISITNUM"], one["VISIT"], one["SVSTDTC"]) == (3.0, "WEEK 2", "2026-01-19")
    gone = {
        "resourceType": "ResearchSubject",
        "status": "withdrawn",
        "individual": {"reference": "Patient/p"},
        "period": {"end": "2026-02-01"},
    }
    assert rows("DS", **gone)[0]["DSDECOD"] == "WITHDRAWAL BY SUBJECT"
    dead = {"resourceType": "Patient", "id": "p", "deceasedBoolean": True}
    assert rows("DM", **dead)[0]["DTHFL"] == "Y"


def test_our_own_consents_come_back_with_their_withdrawal() -> None:
    document = ConsentDocumentIssued(
        document_sha256="a" * 64,
        version="1.0",
        issued=date(2026, 1, 1),
        needed=("take part",),
        optional=(),
        questions=0,
        pass_mark=0,
        least_reading_s=0,
        valid_days=None,
    )
    signed = ConsentSigned(
        participant="p",
        document_sha256="a" * 64,
        version="1.0",
        signed=date(2026, 1, 2),
        uses=("take part",),
    )
    left = ConsentWithdrawn(participant="p", withdrawn=date(2026, 2, 1))
    ours = fhir_consents(consent_of("p", [document, signed, left]), date(2026, 3, 1))
    domains = {"DS": pl.DataFrame(rows("DS", **ours[0]))}
    assert consents(domains).rows() == [("p", date(2026, 1, 2))]
    assert dispositions(domains).select("day", "standing").rows() == [
        (date(2026, 2, 1), "withdrawn")
    ]
    undated = ours[0] | {"provision": {"type": "deny"}}
    assert dispositions({"DS": pl.DataFrame(rows("DS", **undated))})["day"].to_list() == [None]
    renewed = ours[0] | {"provision": {"type": "permit", "period": {"end": "2026-02-01"}}}
    assert rows("DS", **renewed) == []  # terminated or replaced: no consent in force
    denied_in_part = ours[0] | {"status": "active"}
    assert len(rows("DS", **denied_in_part)) == 1
    assert rows("DS", **ours[0] | {"scope": of("patient-privacy", "x")}) == []


def test_grades_of_a_bundle_are_those_of_the_same_results_in_sdtm() -> None:
    values = [(f"2026-01-{day:02d}", 20.0 * day) for day in range(1, 20)]
    high = {"referenceRange": [{"high": {"value": 40, "code": "U/L"}}]}
    resources = [result("1742-6", value, "U/L", day, **high) for day, value in values]
    content = json.dumps(
        {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}
    ).encode()
    header = "DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBSTRESU,LBSTNRHI,LBDTC\n"
    lines = [f"LB,p,{n},ALT,{v},U/L,40,{day}" for n, (day, v) in enumerate(values, 1)]
    ours = grade_files(FileFormats(), {"ward.json": content}).tables["grades"]
    theirs = grade_files(FileFormats(), {"lb.csv": (header + "\n".join(lines)).encode()})
    same = ("participant", "sequence", "term", "grade", "reason")
    assert ours.select(same).equals(theirs.tables["grades"].select(same))
    assert ours["grade"].max() == 3


def test_a_whole_person_is_judged_from_a_bundle_alone() -> None:
    patient = {"resourceType": "Patient", "id": "p"}
    consent = {
        "resourceType": "Consent",
        "status": "active",
        "scope": of("research", "x"),
        "patient": {"reference": "Patient/p"},
        "dateTime": "2026-01-01",
    }
    dose = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "effectiveDateTime": "2026-01-05",
        **WHO,
    }
    high = {"referenceRange": [{"low": {"value": 5}, "high": {"value": 40}}]}
    before = result("1742-6", 20, "U/L", "2026-01-04", **high)
    after = result("1742-6", 900, "U/L", "2026-01-20", **high)
    entries = [patient, consent, dose, before, after]
    content = json.dumps(
        {"resourceType": "Bundle", "entry": [{"resource": one} for one in entries]}
    ).encode()
    found = decide_standings(
        FileFormats(), {"ward.json": content}, {"psychological_weeks": 0}, date(2026, 1, 21)
    )
    (one,) = found.tables["standings"].to_dicts()
    assert (one["participant"], one["standing"]) == ("p", "recalled")
    assert one["reasons"][0].startswith("Alanine aminotransferase increased grade 4")
    assert find_edit_checks(FileFormats(), {"ward.json": content}).facts == {
        "contradictions": 0
    }


@pytest.mark.parametrize(
    ("severity", "status", "grades"),
    [
        ("24484000", "confirmed", ["SEVERE"]),
        ("24484000", "refuted", []),
        ("24484000", "entered-in-error", []),
        ("255604002", "confirmed", []),
        (None, "confirmed", []),
    ],
)
def test_a_severe_condition_is_an_event_unless_it_was_refuted(
    severity: str | None, status: str, grades: list[str]
) -> None:
    condition = {
        "resourceType": "Condition",
        "code": {"text": "Syncope"},
        "onsetDateTime": "2026-01-10",
        "verificationStatus": of(status, "x"),
        **({"severity": of(severity, "http://snomed.info/sct")} if severity else {}),
        **WHO,
    }
    assert [one["AESEV"] for one in rows("AE", **condition)] == grades
