"""Leaving, while processes of the way out are killed with SIGKILL at any moment."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from random import Random

from nanoward.adapters.stores.exit_spool import open_spool
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.faces.exit import ExitServer
from nanoward.faces.way_out import carry_owed, keep_notice, reach_lane, say
from nanoward.flows.exit.carry_notices import SpoolState
from nanoward.wiring.exit import exit_socket, open_exit


@dataclass
class ExitToll:
    """Kills, notices that were answered with a receipt, and what became of them."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    owed: int = 0

    def plus(self, other: "ExitToll") -> "ExitToll":
        """Both together."""
        names = [one.name for one in fields(ExitToll)]
        return ExitToll(**{one: getattr(self, one) + getattr(other, one) for one in names})


def kill_in_wards(folder: Path, *, kills: int, seed: int, each: int = 250) -> ExitToll:
    """Many kills, in a new ward every `each`: what a ward has said is read at every start."""
    toll, number = ExitToll(), 0
    while toll.kills < kills:
        ward = folder / f"ward-{number}"
        rounds = min(each, kills - toll.kills)
        toll = toll.plus(kill_often(ward, rounds=rounds, seed=seed + number, longest_s=0.05))
        shutil.rmtree(ward)
        number += 1
    return toll


def kill_often(ward: Path, *, rounds: int, seed: int, longest_s: float = 0.12) -> ExitToll:
    """Each round one process is killed: the exit's, one that leaves in line, or a carrier.

    longest_s  a process lives for up to so long, any length as likely
    """
    (ward / ".nanoward").mkdir(parents=True, exist_ok=True)
    chance, toll, said = Random(seed), ExitToll(), set[str]()
    works: tuple[Callable[[Path, int, int], None], ...] = (_serve, _leave, _carry)
    for number in range(rounds):
        said |= _killed(ward, works[number % 3], number, chance.uniform(0.0, longest_s))
        toll.kills += 1
    carry_owed(str(ward))
    spool = open_spool(ward / ".nanoward")
    kept = [one.body["notice"] for one in spool.records(kind="exit.NoticeGiven")]
    spool.verify()
    toll.owed = len(SpoolState().refresh(spool).owed())
    spool.close()
    ledger = SqliteLedger(ward / ".nanoward" / "ledger.db")
    held = [one.body["notice"] for one in ledger.records(kind="clearance.ConsentWithdrawn")]
    ledger.verify()
    ledger.close()
    toll.acknowledged = len(said)
    toll.lost = len(said - set(kept)) + len(said - set(held))
    toll.doubled = len(kept) - len(set(kept)) + len(held) - len(set(held))
    return toll


def _killed(
    ward: Path, work: Callable[[Path, int, int], None], number: int, after: float
) -> set[str]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            work(ward, number, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        first = told.readline()  # it is at work
        if work is _serve:
            names = [f"s{number}-{one}" for one in range(2)]
            said = [name for name in names if _answered(ward, name)]
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return set(said)
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        lines = (first + told.read()).split(b"\n")
    return {line.decode() for line in lines[1:-1]}


def _answered(ward: Path, name: str) -> bool:
    """Asked of the process that is about to die; where it does, in line under the same name."""
    kept = keep_notice(str(ward), "leave", f"P{name}", notice=name, by="x")
    again = keep_notice(str(ward), "leave", f"P{name}", notice=name, by="x")
    return bool(kept["receipt"]["seq"] == again["receipt"]["seq"])


def _serve(ward: Path, number: int, told: int) -> None:
    server = ExitServer(
        lambda: open_exit(str(ward), lane=lambda one: reach_lane(str(ward), one)),
        exit_socket(str(ward)),
    )
    server.serve(lambda: os.write(told, b"\n") and None)


def _leave(ward: Path, number: int, told: int) -> None:
    os.write(told, b"\n")
    one = 0
    while True:
        name = f"l{number}-{one}"
        say(str(ward), "leave", f"P{name}", notice=name, by="x")
        os.write(told, name.encode() + b"\n")
        one += 1


def _carry(ward: Path, number: int, told: int) -> None:
    os.write(told, b"\n")
    while True:
        keep_notice(str(ward), "leave", f"Pc{number}", notice=f"c{number}", by="x")
        carry_owed(str(ward))
