"""What every ledger promises."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nanoward.base.entries import KINDS, ConsentSigned, ConsentWithdrawn, Entry, entry_of
from nanoward.ports.ledger import Ledger

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SIGNED = ConsentSigned(
    participant="P1", document_sha256="ab" * 32, version="1.0", signed=date(2026, 11, 1)
)
LEFT = ConsentWithdrawn(participant="P1", withdrawn=date(2026, 11, 20))


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
