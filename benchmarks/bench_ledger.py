"""The ledger against its promises, beside the `eventsourcing` library in the same run.

    python benchmarks/bench_ledger.py [--events 1000000] [--no-postgres]

Prints one line per figure with its goal; the exit code is 1 where a goal was missed. Disk and
neighbours decide much of it, so quote the ratio to `eventsourcing` too.
"""

import argparse
import itertools
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from nanoward.adapters.stores.postgres_ledger import PostgresLedger
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.audit.checkpoints import checkpoint_of
from nanoward.audit.leaves import leaf_of
from nanoward.audit.tree import includes
from nanoward.base.entries import SettingAdjusted
from nanoward.ports.ledger import ProvenLedger

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "adapters" / "stores"))
from a_postgres import postgres

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
timer = time.perf_counter


@dataclass
class Figures:
    """What was measured; goals are per second unless the unit says otherwise."""

    missed: list[str] = field(default_factory=list)

    def tell(
        self,
        name: str,
        value: float,
        unit: str,
        goal: float | None = None,
        *,
        below: bool = False,
    ) -> float:
        met = goal is None or (value <= goal if below else value >= goal)
        if not met:
            self.missed.append(name)
        sign = "<=" if below else ">="
        wanted = (
            "" if goal is None else f"   goal {sign} {goal:,g}   {'met' if met else 'MISSED'}"
        )
        print(f"{name:58s} {value:12,.2f} {unit:10s}{wanted}", flush=True)
        return value


def entries(count: int, start: int = 0) -> list[SettingAdjusted]:
    """Records of about 260 bytes on 500 people."""
    return [
        SettingAdjusted(
            participant=f"P{one % 500:04d}",
            setting=f"release rate of agent {one % 7}, morning and evening",
            value=0.25 + one % 40,
            unit="mg/d",
            at=AT,
        )
        for one in range(start, start + count)
    ]


def rate_of(work: Callable[[], Any], rounds: int, each: int) -> float:
    """Median rate over rounds, each of which does `each` things."""
    times = []
    for _ in range(rounds):
        start = timer()
        work()
        times.append(timer() - start)
    return each / statistics.median(times)


