import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import apsw
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from power import Disk, opened, settings_of

from nanoward.adapters.stores.sqlite_ledger import (
    LedgerFailedError,
    LedgerUnavailableError,
    SqliteLedger,
)
from nanoward.base.entries import ConsentWithdrawn, Entry, ProgrammeOpened
from nanoward.base.errors import NanowardError
from nanoward.base.when import BadDateError

AT = datetime(2026, 11, 23, tzinfo=UTC)


def some(count: int) -> list[Entry]:
    return [
        ConsentWithdrawn(participant=f"P{one % 3}", withdrawn=AT.date())
        if one % 2
        else ProgrammeOpened(programme=f"{one}", title="x" * 300, plan_sha256="")
        for one in range(count)
    ]


def refusing(what: str, at: int, fault: type[apsw.Error]) -> Callable[[str], None]:
    """Refuse the operation number `at` of a kind, and all after it."""
    seen = 0

    def refuse(operation: str) -> None:
        nonlocal seen
        seen += operation == what
        if operation == what and seen >= at:
            raise fault("refused")

    return refuse


@pytest.mark.hazard("H-01")
def test_a_disk_that_is_full_at_any_write_loses_nothing(tmp_path: Path) -> None:
    refused = 0
    for at in range(1, 30):
        disk, folder = Disk(), tmp_path / str(at)
        ledger = opened(folder, folder / "keys", disk, settings_of("FULL"))
        before = ledger.append(some(5), actor="nurse", at=AT)
        disk.fault = refusing("write", at, apsw.FullError)
        try:
            before = ledger.append(some(40), actor="nurse", at=AT)
        except LedgerUnavailableError as fault:
            refused += fault.next_step.startswith("Nothing was appended")
        disk.fault = None
        assert ledger.verify() == before
        after = ledger.append(some(3), actor="nurse", at=AT)  # there is room again
        assert after.size == before.size + 3
        ledger.close()
        again = SqliteLedger(folder / "ledger.db")
        assert again.verify() == after
        again.close()
    assert refused > 5


@pytest.mark.hazard("H-01")
def test_a_sync_that_fails_is_the_end_and_is_never_tried_again(tmp_path: Path) -> None:
    failed = 0
    for at in range(1, 6):
        disk, folder = Disk(), tmp_path / str(at)
        ledger = opened(folder, folder / "keys", disk, settings_of("FULL"))
        kept = ledger.append(some(5), actor="nurse", at=AT)
        disk.fault = refusing("sync", at, apsw.IOError)
        try:
            for _ in range(8):
                kept = ledger.append(some(9), actor="nurse", at=AT)
        except LedgerFailedError:
            failed += 1
        disk.fault = None
        operations = len(disk.log)
        with pytest.raises(LedgerFailedError, match="earlier"):
            ledger.append(some(1), actor="nurse", at=AT)
        assert len(disk.log) == operations  # not one write or sync more
        ledger.close()
        again = SqliteLedger(folder / "ledger.db")
        assert again.verify().size >= kept.size
        heads = [record.hash for record in again.records()]
        assert heads[kept.size - 1] == kept.hash
        again.close()
    assert failed == 5


@pytest.mark.hazard("H-01")
def test_a_bit_that_flips_anywhere_is_noticed_or_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ledger = SqliteLedger(path)
    ledger.append(some(60), actor="nurse", at=AT)
    truth, head = list(ledger.rows()), ledger.head()
    ledger.close()
    content = path.read_bytes()
    chance, noticed = Random(4), 0
    for _ in range(250):
        bent = bytearray(content)
        bent[chance.randrange(len(bent))] ^= 1 << chance.randrange(8)
        path.write_bytes(bent)
        try:
            again = SqliteLedger(path)
        except NanowardError:
            noticed += 1
            continue
        try:
            assert again.verify() == head
            assert list(again.rows()) == truth
        except NanowardError:
            noticed += 1
        finally:
            again.close()
    assert noticed > 120  # the rest fell on bytes that hold nothing


@pytest.mark.hazard("H-01")
def test_no_root_is_signed_that_the_disk_does_not_hold(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    ledger.append(some(3), actor="nurse", at=AT)
    kept = ledger._store.write

    def bent(rows, state, *, after, postings=None):  # type: ignore[no-untyped-def]
        """A disk that lies."""
        kept(rows, state, after=after, postings=postings)
        ledger._store._writer.execute(
            "UPDATE entry SET commitment = zeroblob(32) WHERE seq = 4"
        )

    ledger._store.write = bent  # type: ignore[method-assign]
    with pytest.raises(NanowardError, match="record 4"):
        ledger.append(some(2), actor="nurse", at=AT)
    with pytest.raises(LedgerFailedError):
        ledger.append(some(2), actor="nurse", at=AT)
    ledger.close()


@pytest.mark.parametrize(
    "step",
    [timedelta(days=-1), timedelta(days=1), timedelta(seconds=-3), timedelta(days=-20_000)],
)
def test_a_clock_that_steps_changes_no_order(tmp_path: Path, step: timedelta) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    ledger.append(some(2), actor="nurse", at=AT)
    ledger.append(some(2), actor="nurse", at=AT + step)
    ledger.append(some(2), actor="nurse", at=AT)
    assert [record.at for record in ledger.records()] == [AT] * 2 + [AT + step] * 2 + [AT] * 2
    assert ledger.verify().size == 6
    with pytest.raises(BadDateError):
        ledger.append(some(1), actor="nurse", at=datetime(2026, 11, 23))  # noqa: DTZ001
    assert ledger.head().size == 6
    ledger.close()
