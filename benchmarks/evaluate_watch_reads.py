"""Known others in reads: limit of detection beside a relative, and false finds.

python benchmarks/evaluate_watch_reads.py GENOMES [REPEATS]
GENOMES holds e.coli-K12.fasta.gz (looked for), e.coli-EC590.fasta.gz (98 % alike, at 5x in each
sample), viruses.fasta.gz. 150-letter reads with 0.3 % substitutions, simulated.
"""

import gzip
import sys
import time
from pathlib import Path

import numpy as np

from nanoward.sequencing.kmer_scan import scan_block, scan_table
from nanoward.sequencing.private_kmers import CANDIDATES, PrivateIndex, private_index
from nanoward.watch.sequences.known_others import ReadTally, known_others

LENGTH, ERROR = 150, 0.003


def fasta(path: Path) -> dict[str, str]:
    records = gzip.decompress(path.read_bytes()).decode().split(">")[1:]
    rows = [one.split("\n", 1) for one in records]
    return {head.split()[0]: body.replace("\n", "").upper() for head, body in rows}


def reads_of(sequences: list[str], count: int, rng: np.random.Generator) -> np.ndarray:
    letters = np.frombuffer("".join(sequences).encode(), np.uint8)
    at = rng.integers(0, len(letters) - LENGTH, count)
    reads = letters[at[:, None] + np.arange(LENGTH)]
    other = np.zeros(256, np.uint8)
    other[[65, 67, 71, 84]] = [84, 71, 67, 65]
    turned = rng.random(count) < 0.5
    reads[turned] = other[reads[turned][:, ::-1]]
    wrong = rng.random(reads.shape) < ERROR
    place = np.searchsorted([65, 67, 71, 84], reads[wrong]) + rng.integers(1, 4, wrong.sum())
    reads[wrong] = np.frombuffer(b"ACGT", np.uint8)[place % 4]
    return reads


def tally_of(index: PrivateIndex, reads: np.ndarray) -> ReadTally:
    count = len(reads)
    where = np.stack(
        [np.arange(count) * LENGTH, np.full(count, LENGTH), np.zeros(count, int)], 1
    )
    seen, hits = np.zeros(len(index.keys), np.int64), np.zeros((2 * count + 9, 2), np.uint64)
    written = scan_block(reads.ravel(), where, scan_table(index), seen, hits)
    every = np.unique(hits[:written], axis=0)
    distinct = np.bincount(every[:, 0].astype(int), minlength=len(index.names) + 1)[1:]
    return ReadTally(reads=count, letters=reads.size, distinct=distinct, seen=seen)


def main(folder: str, repeats: int) -> None:
    place, rng = Path(folder), np.random.default_rng(3)
    agent = list(fasta(place / "e.coli-K12.fasta.gz").values())
    relative = list(fasta(place / "e.coli-EC590.fasta.gz").values())
    virus = next(iter(fasta(place / "viruses.fasta.gz").values()))
    size, five = sum(map(len, agent)), int(5 * sum(map(len, relative)) / LENGTH)
    entries, lengths = {"K12": agent, "virus": [virus]}, [size, len(virus)]
    begun = time.process_time()
    index = private_index(entries, [relative])
    print("k-mers", dict(zip(index.names, index.counts().tolist(), strict=True)),
          f"built in {time.process_time() - begun:.0f} CPU s", flush=True)  # fmt: skip
    wide = private_index(entries, most=CANDIDATES)
    for _ in range(3):
        wide = wide.without(tally_of(wide, reads_of(relative, five, rng)).seen > 0)
    print("k-mers after three earlier samples", wide.counts().tolist(), flush=True)
    told: dict[str, list[list[str]]] = {}
    most = np.zeros(2, int)
    for _ in range(repeats):
        around = reads_of(relative, five, rng)
        for coverage in (0.0, 0.003, 0.005, 0.01):
            own = reads_of(agent, rng.poisson(coverage * size / LENGTH), rng)
            viral = reads_of([virus], {0.0: 0, 0.003: 2, 0.005: 3, 0.01: 8}[coverage], rng)
            sample = np.concatenate([around, own, viral])
            for name, by in (("relative known", index), ("three earlier samples", wide)):
                tally, earlier = tally_of(by, sample), 3 if by is wide else 0
                states = [one.state for one in known_others(by, tally, lengths, 1, earlier)]
                told.setdefault(f"{name}, {coverage}x", []).append(states)
                if coverage == 0.0 and by is index:
                    most = np.maximum(most, tally.distinct)
    for name, states in told.items():
        seen = [sum(one[at] == "seen" for one in states) for at in (0, 1)]
        print(f"{name}: bacterium seen in {seen[0]} of {len(states)}, virus in {seen[1]}")
    print("most null reads in a sample", most.tolist())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if sys.argv[2:] else 20)
