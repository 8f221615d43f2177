from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.signers.file_signer import FileSigner
from nanoward.adapters.stores import tree_ledger
from nanoward.adapters.stores.mark_file import MarkFile
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import ProgrammeOpened
from nanoward.flows.ledger import verify_ledger as flow
from nanoward.flows.ledger.verify_ledger import verify_ledger
from nanoward.testing.fakes import CountedProgress, MemoryLedger

AT = datetime(2026, 11, 23, tzinfo=UTC)
ENTRY = ProgrammeOpened(programme="ward", title="Ward", plan_sha256="")


def test_a_verification_tells_how_far_it_is_and_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree_ledger, "CHUNK", 2)
    monkeypatch.setattr(flow, "OFTEN", 1)
    ledger = SqliteLedger(tmp_path / "ledger.db")
    marks = MarkFile(tmp_path / "mark", FileSigner(tmp_path / "keys" / "ledger.key"))
    ledger.append([ENTRY] * 45, actor="nurse", at=AT)

    class Impatient(CountedProgress):
        def __call__(self, label, total):  # type: ignore[no-untyped-def]
            inner = super().__call__(label, total)

            class Watch:
                def __enter__(self):  # type: ignore[no-untyped-def]
                    step = inner.__enter__()

                    def counted(count: int) -> None:
                        step(count)
                        if impatient.done[label] >= 20:
                            raise KeyboardInterrupt

                    return counted

                def __exit__(self, *fault: object) -> None:
                    return None

            return Watch()

    impatient = Impatient()
    with pytest.raises(KeyboardInterrupt):
        verify_ledger(ledger, impatient, marks)
    mark = marks.load()
    assert mark is not None
    assert mark.tree.size == 10
    progress = CountedProgress()
    assert verify_ledger(ledger, progress, marks, resume=True) == ledger.head()
    assert progress.done == progress.totals == {"verifying records": 45}
    assert marks.load() is None
    ledger.close()


def test_a_ledger_without_proofs_is_verified_too() -> None:
    ledger = MemoryLedger()
    ledger.append([ENTRY], actor="nurse", at=AT)
    assert verify_ledger(ledger, CountedProgress()) == ledger.head()


def test_an_empty_ledger_is_whole(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    assert verify_ledger(ledger, CountedProgress()) == ledger.head()
    ledger.close()
