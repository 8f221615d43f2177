"""Leaving over HTTP: 50 clients at once, at the exit's own door and at the participants' page.

    python benchmarks/bench_leave_http.py FOLDER [--clients 50] [--each 6]

FOLDER  a programme, such as `bench_exit.py build FOLDER --records 1000000` makes

Claim (exit code 1 where it is missed): every wish is kept and answered with its receipt, and
p99 <= 0.3 s from the request to the receipt, which is on the disk by then. Each request is of
another notice; a third each of leave, stop and concern. CPU is of the serving processes.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from nanoward.adapters.stores.exit_spool import open_spool
from nanoward.faces.addresses import reserve
from nanoward.wiring.exit import open_stop_codes

WISHES = ("leave", "stop", "concern")
TICK = os.sysconf("SC_CLK_TCK")


def cpu_of(pid: int) -> float:
    """CPU seconds of a process until now."""
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / TICK


def ask(port: int, host: str, path: str, codes: list[str], each: int, run: str):  # type: ignore[no-untyped-def]
    """Seconds to each receipt, by as many clients as there are codes; how many were kept."""
    took: list[float] = []
    kept: set[str] = set()
    go = threading.Barrier(len(codes))

    def client(number: int, code: str) -> None:
        go.wait()
        for turn in range(each):
            wish = WISHES[(number + turn) % 3]
            body = {"wish": wish, "code": code, "notice": f"{run}-{number:04d}-{turn:04d}"}
            start = time.monotonic()
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            link.request("POST", path, json.dumps(body),
                         {"Content-Type": "application/json", "Host": host})  # fmt: skip
            told = json.loads(link.getresponse().read())
            took.append(time.monotonic() - start)
            link.close()
            if "receipt" in told:
                kept.add(told["receipt"]["notice"])

    threads = [threading.Thread(target=client, args=one) for one in enumerate(codes)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return took, kept


def main() -> int:
    """Both doors, one after the other."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--each", type=int, default=6)
    given = parser.parse_args()
    programme = str(given.folder)
    now = datetime.now(UTC)
    run = f"{time.time_ns():x}"  # other people each time: what one has said before costs
    with open_stop_codes(programme) as store:
        codes = [store.draw(f"P{run}-{n}", "phone", now) for n in range(given.clients)]
    held, port = reserve("127.0.0.1", 0)
    beside, exit_port = reserve("127.0.0.1", 0)
    me = [sys.executable, "-m", "nanoward"]
    commands = {
        "exit": [*me, "exit", programme, "--http", f"127.0.0.1:{exit_port}"],
        "web": [*me, "serve", programme, "--only", "web", "--port", str(port)],
    }
    running, good = {}, True
    for name, command in commands.items():
        running[name] = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running[name].stdout.readline()
    try:
        doors = {
            "exit": (exit_port, "localhost", "/notice"),
            "web": (port, f"me.localhost:{port}", "/me/notices"),
        }
        for name, (at, host, path) in doors.items():
            ask(at, host, path, codes[:2], 2, f"warm-{run}-{name}")
            before = sum(cpu_of(one.pid) for one in running.values())
            took, kept = ask(at, host, path, codes, given.each, f"{run}-{name}")
            cpu = sum(cpu_of(one.pid) for one in running.values()) - before
            spool = open_spool(given.folder / ".nanoward")
            stands = {one.body["notice"] for one in spool.records(kind="exit.NoticeGiven")}
            spool.close()
            p99 = sorted(took)[int(len(took) * 0.99)]
            lost = len(took) - len(kept & stands)
            good = good and not lost and p99 <= 0.3
            print(f"{name:5} {len(took)} wishes of {given.clients} clients, {lost} not kept; "
                  f"p50 {statistics.median(took) * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms; "
                  f"{cpu / len(took) * 1e3:.1f} ms CPU each, carrying included; "
                  f"load {os.getloadavg()[0]:.0f}", flush=True)  # fmt: skip
    finally:
        for one in reversed(list(running.values())):
            one.terminate()
            one.wait()
        held.close()
        beside.close()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
