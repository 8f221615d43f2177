"""A large programme held week by week on one machine, from material that comes week by week.

python benchmarks/bench_year.py FOLDER --people 1000 --weeks 8

People come in cohorts of 100 with a laboratory, contacts and sites of their own, each simulated
by itself under one design (`nanoward simulate` as a whole grows faster than its people). Each
week their samples, variants, contacts, doses and records are appended to the files of the
programme, a round is held in a process of its own, and its processor seconds, seconds and peak
memory are told; at the end the ledger is verified. With `--all-at-once` one first round of the
same last day follows, beside which the tables of the last week are compared.
"""

import argparse
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

import nanoward.simulation.genomes.sequencing as sequencing
import nanoward.simulation.world as world_module
from nanoward.simulation import Study
from nanoward.simulation.files.write import programme_files
from nanoward.simulation.genomes.genome import simulated_genome
from nanoward.simulation.world import World, simulated_world

COHORT = 100
START = date(2025, 11, 3)
DATED = {
    "dm": "RFICDTC", "ds": "DSSTDTC", "ex": "EXSTDTC", "ae": "AESTDTC",
    "lb": "LBDTC", "qs": "QSDTC", "sv": "SVSTDTC", "vs": "VSDTC",
}  # fmt: skip
NAMES = (
    *("USUBJID", "SUBJID", "SITEID", "participant", "a", "b", "ID"),
    *("sample", "site", "household", "run"),
)
QUIETLY = ("--quiet", "--workers", "1")


