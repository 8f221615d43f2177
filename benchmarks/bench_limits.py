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
import gzip
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
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


def typing(folder: Path, samples: int) -> None:
    """Twenty samples of 490,000 pairs of a 4.9 Mb genome, typed in one process, and read."""
    import dnaio

    from nanoward.catalogue.calling.calling_rules import read_rules
    from nanoward.flows.catalogue.call_read_files import call_read_files
    from nanoward.flows.catalogue.index_reference import ReferenceFile
    from nanoward.wiring import open_bench

    if not (folder / "ref.fa").exists():
        simulate(folder)
    pairs = [
        [
            link(folder / f"S{number:02}_{mate}.fq.gz", folder / f"A_{mate}.fq.gz")
            for mate in "12"
        ]
        for number in range(samples)
    ]
    path = folder / "ref.fa"
    reference = ReferenceFile(path=str(path), content=path.read_bytes(), primers=None)
    bench = open_bench(quiet=True)

    rules = read_rules({"technology": "short", "phred": 33})

    def typed(some: list[list[Path]]) -> None:
        paths = [str(one) for pair in some for one in pair]
        found = call_read_files(paths, reference, rules, bench.formats, bench.progress)
        assert len(found.summaries) == len(some)

    def theirs() -> None:
        for one, two in pairs:
            with dnaio.open(one, two, open_threads=0) as file:
                assert sum(1 for _ in file) == 490_000

    typed(pairs[:1])  # compiles, once for an installation
    mine, other = least(1, lambda: typed(pairs), theirs)
    told(f"typing 30x, {samples} samples in one process", mine, other, 3)
    print(f"  {mine / samples:.2f} and {other / samples:.2f} CPU s a sample")


def link(path: Path, target: Path) -> Path:
    if not path.exists():
        path.symlink_to(target.name)
    return path


def simulate(folder: Path) -> None:
    """A genome, 300 letters of it changed, and pairs of 2 x 150 with errors, 30x."""
    rng = np.random.default_rng(7)
    size, count, letters = 4_900_000, 490_000, np.frombuffer(b"ACGT", np.uint8)
    genome = rng.integers(0, 4, size).astype(np.uint8)
    folder.mkdir(parents=True, exist_ok=True)
    own = genome.copy()
    at = rng.choice(size, 300, replace=False)
    own[at] = (own[at] + rng.integers(1, 4, 300)) % 4
    levels = np.frombuffer(b"FFFFFFF:,#", np.uint8)
    with (
        gzip.open(folder / "A_1.fq.gz", "wb", compresslevel=1) as first,
        gzip.open(folder / "A_2.fq.gz", "wb", compresslevel=1) as second,
    ):
        for block in range(0, count, 10_000):
            apart = np.clip(rng.normal(400, 50, 10_000), 200, 600).astype(int)
            start = rng.integers(0, size - 700, 10_000)[:, None] + np.arange(150)
            end = start[:, :1] + apart[:, None] - 1 - np.arange(150)
            ahead, back = own[start], 3 - own[end]
            turned = rng.random((10_000, 1)) < 0.5
            for file, reads in (
                (first, np.where(turned, back, ahead)),
                (second, np.where(turned, ahead, back)),
            ):
                wrong = rng.random(reads.shape) < 0.002
                said = letters[(reads + wrong * rng.integers(1, 4, reads.shape)) % 4]
                good = levels[rng.integers(0, 10, reads.shape)]
                good[wrong] = ord(",")
                file.write(
                    b"".join(
                        b"@r%d\n%b\n+\n%b\n" % (block + row, one.tobytes(), two.tobytes())
                        for row, (one, two) in enumerate(zip(said, good, strict=True))
                    )
                )
    text = letters[genome].tobytes().decode()
    rows = [text[place : place + 80] for place in range(0, size, 80)]
    (folder / "ref.fa").write_text(">ref\n" + "\n".join(rows) + "\n")


def appends(turns: int) -> None:
    """Batches of 1,000 records about 500 people, on SQLite; each turn ten batches."""
    from bench_ledger import AT, entries

    from nanoward.adapters.stores.sqlite_ledger import SqliteLedger

    with (
        tempfile.TemporaryDirectory() as folder,
        closing(SqliteLedger(Path(folder) / "l.db")) as ledger,
    ):
        batch = entries(1_000)
        ledger.append(batch, actor="nurse", at=AT)

        def ours() -> None:
            for _ in range(10):
                ledger.append(batch, actor="nurse", at=AT)

        (seconds,) = least(turns, ours)
    each = seconds / 10_000 * 1e6
    met = "met" if each <= 15 else "MISSED"
    load = os.getloadavg()[0]
    print(f"batched appends: {each:.1f} us of CPU an entry; goal 15: {met} (load {load:.1f})")


def pairs(count: int, length: int) -> None:
    """All pairs of genomes, every distance kept, beside a copy of the answer."""
    from bench_distances import genomes

    from nanoward.maths.genetics.bit_parallel_distances import differences, packed

    differences(packed(genomes(4, 100, 0)))  # compile or load the loops
    masks = genomes(count, length, 1)
    start = time.process_time()
    planes = packed(masks, only_varying=True)
    middle = time.process_time()
    apart = differences(planes)
    end = time.process_time()
    copied = apart.copy()
    copy = time.process_time() - end
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{count} x {length} ({len(planes.columns)} varying): packed {middle - start:.1f},"
        f" all pairs {end - middle:.1f} CPU s (goal 7); copy of the answer {copy:.2f};"
        f" {peak:.1f} GB; sum {int(copied.sum())}; load {os.getloadavg()[0]:.1f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("grading", "appends", "pairs", "typing"))
    parser.add_argument("folder", type=Path, nargs="?", default=Path("reads"))
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--length", type=int, default=30_000)
    words = parser.parse_args()
    if words.what == "grading":
        grading(words.turns)
    elif words.what == "appends":
        appends(words.turns)
    elif words.what == "pairs":
        pairs(words.count, words.length)
    else:
        typing(words.folder, words.samples)
    return 0


if __name__ == "__main__":
    sys.exit(main())
