"""A round on a Dask cluster of this machine: the same bytes, and what it costs beside one.

python benchmarks/bench_cluster.py overhead                   pieces of 0.5 s, one worker
python benchmarks/bench_cluster.py rounds WARD ...            tables, also with workers killed
python benchmarks/bench_cluster.py workers WARD               one worker beside two
python benchmarks/bench_cluster.py local WARD                 --workers 1 beside --workers 2
python benchmarks/bench_cluster.py stores WARD                each combination of stores

Seconds of processors count scheduler, workers and nannies. A WARD is copied and not changed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS / "adapters" / "runners"), str(TESTS / "faults")]
from a_cluster import cluster, killing

TICKS = os.sysconf("SC_CLK_TCK")


def session_s(pid: int) -> float:
    """Processor seconds of all processes of a session, and of those that it has waited for."""
    total = 0.0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(rest[3]) == pid:
            total += sum(int(one) for one in rest[11:15]) / TICKS
    return total


def overhead(items: int = 400) -> dict[str, float]:
    """Items that sleep 50 ms, as pieces of half a second on one worker.

    What processors do meanwhile is what handing the pieces over costs; `here_s` is the same
    work in this process, so that the clock's own lateness is not counted.
    """
    from nanoward.adapters.runners.dask_cluster import DaskRunner
    from nanoward.adapters.runners.local import LocalRunner
    from nanoward.flows.steps.source_digest import package_digest
    from nanoward.testing.conformance.runner import slow_process_of

    work = list(range(items))
    wall, cpu = time.monotonic(), time.process_time()
    LocalRunner(1).map(slow_process_of, work)
    found = {"here_s": time.monotonic() - wall, "here_cpu_s": time.process_time() - cpu}
    with cluster(1) as address:
        session = _session_of(address)
        runner = DaskRunner(address, software=package_digest)
        runner.map(slow_process_of, work[:20])  # libraries are loaded
        before, cpu, wall = session_s(session), time.process_time(), time.monotonic()
        runner.map(slow_process_of, work)
        found["cluster_s"] = time.monotonic() - wall
        found["here_beside_cpu_s"] = time.process_time() - cpu
        found["cluster_cpu_s"] = session_s(session) - before
        runner.close()
    return {name: round(value, 3) for name, value in found.items()}


def _session_of(address: str) -> int:
    """The cluster's own session: it is the newest child of this process."""
    del address
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return max(map(int, children))


def held(ward: Path, folder: Path, *words: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The tables of a first round, and what its own process used."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ward, folder, ignore=shutil.ignore_patterns(".nanoward", "rounds"))
    return measured(folder, *words)


def measured(folder: Path, *words: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The tables of a round, and what its own process used."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "nanoward", "round", str(folder), "--quiet", *words]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1, 8):
        raise SystemExit(f"the round of {folder} ended with {status}: {' '.join(words)}")
    told = {"cpu_s": round(used.ru_utime + used.ru_stime, 2)}
    told["wall_s"] = round(time.monotonic() - begun, 2)
    tables = {one.name: one.read_bytes() for one in folder.glob("rounds/*/tables/*.parquet")}
    return tables, told


def rounds(ward: Path, folder: Path) -> dict[str, Any]:
    """One process, a cluster of two workers, and the same with a worker killed every 10 s."""
    found: dict[str, Any] = {"ward": ward.name}
    wanted, found["one process"] = held(ward, folder, "--workers", "1")
    for name, kill in (("cluster", False), ("killed every 10 s", True)):
        with ExitStack() as parts:
            address = parts.enter_context(cluster(2))
            session = _session_of(address)
            killed = parts.enter_context(killing(address, every_s=10.0)) if kill else []
            tables, found[name] = held(ward, folder, "--cluster", address)
            found[name]["workers_cpu_s"] = round(session_s(session), 2)
            found[name]["killed"] = len(killed)
            found[name]["same"] = tables == wanted
    return found


def workers(ward: Path, folder: Path) -> dict[str, Any]:
    """A first round on one worker and on two."""
    found: dict[str, Any] = {"ward": ward.name}
    for count in (1, 2):
        with cluster(count) as address:
            session = _session_of(address)
            _, told = held(ward, folder, "--cluster", address)
            found[str(count)] = told | {"workers_cpu_s": round(session_s(session), 2)}
    return found


def local(ward: Path, folder: Path) -> dict[str, Any]:
    """A first round with one process of this machine and with two."""
    one, alone = held(ward, folder, "--workers", "1")
    two, both = held(ward, folder, "--workers", "2")
    return {"ward": ward.name, "1": alone, "2": both, "same": one == two}


def on_stores(ward: Path, folder: Path) -> dict[str, Any]:
    """A first round, the same asked for again, and held anew, on each combination of stores."""
    from killed_rounds import COMBINATIONS, KEYS, laid_out, stores

    os.environ.update(KEYS)
    found: dict[str, Any] = {"ward": ward.name}
    wanted: dict[str, bytes] = {}
    with stores() as servers:
        for number, combination in enumerate(COMBINATIONS):
            laid_out(ward, folder.with_name(f"w{number}"), combination, servers)
            told = {}
            for name, words in (("first", ()), ("nothing new", ()), ("anew", ("--anew",))):
                tables, told[name] = measured(
                    folder.with_name(f"w{number}"), "--workers", "1", *words
                )
                wanted = wanted or tables
                told[name]["same"] = tables == wanted
            found[combination] = told
    return found


MEASURES = {"rounds": rounds, "workers": workers, "local": local, "stores": on_stores}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("what", choices=("overhead", *MEASURES))
    asked.add_argument("wards", type=Path, nargs="*")
    given = asked.parse_args()
    if given.what == "overhead":
        print(json.dumps(overhead()))
        return
    measure = MEASURES[given.what]
    with tempfile.TemporaryDirectory(prefix="nanoward-cluster-") as folder:
        for ward in given.wards:
            print(json.dumps(measure(ward, Path(folder) / "ward")), flush=True)


if __name__ == "__main__":
    main()
