import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from nanoward.base.entries import ConsentWithdrawn, ProgrammeOpened
from nanoward.faces.cli import cli
from nanoward.wiring.ledgers import open_ledger

TOOL = Path(__file__).parents[4] / "tools" / "verify_ledger.py"
AT = datetime(2026, 11, 23, tzinfo=UTC)
PERSON = "Annika-Andersson"


def run(*words: str, code: int = 0) -> Any:
    result = CliRunner().invoke(cli, [*words, "--json", "--quiet"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture
def ward(tmp_path: Path) -> str:
    (tmp_path / "ward").mkdir()
    (tmp_path / "ward" / "programme.toml").write_text('name = "ward"\n')
    path = str(tmp_path / "ward")
    with open_ledger(path, quiet=True) as site:
        entries = [
            ProgrammeOpened(programme="ward", title="Ward", plan_sha256=""),
            ConsentWithdrawn(participant=PERSON, withdrawn=AT.date()),
        ]
        site.ledger.append(entries * 3, actor="nurse", at=AT)
    return path


def test_the_ledger_is_shown_as_it_stands(ward: str) -> None:
    told = run("ledger", "show", ward, "--most", "2")
    assert told["records"] == 6
    assert [one["seq"] for one in told["shown"]] == [5, 6]
    assert told["checkpoint"].split("\n")[1] == "6"
    text = CliRunner().invoke(cli, ["ledger", "show", ward]).stdout
    assert "clearance.ConsentWithdrawn" in text


def test_a_council_member_verifies_an_export_with_what_was_kept(
    ward: str, tmp_path: Path
) -> None:
    kept, proof, export = (
        str(tmp_path / name) for name in ("kept.txt", "4.tlog-proof", "l.jsonl")
    )
    run("ledger", "checkpoint", ward, "--out", kept)
    run("ledger", "prove", ward, "4", "--out", proof)
    with open_ledger(ward, quiet=True) as site:
        entry = ProgrammeOpened(programme="next", title="", plan_sha256="")
        site.ledger.append([entry], actor="nurse", at=AT)
    assert run("ledger", "export", ward, export, "--proofs")["records"] == 7

    def verified(*words: str) -> tuple[int, str]:
        told = subprocess.run(
            [sys.executable, str(TOOL), *words], capture_output=True, text=True, check=False
        )
        return told.returncode, told.stdout

    code, text = verified(export, "--kept", kept, proof)
    assert (code, text.splitlines()[-1]) == (0, "whole")
    assert "record 4 stands as it was receipted" in text
    code, text = verified(export)
    assert code == 0
    assert "WARNING" in text
    lines = Path(export).read_text().splitlines(keepends=True)
    Path(export).write_text("".join([*lines[:3], *lines[4:]]))
    code, text = verified(export, "--kept", kept)
    assert code == 1
    assert "DOES NOT VERIFY: record 3" in text
    Path(export).write_text("nothing")
    assert verified(export)[0] == 2


def test_an_export_is_laid_in_another_folder_that_has_the_keys(
    ward: str, tmp_path: Path
) -> None:
    import shutil

    export, other = str(tmp_path / "l.jsonl"), tmp_path / "other"
    run("ledger", "export", ward, export)
    other.mkdir()
    (other / "programme.toml").write_text('name = "ward"\n')
    from nanoward.adapters.signers.file_signer import MissingKeyError

    with pytest.raises(MissingKeyError):
        run("ledger", "import", str(other), export)
    assert not (other / ".nanoward" / "ledger.db").exists()
    shutil.copytree(Path(ward) / ".nanoward" / "keys", other / ".nanoward" / "keys")
    assert run("ledger", "import", str(other), export)["records"] == 6
    one, two = run("ledger", "show", ward), run("ledger", "show", str(other))
    assert one == two


def test_a_person_is_erased_for_good(ward: str) -> None:
    asked = CliRunner().invoke(cli, ["ledger", "erase", ward, PERSON, "--reason", "asked"])
    assert asked.exit_code == 1  # nobody said yes
    run("ledger", "erase", ward, PERSON, "--reason", "asked for it", "--yes")
    shown = run("ledger", "show", ward)["shown"]
    assert [one["kind"] for one in shown].count("audit.EntryErased") == 3
    assert PERSON not in json.dumps(shown)
    assert run("verify", ward)["records"] == 7


def test_a_disk_can_be_hammered(tmp_path: Path) -> None:
    words = ("--writers", "3", "--appends", "4", "--batch", "2", "--folder", str(tmp_path))
    told = run("ledger", "stress", *words)
    assert (told["records"], told["lost"], told["doubled"]) == (24, 0, 0)
    assert list(tmp_path.iterdir()) == []
