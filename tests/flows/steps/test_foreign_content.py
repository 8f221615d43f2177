"""Records beside, in forms and places that nobody reads, are told, and hold where clinical."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest

from nanoward.base.plan import Plan
from nanoward.flows.clearance.unread_files import files_not_read
from nanoward.flows.round.collect_materials import collect_materials
from nanoward.flows.steps.foreign_content import told_of
from nanoward.testing.ports import memory_site


def packed(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.hazard("H-254")
@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("data/clinical/ward.json", b'{"resourceType": "Bundle"}'),
        ("data/export.xml", b'<?xml version="1.0"?><ODM FileType="Snapshot">'),
        ("data/ward.xml", b'<Bundle xmlns="http://hl7.org/fhir">'),
        ("data/message.txt", b"MSH|^~\\&|LAB|"),
        ("data/sdtm.zip", packed("sdtm/ae.csv")),
        ("data/export.zip", packed("out/ae.xpt", "readme.txt")),
        ("data/adverse_events.csv", b"who,what"),
        ("data/site 3 labs.csv", b"who,what"),
        ("data/PHQ_9.tsv", b"who,what"),
        ("data/sdtm_old.7z", b"7z"),
        ("data/lab-results.parquet", b"PAR1"),
    ],
)
def test_clinical_records_in_a_form_or_place_nobody_reads_hold(
    path: str, content: bytes
) -> None:
    (one,) = told_of(path, content)
    assert (one.code, one.severity, one.file) == ("CLR-068", "error", path)
    assert files_not_read([one]) == (
        f"{path} could not be read whole; it may speak of anybody",
    )


@pytest.mark.hazard("H-254")
@pytest.mark.parametrize("path", ["data/freezer.accdb", "data/old.zip", "data/model.rds"])
def test_other_data_are_told_as_a_warning(path: str) -> None:
    (one,) = told_of(path, packed("map.png") if path.endswith("zip") else b"")
    assert (one.code, one.severity) == ("PRG-001", "warning")
    assert files_not_read([one]) == ()


@pytest.mark.parametrize(
    "path",
    [
        "data/README.md",
        "data/map.png",
        "data/floor.csv",
        "data/settings.json",
        "data/a/seals.csv",
    ],
)
def test_what_is_made_for_people_or_says_nothing_is_a_note_at_most(path: str) -> None:
    assert {one.severity for one in told_of(path, b"{}")} <= {"note"}


@pytest.mark.hazard("H-254")
def test_a_round_tells_them() -> None:
    files = {
        "data/export.zip": packed("sdtm/ae.csv"),
        "data/ward/x.json": b'{"resourceType":1}',
    }
    plan = Plan(name="w", title="W", sha256="")
    ports = memory_site(plan, files, now=datetime(2026, 11, 23, tzinfo=UTC))
    _, found = collect_materials(ports, date(2026, 11, 23))
    assert [one.code for one in found.findings] == ["CLR-068", "CLR-068"]
