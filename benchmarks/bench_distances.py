"""All pairs of genomes: ours beside tn93 and snp-dists, on one core and the same file.

python benchmarks/bench_distances.py [--tn93 PATH] [--snp-dists PATH] [--many 100000]
The two are built from their public sources; without a path they are left out.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from nanoward.bonds.direction.molecular_clock import MolecularClock, expected_transmissions
from nanoward.maths.genetics.bit_parallel_distances import (
    close_pairs,
    differences,
    differences_from,
    packed,
)
from nanoward.maths.genetics.sequences import masks_of


def genomes(count: int, length: int, seed: int) -> np.ndarray:
    """Outbreaks of some 40 within lineages of some 400: masks (count, length)."""
    rng = np.random.default_rng(seed)
    root = rng.integers(0, 4, length)
    found = np.empty((count, length), np.uint8)
    lineage = outbreak = root
    for row in range(count):
        if row % 400 == 0:
            lineage = changed(rng, root, 40)
        if row % 40 == 0:
            outbreak = changed(rng, lineage, 12)
        found[row] = changed(rng, outbreak, int(rng.poisson(2)))
    return np.left_shift(1, found).astype(np.uint8)


def changed(rng: np.random.Generator, genome: np.ndarray, count: int) -> np.ndarray:
    answer = genome.copy()
    # changes fall on a third of the columns, as they do where most columns are conserved
    places = rng.integers(0, len(genome) // 3, count) * 3
    answer[places] = (answer[places] + rng.integers(1, 4, count)) % 4
    return answer


def write(path: Path, masks: np.ndarray) -> None:
    letters = np.frombuffer(b" AC G   T", np.uint8)
    with path.open("wb") as file:
        for number, row in enumerate(masks):
            file.write(b">g%d\n" % number + letters[row].tobytes() + b"\n")


def read(path: Path) -> np.ndarray:
    records = path.read_text().split(">")[1:]
    return np.stack([masks_of(one.partition("\n")[2].replace("\n", "")) for one in records])


def ours(path: Path, out: Path) -> float:
    start = time.process_time()
    apart = differences(packed(read(path), only_varying=True))
    np.save(out, apart)
    return time.process_time() - start


def rival(command: list[str], out: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with out.open("wb") as file:
        subprocess.run(
            command, stdout=file, stderr=subprocess.DEVNULL, check=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--tn93")
    given.add_argument("--snp-dists")
    given.add_argument("--count", type=int, default=4000)
    given.add_argument("--length", type=int, default=10_000)
    given.add_argument("--many", type=int, default=0)
    options = given.parse_args()
    differences(packed(genomes(4, 100, 0)))  # compile or load the loops
    close_pairs(packed(genomes(4, 100, 0)), 3)
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "genomes.fasta", Path(folder) / "out"
        write(path, genomes(options.count, options.length, 1))
        took = ours(path, Path(folder) / "out.npy")
        print(f"{options.count} x {options.length}: nanoward {took:.2f} CPU s", flush=True)
        if options.tn93:
            other = rival([options.tn93, "-q", "-t", "0.015", "-o", str(out), str(path)], out)
            print(f"tn93 -t 0.015: {other:.1f} CPU s, {other / took:.0f} x ours", flush=True)
        if options.snp_dists:
            other = rival([options.snp_dists, "-q", "-j", "1", str(path)], out)
            print(f"snp-dists -j 1: {other:.1f} CPU s, {other / took:.0f} x ours", flush=True)
            theirs = np.loadtxt(
                out, dtype=np.int32, skiprows=1, usecols=range(1, options.count + 1)
            )
            same = np.array_equal(theirs, np.load(Path(folder) / "out.npy"))
            print(f"equal to snp-dists in all {options.count**2} cells: {same}", flush=True)
    incremental()
    transmissions()
    if options.many:
        many(options.many)


def incremental() -> None:
    held = packed(genomes(10_000, 30_000, 2))
    fresh = genomes(1, 30_000, 3)[0]
    differences_from(held, fresh)
    start = time.process_time()
    differences_from(held, fresh)
    print(f"1 against 10,000 x 30 kb held: {time.process_time() - start:.3f} CPU s", flush=True)


def transmissions() -> None:
    rng = np.random.default_rng(1)
    differing = rng.integers(0, 60, 1_000_000).astype(float)
    gap = rng.integers(0, 365, 1_000_000) / 365.25
    start = time.process_time()
    expected_transmissions(differing, gap, MolecularClock(rate=20.0, spread=5.0), 12.0)
    took = time.process_time() - start
    print(f"E[K] of 1,000,000 pairs, clock uncertain: {took:.2f} CPU s", flush=True)


def many(count: int) -> None:
    planes = packed(genomes(count, 10_000, 4), only_varying=True)
    start = time.process_time()
    pairs = close_pairs(planes, 4)
    took = time.process_time() - start
    print(
        f"{count} x 10 kb ({len(planes.columns)} varying): {len(pairs)} pairs at most 4 apart "
        f"in {took:.0f} CPU s",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