def week_of(days: pl.Series) -> pl.Series:
    """The week in which a row is told: 0 for all before the first one ends."""
    parsed = days.cast(pl.String).str.to_date("%Y-%m-%d", strict=False)
    return ((parsed - START).dt.total_days() // 7).fill_null(0).clip(lower_bound=0)


def renamed(table: pl.DataFrame, cohort: int) -> pl.DataFrame:
    """People, samples, sites and runs under names of their cohort."""
    found = [name for name in NAMES if name in table.columns]
    prefix = pl.lit(f"C{cohort:03d}")
    return table.with_columns(
        pl.when(pl.col(name) == "").then(pl.col(name)).otherwise(prefix + pl.col(name))
        for name in found
    )


def cohorts(people: int, weeks: int) -> Iterator[tuple[int, World]]:
    """One world after another, all of one design."""
    design = simulated_genome(Study(participants=COHORT, weeks=max(weeks, 12), start=START))
    world_module.simulated_genome = lambda _: design  # type: ignore[assignment]
    for number in range(-(-people // COHORT)):
        size = min(COHORT, people - COHORT * number)
        study = Study(
            participants=max(size, 12),
            weeks=max(weeks, 12),
            seed=1_000 + number,
            start=START,
            faults=False,
        )
        yield number, simulated_world(study)


def told_by_week(number: int, world: World) -> dict[str, pl.DataFrame]:
    """The tables of a cohort with a further column `week`."""
    found = {}
    first = dict(
        world.tables["data/sdtm/ex.xpt"].group_by("USUBJID").agg(pl.col("EXSTDTC").min()).rows()
    )
    for path, table in world.tables.items():
        stem = Path(path).name.partition(".")[0]
        if stem in DATED:
            week = week_of(table[DATED[stem]])
        elif stem == "samples":
            week = week_of(table["taken"])
        elif stem == "contacts":
            week = week_of(table["first"])
        elif stem == "variants":
            taken = dict(world.tables["data/samples.csv"].select("sample", "taken").rows())
            week = week_of(table["sample"].replace_strict(taken))
        else:
            begun = table["ID"].replace_strict(first, default=None).str.to_date("%Y-%m-%d")
            days = (begun - START).dt.total_days() + (table["TIME"] // 24).cast(pl.Int64)
            week = (days // 7).fill_null(0).clip(lower_bound=0)
        found[stem] = renamed(table, number).with_columns(week.alias("week"))
    return found


class Stream:
    """What comes of all cohorts in each week, kept on the disk until that week."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fill(self, people: int, weeks: int) -> dict[str, bytes]:
        """Simulate; the files that do not change (plan, spec, reference)."""
        fixed: dict[str, bytes] = {}
        for number, world in cohorts(people, weeks):
            if not fixed:
                files = programme_files(world)
                fixed = {
                    path: content
                    for path, content in files.items()
                    if path[:4] not in ("data", "trut")
                }
            tables = told_by_week(number, world)
            for stem, table in tables.items():
                for (week,), some in table.partition_by("week", as_dict=True).items():
                    place = self._folder / f"{int(week):03d}" / stem
                    place.mkdir(parents=True, exist_ok=True)
                    some.drop("week").write_parquet(place / f"{number:04d}.parquet")
            taken = dict(tables["samples"].select("sample", "week").rows())
            by_week: dict[int, list[str]] = {}
            for record in world.consensus.split(">")[1:]:
                name = f"C{number:03d}{record.partition('|')[0]}"
                text = re.sub(r"run=", f"run=C{number:03d}", record, count=1)
                by_week.setdefault(taken[name], []).append(f">C{number:03d}{text}")
            for week, records in by_week.items():
                place = self._folder / f"{week:03d}" / "consensus"
                place.mkdir(parents=True, exist_ok=True)
                (place / f"{number:04d}.fasta").write_text("".join(records))
        return fixed

    def tables(self, week: int, stem: str) -> pl.DataFrame | None:
        files = sorted((self._folder / f"{week:03d}" / stem).glob("*.parquet"))
        return pl.concat([pl.read_parquet(one) for one in files]) if files else None

    def consensus(self, week: int) -> bytes:
        files = sorted((self._folder / f"{week:03d}" / "consensus").glob("*.fasta"))
        return b"".join(one.read_bytes() for one in files)


class Programme:
    """The files of a programme as they grow."""

    def __init__(self, folder: Path, fixed: dict[str, bytes]) -> None:
        self.folder = folder
        self._events: list[pl.DataFrame] = []
        for path, content in fixed.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        plan = folder / "programme.toml"
        text = re.sub(r"(?m)^as_of = .*\n", "", plan.read_text())
        plan.write_text(text)

    def add(self, stream: Stream, week: int) -> int:
        """Append what came in a week; the number of its rows."""
        rows = 0
        for stem in (*DATED, "samples", "contacts", "variants", "events"):
            table = stream.tables(week, stem)
            if table is None:
                continue
            rows += table.height
            if stem == "events":  # a person's records stand together
                self._events.append(table)
                whole = pl.concat(self._events).sort("ID", "TIME", maintain_order=True)
                whole.write_csv(self.folder / "data" / "events.csv")
            else:
                self._append(stem, table)
        letters = stream.consensus(week)
        if letters:
            with (self.folder / "data" / "consensus.fasta.gz").open("ab") as file:
                file.write(gzip.compress(letters, 1, mtime=0))
        return rows

    def _append(self, stem: str, table: pl.DataFrame) -> None:
        place = self.folder / "data"
        if stem in DATED:
            place, name = place / "sdtm", f"{stem}.csv"
        else:
            name = f"{stem}.csv.gz" if stem == "variants" else f"{stem}.csv"
        place.mkdir(parents=True, exist_ok=True)
        path = place / name
        buffer = io.BytesIO()
        table.write_csv(buffer, include_header=not path.exists())
        content = buffer.getvalue()
        with path.open("ab") as file:
            file.write(gzip.compress(content, 1, mtime=0) if name.endswith(".gz") else content)


def measured(*words: str) -> dict[str, float]:
    """One command in a process of its own: processor seconds, seconds, peak memory (MB)."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "nanoward", *words]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 8):
        raise SystemExit(f"{words} ended with {code}")
    return {
        "cpu_s": round(used.ru_utime + used.ru_stime, 2),
        "wall_s": round(time.monotonic() - begun, 2),
        "mb": round(used.ru_maxrss / 1024),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--people", type=int, default=1_000)
    asked.add_argument("--weeks", type=int, default=8)
    asked.add_argument("--every-days", type=int, default=7, help="between a person's samples")
    asked.add_argument("--all-at-once", action="store_true")
    given = asked.parse_args()
    sequencing.SAMPLE_EVERY_DAYS = given.every_days
    name = f"{given.people}x{given.weeks}"
    stream = Stream(given.folder / f"stream-{name}")
    ward = given.folder / f"ward-{name}"
    for one in (given.folder / f"stream-{name}", ward):
        shutil.rmtree(one, ignore_errors=True)
    begun = time.process_time()
    programme = Programme(ward, stream.fill(given.people, given.weeks))
    print(json.dumps({"simulated_cpu_s": round(time.process_time() - begun, 1)}), flush=True)
    total, rows = 0.0, 0
    last = START
    for week in range(given.weeks):
        rows += programme.add(stream, week)
        last = START + timedelta(days=7 * week + 6)
        told: dict[str, Any] = measured(
            "round", str(ward), "--as-of", last.isoformat(), *QUIETLY
        )
        total += told["cpu_s"]
        table = ward / "data" / "samples.csv"
        samples = pl.read_csv(table).height if table.exists() else 0
        print(
            json.dumps({"week": week + 1, "rows": rows, "samples": samples, **told}), flush=True
        )
    print(json.dumps({"all_weeks_cpu_s": round(total, 1), "people": given.people}), flush=True)
    print(json.dumps({"verify": measured("verify", str(ward), "--quiet")}), flush=True)
    if given.all_at_once:
        once = given.folder / f"once-{name}"
        shutil.rmtree(once, ignore_errors=True)
        shutil.copytree(ward, once, ignore=shutil.ignore_patterns(".nanoward", "rounds"))
        told = measured("round", str(once), "--as-of", last.isoformat(), *QUIETLY)
        same = _same(ward / "rounds" / last.isoformat(), once / "rounds" / last.isoformat())
        print(json.dumps({"all_at_once": told, "tables that differ": same}), flush=True)


def _same(one: Path, two: Path) -> list[str]:
    """Tables that differ but should not: those that tell of rounds are left out."""
    left = {"finding_states", "round_changes", "bond_batches", "bond_people", "bonds"}
    return [
        path.stem
        for path in sorted((one / "tables").iterdir())
        if path.stem not in left
        and path.read_bytes() != (two / "tables" / path.name).read_bytes()
    ]


if __name__ == "__main__":
    main()
