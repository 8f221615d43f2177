import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.signers.file_signer import MissingKeyError
from nanoward.adapters.signers.key_folder import LostLedgerError
from nanoward.adapters.signers.people_keys import BadPeopleKeysError
from nanoward.adapters.stores.sqlite_ledger import (
    BrokenLedgerError,
    ForeignLedgerError,
    LedgerUnavailableError,
    SqliteLedger,
    WrongKeyError,
)
from nanoward.base.entries import SampleTaken
from nanoward.base.errors import NanowardError
from nanoward.ports.ledger import ProvenLedger
from nanoward.testing.conformance import ProvenLedgerConformance, counted_chance

AT = datetime(2026, 11, 23, tzinfo=UTC)


class TestSqliteLedger(ProvenLedgerConformance):
    def make_proven(self, folder: Path) -> ProvenLedger:
        return SqliteLedger(folder / "ledger.db", chance=counted_chance())


def filled(path: Path, count: int = 5) -> SqliteLedger:
    ledger = SqliteLedger(path)
    entries = [
        SampleTaken(sample=f"S{number}", participant="P", taken=AT.date())
        for number in range(count)
    ]
    ledger.append(entries, actor="lab", at=AT)
    return ledger


def tampered(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as db:
        for statement in statements:
            db.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET box = zeroblob(90) WHERE seq = 3",
        "UPDATE entry SET commitment = zeroblob(32) WHERE seq = 3",
        "UPDATE entry SET nodes = zeroblob(32) WHERE seq = 3",
        "UPDATE entry SET at = at || '\"' WHERE seq = 3",
        "UPDATE entry SET at = '2026-11-22T00:00:00.000000+00:00' WHERE seq = 5",
        "UPDATE entry SET kind = 'catalogue.SampleTyped' WHERE seq = 1",
        "DELETE FROM entry WHERE seq = 2",
        "UPDATE entry SET seq = 9 WHERE seq = 5",
        "DELETE FROM entry WHERE seq = 5",
        "UPDATE state SET size = 4",
        "UPDATE state SET seal = zeroblob(32)",
        "INSERT INTO entry SELECT 6, at, kind, commitment, box, nodes FROM entry WHERE seq = 5",
    ],
)
@pytest.mark.hazard("H-01")
def test_a_changed_record_does_not_verify(tmp_path: Path, statement: str) -> None:
    ledger = filled(tmp_path / "ledger.db")
    tampered(tmp_path / "ledger.db", statement)
    with pytest.raises(BrokenLedgerError):
        ledger.verify()
    ledger.close()


def test_two_records_that_changed_places_do_not_verify(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger.db")
    tampered(
        tmp_path / "ledger.db",
        "UPDATE entry SET seq = 99 WHERE seq = 2",
        "UPDATE entry SET seq = 2 WHERE seq = 3",
        "UPDATE entry SET seq = 3 WHERE seq = 99",
    )
    with pytest.raises(BrokenLedgerError, match="record 2"):
        ledger.verify()
    ledger.close()


def test_the_store_is_asked_for_full_durability(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger.db")
    pragmas = [
        ledger._store._writer.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "fullfsync")
    ]
    assert pragmas == ["wal", 2, 1]
    ledger.close()


@pytest.mark.parametrize("content", [b"not a database at all, just text" * 40, b"\x00" * 4096])
def test_a_foreign_file_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(content)
    with pytest.raises(ForeignLedgerError):
        SqliteLedger(path)
    assert path.read_bytes() == content


def test_a_foreign_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    tampered(path, "CREATE TABLE patients (name TEXT)")
    with pytest.raises(ForeignLedgerError, match="no ledger"):
        SqliteLedger(path)


def test_a_second_writer_waits_and_both_chains_join(tmp_path: Path) -> None:
    one, two = filled(tmp_path / "ledger.db"), filled(tmp_path / "ledger.db")
    one.append([SampleTaken(sample="S", participant="P", taken=AT.date())], actor="lab", at=AT)
    assert two.verify().size == one.verify().size == 11
    one.close()
    two.close()


def test_a_full_disk_is_told_and_nothing_is_appended(tmp_path: Path) -> None:
    ledger = filled(tmp_path / "ledger.db")
    writer = ledger._store._writer
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count={pages}")
    many = [
        SampleTaken(sample=f"S{number}", participant="P" * 500, taken=AT.date())
        for number in range(200)
    ]
    with pytest.raises(LedgerUnavailableError, match="full"):
        ledger.append(many, actor="lab", at=AT)
    assert ledger.verify().size == 5
    ledger.close()


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def opened_and_verified(path: Path) -> None:
    ledger = SqliteLedger(path)
    try:
        ledger.verify()
    finally:
        ledger.close()


@pytest.mark.hazard("H-01")
@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.8, 0.95])
def test_a_truncated_file_is_told_and_left_as_it_is(tmp_path: Path, share: float) -> None:
    path = tmp_path / "ledger.db"
    filled(path, 200).close()
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    before = snapshot(tmp_path)
    with pytest.raises(NanowardError):
        opened_and_verified(path)
    assert snapshot(tmp_path) == before


@pytest.mark.hazard("H-01")
def test_a_missing_or_wrong_key_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    filled(tmp_path / "ledger.db").close()
    filled(tmp_path / "other" / "ledger.db").close()
    key = tmp_path / "keys" / "ledger.key"
    own = key.read_text()
    key.unlink()
    before = snapshot(tmp_path)
    with pytest.raises(MissingKeyError):
        SqliteLedger(tmp_path / "ledger.db")
    assert snapshot(tmp_path) == before
    key.write_text((tmp_path / "other" / "keys" / "ledger.key").read_text())
    before = snapshot(tmp_path)
    with pytest.raises(WrongKeyError):
        SqliteLedger(tmp_path / "ledger.db")
    assert snapshot(tmp_path) == before
    key.write_text(own)
    (tmp_path / "keys" / "people.keys").unlink()
    before = snapshot(tmp_path)
    ledger = SqliteLedger(tmp_path / "ledger.db")
    with pytest.raises(BadPeopleKeysError):
        list(ledger.records())
    ledger.close()
    assert snapshot(tmp_path) == before


def test_a_lost_ledger_is_not_replaced_by_an_empty_one(tmp_path: Path) -> None:
    filled(tmp_path / "ledger.db").close()
    (tmp_path / "ledger.db").unlink()
    with pytest.raises(LostLedgerError):
        SqliteLedger(tmp_path / "ledger.db")
    assert not (tmp_path / "ledger.db").exists()
