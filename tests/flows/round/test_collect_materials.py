from datetime import UTC, date, datetime

import polars as pl
import pytest

from nanoward.base.entries import MaterialReceived
from nanoward.base.plan import Plan
from nanoward.flows.round.collect_materials import collect_materials, joined_table
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SAMPLES = b"sample,participant,taken\nS1,P1,2026-11-01\nS2,P2,2026-11-20\nS3,P3,2027-01-01\n"


def a_site(files: dict[str, bytes]) -> Ports:
    return memory_site(Plan(name="ward", title="ward", sha256=""), files, now=NOW)


def test_rows_after_the_day_of_the_round_wait_and_rows_after_today_are_errors() -> None:
    materials, outcome = collect_materials(
        a_site({"data/samples.csv": SAMPLES}), date(2026, 11, 10)
    )
    assert materials.tables["samples"]["sample"].to_list() == ["S1"]
    assert [(one.code, one.severity) for one in outcome.findings] == [
        ("PRG-003", "error"),
        ("PRG-004", "note"),
    ]
    assert "2027-01-01" in outcome.findings[0].message


def test_a_file_is_read_once_and_its_findings_are_kept() -> None:
    ports = a_site({"data/samples.csv": SAMPLES + b"S4,P4,yesterday\n", "data/notes.txt": b"x"})
    day = NOW.date()
    first, told = collect_materials(ports, day)
    again, told_again = collect_materials(ports, day)
    assert (told.computed, told.recalled) == (1, 0)
    assert (told_again.computed, told_again.recalled) == (0, 1)
    assert first.findings == again.findings
    assert {"PRG-001", "PRG-003"} < {one.code for one in first.findings}
    assert first.tables["samples"].equals(again.tables["samples"])


def test_every_file_that_was_read_is_recorded_with_its_hash() -> None:
    _, outcome = collect_materials(a_site({"data/samples.csv": SAMPLES}), NOW.date())
    (entry,) = outcome.entries
    assert isinstance(entry, MaterialReceived)
    assert (entry.path, entry.role, entry.rows) == ("data/samples.csv", "samples", 3)


def test_a_bundle_is_read_once_into_tables_of_several_roles() -> None:
    bundle = (
        b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient",'
        b' "id": "q", "gender": 7}}]}'
    )
    dm = b"DOMAIN,USUBJID,RFSTDTC,ARM\nDM,p,2026-01-05,low\n"
    ports = a_site({"data/fhir/ward.json": bundle, "data/sdtm/dm.csv": dm})
    materials, told = collect_materials(ports, NOW.date())
    again, twice = collect_materials(ports, NOW.date())
    assert sorted(materials.tables["sdtm.DM"]["USUBJID"]) == ["p", "q"]
    assert [(one.code, one.column) for one in told.findings] == [
        ("FMT-103", "entry[0].resource.gender")
    ]
    assert materials.sources["sdtm.DM"].count("data/") == 2
    entry = next(one for one in told.entries if isinstance(one, MaterialReceived))
    assert (entry.path, entry.role, entry.rows, entry.findings) == (
        *("data/fhir/ward.json", "fhir"),
        *(1, 1),
    )
    assert (twice.computed, twice.recalled) == (0, 2)
    assert again.tables["sdtm.DM"].equals(materials.tables["sdtm.DM"])


@pytest.mark.parametrize("order", [0, 1])
def test_a_key_in_two_files_is_used_once_and_told(order: int) -> None:
    one = pl.DataFrame({"sample": ["S1", "S2"], "participant": ["P1", "P2"]})
    two = pl.DataFrame({"sample": ["S2"], "participant": ["P9"]})
    table, findings = joined_table("samples", [one, two][:: 1 if order == 0 else -1])
    assert sorted(table["sample"]) == ["S1", "S2"]
    assert [found.subject for found in findings] == ["S2"]


def test_sequences_of_a_sample_of_a_later_day_wait_with_it() -> None:
    files = {"data/samples.csv": SAMPLES, "data/g.fasta": b">S1|x\nACGT\n>S2|x\nACGT\n"}
    materials, outcome = collect_materials(a_site(files), date(2026, 11, 10))
    assert materials.tables["genomes"]["sample"].to_list() == ["S1"]
    (note,) = [one for one in outcome.findings if one.code == "PRG-020"]
    assert (note.severity, note.subject) == ("note", "genomes")
    assert "S2" in note.message
