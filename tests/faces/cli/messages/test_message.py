import importlib.util
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

PLAN = """\
name = "p"
[programme.messages]
quiet = []
[programme.messages.roles.nurse]
deliveries = ["letters"]
[programme.messages.roles.physician]
deliveries = ["mail", "letters"]
address = "physician@example.org"
[programme.messages.chains]
default = ["physician 30"]
[programme.messages.deliveries.letters]
kind = "folder"
path = "letters"
[programme.messages.deliveries.mail]
kind = "smtp"
host = "127.0.0.1"
port = {port}
sender = "nanoward@example.org"
"""


def _server_kit() -> Any:
    path = Path(__file__).parents[3] / "adapters" / "notifiers" / "smtp_server.py"
    spec = importlib.util.spec_from_file_location("smtp_server", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["smtp_server"] = module
    spec.loader.exec_module(module)
    return module


def programme(folder: Path, port: int = 1) -> str:
    path = folder / "p"
    path.mkdir()
    (path / "programme.toml").write_text(PLAN.format(port=port))
    return str(path)


def run(*args: str, code: int = 0, text: str | None = None) -> Any:
    told = CliRunner().invoke(cli, [*args, "--json", "--quiet"], input=text)
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    assert told.exit_code == code, told.output
    return json.loads(told.stdout)


def write(path: str, *more: str, code: int = 0) -> Any:
    given = ["--to", "nurse", "--kind", "safety notice", "--body", "look", "--by", "council"]
    return run("message", "write", path, *given, *more, code=code)


def test_the_life_of_a_message_from_the_commands(tmp_path: Path) -> None:
    path = programme(tmp_path)
    written = write(path, "--urgency", "now")
    assert written["delivered"] == [["nurse", "letters", 1]]
    name = written["message"]
    (line,) = run("message", "inbox", path, "nurse")["messages"]
    assert line["state"] == "arrived"
    shown = run("message", "show", path, name[:12], "--by", "Ada")
    assert (shown["state"], shown["body"]) == ("read", "look")
    assert run("message", "ack", path, name, "--by", "Ada")["done_by"]
    assert run("message", "board", path)["counts"] == {"acknowledged": 1}
    run("message", "answer", path, name, "she is well", "--by", "Ada", "--close")
    board = run("message", "board", path, "--all")
    assert (board["counts"], board["findings"]) == ({"closed": 1}, [])
    assert run("message", "tick", path)["told"] == []
    letters = [one.read_text() for one in (tmp_path / "p" / "letters").iterdir()]
    assert sorted("cancel" in one for one in letters) == [False, True]
    assert run("verify", path)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--to", "nrse"], "near: nurse"),
        (["--kind", "bonus"], "no kind of message"),
        (["--act-by", "2020-01-01T00:00Z"], "has passed"),
        (["--site", "mars"], "no key of a site"),
    ],
)
def test_bad_input_is_refused_with_the_reason(
    tmp_path: Path, more: list[str], told: str
) -> None:
    from nanoward.programme.messages.drafts import UnwritableMessageError

    path = programme(tmp_path)
    with pytest.raises(UnwritableMessageError, match=told):
        write(path, *more)
    assert run("message", "board", path)["counts"] == {}


def test_an_attachment_with_personal_data_in_the_clear_is_refused(tmp_path: Path) -> None:
    from nanoward.programme.messages.drafts import OpenAttachmentError

    path = programme(tmp_path)
    write(path, "--participant", "P001")
    (tmp_path / "plan.txt").write_text("P001 comes at nine")
    with pytest.raises(OpenAttachmentError, match="names P001 in the clear"):
        write(path, "--attach", str(tmp_path / "plan.txt"))
    (tmp_path / "plan.txt").write_text("somebody comes at nine")
    write(path, "--attach", str(tmp_path / "plan.txt"))


def test_alarms_of_an_alertmanager_come_in_and_what_is_none_is_refused(tmp_path: Path) -> None:
    from nanoward.programme.messages.alerts import BadAlertError

    path = programme(tmp_path)
    alerts = json.dumps({"version": "4", "alerts": [
        {"status": "firing", "labels": {"alertname": "Freezer", "severity": "critical"}}
    ]})  # fmt: skip
    args = ("message", "write", path, "--to", "nurse", "--alerts", "-")
    assert run(*args, text=alerts)["alerts"][0]["outcome"] == "written"
    assert run(*args, text=alerts)["alerts"][0]["outcome"] == "repeated"
    with pytest.raises(BadAlertError):
        run(*args, text="no")


def test_an_alarm_is_in_the_mailbox_within_five_seconds(tmp_path: Path) -> None:
    """From the command to a real SMTP server; starting Python is not in it."""
    with _server_kit().smtp_server() as box:
        path = programme(tmp_path, box.port)
        begin = time.monotonic()
        run("message", "write", path, "--to", "physician", "--kind", "danger", "--participant",
            "P001", "--body", "secret words", "--urgency", "now")  # fmt: skip
        assert len(box.mails) == 1
        assert box.came[0] - begin < 5.0
        mail = box.mails[0].as_string()
        assert not any(word in mail for word in ("P001", "danger", "secret"))


def test_a_channel_that_is_down_ends_with_its_code_and_the_letters_have_it(
    tmp_path: Path,
) -> None:
    path = programme(tmp_path)
    written = write(path, "--to", "physician", "--urgency", "now")
    assert written["failed"][0][:2] == ["physician", "mail"]
    assert written["delivered"] == [["physician", "letters", 1]]
    board = run("message", "board", path, code=1)
    assert [one["code"] for one in board["findings"]] == ["MSG-002"]


def test_a_notifier_that_never_ran_is_told_on_the_board(tmp_path: Path) -> None:
    path = programme(tmp_path)
    write(path)
    told = CliRunner().invoke(cli, ["message", "board", path])
    assert "last tick: never" in told.output
    run("message", "tick", path)
    assert "last tick" not in CliRunner().invoke(cli, ["message", "board", path]).output


def test_quiet_hours_and_the_lanes_screen(tmp_path: Path) -> None:
    path = programme(tmp_path)
    hours = run("message", "quiet-hours", path, "P001", "Asia/Tokyo", "22:00", "07:00")
    assert hours["zone"] == "Asia/Tokyo"
    run("message", "write", path, "--to", "participant", "--participant", "P001", "--kind",
        "pay owed", "--body", "40 euros", "--urgency", "now")  # fmt: skip
    (line,) = run("message", "board", path, "--screen")["screen"]
    assert "40 euros" in line["text"]


@pytest.mark.hazard("H-286")
def test_a_tick_that_is_killed_again_and_again_tells_each_message_once(tmp_path: Path) -> None:
    """kill -9 after ever longer times, with real files under it; then one tick to its end."""
    path = programme(tmp_path)
    for _ in range(6):
        write(path, "--urgency", "today", "--to", "nurse")
        write(path, "--to", "physician", "--urgency", "week")
    command = [sys.executable, "-m", "nanoward", "message", "tick", path]
    for pause in (0.5, 0.9, 1.1, 1.3):
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(pause)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    subprocess.run(command, check=False, capture_output=True)
    letters = [one.read_text() for one in (tmp_path / "p" / "letters").iterdir()]
    named = [line for one in letters for line in one.splitlines() if "Messages:" in line]
    names = [name for line in named for name in line[10:].split(", ")]
    assert len(names) == len(set(names)) == 12
    assert run("verify", path)
