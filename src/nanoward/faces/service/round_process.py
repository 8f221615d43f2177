"""A round in a process of its own: python -m ....round_process PATH DAY SEED.

It says one JSON line for each step, and last what the round gave, or why there is none.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any, TextIO

from nanoward.base.errors import NanowardError
from nanoward.ports.progress import Step


class LineProgress:
    """Says each label with how many of how many are done, at most a hundred times."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    @contextmanager
    def __call__(self, label: str, total: int) -> Iterator[Step]:
        done, said = 0, 0

        def step(count: int) -> None:
            nonlocal done, said
            done += count
            if done - said >= max(1, total // 100):
                said = done
                self._say(label, done, total)

        self._say(label, 0, total)
        yield step

    def _say(self, label: str, done: int, total: int) -> None:
        say(self._out, {"step": label, "done": done, "total": total})


def say(out: TextIO, line: dict[str, Any]) -> None:
    """One line of JSON."""
    out.write(json.dumps(line, default=str) + "\n")
    out.flush()


def hold(path: str, as_of: date | None, seed: int, out: TextIO) -> int:
    """Hold the round and say what it gave; 0, or the exit code of the fault."""
    from nanoward.faces.report import render_report
    from nanoward.flows.repeat.hold_round import hold_round
    from nanoward.wiring import open_lane_beside, open_ports

    try:
        with open_ports(path, quiet=True, use="round") as ports, open_lane_beside(path) as lane:
            told = hold_round(
                replace(ports, progress=LineProgress(out)), as_of=as_of, seed=seed,
                render=render_report, lane=lane,
            )  # fmt: skip
    except NanowardError as fault:
        say(out, {"code": fault.code, "detail": fault.message, "next_step": fault.next_step})
        return fault.exit_code
    tables = told.round_.tables
    say(
        out,
        {
            "round": str(told.round_.as_of),
            "findings": tables["findings"].height,
            "undecided": tables["undecided"].height,
            "computed": told.computed,
            "recalled": told.recalled,
            "seq": told.head.size,
        },
    )
    return 0


def main() -> None:
    """PATH, DAY ("" for today), SEED."""
    path, day, seed = sys.argv[1:4]
    sys.exit(hold(path, date.fromisoformat(day) if day else None, int(seed), sys.stdout))


if __name__ == "__main__":
    main()
