import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent))
from test_ledger import run

from nanoward.adapters.stores.row_store import BrokenLedgerError
from nanoward.base.entries import ProgrammeOpened
from nanoward.base.errors import IntegrityError
from nanoward.faces.cli import cli
from nanoward.wiring.ledgers import open_ledger

AT = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_whole_record_verifies_and_a_bent_one_does_not(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text('name = "ward"\n')
    with open_ledger(str(tmp_path), quiet=True) as site:
        entry = ProgrammeOpened(programme="ward", title="", plan_sha256="")
        site.ledger.append([entry] * 9, actor="nurse", at=AT)
    for words in ((), ("--continue",), ("--sealed",)):
        assert run("verify", str(tmp_path), *words)["records"] == 9
    with closing(sqlite3.connect(tmp_path / ".nanoward" / "ledger.db")) as db, db:
        db.execute("UPDATE entry SET kind = 'programme.RoundHeld' WHERE seq = 5")
    with pytest.raises(BrokenLedgerError, match="record 5"):
        run("verify", str(tmp_path))


def test_a_whole_round_verifies_and_a_changed_report_or_blob_does_not(ward: Path) -> None:
    CliRunner().invoke(cli, ["round", str(ward), "--quiet"])
    told = CliRunner().invoke(cli, ["verify", str(ward), "--quiet"])
    assert told.exit_code == 0, told.output
    assert "0 files differ" in told.stdout

    (report,) = ward.glob("rounds/*/report.html")
    report.write_bytes(report.read_bytes().replace(b"withdrawn", b"cleared"))
    assert CliRunner().invoke(cli, ["verify", str(ward), "--quiet"]).exit_code == 1

    blob = next((ward / ".nanoward" / "blobs").glob("??/*"))
    blob.write_bytes(blob.read_bytes() + b" ")
    told = CliRunner().invoke(cli, ["verify", str(ward), "--quiet"])
    assert isinstance(told.exception, IntegrityError)
