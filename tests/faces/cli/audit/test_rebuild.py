import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from nanoward.faces.cli import cli


@pytest.mark.hazard("H-104")
def test_verify_tells_a_bent_index_and_rebuild_makes_it_again(tmp_path: Path) -> None:
    ward, run = str(tmp_path / "ward"), CliRunner().invoke
    assert run(cli, ["init", ward]).exit_code == 0
    assert run(cli, ["clearance", "withdraw", ward, "P1"]).exit_code == 0
    assert run(cli, ["verify", ward]).exit_code == 0
    with sqlite3.connect(tmp_path / "ward" / ".nanoward" / "ledger.db") as db:
        db.execute("DELETE FROM subject WHERE seq = 1")
    told = run(cli, ["verify", ward, "--quiet"])
    assert told.exit_code == 1
    assert "OUT-073" in told.stderr  # errors are never silent
    made = run(cli, ["rebuild", ward, "--json"])
    assert json.loads(made.stdout)["folded"] == {"ledger": 5, "exit": 4}
    assert run(cli, ["verify", ward]).exit_code == 0
