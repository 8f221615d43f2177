"""Unknown agents and junctions in simulated samples: found, and false.

python benchmarks/evaluate_watch_unknown.py unknown GENOMES [SAMPLES]
python benchmarks/evaluate_watch_unknown.py junctions GENOMES [SAMPLES]
GENOMES as of evaluate_watch_reads.py. unknown: 100,000 reads a sample of 20 genomes that each
vary from week to week, of rare ones that come and go, and EC590 at 2x; eight earlier samples of
the person are the controls; a virus at 3x and 10x that nobody showed. junctions: HIV-1 at 30x
with 0.2 % differences among 100,000 reads of E. coli, 2 % read into the adapter, 5 % have bad
tails, 2 in 10,000 molecules are ligated at random; junctions of 2, 3 and 5 reads, deletions.
"""

import sys
import time

import numpy as np
from evaluate_watch_reads import LENGTH, LETTERS, drawn, fastq, genomes, with_errors

from nanoward.adapters.formats import FileFormats
from nanoward.flows.watch.scan_junctions import scan_junctions
from nanoward.flows.watch.scan_unknown import scan_unknown, sketched_reads
from nanoward.ports.reads import ReadFile
from nanoward.sequencing.kmers.sketches import sketch_of

SEED, READS, EARLIER = 60_000, 100_000, 8
ADAPTER = np.frombuffer(b"AGATCGGAAGAGCACACGTCTGAACTCCAGTCA", np.uint8)
TURN = str.maketrans("ACGT", "TGCA")


def community(rng: np.random.Generator, many: int, size: int) -> list[str]:
    return [LETTERS[rng.integers(0, 4, size)].tobytes().decode() for _ in range(many)]


class Person:
    """Somebody's gut: steady members, rare ones, a native E. coli."""

    def __init__(self, rng: np.random.Generator, members: list[str], rare: list[str],
                 native: list[str]) -> None:  # fmt: skip
        self.rng, self.members, self.rare, self.native = rng, members, rare, native
        self.share = rng.lognormal(0, 1, len(members))

    def sample(self) -> np.ndarray:
        rng = self.rng
        share = self.share * rng.lognormal(0, 0.5, len(self.members))
        native = int(2 * sum(map(len, self.native)) / LENGTH)
        guests = rng.choice(len(self.rare), 3, replace=False)
        few = rng.poisson(0.3 * len(self.rare[0]) / LENGTH, 3)
        counts = rng.multinomial(READS - native - few.sum(), share / share.sum())
        parts = [drawn([one], n, rng) for one, n in zip(self.members, counts, strict=True)]
        parts += [drawn([self.rare[at]], n, rng) for at, n in zip(guests, few, strict=True)]
        parts.append(drawn(self.native, native, rng))
        return with_errors(np.concatenate(parts), rng)


def unknown(folder: str, samples: int) -> None:
    rng = np.random.default_rng(SEED)
    k12, ec590, viruses = genomes(folder)
    members, rare = community(rng, 20, 1_500_000), community(rng, 20, 1_500_000)
    person, formats = Person(rng, members, rare, ec590), FileFormats()
    controls = []
    for _ in range(EARLIER):
        file = ReadFile(name="c.fq", content=fastq(person.sample()))
        sketch, reads, _ = sketched_reads([file], formats)
        controls.append((sketch, reads))
    false = 0
    begun = time.process_time()
    for at in range(samples):
        file = ReadFile(name="s.fq", content=fastq(person.sample()))
        found = scan_unknown([file], [], controls, formats)
        false += len(found.agents)
        if at == 0:
            print(
                f"floor {found.floor}, learnt from {found.learnt.controls} controls", flush=True
            )
        if at % 10 == 9:
            print(f"{false} false in {at + 1} samples", flush=True)
    cpu = time.process_time() - begun
    print(f"null: {false} false incidents in {samples} samples; {cpu:.0f} CPU s", flush=True)
    for at, virus in enumerate(viruses):
        own = sketch_of([virus])
        for depth in (3, 10):
            spiked = with_errors(drawn([virus], int(depth * len(virus) / LENGTH), rng), rng)
            content = fastq(np.concatenate([person.sample(), spiked]))
            found = scan_unknown(
                [ReadFile(name="s.fq", content=content)], [], controls, formats
            )
            shares = [float(np.isin(own.hashes, one.hashes).mean()) for one in found.agents]
            wrong = [float((~np.isin(one.hashes, own.hashes)).mean()) for one in found.agents]
            stretch = [one.stretch for one in found.agents]
            spelt = [one in virus or one[::-1].translate(TURN) in virus for one in stretch]
            print(f"virus {at}, {len(virus)} letters, {depth}x: {len(found.agents)} incidents; "
                  f"share of its k-mers {shares}, of others' {wrong}; stretch "
                  f"{[len(one) for one in stretch]} letters, right {spelt}",
                  flush=True)  # fmt: skip
    for depth in (0.3, 1):
        own = sketch_of(k12)
        spiked = drawn(k12, int(depth * sum(map(len, k12)) / LENGTH), rng)
        content = fastq(np.concatenate([person.sample(), with_errors(spiked, rng)]))
        found = scan_unknown([ReadFile(name="s.fq", content=content)], [], controls, formats)
        print(
            f"E. coli K12 at {depth}x beside EC590: {len(found.agents)} incidents", flush=True
        )


