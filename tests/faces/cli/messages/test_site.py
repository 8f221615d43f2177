import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from nanoward.faces.cli import cli


def run(*args: str, code: int = 0) -> Any:
    told = CliRunner().invoke(cli, [*args, "--json", "--quiet"])
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    assert told.exit_code == code, told.output
    return json.loads(told.stdout)


def two_sites(folder: Path) -> tuple[str, str]:
    centre, ship = folder / "centre", folder / "ship"
    centre.mkdir()
    (centre / "programme.toml").write_text('name = "p"\n[programme.messages]\nquiet = []\n')
    (centre / "agents" / "a").mkdir(parents=True)
    (centre / "agents" / "a" / "reference.fasta").write_text(">a\nACGT\n")
    run("site", "open", str(centre), "ship", str(ship))
    return str(centre), str(ship)


def carried(source: str, folder: Path, *more: str) -> list[str]:
    """Files for a courier."""
    run("site", "export", source, "--out", str(folder), *more)
    return [str(one) for one in folder.iterdir()]


@pytest.mark.hazard("H-297")
def test_a_person_leaves_at_a_ship_that_is_cut_off_and_the_centre_follows(
    tmp_path: Path,
) -> None:
    centre, ship = two_sites(tmp_path)
    run("clearance", "withdraw", ship, "P001")
    assert run("clearance", "may", ship, "P001", "dose", code=4)
    files = carried(ship, tmp_path / "courier")
    taken = run("site", "import", centre, *files)
    assert taken["files"][0]["closed"] == ["P001"]
    assert taken["owed"] == []
    assert run("clearance", "may", centre, "P001", "dose", code=4)
    assert run("clearance", "may", centre, "P001", "pay owed")["allowed"]
    assert run("site", "import", centre, *files)["files"][0]["repeated"]
    status = run("site", "status", centre)
    assert (status["site"], status["sites"][0]["site"]) == ("centre", "ship")
    left = [
        one
        for one in run("message", "board", centre)["messages"]
        if one["kind"] == "withdrawal"
    ]
    assert [one["participant"] for one in left] == ["P001"]
    assert "ledger of ship" in left[0]["body"]
    assert run("verify", centre)
    assert run("verify", ship)


@pytest.mark.hazard("H-293")
def test_a_relay_that_keeps_all_files_learns_counts_alone(tmp_path: Path) -> None:
    """Forty files of two sites each way: no word, no two alike, sizes in steps of 256."""
    centre, ship = two_sites(tmp_path)
    for n in range(3):
        run("message", "write", ship, "--site", "centre", "--kind", "adverse event",
            "--participant", f"P00{n}", "--body", "fever", "--to", "physician")  # fmt: skip
    folder = tmp_path / "courier"
    for _ in range(2):
        carried(ship, folder)
        carried(centre, folder)
    files = list(folder.iterdir())
    words = (b"P00", b"fever", b"adverse", b"ship", b"centre", b"physician", b"nanoward")
    assert len(files) == 4
    for one in files:
        content = one.read_bytes()
        assert not any(word in content for word in words)
        assert not any(word.decode() in one.name for word in words)
        assert len(content) % 256 == 0
    heads = {one.read_bytes()[:32] for one in files}
    assert len(heads) == len({one.name for one in files}) == 4


def test_a_site_without_the_centre_has_its_plan_its_agents_and_a_ledger_of_its_own(
    tmp_path: Path,
) -> None:
    _, ship = two_sites(tmp_path)
    assert 'site = "ship"' in (Path(ship) / "programme.toml").read_text()
    assert (Path(ship) / "agents" / "a" / "reference.fasta").exists()
    run("message", "write", ship, "--to", "physician", "--body", "she fell", "--participant",
        "P001", "--kind", "safety notice", "--urgency", "now")  # fmt: skip
    assert run("message", "inbox", ship, "physician")["messages"][0]["state"] == "arrived"
    told = CliRunner().invoke(cli, ["round", ship, "--quiet", "--json"])
    assert told.exit_code in (0, 1), told.output
    assert (Path(ship) / "rounds").exists()


def test_bundles_of_the_bundle_protocol_and_damaged_files(tmp_path: Path) -> None:
    centre, ship = two_sites(tmp_path)
    run(
        "message", "write", centre, "--site", "ship", "--body", "how are you", "--to", "council"
    )
    (file,) = carried(centre, tmp_path / "dtn", "--bpv7", "--to", "ship")
    assert Path(file).read_bytes()[0] == 0x9F
    bad = tmp_path / "bad.dat"
    bad.write_bytes(Path(file).read_bytes()[:-9] + b"\0" * 9)
    told = run("site", "import", ship, str(bad), code=5)
    assert told["files"][0]["reason"]
    assert len(list((Path(ship) / ".nanoward" / "refused").iterdir())) == 1
    assert run("site", "import", ship, file)["files"][0]["fresh"] == 1
    assert run("site", "status", ship, code=1)["findings"][0]["code"] == "MSG-009"


def test_a_file_is_sealed_for_a_site_and_opened_there(tmp_path: Path) -> None:
    centre, ship = two_sites(tmp_path)
    (tmp_path / "list.txt").write_text("P001 at nine")
    sealed, opened = str(tmp_path / "list.sealed"), str(tmp_path / "list.opened")
    run("site", "seal", centre, str(tmp_path / "list.txt"), sealed, "--to", "ship")
    run("message", "write", centre, "--site", "ship", "--body", "the list", "--attach", sealed)
    assert run("site", "unseal", ship, sealed, opened)["from"] == "centre"
    assert Path(opened).read_text() == "P001 at nine"


@pytest.mark.hazard("H-289")
def test_an_import_that_is_killed_again_and_again_has_its_effect_once(tmp_path: Path) -> None:
    """kill -9 after ever longer times; then once to its end: one withdrawal on the ledger."""
    centre, ship = two_sites(tmp_path)
    run("clearance", "withdraw", ship, "P001")
    files = carried(ship, tmp_path / "courier")
    command = [sys.executable, "-m", "nanoward", "site", "import", centre, *files]
    for pause in (0.6, 0.9, 1.1, 1.3, 1.6):
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(pause)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    subprocess.run(command, check=True, capture_output=True)
    run("exit", centre, "--once")
    from nanoward.wiring import open_ports

    with open_ports(centre, quiet=True, use="read") as ports:
        kinds = [one.kind for one in ports.ledger.records()]
    assert kinds.count("clearance.ConsentWithdrawn") == 1
    assert kinds.count("messages.MessageWritten") == 1
    assert kinds.count("messages.BundleRead") == 1
    assert run("verify", centre)
