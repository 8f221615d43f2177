"""The way out and what is found by person, against a ledger of any size.

    python benchmarks/bench_exit.py build FOLDER --records 1000000    a programme to measure
    python benchmarks/bench_exit.py cost FOLDER                   CPU of withdraw and permit
    python benchmarks/bench_exit.py states FOLDER                      12 half-down states, p99
    python benchmarks/bench_exit.py people --people 100000             enrolling

Claims (fail with exit code 1): withdraw and permit <= 0.3 s CPU; a notice accepted and durable
in all states, p99 <= 0.3 s with a round at work; the last thousand people within 1.2 x of the
first thousand (CPU), all in 10 minutes.
"""

import argparse
import contextlib
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from nanoward.adapters.stores.exit_spool import open_spool
from nanoward.adapters.stores.lock import locked
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.adapters.system_clock import SystemClock
from nanoward.base.entries import (
    ActPermitted,
    AssessmentRecorded,
    CarrierEnrolled,
    ConsentDocumentIssued,
    ConsentSigned,
    ReadingTaken,
    StandingDecided,
    body_of,
    kind_of,
)
from nanoward.base.plan import Plan
from nanoward.faces.way_out import keep_notice
from nanoward.flows.consent.permit_act import permit_act
from nanoward.flows.consent.withdraw_participant import LedgerAndClock, withdraw_participant
from nanoward.testing.ports import memory_site

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
MOMENT = AT.isoformat(timespec="microseconds")
DOCUMENT = ConsentDocumentIssued(
    document_sha256="a" * 64, version="1", issued=date(2026, 1, 1), needed=("take part",),
    optional=(), questions=0, pass_mark=0, least_reading_s=0, valid_days=None,
)  # fmt: skip


def build(folder: Path, records: int, people: int) -> None:
    """A ledger of a programme that has been running for long."""
    kept = folder / ".nanoward"
    ledger, chance = SqliteLedger(kept / "ledger.db"), Random(7)
    ledger.append([DOCUMENT], actor="council", at=AT)
    start, done = time.process_time(), ledger.head().size
    who = [f"P{n:06d}" for n in range(people)]
    for some in range(0, people, 5_000):
        ledger.take([_raw(_signed(one)) for one in who[some : some + 5_000]])
    while (done := ledger.head().size) < records:
        batch = [_raw(_one(chance, who)) for _ in range(min(10_000, records - done))]
        ledger.take(batch)
        if done % 500_000 < 10_000:
            print(f"{done} records, {time.process_time() - start:.0f} s CPU", flush=True)
    ledger.close()


def _raw(entry):  # type: ignore[no-untyped-def]
    return kind_of(entry), body_of(entry), "nurse", MOMENT


def _signed(who: str) -> ConsentSigned:
    return ConsentSigned(
        participant=who, document_sha256="a" * 64, version="1", signed=AT.date(),
        uses=("take part",),
    )  # fmt: skip


def _one(chance: Random, people: list[str]):  # type: ignore[no-untyped-def]
    who, drawn = chance.choice(people), chance.random()
    if drawn < 0.5:
        return ReadingTaken(participant=who, quantity="crp", value=drawn, unit="mg/L", at=AT)
    if drawn < 0.7:
        return AssessmentRecorded(
            participant=who, instrument="PHQ9", assessed=AT.date(), score=3.0, urgent=False
        )
    if drawn < 0.85:
        return ActPermitted(participant=who, act="visit", use="", by="nurse")
    return StandingDecided(
        participant=who, standing="cleared", as_of=AT.date(), since=None, reasons=()
    )


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def cost(folder: Path) -> bool:
    """CPU seconds of opening and acting, per act."""
    kept, rows = folder / ".nanoward", []
    size = 0
    for n in range(9):
        start = time.process_time()
        ledger = SqliteLedger(kept / "ledger.db")
        opened = time.process_time()
        size = ledger.head().size
        ports = memory_site(Plan(name="w", title="w", sha256=""), {}, now=datetime.now(UTC))
        object.__setattr__(ports, "ledger", ledger)
        permit_act(ports, f"P{n:06d}", "visit", by="nurse")
        asked = time.process_time()
        who = f"P{1000 + n:06d}"
        withdraw_participant(LedgerAndClock(ledger=ledger, clock=Clock()), who, by="x")
        rows.append((opened - start, asked - opened, time.process_time() - asked))
        ledger.close()
    names = ("open", "permit", "withdraw")
    for name, column in zip(names, zip(*rows, strict=True), strict=True):
        print(f"{size} records: {name} {statistics.median(column) * 1e3:.1f} ms CPU, "
              f"most {max(column) * 1e3:.1f}")  # fmt: skip
    return all(row[0] + row[1] <= 0.3 and row[0] + row[2] <= 0.3 for row in rows)


