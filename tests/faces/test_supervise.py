"""A group of processes: none takes another along; the first to begin is the last to end."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from nanoward.faces import supervise
from nanoward.faces.supervise import FIRST_S, LONGEST_S, STEADY_S, Group, Member, restart_wait

LASTING = (
    "import signal, sys, time\n"
    "def end(*_):\n"
    "    open(sys.argv[1], 'a').write(sys.argv[2] + ' ended\\n'); sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, end)\n"
    "open(sys.argv[1], 'a').write(sys.argv[2] + ' began\\n')\n"
    "print(sys.argv[2], flush=True)\n"
    "time.sleep(60)\n"
)


def member(name: str, log: Path, code: str = LASTING, *, aloud: bool = False) -> Member:
    return Member(name=name, command=[sys.executable, "-c", code, str(log), name], aloud=aloud)


def until(holds: Callable[[], object], wait_s: float = 20.0) -> None:
    end = time.monotonic() + wait_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.hazard("H-417")
def test_the_exit_begins_first_ends_last_and_lives_when_the_web_is_killed(
    tmp_path: Path,
) -> None:
    log, said, told = tmp_path / "log", list[str](), list[str]()
    members = [member("exit", log), member("lane", log), member("web", log, aloud=True)]
    group = Group(members, said.append, told.append)
    runner = threading.Thread(target=group.run)
    runner.start()
    until(lambda: len(group.pids()) == 3 and said)
    before = group.pids()
    os.kill(before["web"], signal.SIGKILL)
    until(lambda: group.pids().get("web") not in (None, before["web"]))
    after = group.pids()
    assert (after["exit"], after["lane"]) == (before["exit"], before["lane"])
    until(lambda: len(said) == 2)
    group.stop()
    runner.join(20)
    assert group.pids() == {}
    lines = log.read_text().splitlines()
    assert lines[:3] == ["exit began", "lane began", "web began"]
    assert lines[-3:] == ["web ended", "lane ended", "exit ended"]
    assert said == ["web", "web"]
    assert told == ["web ended by signal 9; it is started again in 0.2 s"]


def test_a_member_that_cannot_begin_is_tried_again_ever_more_slowly(tmp_path: Path) -> None:
    log, told = tmp_path / "log", list[str]()
    members = [member("exit", log), member("web", log, "import sys; sys.exit(6)")]
    group = Group(members, print, told.append)
    runner = threading.Thread(target=group.run)
    runner.start()
    until(lambda: len(told) == 3)
    assert "exit" in group.pids()
    group.stop()
    runner.join(20)
    assert [one.rsplit(" ", 2)[-2] for one in told[:3]] == ["0.2", "0.4", "0.8"]


def test_the_wait_doubles_while_it_dies_young_and_has_an_end() -> None:
    wait, seen = 0.0, []
    for _ in range(10):
        wait = restart_wait(1.0, wait)
        seen.append(wait)
    assert seen[:3] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert seen[-1] == LONGEST_S
    assert restart_wait(STEADY_S, LONGEST_S) == FIRST_S


def test_a_member_that_will_not_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "GRACE_S", 0.3)
    code = (
        "import signal, time\nsignal.signal(15, signal.SIG_IGN)\n"
        "print(1, flush=True)\ntime.sleep(60)"
    )
    told = list[str]()
    group = Group([member("web", tmp_path / "log", code)], print, told.append)
    runner = threading.Thread(target=group.run)
    runner.start()
    until(group.pids)
    time.sleep(0.5)
    group.stop()
    runner.join(20)
    assert told == ["web did not end in 0.3 s and was killed"]
