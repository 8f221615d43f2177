import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import ConsentWithdrawn
from nanoward.flows.ledger.verify_projection import projection_findings, rebuild_projections
from nanoward.testing.fakes import CountedProgress, MemoryLedger


@pytest.mark.hazard("H-104")
def test_a_bent_index_is_an_error_and_is_made_again(tmp_path: Path) -> None:
    ledger, progress = SqliteLedger(tmp_path / "l.db"), CountedProgress()
    left = [ConsentWithdrawn(participant=f"P{n}", withdrawn=date(2026, 1, 1)) for n in range(9)]
    ledger.append(left, actor="a", at=datetime(2026, 1, 1, tzinfo=UTC))
    ledgers = {"ledger": ledger, "kill lane": None, "memory": MemoryLedger()}
    assert projection_findings(ledgers, progress) == []
    with sqlite3.connect(tmp_path / "l.db") as db:
        db.execute("DELETE FROM subject WHERE seq = 4")
    (finding,) = projection_findings(ledgers, progress)
    assert (finding.code, finding.severity) == ("OUT-073", "error")
    assert "nanoward rebuild" in finding.next_step
    assert rebuild_projections(ledgers, progress) == {"ledger": 9, "memory": 0}
    assert projection_findings(ledgers, progress) == []
    ledger.close()