def people(count: int) -> bool:
    """Enrol one after the other, each an append of its own."""
    with tempfile.TemporaryDirectory() as name:
        ledger, cpu = SqliteLedger(Path(name) / "lane.db"), []
        begun = start = time.process_time()
        wall = time.monotonic()
        for n in range(count):
            carrier = CarrierEnrolled(
                participant=f"P{n}", agent="A", spec_sha256="", lot="L", driver="d",
                owner="ours", person_class="adult", cells=0.0,
            )  # fmt: skip
            ledger.append([carrier], actor="nurse", at=AT)
            if n % 1_000 == 999:
                cpu.append(time.process_time() - start)
                start = time.process_time()
        ledger.close()
        took = time.monotonic() - wall
    first, last = statistics.median(cpu[:10]), statistics.median(cpu[-10:])
    print(f"{count} people: {took:.0f} s, {time.process_time() - begun:.0f} s CPU; a thousand: "
          f"first {first:.2f}, last {last:.2f} s CPU, ratio {last / first:.2f}")  # fmt: skip
    return took <= 600 and last / first <= 1.2


def states(folder: Path, leaves: int) -> bool:
    """Every half-down state: leaves, stops and concerns accepted and durable, and how fast.

    A copy of the folder's ledger; a writer appends as a round does in each state.
    """
    good = True
    for name, broken in STATES.items():
        with tempfile.TemporaryDirectory(dir=folder.parent) as place:
            ward = _ward(folder, Path(place))
            with _round_at_work(ward), broken(ward):
                took, lost = _leave_all(ward, leaves)
        p50, p99 = statistics.median(took), sorted(took)[int(len(took) * 0.99)]
        good = good and not lost and p99 <= 0.3
        print(f"{name:26} {len(took)} accepted, {lost} not; p50 {p50 * 1e3:.0f} ms, "
              f"p99 {p99 * 1e3:.0f} ms", flush=True)  # fmt: skip
    return good


def _ward(folder: Path, place: Path) -> Path:
    ward = place / "ward"
    (ward / ".nanoward").mkdir(parents=True)
    (ward / "programme.toml").write_text('[programme]\nname = "ward"\n')
    for name in ("ledger.db", "keys"):
        source = folder / ".nanoward" / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, ward / ".nanoward" / name)
    open_spool(ward / ".nanoward").close()
    return ward


@contextmanager
def _round_at_work(ward: Path) -> Iterator[None]:
    """Another process that appends as a round does, for as long as the block lasts."""
    child = os.fork()
    if child == 0:
        chance, people = Random(1), [f"P{n:06d}" for n in range(1_000)]
        with contextlib.suppress(Exception):
            ledger = SqliteLedger(ward / ".nanoward" / "ledger.db")
            while True:
                ledger.take([_raw(_one(chance, people)) for _ in range(500)])
        os._exit(0)
    try:
        time.sleep(0.3)
        yield
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


