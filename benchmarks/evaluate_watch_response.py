"""From an alarm to its notice: how long, and killed anywhere with SIGKILL.

python benchmarks/evaluate_watch_response.py delay [ALARMS]
python benchmarks/evaluate_watch_response.py kill [KILLS]
A programme on the disk (SQLite ledger, screen as channel). kill: a process that raises an alarm
and responds is killed before or after one of its appends or deliveries, drawn by a seed; then
another responds. Looked for: incidents, messages and deliveries lost or doubled.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nanoward.adapters.notifiers.outbox import OutboxNotifier
from nanoward.base.entries import AlarmRaised
from nanoward.flows.watch.raise_sightings import raise_sightings
from nanoward.wiring.watch import open_watch

PLAN = 'name = "w"\ntitle = "W"\n[watch]\n[[watch.rota]]\npeople = ["A"]\n'


def alarm(number: int, cause: int) -> AlarmRaised:
    return AlarmRaised(alarm=f"known/x{cause} in P1/{number}", room="watch",
                       subject=f"x{cause} in P1", message="seen", urgency="now")  # fmt: skip


def delay(alarms: int) -> None:
    """Wall seconds from before the alarm is written to after its notice stands."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "programme.toml").write_text(PLAN)
        waited, screen = [], Path(folder) / ".nanoward" / "screen.jsonl"
        for number in range(alarms):
            begun = time.monotonic()
            with open_watch(folder, quiet=True) as (ports, notices):
                raise_sightings(ports, notices, [alarm(number, number)])
            lines = screen.read_text().splitlines()
            assert any(json.loads(one)["status"] == "new" for one in lines[number:])
            waited.append(time.monotonic() - begun)
        print(f"{alarms} alarms: median {np.median(waited):.2f} s, longest {max(waited):.2f} s")


def mortal(sound: Callable[..., Any], count: list[int], last: int, *, after: bool) -> Any:
    def act(*args: Any, **words: Any) -> Any:
        count[0] += 1
        if count[0] == last and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        told = sound(*args, **words)
        if count[0] == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return told

    return act


def kill(kills: int) -> None:
    rng = np.random.default_rng(70_000)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "programme.toml").write_text(PLAN)
        died = 0
        for number in range(kills):
            last, after = int(rng.integers(1, 8)), bool(rng.random() < 0.5)
            child = os.fork()
            if not child:
                count = [0]
                with open_watch(folder, quiet=True) as (ports, notices):
                    ports.ledger.append = mortal(  # type: ignore[method-assign]
                        ports.ledger.append, count, last, after=after
                    )
                    OutboxNotifier.deliver = mortal(  # type: ignore[method-assign]
                        OutboxNotifier.deliver, count, last, after=after
                    )
                    raise_sightings(ports, notices, [alarm(number, number // 3)])
                os._exit(0)
            died += os.WIFSIGNALED(os.waitpid(child, 0)[1])
            with open_watch(folder, quiet=True) as (ports, notices):
                raise_sightings(ports, notices, [alarm(number, number // 3)])
        told(folder, kills, died)


def told(folder: str, kills: int, died: int) -> None:
    def bodies(kind: str) -> list[dict[str, Any]]:
        return [one.body for one in ports.ledger.records(kind=kind)]

    with open_watch(folder, quiet=True) as (ports, _):
        alarms = [one["alarm"] for one in bodies("watch.AlarmRaised")]
        opened = [one["cause"] for one in bodies("watch.IncidentOpened")]
        written = [one["cause"] for one in bodies("messages.MessageWritten")]
    lines = (Path(folder) / ".nanoward" / "screen.jsonl").read_text().splitlines()
    given = [json.loads(one)["delivery"] for one in lines]
    print(f"{kills} runs of {-(-kills // 3)} causes, {died} killed")
    for name, rows in (("alarms", alarms), ("incidents", opened), ("messages", written),
                       ("deliveries", given)):  # fmt: skip
        print(f"{name}: {len(rows)}, doubled {len(rows) - len(set(rows))}")


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    act = {"delay": delay, "kill": kill}[what]
    act(int(rest[0]) if rest else 100)
