from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import ConsentWithdrawn
from nanoward.flows.erase_participant import NobodyErasedError, erase_participant

AT = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_person_is_erased_and_the_ledger_says_so_without_saying_who(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    ledger.append(
        [ConsentWithdrawn(participant="Annika-Andersson", withdrawn=AT.date())],
        actor="n",
        at=AT,
    )
    erase_participant(ledger, "Annika-Andersson", actor="erasure", reason="asked for it", at=AT)
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
            ledger, "Annika-Andersson", actor="erasure", reason="asked again", at=AT
        )
    assert ledger.head().size == 2
    ledger.close()
