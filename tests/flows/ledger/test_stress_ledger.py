import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.flows.ledger.stress_ledger import stress_ledger
from nanoward.testing.fakes import MemoryLedger

AT = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_hammered_ledger_keeps_all_once(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    blow = stress_ledger(ledger, writers=6, appends=7, batch=3, at=AT, timer=time.perf_counter)
    assert (blow.records, blow.lost, blow.doubled) == (126, 0, 0)
    assert blow.per_second > 0
    assert 0 < blow.median_s <= blow.p99_s
    assert ledger.verify().size == 126
    ledger.close()


def test_what_is_lost_or_doubled_is_seen() -> None:
    class Careless(MemoryLedger):
        def append(self, entries, *, actor, at):  # type: ignore[no-untyped-def]
            if self.head().size == 3:
                return self.head()
            if self.head().size == 5:
                super().append(entries, actor=actor, at=at)
            return super().append(entries, actor=actor, at=at)

    blow = stress_ledger(
        Careless(), writers=1, appends=9, batch=1, at=AT, timer=time.perf_counter
    )
    assert blow.lost > 0
    doubling = Careless()
    doubling.append = lambda entries, **w: (  # type: ignore[method-assign,assignment]
        MemoryLedger.append(doubling, entries, **w)
        and MemoryLedger.append(doubling, entries, **w)
    )
    twice = stress_ledger(
        doubling, writers=1, appends=4, batch=1, at=AT, timer=time.perf_counter
    )
    assert (twice.lost, twice.doubled) == (0, 4)


def test_a_fault_of_a_writer_is_raised() -> None:
    class Broken(MemoryLedger):
        def append(self, entries, *, actor, at):  # type: ignore[no-untyped-def]
            raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        stress_ledger(Broken(), writers=2, appends=1, batch=1, at=AT, timer=time.perf_counter)
