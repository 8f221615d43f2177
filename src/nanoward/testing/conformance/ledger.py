"""What every ledger promises."""

from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread

import pytest

from nanoward.audit.checkpoints import checkpoint_of
from nanoward.audit.leaves import leaf_of
from nanoward.audit.notes import is_signed
from nanoward.audit.tree import EMPTY_ROOT, includes, is_consistent
from nanoward.base.entries import (
    KINDS,
    BondFound,
    ConsentSigned,
    ConsentWithdrawn,
    Entry,
    EntryErased,
    ProgrammeOpened,
    entry_of,
)
from nanoward.base.errors import UsageError
from nanoward.ports.ledger import Ledger, ProvenLedger

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SIGNED = ConsentSigned(
    participant="P1", document_sha256="ab" * 32, version="1.0", signed=date(2026, 11, 1)
)
LEFT = ConsentWithdrawn(participant="P1", withdrawn=date(2026, 11, 20))
OTHER = ConsentWithdrawn(participant="P2", withdrawn=date(2026, 11, 21))
BOTH = BondFound(
    a="P1", b="P2", stratum="s", score=1.5, p_value=0.01, q_value=0.02, n_null=9, contact=""
)
OPENED = ProgrammeOpened(programme="ward", title="Ward", plan_sha256="cd" * 32)


class LedgerConformance:
    """Subclass and give `make(folder)`; `reopens` where the store outlives the object."""

    reopens = True

    def make(self, folder: Path) -> Ledger:
        raise NotImplementedError

    def test_an_empty_ledger_has_no_records_and_a_head_of_zeros(self, tmp_path: Path) -> None:
        ledger = self.make(tmp_path)
        assert (ledger.head().size, ledger.head().hash) == (0, "0" * 64)
        assert list(ledger.records()) == []
        assert ledger.verify() == ledger.head()
        ledger.close()

    def test_records_come_back_in_order_as_they_were_written(self, tmp_path: Path) -> None:
        ledger = self.make(tmp_path)
        head = ledger.append([SIGNED, LEFT], actor="nurse", at=AT)
        records = list(ledger.records())
        assert [record.seq for record in records] == [1, 2]
        assert [entry_of(r.kind, r.body, KINDS) for r in records] == [SIGNED, LEFT]
        assert {(record.actor, record.at) for record in records} == {("nurse", AT)}
        assert (head.size, head.hash) == (2, records[-1].hash)
        ledger.close()

    def test_records_can_be_read_from_a_place_and_of_one_kind(self, tmp_path: Path) -> None:
        ledger = self.make(tmp_path)
        ledger.append([SIGNED, LEFT, SIGNED], actor="nurse", at=AT)
        assert [r.seq for r in ledger.records(after=1)] == [2, 3]
        assert [r.seq for r in ledger.records(kind="clearance.ConsentSigned")] == [1, 3]
        assert [r.seq for r in ledger.records(after=1, kind="clearance.ConsentSigned")] == [3]
        ledger.close()

    def test_the_head_covers_content_actor_time_and_order(self, tmp_path: Path) -> None:
        later = AT.replace(hour=10)
        variants: list[list[tuple[list[Entry], str, datetime]]] = [
            [([SIGNED, LEFT], "nurse", AT)],
            [([LEFT, SIGNED], "nurse", AT)],
            [([SIGNED, LEFT], "doctor", AT)],
            [([SIGNED, LEFT], "nurse", later)],
            [([SIGNED], "nurse", AT)],
        ]
        heads = set()
        for number, appends in enumerate(variants):
            ledger = self.make(tmp_path / str(number))
            for entries, actor, at in appends:
                ledger.append(entries, actor=actor, at=at)
            heads.add(ledger.verify().hash)
            ledger.close()
        assert len(heads) == len(variants)

    def test_one_append_or_two_make_the_same_chain(self, tmp_path: Path) -> None:
        once, twice = self.make(tmp_path / "once"), self.make(tmp_path / "twice")
        once.append([SIGNED, LEFT], actor="nurse", at=AT)
        twice.append([SIGNED], actor="nurse", at=AT)
        twice.append([LEFT], actor="nurse", at=AT)
        assert once.head() == twice.head() == once.verify() == twice.verify()
        once.close()
        twice.close()

    def test_appending_nothing_changes_nothing(self, tmp_path: Path) -> None:
        ledger = self.make(tmp_path)
        before = ledger.append([SIGNED], actor="nurse", at=AT)
        assert ledger.append([], actor="nurse", at=AT) == before == ledger.head()
        ledger.close()

    def test_an_entry_that_cannot_be_written_leaves_nothing_of_its_batch(
        self, tmp_path: Path
    ) -> None:
        ledger = self.make(tmp_path)
        broken = ConsentSigned(
            participant=object(),  # type: ignore[arg-type]
            document_sha256="",
            version="",
            signed=AT.date(),
        )
        with pytest.raises(TypeError):
            ledger.append([SIGNED, broken], actor="nurse", at=AT)
        assert ledger.head().size == 0
        ledger.close()

    def test_what_was_appended_is_there_after_reopening(self, tmp_path: Path) -> None:
        if not self.reopens:
            pytest.skip("this ledger is gone with its object, as it says")
        ledger = self.make(tmp_path)
        head = ledger.append([SIGNED], actor="nurse", at=AT)
        ledger.close()
        again = self.make(tmp_path)
        assert again.head() == head == again.verify()
        again.close()
        again.close()


