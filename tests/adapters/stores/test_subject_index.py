"""The index of records by person: always right, and cheap where it is whole."""

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.adapters.stores.subject_index import BrokenIndexError, SubjectIndex
from nanoward.base.entries import (
    ConsentWithdrawn,
    OrderQueued,
    OrderRefused,
    ProgrammeOpened,
    ReadingTaken,
)
from nanoward.base.entries.control import OrderIntended
from nanoward.testing.fakes import MemoryLedger

AT = datetime(2026, 11, 23, tzinfo=UTC)
KIND = "programme.ProgrammeOpened"


def entries(seed: int, count: int):  # type: ignore[no-untyped-def]
    chance = Random(seed)
    found = []
    for n in range(count):
        who = f"P{chance.randrange(5)}"
        found.append(
            chance.choice(
                [
                    ConsentWithdrawn(participant=who, withdrawn=date(2026, 1, 1)),
                    ReadingTaken(participant=who, quantity="q", value=1.0 * n, unit="u", at=AT),
                    OrderIntended(
                        order=f"o{who}{n % 7}",
                        participant=who,
                        driver="d",
                        setting="s",
                        kind="set",
                        value=1.0,
                        unit="u",
                        issued=AT,
                        expires=AT,
                        reasons=(),
                    ),
                    OrderRefused(order=f"o{who}{n % 7}", reasons=("no",)),
                    OrderQueued(order=f"o{who}{n % 7}", behind="x"),
                    ProgrammeOpened(programme=f"{n}", title="", plan_sha256=""),
                ]
            )
        )
    return found


def told(ledger, who: str):  # type: ignore[no-untyped-def]
    return [(r.seq, r.kind, dict(r.body)) for r in ledger.about(who, kinds=(KIND,))]


@pytest.mark.parametrize("seed", range(4))
def test_it_finds_what_reading_everything_finds(tmp_path: Path, seed: int) -> None:
    ledger, oracle = SqliteLedger(tmp_path / "l.db"), MemoryLedger()
    chance, some = Random(seed), entries(seed, 60)
    while some:
        cut = chance.randrange(1, 9)
        for each in (ledger, oracle):
            each.append(some[:cut], actor="a", at=AT)
        some = some[cut:]
    for who in ("P0", " P1", "P2", "nobody"):
        assert told(ledger, who) == told(oracle, who)
    assert ledger.folded() == 60
    assert ledger.index_fault() == ""
    ledger.close()


@pytest.mark.hazard("H-104")
@pytest.mark.parametrize(
    "bend",
    [
        "DELETE FROM subject WHERE seq = (SELECT max(seq) FROM subject)",
        "DELETE FROM subject WHERE seq > 20",
        "UPDATE subject SET seq = seq + 1000 WHERE seq BETWEEN 10 AND 30",
        "UPDATE subject_head SET count = count - 1",
        "DELETE FROM subject_head",
        "INSERT INTO subject SELECT key, 999 FROM subject_head LIMIT 1",
    ],
)
def test_an_index_that_was_bent_is_not_believed(tmp_path: Path, bend: str) -> None:
    ledger, oracle = SqliteLedger(tmp_path / "l.db"), MemoryLedger()
    for each in (ledger, oracle):
        each.append(entries(9, 60), actor="a", at=AT)
    ledger.close()
    with sqlite3.connect(tmp_path / "l.db") as db:
        assert db.execute(bend).rowcount
    ledger = SqliteLedger(tmp_path / "l.db")
    for who in ("P0", "P1", "P2", "P3", "P4"):
        assert told(ledger, who) == told(oracle, who)
    assert ledger.index_fault() != ""
    assert ledger.verify().size == 60  # the record itself is whole
    ledger.fold(anew=True)
    assert ledger.index_fault() == ""
    assert told(ledger, "P1") == told(oracle, "P1")
    ledger.close()


@pytest.mark.hazard("H-104")
def test_a_ledger_of_before_has_no_index_and_answers_right_until_it_has(tmp_path: Path) -> None:
    ledger, oracle = SqliteLedger(tmp_path / "l.db"), MemoryLedger()
    for each in (ledger, oracle):
        each.append(entries(3, 40), actor="a", at=AT)
    ledger.close()
    with sqlite3.connect(tmp_path / "l.db") as db:
        for table in ("subject", "subject_head", "folded"):
            db.execute(f"DROP TABLE {table}")
    ledger = SqliteLedger(tmp_path / "l.db")
    assert ledger.folded() == 0
    for each in (ledger, oracle):
        each.append(entries(4, 9), actor="a", at=AT)
    assert ledger.folded() == 0  # what is behind stays behind until it is folded
    assert told(ledger, "P1") == told(oracle, "P1")
    ledger.fold()
    assert (ledger.folded(), ledger.index_fault()) == (49, "")
    assert told(ledger, "P1") == told(oracle, "P1")
    ledger.close()


def test_two_writers_keep_one_index(tmp_path: Path) -> None:
    one, other = SqliteLedger(tmp_path / "l.db"), SqliteLedger(tmp_path / "l.db")
    oracle = MemoryLedger()
    for n, ledger in enumerate((one, other) * 5):
        for each in (ledger, oracle):
            each.append(entries(n, 3), actor="a", at=AT)
    assert told(one, "P1") == told(other, "P1") == told(oracle, "P1")
    assert (one.folded(), one.index_fault()) == (30, "")
    one.close()
    other.close()


def test_an_index_of_one_person_that_was_bent_is_no_answer() -> None:
    class Bent:
        """A store whose chain of one subject does not hold."""

        def posting_heads(self, keys: list[bytes]) -> dict[bytes, tuple[int, bytes]]:
            return dict.fromkeys(keys, (2, b"another"))

        def posted(self, _: bytes) -> list[int]:
            return [1, 2]

        def indexed(self) -> int:
            return 2

        def rows(self, *_: int) -> list[object]:
            return []

    index = SubjectIndex(Bent(), lambda text: text)  # type: ignore[arg-type]
    with pytest.raises(BrokenIndexError) as fault:
        index.seqs([b"k"], 2)
    assert fault.value.code == "INT-061"
