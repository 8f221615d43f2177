"""Ours beside the least that the machine could do for the same work, by turns in one process.

    python benchmarks/bench_limits.py grading [--turns 5]
    python benchmarks/bench_limits.py appends [--turns 5]
    python benchmarks/bench_limits.py pairs [--count 20000] [--length 30000]
    python benchmarks/bench_limits.py typing FOLDER [--samples 20]

Seconds of processor over all threads; the least of the turns. Each prints its goal. `typing`
makes a genome and reads in FOLDER where there are none, and wants `dnaio` where PYTHONPATH
says (a folder outside the checkout).
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import polars as pl


def least(turns: int, *works: Callable[[], Any]) -> list[float]:
    """CPU seconds of each, the least of some turns; by turns, so that all meet one load."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(turns):
        for work, times in zip(works, found, strict=True):
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
    return [min(times) for times in found]


def told(name: str, ours: float, limit: float, goal: float) -> None:
    ratio = ours / limit
    met = "met" if ratio <= goal else "MISSED"
    print(
        f"{name}: ours {ours:.3f}, limit {limit:.3f} CPU s, {ratio:.2f} x;"
        f" goal {goal:g} x: {met} (load {os.getloadavg()[0]:.1f})",
        flush=True,
    )


def grading(turns: int) -> None:
    """1,000,000 results beside a join and four thresholds in polars, and a row per rule too."""
    from bench_clearance import results

    from nanoward.clearance import CTCAE_V5, grade_results

    table = results(1_000_000)
    units = table.select("test", "unit").unique()
    rules = pl.DataFrame(
        [
            {"test": test, "unit": unit, "term": rule.term, "direction": rule.direction}
            for test, unit in units.iter_rows()
            for rule in CTCAE_V5.by_test.get(test, ())
        ]
    ).with_columns(*(pl.lit(float(n)).alias(f"grade{n}") for n in (1, 3, 5, 20)))

    def joined() -> pl.DataFrame:
        more = pl.col("value") / pl.col("high")
        grade = sum((more > pl.col(f"grade{n}")).cast(pl.Int64) for n in (1, 3, 5, 20))
        return (
            table.lazy()
            .join(rules.lazy(), on=["test", "unit"])
            .select(
                *("participant", "sequence", "test", "taken", "value", "unit", "low", "high"),
                "blood",
                "term",
                "direction",
                grade.alias("grade"),
            )
            .collect()
        )

    rows = grade_results(table, CTCAE_V5).height
    assert joined().height == rows
    ours, limit = least(turns, lambda: grade_results(table, CTCAE_V5), joined)
    told(f"grading 1,000,000 results ({rows:,} grades)", ours, limit, 1.5)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("grading",))
    parser.add_argument("--turns", type=int, default=5)
    words = parser.parse_args()
    grading(words.turns)
    return 0


if __name__ == "__main__":
    sys.exit(main())
