"""A real Dask scheduler with two workers in processes of their own, on loopback."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

WORKERS = """
import subprocess, sys, threading
from distributed import LocalCluster

def again(address, over):
    words = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1"]
    words += ["--no-nanny", "--no-dashboard"]
    while not over.is_set():
        running.append(subprocess.Popen(words))
        running[-1].wait()

if __name__ == "__main__":
    running, over = [], threading.Event()
    told = {"dashboard_address": "127.0.0.1:0", "host": "127.0.0.1"}
    with LocalCluster(n_workers=0, **told) as cluster:
        address = cluster.scheduler_address
        for _ in range(int(sys.argv[1])):
            threading.Thread(target=again, args=(address, over), daemon=True).start()
        if int(sys.argv[1]):
            cluster.wait_for_workers(int(sys.argv[1]))
        print(address, flush=True)
        sys.stdin.read()
        over.set()
        for one in running:
            one.kill()
"""


# work that ended two workers is given up by the scheduler, in the place of four
FEW_DEATHS = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}


@contextmanager
def cluster(workers: int = 2) -> Iterator[str]:
    """The address of its scheduler. A worker that dies is started again, however often.

    (Dask's own nanny gives up on one that dies while it starts.)
    """
    running = subprocess.Popen(
        [sys.executable, "-c", WORKERS, str(workers)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        env={**os.environ, **FEW_DEATHS},
    )
    assert running.stdin is not None
    assert running.stdout is not None
    try:
        yield running.stdout.readline().strip()
    finally:
        running.stdin.close()
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        running.stdout.close()


def worker_pids(address: str) -> list[int]:
    """The processes of the workers, in any order."""
    import distributed

    library: Any = distributed
    with library.Client(address, set_as_default=False) as client:
        return sorted(client.run(os.getpid).values())


@contextmanager
def killing(address: str, *, every_s: float) -> Iterator[list[int]]:
    """Meanwhile one worker after another is killed; gives the list of those killed so far."""
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        while not over.wait(every_s):
            try:
                pid = worker_pids(address)[len(killed) % 2]
                os.kill(pid, signal.SIGKILL)
            except (OSError, IndexError):  # it was just being started again
                continue
            killed.append(pid)

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()
