from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.signers.key_folder import KeyFolder
from nanoward.adapters.stores.tree_ledger import TreeLedger
from nanoward.audit.exports import BadExportError
from nanoward.audit.leaves import Row
from nanoward.audit.notes import Note
from nanoward.base.entries import ConsentWithdrawn, ProgrammeOpened
from nanoward.base.errors import NanowardError
from nanoward.flows.ledger.export_ledger import BrokenExportError, export_ledger, import_ledger
from nanoward.testing.fakes import CountedProgress
from nanoward.testing.memory_rows import MemoryRows

AT = datetime(2026, 11, 23, tzinfo=UTC)


def a_ledger(folder: Path) -> TreeLedger:
    keys = KeyFolder(folder)
    begun = (folder / "ledger.key").exists()
    return TreeLedger(MemoryRows(), signer=keys.signer(begun=begun), people=keys.people())


def filled(folder: Path) -> TreeLedger:
    ledger = a_ledger(folder)
    ledger.append(
        [
            ConsentWithdrawn(participant="Annika-Andersson", withdrawn=AT.date()),
            ProgrammeOpened(programme="ward", title="Ward", plan_sha256=""),
        ]
        * 4,
        actor="nurse",
        at=AT,
    )
    return ledger


@pytest.mark.parametrize("proofs", [False, True])
def test_a_ledger_is_carried_whole(tmp_path: Path, *, proofs: bool) -> None:
    source, progress = filled(tmp_path), CountedProgress()
    lines = list(export_ledger(source, source.checkpoint(), progress, proofs=proofs))
    assert progress.done["exporting records"] == 8
    assert "Annika-Andersson" not in "".join(lines)
    target = a_ledger(tmp_path)

    def keep(chunks: Iterator[list[Row]], note: Note) -> None:
        target.restore((row for chunk in chunks for row in chunk), note)

    assert import_ledger(lambda: lines, keep, progress) == 8
    assert target.verify() == source.head()
    assert [r.body for r in target.records()] == [r.body for r in source.records()]


def test_a_bent_export_is_refused_before_anything_is_kept(tmp_path: Path) -> None:
    source = filled(tmp_path)
    lines = list(export_ledger(source, source.checkpoint(), CountedProgress()))
    bent = [
        lines[:3] + lines[4:],
        [*lines[:3], lines[4], lines[3], *lines[5:]],
        [*lines[:2], lines[2].replace("programme.", "programma."), *lines[3:]],
        lines[:-1],
        [*lines[:-1], lines[-1].replace("=", "A", 1)],
        [*lines, "more"],
        [],
    ]
    kept: list[object] = []
    for one in bent:
        with pytest.raises((BadExportError, BrokenExportError, NanowardError)):
            import_ledger(lambda one=one: one, lambda *w: kept.append(w), CountedProgress())  # type: ignore[misc]
    assert kept == []
