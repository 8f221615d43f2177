import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from nanoward.adapters.runners.local import LocalRunner
from nanoward.ports.runner import Runner
from nanoward.testing.conformance import RunnerConformance
from nanoward.testing.conformance.runner import (
    WorkersConformance,
    long_process_of,
    process_of,
    slow_process_of,
)


class TestOneProcess(RunnerConformance):
    def make(self) -> Runner:
        return LocalRunner(1)


class TestTwoProcesses(WorkersConformance):
    def make(self) -> Runner:
        return LocalRunner(2)


def test_much_work_is_done_elsewhere_and_little_work_here() -> None:
    runner = LocalRunner(2)
    few = runner.map(slow_process_of, list(range(30)))
    assert set(few[:2]) == {os.getpid()}  # what they took tells what is still to come
    assert os.getpid() not in few[2:]
    again = runner.map(slow_process_of, list(range(30)))
    assert set(again[2:]) == set(few[2:])  # the same processes serve a whole round
    runner.close()
    assert set(LocalRunner(2).map(process_of, list(range(2_000)))) == {os.getpid()}


def test_a_few_long_items_are_shared_out() -> None:
    """Sixteen people's fits used to be one process's work, because they were so few."""
    runner = LocalRunner(2)
    found = runner.map(long_process_of, list(range(10)))
    assert len(set(found[2:])) == 2
    runner.close()


ORPHANS = """
import os, time
from nanoward.adapters.runners.local import LocalRunner
from nanoward.testing.conformance.runner import slow_process_of
if __name__ == "__main__":
    pids = set(LocalRunner(2).map(slow_process_of, list(range(40))))
    print(*pids - {os.getpid()}, flush=True)
    time.sleep(60)
"""


def test_workers_do_not_outlive_a_round_that_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        pids = running.stdout.readline().split()
        assert pids
        os.kill(running.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < until, pids
        time.sleep(0.05)
