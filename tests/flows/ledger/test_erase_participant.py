from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import ConsentWithdrawn, FleetStageOpened
from nanoward.flows.killcode.release_kill import KillOrderRequest, request_kill, withdraw_kill
from nanoward.flows.ledger.erase_participant import (
    NobodyErasedError,
    NotFinishedError,
    erase_participant,
    require_finished,
)
from nanoward.testing.desks import bay_of

AT = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_person_is_erased_and_the_ledger_says_so_without_saying_who(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    ledger.append(
        [ConsentWithdrawn(participant="Annika-Andersson", withdrawn=AT.date())],
        actor="n",
        at=AT,
    )
    erase_participant(
        [ledger], "Annika-Andersson", actor="erasure", reason="asked for it", at=AT
    )
    kinds = [record.kind for record in ledger.records()]
    assert kinds == ["audit.EntryErased", "audit.PersonErased"]
    assert b"Annika-Andersson" not in (tmp_path / "ledger.db").read_bytes()
    assert b"Annika-Andersson" not in (tmp_path / "ledger.db-wal").read_bytes()
    assert (
        b"Annika-Andersson".hex()
        not in (tmp_path / "keys" / "people.keys").read_text().split()[2]
    )
    ledger.verify()
    with pytest.raises(NobodyErasedError):
        erase_participant(
            [ledger], "Annika-Andersson", actor="erasure", reason="asked again", at=AT
        )
    assert ledger.head().size == 2
    ledger.close()


def test_a_person_is_erased_from_every_ledger_that_speaks_of_them(tmp_path: Path) -> None:
    said = [ConsentWithdrawn(participant="P1", withdrawn=AT.date())]
    ledgers = [SqliteLedger(tmp_path / name / "ledger.db") for name in ("a", "b", "c")]
    for one in ledgers[1:]:
        one.append(said, actor="n", at=AT)
    heads = erase_participant(ledgers, "P1", actor="erasure", reason="asked for it", at=AT)
    assert [one.size for one in heads] == [2, 2]
    assert [one.head().size for one in ledgers] == [0, 2, 2]
    assert not any(one.mentions("P1") for one in ledgers)
    for one in ledgers:
        one.verify()
        one.close()


def test_names_in_lists_are_erased_and_the_record_stays_for_the_others(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    asked = FleetStageOpened(
        fleet="F", stage=1, participants=("Annika-A", "Bo-B"), opened_by="nurse"
    )
    ledger.append([asked], actor="nurse", at=AT)
    (record,) = ledger.records()
    assert record.body["participants"] == ["Annika-A", "Bo-B"]
    erase_participant([ledger], "Annika-A", actor="erasure", reason="asked for it", at=AT)
    first = next(ledger.records())
    gone, other = first.body["participants"]
    assert (gone[:7], other) == ("erased-", "Bo-B")
    ledger.close()
    for file in tmp_path.rglob("*"):
        content = b"" if file.is_dir() else file.read_bytes()
        assert b"Annika-A" not in content
        assert b"Annika-A".hex().encode() not in content


def test_nobody_is_erased_while_a_kill_code_awaits_its_outcome() -> None:
    bay = bay_of(("P1", "P2"))
    asked = KillOrderRequest(
        participants=("P1",), mechanism="inducer", reason="end", requested_by="anna"
    )
    order = request_kill(bay.desk, bay.book, asked, actor="anna").order
    with pytest.raises(NotFinishedError, match=order):
        require_finished(bay.book, "P1")
    require_finished(bay.book, "P2")
    withdraw_kill(bay.desk, bay.book, order, "not needed", actor="anna")
    require_finished(bay.book, "P1")
