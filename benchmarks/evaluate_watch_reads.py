"""Known others in reads: limits of detection beside a relative, and false finds.

python benchmarks/evaluate_watch_reads.py limits GENOMES [REPEATS]
python benchmarks/evaluate_watch_reads.py null GENOMES [SAMPLES]     (of each of three pairs)
python benchmarks/evaluate_watch_reads.py baseline GENOMES [PEOPLE]  (a relative in no database)
python benchmarks/evaluate_watch_reads.py three GENOMES [PEOPLE]     (new people, three samples)
GENOMES holds e.coli-K12.fasta.gz, e.coli-EC590.fasta.gz (98 % alike), viruses.fasta.gz.
150-letter reads with 0.3 % substitutions, simulated; the relative at 5x in each sample.
"""

import gzip
import resource
import sys
import time
from pathlib import Path

import numpy as np

from nanoward.adapters.formats import FileFormats
from nanoward.flows.watch.scan_reads import strike_baselines
from nanoward.ports.reads import ReadFile
from nanoward.sequencing.kmer_scan import scan_block, scan_table
from nanoward.sequencing.kmers.private_kmers import CANDIDATES, PrivateIndex, private_index
from nanoward.watch.sequences.known_others import ReadTally, known_others

LENGTH, ERROR, DEPTH = 150, 0.003, 5
LETTERS = np.frombuffer(b"ACGT", np.uint8)
SEED = 50_000  # one rule was chosen on draws of the baseline with it
NEW_SEED = 57_000  # none was on these


def fasta(path: Path) -> dict[str, str]:
    records = gzip.decompress(path.read_bytes()).decode().split(">")[1:]
    rows = [one.split("\n", 1) for one in records]
    return {head.split()[0]: body.replace("\n", "").upper() for head, body in rows}


def mutated(sequences: list[str], share: float, rng: np.random.Generator) -> list[str]:
    """A relative: letters substituted, and a tenth as many lost or doubled."""
    told = []
    for one in sequences:
        letters = np.frombuffer(one.encode(), np.uint8).copy()
        moved = np.flatnonzero(rng.random(len(letters)) < share)
        place = np.searchsorted(LETTERS, letters[moved]) + rng.integers(1, 4, len(moved))
        letters[moved] = LETTERS[place % 4]
        copies = np.ones(len(letters), int)
        edited = rng.random(len(letters)) < share / 10
        copies[edited] = 2 * rng.integers(0, 2, edited.sum())
        told.append(np.repeat(letters, copies).tobytes().decode())
    return told


