"""The council's pack: 254 people of the pilot, and 5,000 people with 1,000,000 results.

python benchmarks/bench_council.py [PROGRAMME]    # a folder whose round was held
"""

import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from nanoward.programme.council.disclosure import disclosures, without_disclosures
from nanoward.programme.council.pack_tables import OPEN, arm_codes, pack_tables, people_bits

TABLES = ("standings", "adverse_events", "grades", "findings")


def large(people: int = 5_000, results: int = 1_000_000) -> dict[str, pl.DataFrame]:
    chance = np.random.default_rng(22)
    who = np.array([f"P{n:05d}" for n in range(people)])
    words = ("cleared", "held", "recalled", "withdrawn", "completed", "died")
    standings = pl.DataFrame(
        {"participant": who, "arm": chance.choice(("High", "Low", "Placebo"), people),
         "standing": chance.choice(words, people, p=(0.5, 0.2, 0.1, 0.1, 0.098, 0.002)),
         "first_dose": [date(2026, 1, 1)] * people}
    )  # fmt: skip
    events = pl.DataFrame(
        {"participant": chance.choice(who, 40_000),
         "body_system": chance.choice([f"system {n}" for n in range(27)], 40_000),
         "severity": chance.choice(("mild", "moderate", "severe", "fatal"), 40_000,
                                   p=(0.6, 0.3, 0.0995, 0.0005)),
         "serious": chance.random(40_000) < 0.02, "emergent": [True] * 40_000}
    )  # fmt: skip
    grades = pl.DataFrame(
        {"participant": chance.choice(who, results),
         "term": chance.choice([f"term {n}" for n in range(40)], results),
         "grade": chance.choice((0, 1, 2, 3, 4), results, p=(0.9, 0.06, 0.03, 0.009, 0.001))}
    )  # fmt: skip
    return {"standings": standings, "adverse_events": events, "grades": grades}


def measure(name: str, tables: dict[str, pl.DataFrame]) -> None:
    begun, wall = time.process_time(), time.perf_counter()
    known = people_bits(tables["standings"])
    whole = pack_tables(tables, known, arm_codes(known.arms, "secret"))
    kept, gone = without_disclosures(whole, known)
    cpu, passed = time.process_time() - begun, time.perf_counter() - wall
    cells = sum(len(one.cells) for one in kept if one.part == OPEN)
    naive = len(disclosures(whole, known))
    print(f"{name}: {cpu:.1f} CPU s ({passed:.1f} s of wall), {cells} open cells")
    print(f"  {naive} disclosures before, {len(disclosures(kept, known))} after,"
          f" {len(gone)} rows left out")  # fmt: skip


def main(folder: str) -> None:
    if folder:
        rounds = sorted((Path(folder) / "rounds").iterdir())
        held = rounds[-1] / "tables"
        measure(folder, {name: pl.read_parquet(held / f"{name}.parquet") for name in TABLES})
    measure("5,000 people, 1,000,000 results", large())


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
