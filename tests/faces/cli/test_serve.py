import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nanoward.faces.cli.serve import exit_origin_of, exit_port_of


def test_the_ward_is_served_until_it_is_stopped(ward: Path) -> None:
    with started(ward) as process:
        origin = listening(process)
        with urllib.request.urlopen(f"{origin}/health/ready", timeout=20) as told:
            assert json.load(told)["ready"]
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.hazard("H-417")
def test_web_lane_and_exit_are_served_and_a_killed_web_comes_again(ward: Path) -> None:
    """The group as it is typed: the exit answers while the web is down."""
    with started(ward) as process:
        origin = listening(process)
        own = origin.replace("localhost", "me.localhost")
        page = asked(f"{origin}/me/", own)
        beside = re.search(r'data-exit="http://me\.localhost:(\d+)"', page)
        assert beside
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        names = {Path(f"/proc/{one}/cmdline").read_bytes(): int(one) for one in children}
        assert [name.split(b"\0")[3] for name in names] == [b"exit", b"lane", b"serve"]
        web = next(pid for name, pid in names.items() if b"--only\0web" in name)
        os.kill(web, signal.SIGKILL)
        assert "Leave now" in asked(f"http://127.0.0.1:{beside[1]}/", "")
        assert listening(process) == origin  # again
        assert "Leave now" in asked(f"{origin}/me/", own)
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(40) == 0
    assert not [pid for pid in names.values() if Path(f"/proc/{pid}").exists()]


@contextmanager
def started(ward: Path) -> Iterator["subprocess.Popen[str]"]:
    """The group as it is typed; whatever a test finds, it is ended."""
    command = [sys.executable, "-m", "nanoward", "serve", str(ward), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()


def listening(process: "subprocess.Popen[str]") -> str:
    """The origin that it says once it listens; the invite of an empty programme is passed."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("the ward listens"):
            return line.split()[-1]
    raise AssertionError("it ended without listening")


def asked(address: str, own: str) -> str:
    """A page, asked for under the participants' host name."""
    headers = {"Host": own.removeprefix("http://")} if own else {}
    wanted = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(wanted, timeout=20) as told:
        return str(told.read().decode())


def test_the_port_of_the_exit_and_its_name_follow_the_webs() -> None:
    given = {"port": 8443, "exit_port": None, "exit_origin": "", "own": "", "origin": ""}
    assert exit_port_of(given) == 8444
    assert exit_port_of(given | {"port": 0}) == 0
    assert exit_port_of(given | {"exit_port": 9}) == 9
    assert exit_origin_of(given, 8444) == "http://me.localhost:8444"
    assert exit_origin_of(given | {"own": "https://me.ward"}, 8444) == ""
    named = given | {"own": "https://me.ward", "exit_origin": "https://exit.ward"}
    assert exit_origin_of(named, 8444) == "https://exit.ward"
