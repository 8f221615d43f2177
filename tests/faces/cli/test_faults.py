import errno
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from nanoward.base.errors import UsageError
from nanoward.faces.cli import cli
from nanoward.faces.cli.faults import (
    DiskRefusedError,
    end_on,
    report_text,
    told_fault,
    write_report,
)


def raised() -> ZeroDivisionError:
    try:
        return ZeroDivisionError(1 / 0)
    except ZeroDivisionError as fault:
        return fault


def test_faults_of_the_disk_are_outside_and_ours_stay_what_they_are() -> None:
    for number in (errno.EROFS, errno.EACCES, errno.ENOSPC):
        told = told_fault(OSError(number, os.strerror(number), "/x"), ["round"])
        assert isinstance(told, DiskRefusedError)
        assert told.exit_code == 6
    mine = UsageError("x")
    assert told_fault(mine, []) is mine
    assert isinstance(told_fault(MemoryError(), ["round", "x"]), DiskRefusedError)
    assert told_fault(KeyError("P001"), []) is None


@pytest.mark.hazard("H-107")
def test_a_report_holds_where_and_no_name(tmp_path: Path) -> None:
    words = ["clearance", "withdraw", "/data/ward", "P001", "--channel=paper"]
    file = write_report(raised(), words, str(tmp_path))
    text = file.read_text()
    told = json.loads(text)
    assert (told["fault"], told["command"]) == ("ZeroDivisionError", ["clearance", "withdraw"])
    assert told["options"] == ["--channel"]
    assert any("test_faults" in one for one in told["where"])
    assert "P001" not in text
    assert "/data" not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    said = report_text(raised(), [])
    assert "a fault of ours at test_faults.py:" in said
    Path(said.rsplit(" ", 1)[1]).unlink()


@pytest.mark.hazard("H-107")
def test_what_nobody_foresaw_leaves_with_70_and_never_with_1(tmp_path: Path) -> None:
    code = (
        "import sys, click, nanoward.faces.cli as face\n"
        "@click.command()\n"
        "def broken(): {}['no']\n"
        "face.cli.commands_at = {'broken': 'x:y'}\n"
        "face.cli.get_command = lambda ctx, name: broken\n"
        "sys.argv = ['nanoward', 'broken']\n"
        "face.main()\n"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=env
    )
    assert told.returncode == 70, told.stderr
    assert "error NWD-000: a fault of ours" in told.stderr
    assert len(list(tmp_path.glob("nanoward-fault-*.json"))) == 1


@pytest.mark.hazard("H-107")
@pytest.mark.skipif(os.geteuid() != 0, reason="needs to become somebody else")
@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_a_folder_that_may_not_be_written_is_outside_with_6(tmp_path: Path) -> None:
    ward = tmp_path / "ward"
    CliRunner().invoke(cli, ["init", str(ward)])
    for one in (tmp_path, *tmp_path.parents):
        if one == Path("/tmp"):
            break
        one.chmod(0o755)
    words = ["clearance", "may", str(ward), "P1", "dose"]
    CliRunner().invoke(cli, words)  # everything is imported before we are somebody else
    shutil.rmtree(ward / ".nanoward")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setuid(65534)
        told = CliRunner().invoke(cli, words)
        fault = told_fault(told.exception, words) if told.exception else None
        os.write(
            writing, f"{getattr(fault, 'exit_code', 70)} {fault or told.exception!r}".encode()
        )
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    said = os.read(reading, 4096).decode()
    assert said.startswith("6 "), said
    assert "is user 0's, and you are user 65534" in said


def test_the_code_of_a_fault_is_what_a_command_ends_with(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert end_on(UsageError("no such")) == 2
    assert "error USE-001: no such" in capsys.readouterr().err
