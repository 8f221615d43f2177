"""Contained resources: what a report carries inside itself is used, or told."""

import json
from typing import Any

import polars as pl
import pytest

from nanoward.adapters.formats.clinical.fhir_bundle import read_bundle

ALT = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]},
    "effectiveDateTime": "2026-05-20",
    "valueQuantity": {"value": 900, "unit": "U/L", "code": "U/L"},
}
REPORT = {
    "resourceType": "DiagnosticReport",
    "id": "r1",
    "status": "final",
    "subject": {"reference": "Patient/p1"},
    "contained": [ALT],
    "result": [{"reference": "#o1"}],
}
PATIENT = {"resourceType": "Patient", "id": "p1"}


def read(*found: dict[str, Any]) -> tuple[dict[str, pl.DataFrame], set[str]]:
    entries = [{"resource": one} for one in found]
    told = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    parsed = read_bundle("data/fhir/ward.json", json.dumps(told).encode())
    codes = {one.code for part in parsed.values() for one in part.findings}
    return {role: part.table for role, part in parsed.items()}, codes


@pytest.mark.hazard("H-252")
def test_a_result_inside_a_report_is_read_about_whom_the_report_is() -> None:
    tables, _ = read(PATIENT, REPORT)
    rows = tables["sdtm.LB"].select("USUBJID", "LBTESTCD", "LBSTRESN", "line").rows()
    assert rows == [("p1", "ALT", 900.0, 2)]


def test_two_reports_may_use_the_same_name_inside() -> None:
    other = {**REPORT, "id": "r2", "contained": [{**ALT, "effectiveDateTime": "2026-05-21"}]}
    tables, codes = read(PATIENT, REPORT, other)
    assert tables["sdtm.LB"]["LBDTC"].to_list() == ["2026-05-20", "2026-05-21"]
    assert "FMT-107" not in codes


def test_what_was_entered_in_error_does_not_count_and_is_told() -> None:
    tables, codes = read(PATIENT, {**REPORT, "status": "entered-in-error"})
    assert "sdtm.LB" not in tables
    assert "FMT-108" in codes


@pytest.mark.hazard("H-252")
def test_a_contained_person_is_somebody_only_by_a_usubjid() -> None:
    inside = {"resourceType": "Patient", "id": "me", "deceasedBoolean": True}
    whole = {**ALT, "contained": [inside], "subject": {"reference": "#me"}}
    tables, codes = read(PATIENT, whole)
    assert "sdtm.LB" not in tables
    assert "FMT-104" in codes  # nobody knows whose result this is
    named = {**inside, "identifier": [{"system": "urn:x:usubjid", "value": "S-01"}]}
    tables, codes = read({**whole, "contained": [named]})
    assert tables["sdtm.LB"]["USUBJID"].to_list() == ["S-01"]
    assert tables["sdtm.DM"].select("USUBJID", "DTHFL").rows() == [("S-01", "Y")]


def test_what_is_no_resource_and_a_modified_container_are_told() -> None:
    tables, codes = read(PATIENT, {**REPORT, "contained": [ALT, {"id": "x"}]})
    assert "FMT-101" in codes
    assert tables["sdtm.LB"].height == 1
    modified = {**REPORT, "modifierExtension": [{"url": "urn:not", "valueBoolean": True}]}
    tables, codes = read(PATIENT, modified)
    assert tables["sdtm.LB"]["LBSTRESN"].to_list() == [None]


@pytest.mark.hazard("H-252")
def test_a_condition_of_unknown_severity_may_be_the_gravest() -> None:
    told = {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p1"},
            "code": {"text": "Sepsis"}}  # fmt: skip
    tables, codes = read(PATIENT, {**told, "severity": {"text": "dreadful"}})
    assert tables["sdtm.AE"]["AESEV"].to_list() == ["DREADFUL"]
    assert "FMT-103" in codes
    for words in ({"text": "Mild"}, {"coding": [{"code": "6736007", "display": "Moderate"}]}):
        tables, codes = read(PATIENT, {**told, "severity": words})
        assert "sdtm.AE" not in tables
        assert "FMT-103" not in codes
    assert "sdtm.AE" not in read(PATIENT, told)[0]  # medical history tells no severity
