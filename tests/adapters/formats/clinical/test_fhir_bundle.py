"""FHIR R4 documents: people, doubles, damage; each problem with its path in the JSON."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.formats.clinical.fhir_bundle import read_bundle
from nanoward.adapters.formats.clinical.fhir_rows import ROWS
from nanoward.base.findings import Finding
from nanoward.ports.formats import ParsedTable

ANNA = {"resourceType": "Patient", "id": "anna", "gender": "female", "birthDate": "1980-02"}
ALT = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "subject": {"reference": "Patient/anna"},
    "code": {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]},
    "effectiveDateTime": "2026-01-05T08:30:00Z",
    "valueQuantity": {"value": 240, "unit": "U/L", "code": "U/L"},
    "referenceRange": [{"high": {"value": 40, "code": "U/L"}}],
}


def bundle(*resources: Any, **of_entry: Any) -> bytes:
    entries = [{"resource": one} | of_entry for one in resources]
    return json.dumps({"resourceType": "Bundle", "entry": entries}).encode()


def findings(readings: dict[str, ParsedTable]) -> list[Finding]:
    return [one for reading in readings.values() for one in reading.findings]


def test_people_and_results_become_tables_numbered_by_entry() -> None:
    found = read_bundle("ward.json", bundle(ANNA, ALT))
    assert findings(found) == []
    assert found["sdtm.DM"].table.select("USUBJID", "SEX", "BRTHDTC", "line").rows() == [
        ("anna", "F", "1980-02", 1)
    ]
    row = found["sdtm.LB"].table.to_dicts()[0]
    assert (row["USUBJID"], row["LBTESTCD"], row["LBSTRESN"]) == ("anna", "ALT", 240.0)
    assert (row["LBSTRESU"], row["LBSTNRHI"], row["LBSEQ"], row["line"]) == ("U/L", 40.0, 1, 2)


def test_one_resource_and_lines_of_resources_are_read_too() -> None:
    alone = read_bundle("o.json", json.dumps(ALT).encode())
    lines = b"\n\n".join(json.dumps(one).encode() for one in (ANNA, ALT))
    told = read_bundle("o.ndjson.gz", gzip.compress(lines))
    assert alone["sdtm.LB"].table["USUBJID"].to_list() == ["anna"]
    assert told["sdtm.LB"].table["line"].to_list() == [3]


def test_a_study_names_the_person_before_the_hospital_does() -> None:
    subject = {
        "resourceType": "ResearchSubject",
        "status": "on-study",
        "identifier": [{"value": "01-701"}],
        "individual": {"reference": "https://ward.example/fhir/Patient/anna/_history/2"},
        "actualArm": "low",
        "period": {"start": "2026-01-01"},
    }
    found = read_bundle("ward.json", bundle(ANNA, ALT, subject))
    assert found["sdtm.LB"].table["USUBJID"].to_list() == ["01-701"]
    assert found["sdtm.DM"].table.select("USUBJID", "SEX", "ARM", "RFSTDTC").rows() == [
        ("01-701", "F", "low", "2026-01-01")
    ]
    by_mark = ANNA | {"identifier": [{"system": "urn:x:USUBJID", "value": "S-9"}]}
    told = read_bundle("ward.json", bundle(by_mark, ALT))
    assert told["sdtm.LB"].table["USUBJID"].to_list() == ["S-9"]


def test_a_full_url_is_a_name_too() -> None:
    nobody = {name: value for name, value in ANNA.items() if name != "id"}
    entries = [
        {"fullUrl": "urn:uuid:1", "resource": nobody | {"id": "x1"}},
        {"resource": ALT | {"subject": {"reference": "urn:uuid:1"}}},
    ]
    content = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    assert read_bundle("w.json", content)["sdtm.LB"].table["USUBJID"].to_list() == ["x1"]


@pytest.mark.parametrize(
    ("content", "code", "path", "line"),
    [
        (b"", "FMT-100", "line 1, column 1", 1),
        (b'{"a":\n1,}', "FMT-100", "line 2, column 3", 2),
        (b"[1]", "FMT-100", "", None),
        (b'{"resourceType": "Bundle"}', "FMT-100", "entry", 1),
        (b'{"a": NaN}', "FMT-100", "", None),
        (b"\xff\xfe\x00", "FMT-100", "", None),
        (b"[" * 100_000, "FMT-100", "", None),
        (bundle({"id": "x"}), "FMT-101", "entry[0].resource", 1),
        (
            bundle(ANNA, ANNA | {"gender": "male", "meta": {"versionId": "2"}}),
            "FMT-107",
            "entry[1].resource",
            2,
        ),
        (bundle(ANNA, ANNA | {"gender": "male"}), "FMT-126", "entry[0].resource", 1),
        (bundle(ALT | {"subject": {}}), "FMT-104", "entry[0].resource.subject", 1),
        (
            bundle(ANNA, ALT | {"subject": {"reference": "Group/7"}}),
            "FMT-104",
            "entry[1].resource.subject",
            2,
        ),
        (
            bundle(ANNA, ALT | {"valueQuantity": {"value": "240", "code": "U/L"}}),
            "FMT-125",
            "entry[1].resource.valueQuantity.value",
            2,
        ),
        (
            bundle(ANNA, ALT | {"effectiveDateTime": "2026-02-30"}),
            "FMT-103",
            "entry[1].resource.effectiveDateTime",
            2,
        ),
        (bundle(ANNA, ALT | {"code": "ALT"}), "FMT-103", "entry[1].resource.code", 2),
        (
            bundle(ANNA, ALT | {"referenceRange": [{"high": {"value": 4, "code": "mg/L"}}]}),
            "FMT-109",
            "entry[1].resource.referenceRange[0].high",
            2,
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_path(
    content: bytes, code: str, path: str, line: int | None
) -> None:
    told = [one for one in findings(read_bundle("w.json", content)) if one.code == code]
    assert told, findings(read_bundle("w.json", content))
    assert (told[0].column, told[0].line, told[0].file) == (path, line, "w.json")


def test_a_result_that_cannot_be_read_stays_a_row_without_a_number() -> None:
    odd = ALT | {"valueQuantity": {"value": 1e400, "code": "U/L"}}
    content = bundle(ANNA, odd).replace(b"Infinity", b"1e400")
    rows = read_bundle("w.json", content)["sdtm.LB"].table
    assert rows.select("LBTESTCD", "LBSTRESN").rows() == [("ALT", None)]


def test_other_resources_are_counted_in_one_note() -> None:
    other = {"resourceType": "Organization"}
    (one,) = findings(read_bundle("w.json", bundle(ANNA, other, other)))
    assert (one.code, one.severity, one.message) == (
        "FMT-106",
        "note",
        "2 resource(s) of type Organization",
    )


def test_a_flood_of_one_problem_is_counted() -> None:
    many = [ALT | {"id": f"o{n}", "valueQuantity": {"value": "x"}} for n in range(300)]
    told = findings(read_bundle("w.json", bundle(ANNA, *many)))
    assert len([one for one in told if one.code == "FMT-103"]) <= 101
    assert any("more, the last at entry[300]" in one.message for one in told)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
FIELDS = sorted({*ALT, *ANNA, "period", "answer", "item", "event", "provision", "dosage"})
RESOURCES = st.builds(
    lambda kind, fields: {**fields, "resourceType": kind},
    st.sampled_from(sorted(ROWS)),
    st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5),
)


@given(st.lists(RESOURCES | JSON, max_size=4))
def test_no_document_makes_the_reader_fail(resources: list[Any]) -> None:
    content = json.dumps({"resourceType": "Bundle", "entry": resources}).encode()
    wrapped = bundle(*resources)
    for one in (content, wrapped):
        for role, reading in read_bundle("w.json", one).items():
            assert role.startswith("sdtm.")
            assert {"USUBJID", "line"} <= set(reading.table.columns)


@pytest.mark.parametrize(("gender", "low"), [("female", 120.0), ("male", 130.0)])
def test_limits_are_those_of_the_persons_own_sex(gender: str, low: float) -> None:
    def limit(sex: str, value: int) -> dict[str, Any]:
        return {"low": {"value": value, "code": "g/L"},
                "appliesTo": [{"coding": [{"code": sex}]}]}  # fmt: skip

    haemoglobin = ALT | {
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
        "valueQuantity": {"value": 125, "code": "g/L"},
        "referenceRange": [limit("female", 120), limit("male", 130)],
    }
    found = read_bundle("w.json", bundle(ANNA | {"gender": gender}, haemoglobin))
    assert found["sdtm.LB"].table["LBSTNRLO"].to_list() == [low]
