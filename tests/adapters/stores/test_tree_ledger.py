from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.signers.file_signer import make_signer
from nanoward.adapters.signers.key_folder import KeyFolder
from nanoward.adapters.stores.row_store import BrokenLedgerError, WrongKeyError
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.adapters.stores.tree_ledger import NoSuchRecordError, TreeLedger
from nanoward.base.entries import ConsentWithdrawn, ProgrammeOpened
from nanoward.ports.ledger import ProvenLedger
from nanoward.testing.conformance import ProvenLedgerConformance, counted_chance
from nanoward.testing.memory_rows import MemoryRows

AT = datetime(2026, 11, 23, tzinfo=UTC)
ENTRY = ProgrammeOpened(programme="ward", title="Ward", plan_sha256="")
PRIVATE = ConsentWithdrawn(participant="P1", withdrawn=AT.date())


class TestTreeLedger(ProvenLedgerConformance):
    """The same promises over rows in memory."""

    def make_proven(self, folder: Path) -> ProvenLedger:
        if not hasattr(self, "stores"):
            self.stores: dict[Path, MemoryRows] = {}
        fresh = folder not in self.stores
        keys = KeyFolder(folder / "keys", counted_chance())
        return TreeLedger(
            self.stores.setdefault(folder, MemoryRows()),
            signer=keys.signer(begun=not fresh),
            people=keys.people(),
            chance=counted_chance(),
        )


def opened(folder: Path, rows: MemoryRows) -> TreeLedger:
    keys = KeyFolder(folder)
    begun = (folder / "ledger.key").exists()
    return TreeLedger(rows, signer=keys.signer(begun=begun), people=keys.people())


@pytest.mark.hazard("H-01")
def test_rows_that_somebody_added_without_the_key_are_not_signed(tmp_path: Path) -> None:
    rows = MemoryRows()
    ledger = opened(tmp_path, rows)
    ledger.append([ENTRY] * 3, actor="nurse", at=AT)
    state = rows.stood
    assert state is not None
    rows.kept.append(replace(rows.kept[-1], seq=4))
    with pytest.raises(BrokenLedgerError, match="never appended"):
        ledger.verify()
    other = TreeLedger(
        MemoryRows(),
        signer=make_signer(tmp_path / "x", name="x"),
        people=KeyFolder(tmp_path).people(),
    )
    rows.stood = other._state_of(ledger._tree)
    with pytest.raises(WrongKeyError):
        opened(tmp_path, rows)


def test_the_newest_checkpoint_is_kept_when_a_ledger_is_closed(tmp_path: Path) -> None:
    rows = MemoryRows()
    ledger = opened(tmp_path, rows)
    receipt = ledger.append([ENTRY], actor="nurse", at=AT)
    assert rows.stood is not None
    assert rows.stood.note == ""
    ledger.close()
    assert rows.stood.note == str(receipt.note)
    assert opened(tmp_path, rows).checkpoint() == receipt.note  # Ed25519 signs the same alike


def test_an_old_checkpoint_of_another_history_is_noticed_on_opening(tmp_path: Path) -> None:
    rows, fork = MemoryRows(), MemoryRows()
    one, two = opened(tmp_path, rows), opened(tmp_path, fork)
    one.append([ENTRY], actor="nurse", at=AT)
    two.append([PRIVATE], actor="nurse", at=AT)
    one.append([ENTRY], actor="nurse", at=AT)
    assert rows.stood is not None
    assert fork.stood is not None
    two.close()
    rows.stood = type(rows.stood)(
        key=rows.stood.key, size=rows.stood.size, seal=rows.stood.seal, note=fork.stood.note
    )
    with pytest.raises(BrokenLedgerError, match="another history"):
        opened(tmp_path, rows)


def test_an_export_is_laid_again_even_after_it_was_cut_off(tmp_path: Path) -> None:
    source = SqliteLedger(tmp_path / "ledger.db")
    source.append([ENTRY, PRIVATE] * 7, actor="nurse", at=AT)
    rows = [*source.rows()]
    target = opened(tmp_path / "keys", MemoryRows())
    with pytest.raises(BrokenLedgerError, match="another root"):
        target.restore(iter(rows[:5]), source.checkpoint())
    assert target.restore(iter(rows), source.checkpoint()) == source.head() == target.verify()
    assert [r.body for r in target.records()] == [r.body for r in source.records()]
    source.append([ENTRY], actor="nurse", at=AT)
    elsewhere = opened(tmp_path / "keys", MemoryRows())
    elsewhere.append([PRIVATE], actor="nurse", at=AT)
    with pytest.raises(BrokenLedgerError, match="another ledger"):
        elsewhere.restore(iter(rows), source.checkpoint())
    source.close()


def test_a_number_that_is_not_on_the_ledger_is_refused(tmp_path: Path) -> None:
    ledger = opened(tmp_path, MemoryRows())
    with pytest.raises(NoSuchRecordError):
        ledger.prove(1)


def test_a_wrong_key_for_a_person_is_told_and_not_taken_for_erasure(tmp_path: Path) -> None:
    rows = MemoryRows()
    ledger = opened(tmp_path, rows)
    ledger.append([PRIVATE], actor="nurse", at=AT)
    path = tmp_path / "people.keys"
    words = path.read_text().split()
    path.write_text(f"{words[0]} {'ab' * 32} {words[2]}\n")
    again = opened(tmp_path, rows)
    from nanoward.audit.leaves import SealBrokenError

    with pytest.raises(SealBrokenError):
        list(again.records())
    with pytest.raises(SealBrokenError):
        again.verify()
    assert [mark.tree.size for mark in again.verified(bodies=False)][-1] == 1
