"""What a person reads of themselves comes from their own records and rows alone."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from tests.faces.service.participant.me_world import ME, OTHER, make_home

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import RoundHeld
from nanoward.flows.participant.read_own_record import own_entries, read_own_record
from nanoward.flows.steps.parquet import parquet_of
from nanoward.ports.ports import Ports
from nanoward.wiring import open_ports


def hold(ports: Ports, tables: dict[str, pl.DataFrame], *, bent: bool = False) -> None:
    """A round that was concluded with these tables."""
    files = {f"tables/{name}.parquet": parquet_of(table) for name, table in tables.items()}
    told = tuple(f"{path}={sha256_of(content)}" for path, content in files.items())
    ports.folder.write_round("r", {k: v + b"x" * bent for k, v in files.items()})
    held = RoundHeld(round="r", as_of=ports.today(), tables=told, report_sha256="")
    ports.ledger.append([held], actor="round", at=ports.clock.now())


def grades() -> pl.DataFrame:
    rows = [
        (ME, "ALT", date(2026, 1, 5), 20.0, "U/L"),
        (ME, "ALT", date(2026, 2, 5), 31.0, "U/L"),
        (OTHER, "ALT", date(2026, 2, 5), 99.0, "U/L"),
        (ME, "K", date(2026, 2, 5), None, "mmol/L"),
    ]
    return pl.DataFrame(rows, ["participant", "test", "taken", "value", "unit"], orient="row")


def events() -> pl.DataFrame:
    return pl.DataFrame({
        "participant": [ME, OTHER], "term": ["HEADACHE", "RASH"],
        "severity": ["mild", "severe"], "started": [date(2026, 2, 1)] * 2,
    })  # fmt: skip


@pytest.mark.hazard("H-418")
def test_the_last_results_are_ones_own_and_say_their_day(tmp_path: Path) -> None:
    with open_ports(str(make_home(tmp_path / "home")), quiet=True) as ports:
        hold(ports, {"grades": grades(), "adverse_events": events()})
        record = read_own_record(ports, ME)
    found = {(one.about, one.name): one for one in record.facts}
    assert found["laboratory", "ALT"].value == "31 U/L"
    assert found["laboratory", "ALT"].as_of == date(2026, 2, 5)
    assert found["laboratory", "ALT"].is_old(record.today)
    assert ("laboratory", "K") not in found
    assert [one.name for one in record.facts if one.about == "event"] == ["HEADACHE"]
    assert (record.agent, record.consent, record.doubts) == ("wardling", "active", ())
    assert "99" not in str(record)


def test_a_round_whose_file_was_changed_is_told_and_not_shown(tmp_path: Path) -> None:
    with open_ports(str(make_home(tmp_path / "home")), quiet=True) as ports:
        hold(ports, {"grades": grades(), "adverse_events": events()}, bent=True)
        record = read_own_record(ports, ME)
    assert not [one for one in record.facts if one.about == "laboratory"]
    assert any("was changed" in one for one in record.doubts)


def test_without_a_round_the_ledger_alone_speaks(tmp_path: Path) -> None:
    with open_ports(str(make_home(tmp_path / "home")), quiet=True, use="read") as ports:
        record = read_own_record(ports, ME)
        assert {one.about for one in record.facts} == {"standing", "reading", "assessment"}
        assert record.doubts == ()
        assert read_own_record(ports, "P99").facts == ()
        assert own_entries(ports, "P99") == []
    assert datetime.now(UTC).date() >= record.today