def joined(left: str, right: str, count: int, rng: np.random.Generator) -> list[str]:
    """Reads that span a junction with 30 letters of each side at least."""
    whole = left[-200:] + right[:200]
    starts = rng.choice(np.arange(80, 171), count, replace=False)
    reads = [whole[at : at + LENGTH] for at in starts]
    return [one if rng.random() < 0.5 else one[::-1].translate(TURN) for one in reads]


def tube(agent: str, host: list[str], rng: np.random.Generator) -> np.ndarray:
    """A sample without junctions: differences, errors, adapters, bad tails, ligations."""
    letters = np.frombuffer(agent.encode(), np.uint8).copy()
    moved = np.flatnonzero(rng.random(len(letters)) < 0.002)
    letters[moved] = LETTERS[rng.integers(0, 4, len(moved))]
    own = drawn([letters.tobytes().decode()], int(30 * len(agent) / LENGTH), rng)
    reads = np.concatenate([own, drawn(host, READS, rng)])
    reads = with_errors(reads, rng)
    for row in np.flatnonzero(rng.random(len(reads)) < 0.02):
        at = int(rng.integers(40, LENGTH - 10))
        tail = np.concatenate([ADAPTER, LETTERS[rng.integers(0, 4, LENGTH)]])[: LENGTH - at]
        reads[row, at:] = tail
    for row in np.flatnonzero(rng.random(len(reads)) < 0.05):
        at = int(rng.integers(60, LENGTH - 20))
        bad = rng.random(LENGTH - at) < 0.5
        reads[row, at:][bad] = LETTERS[rng.integers(0, 4, bad.sum())]
    for _ in range(rng.poisson(2e-4 * len(reads)) + 12):  # a dozen of them of the agent
        at, one, other = int(rng.integers(30, LENGTH - 30)), *rng.integers(0, len(reads), 2)
        one = int(rng.integers(0, len(own))) if rng.random() < 0.4 else one
        reads[one, at:] = reads[other, at:]
    return reads


def junctions(folder: str, samples: int) -> None:
    rng = np.random.default_rng(SEED + 1)
    k12, _, viruses = genomes(folder)
    agent, formats = viruses[1], FileFormats()  # HIV-1
    fasta = [("agent.fasta", f">agent\n{agent}\n".encode())]
    false = apart = 0
    begun = time.process_time()
    for at in range(samples):
        file = ReadFile(name="s.fq", content=fastq(tube(agent, k12, rng)))
        found = scan_junctions([file], fasta, formats)
        false += len(found.chimeras)
        apart += len(found.junctions) - len(found.chimeras)
        if at % 10 == 9:
            print(f"{false} false in {at + 1} samples", flush=True)
    cpu = time.process_time() - begun
    print(f"null: {false} chimeras, {apart} rearrangements in {samples} samples, {cpu:.0f} "
          "CPU s", flush=True)  # fmt: skip
    host, got, gone = k12[0], {2: [0, 0], 3: [0, 0], 5: [0, 0]}, [0, 0, 0]
    for _ in range(7):
        extra, truth = [], []
        for at in range(48):
            count = (2, 3, 5)[at % 3]
            a = int(rng.integers(300, len(agent) - 300))
            h = int(rng.integers(300, len(host) - 300))
            left = agent[:a] if rng.random() < 0.5 else agent[::-1].translate(TURN)[:a]
            extra += joined(left, host[h : h + 300], count, rng)
            truth.append((host[h : h + 300], count))
        for _ in range(4):
            a = int(rng.integers(300, 3000))
            b = a + int(rng.integers(300, 5000))
            extra += joined(agent[:a], agent[b : b + 300], 3, rng)
        rows = np.frombuffer("".join(extra).encode(), np.uint8).reshape(-1, LENGTH)
        content = fastq(np.concatenate([tube(agent, k12, rng), with_errors(rows.copy(), rng)]))
        found = scan_junctions([ReadFile(name="s.fq", content=content)], fasta, formats)
        for right, count in truth:
            got[count][1] += 1
            got[count][0] += any(right[12:30] in one.sequence for one in found.chimeras)
        gone[0] += 4
        gone[1] += len(found.junctions) - len(found.chimeras)
        gone[2] += len(found.chimeras) - 48
    for count, (one, of) in got.items():
        print(f"{count} spanning reads: {one} of {of} found as chimeras")
    print(f"deletions: {gone[1]} rearrangements told of {gone[0]}; chimeras beyond those "
          f"planted: {gone[2]}")  # fmt: skip


if __name__ == "__main__":
    what, place, *rest = sys.argv[1:]
    act = {"unknown": unknown, "junctions": junctions}[what]
    act(place, int(rest[0]) if rest else 100)