def _leave_all(ward: Path, count: int) -> tuple[list[float], int]:
    """Through the exit's process where one listens, else as a command does in line."""
    took, given = [], []
    for n in range(count):
        wish = ("leave", "stop", "concern")[n % 3]
        name = f"notice-{n}"
        start = time.monotonic()
        if keep_notice(str(ward), wish, f"P{n:06d}", notice=name, by="x")["receipt"]:
            given.append(name)
        took.append(time.monotonic() - start)
    spool = open_spool(ward / ".nanoward")
    kept = [one.body["notice"] for one in spool.records(kind="exit.NoticeGiven")]
    spool.verify()
    spool.close()
    return took, count - len(set(kept) & set(given)) + len(kept) - len(set(kept))


@contextmanager
def _nothing(_: Path) -> Iterator[None]:
    yield


@contextmanager
def _plan_broken(ward: Path) -> Iterator[None]:
    (ward / "programme.toml").write_bytes(b"\xff = = [")
    yield


@contextmanager
def _gone(ward: Path, *names: str) -> Iterator[None]:
    for name in names:
        shutil.rmtree(ward / name, ignore_errors=True)
    yield


@contextmanager
def _locked(ward: Path) -> Iterator[None]:
    with locked(ward / ".nanoward" / "lock"), locked(ward / ".nanoward" / "lane.lock"):
        yield


@contextmanager
def _postgres_down(ward: Path) -> Iterator[None]:
    (ward / ".nanoward" / "ledger.dsn").write_text("host=127.0.0.1 port=1 connect_timeout=1")
    yield


@contextmanager
def _ledger_kept_by_nobody(ward: Path) -> Iterator[None]:
    """As on a disk that is full, or read-only: every write of the ledger fails."""
    (ward / ".nanoward" / "ledger.db").rename(ward / ".nanoward" / "ledger.away")
    (ward / ".nanoward" / "ledger.db").mkdir()
    yield


@contextmanager
def _file_limit(ward: Path) -> Iterator[None]:
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    most = (ward / ".nanoward" / "exit.db").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def _clock(_: Path, days: int) -> Iterator[None]:
    """The exit's process lives on another day."""
    real = SystemClock.now
    SystemClock.now = lambda self: real(self) + timedelta(days=days)  # type: ignore[method-assign]
    try:
        yield
    finally:
        SystemClock.now = real  # type: ignore[method-assign]


@contextmanager
def _projection_bent(ward: Path) -> Iterator[None]:
    with sqlite3.connect(ward / ".nanoward" / "ledger.db") as db:
        db.execute("DELETE FROM subject WHERE seq % 7 = 0")
    yield


@contextmanager
def _exit_process(ward: Path) -> Iterator[None]:
    """The exit's process listens, in a process of its own."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            from nanoward.faces.exit import ExitServer
            from nanoward.faces.way_out import reach_lane
            from nanoward.wiring.exit import exit_socket, open_exit

            ExitServer(
                lambda: open_exit(str(ward), lane=lambda one: reach_lane(str(ward), one)),
                exit_socket(str(ward)),
            ).serve()
        os._exit(0)
    while not (ward / ".nanoward" / "exit.sock").exists():
        time.sleep(0.05)
    try:
        yield
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


STATES = {
    "whole, exit process": _exit_process,
    "exit process down": _nothing,
    "lane down": _nothing,
    "plan broken": _plan_broken,
    "data gone": lambda ward: _gone(ward, "data", "agents"),
    "blobs gone": lambda ward: _gone(ward, ".nanoward/blobs", ".nanoward/notes"),
    "locks held (round)": _locked,
    "PostgreSQL down": _postgres_down,
    "disk full on data": _file_limit,
    "ledger cannot be written": _ledger_kept_by_nobody,
    "clock a year behind": lambda ward: _clock(ward, -365),
    "clock a year ahead": lambda ward: _clock(ward, 365),
    "projections corrupt": _projection_bent,
}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["build", "cost", "states", "people"])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--leaves", type=int, default=200)
    given = parser.parse_args()
    if given.what == "build":
        build(given.folder, given.records, given.people)
        kept = True
    elif given.what == "cost":
        kept = cost(given.folder)
    elif given.what == "states":
        kept = states(given.folder, given.leaves)
    else:
        kept = people(given.people)
    sys.exit(0 if kept else 1)
