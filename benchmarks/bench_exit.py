"""The way out and what is found by person, against a ledger of any size.

    python benchmarks/bench_exit.py build FOLDER --records 1000000     a programme to measure on
    python benchmarks/bench_exit.py cost FOLDER                        CPU of withdraw and permit
    python benchmarks/bench_exit.py states FOLDER                      12 half-down states, p99
    python benchmarks/bench_exit.py people --people 100000             enrolling

Claims (fail with exit code 1): withdraw and permit <= 0.3 s CPU; a notice accepted and durable
in all states, p99 <= 0.3 s with a round at work; the last thousand people within 1.2 x of the
first thousand (CPU), all in 10 minutes.
"""

import argparse
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
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
    first, last = statistics.median(cpu[:3]), statistics.median(cpu[-3:])
    print(f"{count} people: {took:.0f} s, {time.process_time() - begun:.0f} s CPU; a thousand: "
          f"first {first:.2f}, last {last:.2f} s CPU, ratio {last / first:.2f}")  # fmt: skip
    return took <= 600 and last / first <= 1.2


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["build", "cost", "states", "people"])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=100_000)
    given = parser.parse_args()
    if given.what == "build":
        build(given.folder, given.records, given.people)
        kept = True
    elif given.what == "cost":
        kept = cost(given.folder)
    else:
        kept = people(given.people)
    sys.exit(0 if kept else 1)