def with_errors(reads: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    wrong = rng.random(reads.shape) < ERROR
    place = np.searchsorted(LETTERS, reads[wrong]) + rng.integers(1, 4, wrong.sum())
    reads[wrong] = LETTERS[place % 4]
    return reads


def drawn(sequences: list[str], count: int, rng: np.random.Generator) -> np.ndarray:
    letters = np.frombuffer("".join(sequences).encode(), np.uint8)
    at = rng.integers(0, len(letters) - LENGTH, count)
    reads = letters[at[:, None] + np.arange(LENGTH)]
    other = np.zeros(256, np.uint8)
    other[[65, 67, 71, 84]] = [84, 71, 67, 65]
    turned = rng.random(count) < 0.5
    reads[turned] = other[reads[turned][:, ::-1]]
    return reads


def reads_of(sequences: list[str], count: int, rng: np.random.Generator) -> np.ndarray:
    return with_errors(drawn(sequences, count, rng), rng)


def faulty_reads(sequences: list[str], count: int, rng: np.random.Generator) -> np.ndarray:
    """Of so many reads those with two errors or more: no other can have a private k-mer."""
    p = ERROR
    none = (1 - p) ** LENGTH
    many = 1 - none - LENGTH * p * (1 - p) ** (LENGTH - 1)
    reads = drawn(sequences, rng.binomial(count, many), rng)
    # the number of errors given two or more, by rejection; then which letters
    numbers = rng.binomial(LENGTH, p, 40 * len(reads) + 1000)
    numbers = numbers[numbers >= 2][: len(reads)]
    order = np.argsort(rng.random(reads.shape), axis=1)
    wrong = np.zeros(reads.shape, bool)
    rows = np.repeat(np.arange(len(reads)), numbers)
    within = np.concatenate([np.arange(one) for one in numbers]) if len(numbers) else rows
    wrong[rows, order[rows, within]] = True
    place = np.searchsorted(LETTERS, reads[wrong]) + rng.integers(1, 4, wrong.sum())
    reads[wrong] = LETTERS[place % 4]
    return reads


def tally_of(index: PrivateIndex, reads: np.ndarray, total: int = 0) -> ReadTally:
    count = len(reads)
    where = np.stack(
        [np.arange(count) * LENGTH, np.full(count, LENGTH), np.zeros(count, int)], 1
    )
    seen, hits = np.zeros(len(index.keys), np.int64), np.zeros((2 * count + 9, 2), np.uint64)
    written = scan_block(reads.ravel(), where, scan_table(index), seen, hits)
    every = np.unique(hits[:written], axis=0)
    distinct = np.bincount(every[:, 0].astype(int), minlength=len(index.names) + 1)[1:]
    total = total or count
    return ReadTally(reads=total, letters=total * LENGTH, distinct=distinct, seen=seen)


def genomes(folder: str) -> tuple[list[str], list[str], list[str]]:
    place = Path(folder)
    return (
        list(fasta(place / "e.coli-K12.fasta.gz").values()),
        list(fasta(place / "e.coli-EC590.fasta.gz").values()),
        list(fasta(place / "viruses.fasta.gz").values()),
    )


def five_fold(sequences: list[str]) -> int:
    return int(DEPTH * sum(map(len, sequences)) / LENGTH)


def memory() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most"


def limits(folder: str, repeats: int) -> None:
    """K12 looked for beside EC590, and a virus."""
    rng = np.random.default_rng(SEED)
    agent, relative, viruses = genomes(folder)
    entries, virus = {"K12": agent, "virus": viruses[:1]}, viruses[:1]
    lengths = [sum(map(len, one)) for one in entries.values()]
    begun = time.process_time()
    index = private_index(entries, [relative])
    cpu = time.process_time() - begun
    print("k-mers", index.counts().tolist(), f"built in {cpu:.1f} CPU s,", memory(), flush=True)
    told: dict[str, list[list[str]]] = {}
    for _ in range(repeats):
        around = reads_of(relative, five_fold(relative), rng)
        for coverage, few in ((0.0, 0), (0.003, 2), (0.005, 3), (0.01, 8)):
            own = reads_of(agent, rng.poisson(coverage * lengths[0] / LENGTH), rng)
            sample = np.concatenate([around, own, reads_of(virus, few, rng)])
            found = known_others(index, tally_of(index, sample), lengths, 1)
            told.setdefault(f"{coverage}x, {few} reads", []).append(
                [one.state for one in found]
            )
    for name, states in told.items():
        seen = [sum(one[at] == "seen" for one in states) for at in (0, 1)]
        print(f"{name}: bacterium seen in {seen[0]} of {len(states)}, virus in {seen[1]}",
              flush=True)  # fmt: skip
    print(memory())


def null(folder: str, samples: int) -> None:
    """Samples without the agent, of three pairs; only reads with two errors are made."""
    rng = np.random.default_rng(SEED)
    k12, ec590, viruses = genomes(folder)
    simulated = mutated(ec590, 0.01, rng)
    pairs = {"K12 beside EC590": (k12, ec590), "EC590 beside K12": (ec590, k12),
             "EC590 beside a relative 99 % alike": (ec590, simulated)}  # fmt: skip
    for name, (agent, relative) in pairs.items():
        entries = {"agent": agent, "virus": viruses[:1]}
        index = private_index(entries, [relative])
        lengths, total = [sum(map(len, one)) for one in entries.values()], five_fold(relative)
        full = [tally_of(index, reads_of(relative, total, rng)).distinct for _ in range(3)]
        most, seen, some = np.zeros(2, int), 0, 0
        begun = time.process_time()
        for _ in range(samples):
            tally = tally_of(index, faulty_reads(relative, total, rng), total)
            most = np.maximum(most, tally.distinct)
            some += int(tally.distinct[0] > 0)
            seen += sum(one.state == "seen" for one in known_others(index, tally, lengths, 1))
        print(f"{name}, {index.counts().tolist()} k-mers: {seen} false in {samples} samples; a "
              f"private k-mer in {some}, at most {most.tolist()} reads; with every read made "
              f"{np.array(full).tolist()}; {time.process_time() - begun:.0f} CPU s",
              flush=True)  # fmt: skip


def three(folder: str, people: int) -> None:
    """As baseline, of other people, with three earlier samples."""
    baseline(folder, people, seed=NEW_SEED, numbers=(3,))


def baseline(
    folder: str, people: int, *, seed: int = SEED, numbers: tuple[int, ...] = (1, 2, 3)
) -> None:
    """K12 looked for beside EC590, which nobody knows; one to three earlier samples."""
    rng = np.random.default_rng(seed)
    agent, relative, _ = genomes(folder)
    size, total = sum(map(len, agent)), five_fold(relative)
    told: dict[str, list[str]] = {}
    wide = private_index({"K12": agent}, most=CANDIDATES)
    for _ in range(people):
        earlier = [reads_of(relative, total, rng) for _ in range(3)]
        for many in numbers:
            files = [ReadFile(name="b.fq", content=fastq(one)) for one in earlier[:many]]
            index, unseen, _ = strike_baselines(wide, [size], files, FileFormats())
            for coverage in (0.0, 0.003, 0.005, 0.01):
                if many < 3 and coverage not in (0.0, 0.01):
                    continue
                own = reads_of(agent, rng.poisson(coverage * size / LENGTH), rng)
                sample = np.concatenate([reads_of(relative, total, rng), own])
                tally = tally_of(index, sample)
                (one,) = known_others(index, tally, [size], many, unseen)
                states = told.setdefault(f"{many} earlier, {coverage}x", [])
                states.append(one.state)
                alike = f"{states.count(one.state)} of {len(states)} {one.state}"
                print(f"{many} earlier, {coverage}x: {alike}", flush=True)
                if coverage == 0.0:
                    print(f"{many} earlier: {index.counts()[0]} k-mers, may hide "
                          f"{unseen[0]:.2f}, null reads {tally.distinct[0]}, "
                          f"limit {one.limit:.2g}x", flush=True)  # fmt: skip
    for name, states in sorted(told.items()):
        print(name, {one: states.count(one) for one in sorted(set(states))}, flush=True)
    print(memory())


def fastq(reads: np.ndarray) -> bytes:
    """Reads of one length as FASTQ."""
    count = len(reads)
    row = np.zeros((count, 2 * LENGTH + 7), np.uint8)
    row[:, :3] = np.frombuffer(b"@r\n", np.uint8)
    row[:, 3 : 3 + LENGTH] = reads
    row[:, 3 + LENGTH : 6 + LENGTH] = np.frombuffer(b"\n+\n", np.uint8)
    row[:, 6 + LENGTH : -1] = ord("I")
    row[:, -1] = ord("\n")
    return row.tobytes()


if __name__ == "__main__":
    what, place, *rest = sys.argv[1:]
    usual = {
        "limits": (limits, 20),
        "null": (null, 1000),
        "baseline": (baseline, 10),
        "three": (three, 20),
    }
    act, many = usual[what]
    act(place, int(rest[0]) if rest else many)
