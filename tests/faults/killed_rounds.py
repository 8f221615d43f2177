"""Rounds that are killed at any moment, on each of the four combinations of stores.

python tests/faults/killed_rounds.py WARD 200 --seed 1      kills, and what came of them

A warmed process holds each round in a fork of its own, which is killed with SIGKILL; what it
left is then held to its end by another one. The tables must be those of an undisturbed round.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

STORES = Path(__file__).parents[1] / "adapters" / "stores"
sys.path[:0] = [str(STORES), str(STORES / "shared")]
from a_bucket import BUCKET, KEYS, bucket  # noqa: E402
from a_postgres import postgres  # noqa: E402

COMBINATIONS = ("files+sqlite", "files+postgres", "s3+sqlite", "s3+postgres")


@dataclass
class Toll:
    """kills by combination and whether the round was over; wards whose tables differed."""

    rounds: Counter[str] = field(default_factory=Counter)
    interrupted: int = 0
    differed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@contextmanager
def stores() -> Iterator[tuple[str, str]]:
    """The endpoint of a bucket, and a connection string: both on this machine."""
    with bucket() as endpoint, postgres() as conninfo:
        yield endpoint, conninfo


def laid_out(source: Path, ward: Path, combination: str, servers: tuple[str, str]) -> Path:
    """A copy of a programme that keeps its blobs and its ledger where the combination says."""
    shutil.copytree(source, ward)
    endpoint, conninfo = servers
    if combination.startswith("s3"):
        with (ward / "programme.toml").open("a") as plan:
            plan.write(
                f'\n[storage]\nblobs = "s3://{BUCKET}/{ward.name}"\nendpoint = "{endpoint}"\n'
            )
    if combination.endswith("postgres"):
        kept = ward / ".nanoward"
        kept.mkdir(mode=0o700, exist_ok=True)
        dsn = kept / "ledger.dsn"
        dsn.write_text(f"{conninfo} options='-c search_path={ward.name}'\n")
        dsn.chmod(0o600)
    return ward


def tables_of(ward: Path) -> dict[str, bytes]:
    """Every table of every round, by its path."""
    return {
        path.relative_to(ward).as_posix(): path.read_bytes()
        for path in sorted(ward.glob("rounds/*/tables/*.parquet"))
    }


def warm() -> None:
    """Load what a round loads, so that a fork is at work at once."""
    os.environ.update(KEYS, OPENBLAS_NUM_THREADS="1")
    import nanoward.faces.cli
    import nanoward.faces.report
    import nanoward.flows.catalogue.call_programme_reads
    import nanoward.flows.round.ward_round  # noqa: F401


def forked(work: Callable[[], int]) -> int:
    """The process that does some work."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            code = work()
        finally:
            os._exit(code)
    return child


def hold(ward: Path) -> int:
    """One round by its command, in this process; its exit code."""
    from click.testing import CliRunner

    from nanoward.faces.cli import cli

    told = CliRunner().invoke(cli, ["round", str(ward), "--quiet", "--workers", "1"])
    if told.exit_code not in (0, 1, 8):
        (ward / "failed.txt").write_text(f"{told.exception!r}\n{told.output}")
    return told.exit_code


def verified(ward: Path) -> int:
    """0 where the programme's ledger verifies."""
    from click.testing import CliRunner

    from nanoward.faces.cli import cli

    return CliRunner().invoke(cli, ["verify", str(ward), "--quiet"]).exit_code


def ended(child: int) -> int:
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def kill_rounds(source: Path, folder: Path, *, count: int, seed: int) -> Toll:
    """Kill `count` rounds, one combination after another; each is then held to its end."""
    toll, chance = Toll(), Random(seed)
    warm()
    with stores() as servers:
        ward = laid_out(source, folder / "undisturbed", COMBINATIONS[0], servers)
        begun = time.monotonic()
        ended(forked(partial(hold, ward)))
        whole_s, wanted = time.monotonic() - begun, tables_of(ward)
        if not wanted:
            toll.failed.append("undisturbed")
        for number in range(count):
            combination = COMBINATIONS[number % 4]
            ward = laid_out(source, folder / f"ward{number}", combination, servers)
            child = forked(partial(hold, ward))
            time.sleep(whole_s * chance.uniform(0.02, 0.98))
            os.kill(child, signal.SIGKILL)
            toll.interrupted += ended(child) == -signal.SIGKILL
            code = ended(forked(partial(hold, ward)))
            good = ended(forked(partial(verified, ward))) == 0
            if code not in (0, 1, 8) or not good:
                toll.failed.append(f"{combination} {number}: exit {code}, verified {good}")
            elif tables_of(ward) != wanted:
                toll.differed.append(f"{combination} {number}")
            else:
                shutil.rmtree(ward)
            toll.rounds[combination] += 1
    return toll


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("ward", type=Path)
    asked.add_argument("count", type=int)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="nanoward-killed-"))
    toll = kill_rounds(given.ward, folder, count=given.count, seed=given.seed)
    told: dict[str, Any] = {
        "rounds": dict(toll.rounds),
        "interrupted": toll.interrupted,
        "differed": toll.differed,
        "failed": toll.failed,
    }
    print(json.dumps(told))  # noqa: T201
    if toll.differed or toll.failed:
        print(f"what they left stands in {folder}", file=sys.stderr)  # noqa: T201
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
