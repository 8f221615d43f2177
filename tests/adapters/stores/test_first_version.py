import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.stores import sqlite_ledger
from nanoward.adapters.stores.first_version import NOTHING, ChainRecord, chained, first_records
from nanoward.adapters.stores.row_store import BrokenLedgerError
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import (
    KINDS,
    LedgerMigrated,
    SettingAdjusted,
    body_of,
    entry_of,
    kind_of,
)

AT = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
TABLE = """
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL,
    kind TEXT NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL
) STRICT
"""


def an_entry(number: int) -> SettingAdjusted:
    return SettingAdjusted(
        participant=f"P{number % 3}", setting="dose", value=1.0, unit="mg", at=AT
    )


def a_first_version(path: Path, count: int = 25) -> str:
    """Written as the first version wrote: numbers as Python writes them ("1.0")."""
    last = NOTHING
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute(TABLE)
        db.execute("PRAGMA application_id=1314343985")
        for seq in range(1, count + 1):
            entry = an_entry(seq)
            body = json.dumps(body_of(entry), sort_keys=True, separators=(",", ":"))
            moment = AT.isoformat(timespec="microseconds")
            row = (seq, moment, f"actor {seq}", kind_of(entry), body)
            last = chained(
                last,
                ChainRecord(seq=seq, at=moment, actor=row[2], kind=row[3], body=body),
            )
            db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", (*row, last))
    return last


def test_a_ledger_of_the_first_version_is_taken_over_and_verifies(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    head = a_first_version(path)
    assert [row[5] for row in first_records(path)][-1] == head
    ledger = SqliteLedger(path)
    records = list(ledger.records())
    assert [entry_of(r.kind, r.body, KINDS) for r in records[:-1]] == [
        an_entry(seq) for seq in range(1, 26)
    ]
    assert [(r.actor, r.at) for r in records[:3]] == [(f"actor {n}", AT) for n in (1, 2, 3)]
    done = entry_of(records[-1].kind, records[-1].body, KINDS)
    assert done == LedgerMigrated(entries=25, head=head, version=1)
    assert ledger.verify().size == 26
    ledger.close()
    assert [row[5] for row in first_records(tmp_path / "ledger.v1.db")][-1] == head
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "keys",
        "ledger.db",
        "ledger.v1.db",
    ]
    again = SqliteLedger(path)
    assert again.head().size == 26
    again.close()


def test_a_first_version_that_was_tampered_with_is_not_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    a_first_version(path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE entry SET actor = 'partner' WHERE seq = 7")
    with pytest.raises(BrokenLedgerError, match="record 7"):
        SqliteLedger(path)
    with closing(sqlite3.connect(path)) as db, db:
        assert db.execute("SELECT count(*) FROM entry").fetchone() == (25,)
    assert not (tmp_path / "ledger.v1.db").exists()


@pytest.mark.parametrize("moment", ["take_over", "put_in_place"])
def test_a_migration_that_is_cut_off_begins_again(
    tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.db"
    a_first_version(path)
    true = getattr(sqlite_ledger, moment)

    def cut_off(*words: object) -> None:
        if moment == "take_over":
            true(*words)
        raise KeyboardInterrupt

    monkeypatch.setattr(sqlite_ledger, moment, cut_off)
    with pytest.raises(KeyboardInterrupt):
        SqliteLedger(path)
    monkeypatch.undo()
    shutil.copy(path, tmp_path / "seen.db")
    assert len(list(first_records(tmp_path / "seen.db"))) == 25
    ledger = SqliteLedger(path)
    assert ledger.verify().size == 26
    ledger.close()
