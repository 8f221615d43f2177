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
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(
        n_workers=int(sys.argv[1]), threads_per_worker=1, processes=True,
        dashboard_address=None, worker_dashboard_address=None, host="127.0.0.1",
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@contextmanager
def cluster(workers: int = 2) -> Iterator[str]:
    """The address of its scheduler. Each worker has a nanny that starts it again."""
    running = subprocess.Popen(
        [sys.executable, "-c", WORKERS, str(workers)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
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
