from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.signers.file_signer import make_signer
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.adapters.witnesses.desk import FolderDesk, make_desk
from nanoward.audit.checkpoints import checkpoint_of
from nanoward.audit.notes import (
    BadNoteError,
    cosigned_at,
    read_signatures,
    with_signatures,
)
from nanoward.base.entries import ProgrammeOpened
from nanoward.flows.ledger.witness_ledger import request_for
from nanoward.ports.witness import KnownWitness, WitnessDesk
from nanoward.testing.fakes import SteppedClock

AT = datetime(2026, 11, 23, tzinfo=UTC)
ENTRY = ProgrammeOpened(programme="ward", title="Ward", plan_sha256="")


def a_desk(folder: Path) -> FolderDesk:
    make_desk(folder, name="council.example/w")
    return FolderDesk(folder, SteppedClock(AT))


@pytest.mark.hazard("H-01")
def test_a_witness_cosigns_once_it_has_kept_what_it_cosigns(tmp_path: Path) -> None:
    desk, ledger = a_desk(tmp_path / "w"), SqliteLedger(tmp_path / "ledger.db")
    assert isinstance(desk, WitnessDesk)
    known = KnownWitness(key=desk.key)
    ledger.append([ENTRY] * 3, actor="nurse", at=AT)
    request = request_for(ledger, known)
    assert desk.answer(str(request))[0].status == 404
    desk.trust(ledger.key())
    judgement, lines = desk.answer(str(request))
    assert judgement.status == 200
    note = with_signatures(request.note, read_signatures(lines))
    assert cosigned_at(note, desk.key) == AT.timestamp()
    again = FolderDesk(tmp_path / "w", SteppedClock(AT))
    assert again.last(ledger.key().name) == checkpoint_of(request.note)
    assert again.answer(str(request))[0].size == 3  # it is not asked from the start twice
    ledger.close()


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    make_signer(tmp_path / "witness.key", name="ledger")
    with pytest.raises(BadNoteError):
        FolderDesk(tmp_path, SteppedClock(AT))
    desk = a_desk(tmp_path / "w")
    with pytest.raises(BadNoteError, match="signs no ledger"):
        desk.trust(desk.key)