class ProvenLedgerConformance(LedgerConformance):
    """What a ledger with a tree, receipts and keys promises beyond that.

    `make_proven(folder)` opens the ledger of a folder, with `counted_chance()`.
    """

    def make_proven(self, folder: Path) -> ProvenLedger:
        raise NotImplementedError

    def make(self, folder: Path) -> Ledger:
        return self.make_proven(folder)

    def test_a_receipt_proves_each_record_of_its_append(self, tmp_path: Path) -> None:
        ledger = self.make_proven(tmp_path)
        for count in (1, 2, 5, 1, 9):
            receipt = ledger.append([SIGNED] * count, actor="nurse", at=AT)
            assert is_signed(receipt.note, ledger.key())
            said = checkpoint_of(receipt.note)
            assert (said.size, said.root.hex()) == (receipt.size, receipt.hash)
            assert receipt == ledger.head()
            rows = {row.seq: row for row in ledger.rows()}
            for seq in range(receipt.first, receipt.first + receipt.count):
                proof = receipt.proof(seq)
                assert receipt.leaf(seq) == leaf_of(rows[seq])
                assert includes(leaf_of(rows[seq]), seq - 1, said.size, proof.hashes, said.root)
        ledger.close()

    def test_every_record_can_be_proved_later(self, tmp_path: Path) -> None:
        ledger = self.make_proven(tmp_path)
        heads = [
            checkpoint_of(ledger.append([SIGNED] * count, actor="nurse", at=AT).note)
            for count in (3, 1, 7)
        ]
        for row in ledger.rows():
            proof = ledger.prove(row.seq)
            said = checkpoint_of(proof.note)
            assert is_signed(proof.note, ledger.key())
            assert includes(leaf_of(row), proof.index, said.size, proof.hashes, said.root)
        last = heads[-1]
        for old in heads:
            steps = ledger.consistency(old.size)
            assert is_consistent(old.size, last.size, old.root, last.root, steps)
        for wrong in (0, 12):
            with pytest.raises(UsageError):
                ledger.prove(wrong)
        with pytest.raises(UsageError):
            ledger.consistency(12)
        ledger.close()

    def test_an_empty_ledger_has_a_signed_checkpoint(self, tmp_path: Path) -> None:
        ledger = self.make_proven(tmp_path)
        said = checkpoint_of(ledger.checkpoint())
        assert (said.size, said.root, said.origin) == (0, EMPTY_ROOT, ledger.key().name)
        ledger.close()

    def test_nothing_that_is_stored_names_a_person(self, tmp_path: Path) -> None:
        ledger = self.make_proven(tmp_path)
        named = ConsentWithdrawn(participant="Annika-Andersson", withdrawn=LEFT.withdrawn)
        ledger.append([named, OPENED], actor="Annika-Andersson", at=AT)
        private, public = list(ledger.rows())
        stored = private.box + private.commitment + private.kind.encode()
        assert b"Annika" not in stored
        assert b"Ward" in public.box
        ledger.close()

    def test_who_is_erased_cannot_be_read_and_every_proof_stands(self, tmp_path: Path) -> None:
        ledger = self.make_proven(tmp_path)
        receipt = ledger.append([SIGNED, OTHER, BOTH, OPENED, LEFT], actor="nurse", at=AT)
        assert ledger.erase("P1")
        assert not ledger.erase("P1")
        kinds = [record.kind for record in ledger.records()]
        erased = "audit.EntryErased"
        standing = ["clearance.ConsentWithdrawn", "programme.ProgrammeOpened"]
        assert kinds == [erased, standing[0], erased, standing[1], erased]
        first = next(iter(ledger.records()))
        assert entry_of(first.kind, first.body, KINDS) == EntryErased(
            kind="clearance.ConsentSigned"
        )
        assert first.actor == ""
        assert [r.seq for r in ledger.records(kind=standing[0])] == [2]
        assert [r.seq for r in ledger.records(kind=erased)] == [1, 3, 5]
        assert ledger.verify() == receipt
        said = checkpoint_of(receipt.note)
        for row in ledger.rows():
            proof = receipt.proof(row.seq)
            assert includes(leaf_of(row), proof.index, said.size, proof.hashes, said.root)
        ledger.close()

    def test_who_was_erased_can_come_again_under_a_new_key(self, tmp_path: Path) -> None:
        ledger = self.make_proven(tmp_path)
        ledger.append([SIGNED], actor="nurse", at=AT)
        ledger.erase("P1")
        ledger.append([SIGNED], actor="nurse", at=AT)
        ledger.close()
        if self.reopens:
            ledger = self.make_proven(tmp_path)
            kinds = [record.kind for record in ledger.records()]
            assert kinds == ["audit.EntryErased", "clearance.ConsentSigned"]
            ledger.close()

    def test_a_verification_goes_on_where_it_stopped(self, tmp_path: Path) -> None:
        ledger = self.make_proven(tmp_path)
        ledger.append([SIGNED] * 20, actor="nurse", at=AT)
        first = next(iter(ledger.verified()))
        ledger.append([LEFT] * 3, actor="nurse", at=AT)
        *_, last = ledger.verified(first)
        assert (last.total, last.tree.size) == (23, 23)
        assert last.tree.root().hex() == ledger.head().hash
        ledger.close()

    def test_threads_that_append_at_once_are_all_kept_once(self, tmp_path: Path) -> None:
        ledger = self.make_proven(tmp_path)
        receipts = []

        def write(name: str) -> None:
            for number in range(12):
                entry = ProgrammeOpened(programme=f"{name}-{number}", title="", plan_sha256="")
                receipts.append((entry, ledger.append([entry], actor=name, at=AT)))

        threads = [Thread(target=write, args=(f"writer {one}",)) for one in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        kept = {record.seq: record for record in ledger.records()}
        assert len(kept) == len(receipts) == 96
        for entry, receipt in receipts:
            found = kept[receipt.first]
            assert entry_of(found.kind, found.body, KINDS) == entry
        assert len({receipt.first for _, receipt in receipts}) == 96
        assert ledger.verify().size == 96
        ledger.close()

    def test_a_record_keeps_the_hash_of_all_before_it(self, tmp_path: Path) -> None:
        ledger = self.make_proven(tmp_path)
        heads = [ledger.append([SIGNED], actor="nurse", at=AT).hash for _ in range(9)]
        assert [record.hash for record in ledger.records()] == heads
        assert [record.hash for record in ledger.records(after=4)] == heads[4:]
        ledger.close()
