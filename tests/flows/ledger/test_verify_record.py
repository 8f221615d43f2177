from datetime import UTC, date, datetime

import pytest

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import RoundHeld
from nanoward.base.errors import IntegrityError
from nanoward.base.plan import Plan
from nanoward.flows.ledger.verify_record import verify_record
from nanoward.ports.ports import Ports
from nanoward.testing.fakes import MemoryBlobs
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def a_site_with_a_round(report: bytes) -> Ports:
    ports = memory_site(Plan(name="w", title="w", sha256=""), {}, now=NOW)
    held = RoundHeld(
        round="2026-11-23",
        as_of=date(2026, 11, 23),
        report_sha256=sha256_of(b"report"),
        tables=("tables/bonds.parquet=" + sha256_of(b"bonds"),),
    )
    ports.ledger.append([held], actor="round", at=NOW)
    files = {"report.html": report, "tables/bonds.parquet": b"bonds"}
    ports.folder.write_round("2026-11-23", files)
    return ports


def test_a_whole_record_has_no_findings() -> None:
    verdict = verify_record(a_site_with_a_round(b"report"))
    assert (verdict.head.size, verdict.rounds, verdict.findings) == (1, 1, ())


@pytest.mark.hazard("H-02")
def test_a_report_that_was_changed_afterwards_is_named() -> None:
    (finding,) = verify_record(a_site_with_a_round(b"prettier report")).findings
    assert (finding.code, finding.file) == ("AUD-002", "rounds/2026-11-23/report.html")


def test_a_report_that_is_gone_is_named() -> None:
    ports = a_site_with_a_round(b"report")
    ports.folder.write_round("2026-11-23", {"tables/bonds.parquet": b"bonds"})
    (finding,) = verify_record(ports).findings
    assert finding.code == "AUD-001"


def test_a_blob_that_lost_its_content_stops_everything() -> None:
    ports = a_site_with_a_round(b"report")
    name = ports.blobs.put(b"evidence")
    assert isinstance(ports.blobs, MemoryBlobs)
    ports.blobs._contents[name] = b"evidenbe"
    with pytest.raises(IntegrityError):
        verify_record(ports)