def crowd(append: Callable[[int], Any], writers: int, appends: int) -> tuple[float, float]:
    """Rate, and the 99th percentile in ms, of many threads that each wait for their answer."""
    times: list[float] = []

    def write(writer: int) -> None:
        for _ in range(appends):
            start = timer()
            append(writer)
            times.append(timer() - start)

    threads = [threading.Thread(target=write, args=(one,)) for one in range(writers)]
    start = timer()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    seconds = timer() - start
    return writers * appends / seconds, sorted(times)[len(times) * 99 // 100] * 1e3


def synced(folder: Path) -> float:
    """Syncs a second of 8 KB written over a file that is there: no ledger can append faster."""
    with (folder / "synced").open("wb+", buffering=0) as file:
        file.write(bytes(8_000_000))
        os.fsync(file.fileno())

        def sync() -> None:
            os.pwrite(file.fileno(), bytes(8192), 8192 * next(places))
            os.fdatasync(file.fileno())

        places = itertools.cycle(range(900))
        return statistics.median(rate_of(sync, 300, 1) for _ in range(5))


def appended(
    figures: Figures, ledger: ProvenLedger, app: Any, name: str, goals: dict[str, float]
) -> None:
    """The ledger and its peer by turns, so that both meet the same disk."""
    ledger.append(entries(500), actor="nurse", at=AT)  # all keys are made
    one, batch = entries(1), entries(100)
    for _ in range(300):  # the log has its length
        ledger.append(one, actor="nurse", at=AT)
    setting = peer_class()

    def ours() -> Any:
        return ledger.append(one, actor="nurse", at=AT)

    def theirs() -> Any:
        return app.save(setting(SAID))

    pairs = [(rate_of(ours, 300, 1), rate_of(theirs, 100, 1)) for _ in range(7)]
    told(figures, f"{name}: one at a time, median", pairs, goals.get("one"))
    crowds = [
        (crowd(lambda _: ours(), 64, 60), crowd(lambda _: theirs(), 8, 30)) for _ in range(5)
    ]
    rates = [(mine[0], other[0]) for mine, other in crowds]
    told(figures, f"{name}: 64 writers (peer: 8)", rates, goals.get("many"))
    p99 = statistics.median(mine[1] for mine, _ in crowds)
    figures.tell(
        f"{name}: 64 writers, 99th percentile", p99, "ms", goals.get("p99"), below=True
    )
    hundreds = [
        (
            rate_of(lambda: ledger.append(batch, actor="nurse", at=AT), 40, 100),
            rate_of(lambda: app.save(*[setting(SAID) for _ in range(100)]), 8, 100),
        )
        for _ in range(5)
    ]
    told(figures, f"{name}: batches of 100, median", hundreds, goals.get("batch"))


def told(
    figures: Figures, name: str, pairs: list[tuple[float, float]], goal: float | None
) -> None:
    """Medians over turns, the best turn, and the ratio to the peer."""
    mine = statistics.median(one for one, _ in pairs)
    figures.tell(name, mine, "/s", goal)
    ratio = statistics.median(one / other for one, other in pairs)
    best = max(one for one, _ in pairs)
    print(
        f"{'':10s}best turn {best:,.0f}/s; eventsourcing "
        f"{statistics.median(other for _, other in pairs):,.0f}/s; ratio {ratio:.1f}",
        flush=True,
    )


SAID = {
    "participant": "P0001",
    "setting": "release rate of agent 1",
    "value": 0.25,
    "unit": "mg/d",
    "at": AT.isoformat(),
    "actor": "nurse",
    "more": "x" * 80,
}


@cache
def peer_class() -> Any:
    """An aggregate of the eventsourcing library with one event."""
    from eventsourcing.domain import Aggregate, event

    class Setting(Aggregate):
        @event("Adjusted")
        def __init__(self, said: dict[str, Any]) -> None:
            self.said = said

    return Setting


@contextmanager
def peer(**env: str) -> Iterator[Any]:
    """The eventsourcing library: an aggregate per event."""
    from eventsourcing.application import Application

    app: Any = Application(env=env)
    for _ in range(20):
        app.save(peer_class()(SAID))
    try:
        yield app
    finally:
        app.close()


def large(figures: Figures, folder: Path, events: int) -> None:
    path = folder / "large" / "ledger.db"
    ledger = SqliteLedger(path)
    start = timer()
    for number in range(0, events, 1_000):
        ledger.append(entries(1_000, number), actor="nurse", at=AT)
    figures.tell(f"laying {events:,} records in thousands", events / (timer() - start), "/s")
    ledger.close()
    opening = []
    for _ in range(3):
        start = timer()
        ledger = SqliteLedger(path)
        opening.append(timer() - start)
        ledger.close()
    figures.tell(f"opening {events:,} records", statistics.median(opening), "s", 2, below=True)
    ledger = SqliteLedger(path)
    places = range(1, events, max(1, events // 500))
    made = _median_ms(ledger.prove, places)
    figures.tell("proof of inclusion: make, median", made, "ms", 1, below=True)
    proofs = [(ledger.prove(seq), next(ledger.rows(after=seq - 1))) for seq in places]
    checked = [_verified(*one) for one in proofs]
    figures.tell("proof of inclusion: verify, median", statistics.median(checked), "ms")
    figures.tell(
        "proof of consistency: make, median", _median_ms(ledger.consistency, places), "ms"
    )
    for bodies, goal in ((False, 150_000), (True, None)):
        start = timer()
        *_, last = ledger.verified(bodies=bodies)
        name = "with each box opened" if bodies else "leaves, nodes, root, signature"
        figures.tell(f"verification: {name}", last.tree.size / (timer() - start), "/s", goal)
    ledger.close()
    figures.tell("on disk", path.stat().st_size / events, "bytes/rec")


def _median_ms(work: Callable[[int], Any], places: range) -> float:
    times = []
    for seq in places:
        start = timer()
        work(seq)
        times.append(timer() - start)
    return statistics.median(times) * 1e3


def _verified(proof: Any, row: Any) -> float:
    start = timer()
    said = checkpoint_of(proof.note)
    assert includes(leaf_of(row), proof.index, said.size, proof.hashes, said.root)
    return (timer() - start) * 1e3


def in_postgres(figures: Figures, folder: Path) -> None:
    with postgres() as conninfo:
        said = dict(one.split("=") for one in conninfo.split())
        env = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": said["dbname"],
            "POSTGRES_HOST": said["host"],
            "POSTGRES_PORT": "5432",
            "POSTGRES_USER": said["user"],
            "POSTGRES_PASSWORD": "none",
        }
        ledger = PostgresLedger(conninfo, keys=folder / "pg")
        with closing(ledger), peer(**env) as app:
            appended(figures, ledger, app, "PostgreSQL", {"batch": 15_000})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--no-postgres", action="store_true")
    words = parser.parse_args()
    figures = Figures()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="nanoward-bench-") as name:
        folder = Path(name)
        goals = {"one": 3_000, "many": 8_000, "p99": 25, "batch": 30_000}
        env = {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": f"{folder}/peer.db",
        }
        with closing(SqliteLedger(folder / "l.db")) as ledger, peer(**env) as app:
            figures.tell("the disk: 8 KB over 8 KB, synced", synced(folder), "/s")
            appended(figures, ledger, app, "SQLite", goals)
        if not words.no_postgres:
            in_postgres(figures, folder)
        large(figures, folder, words.events)
    print(f"load {os.getloadavg()[0]:.1f}; missed: {', '.join(figures.missed) or 'none'}")
    return 1 if figures.missed else 0


if __name__ == "__main__":
    sys.exit(main())
