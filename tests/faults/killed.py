"""A writer that is killed with SIGKILL at any moment, again and again, on one ledger."""

import os
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import ConsentWithdrawn, ProgrammeOpened

AT = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass
class Toll:
    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0


def kill_often(folder: Path, *, rounds: int, seed: int) -> Toll:
    """After each kill the ledger is opened; now and then all of it is looked through."""
    chance, toll, path = Random(seed), Toll(), folder / "ledger.db"
    SqliteLedger(path).close()
    known: set[str] = set()
    for number in range(rounds):
        known |= _killed(path, number, chance.uniform(0.005, 0.06))
        ledger = SqliteLedger(path)
        if number % 10 == 9 or number == rounds - 1:
            ledger.verify()
            names = [record.body["programme"] for record in ledger.records(kind=PROGRAMME)]
            toll.lost = len(known - set(names))
            toll.doubled = len(names) - len(set(names))
        ledger.close()
        toll.rounds += 1
    toll.acknowledged = len(known)
    return toll


PROGRAMME = "programme.ProgrammeOpened"


def _killed(path: Path, number: int, after: float) -> set[str]:
    """Names that a writer said were kept, before it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _write_for_ever(path, number, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        first = told.readline()  # it is at work
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        lines = (first + told.read()).split(b"\n")
    return {line.decode() for line in lines[:-1]}


def _write_for_ever(path: Path, number: int, told: int) -> None:
    ledger = SqliteLedger(path)
    one = 0
    while True:
        name = f"{number}-{one}"
        entries = [
            ProgrammeOpened(programme=name, title="", plan_sha256=""),
            ConsentWithdrawn(participant=f"P{number}-{one % 3}", withdrawn=AT.date()),
        ]
        ledger.append(entries, actor="writer", at=AT)
        os.write(told, name.encode() + b"\n")
        one += 1
