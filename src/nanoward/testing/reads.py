"""Simulated sequencing reads with known truth, for tests of whatever reads them."""

import gzip
from dataclasses import dataclass

import numpy as np

BASES = np.frombuffer(b"ACGT", np.uint8)
ADAPTER = "AGATCGGAAGAGCACACGTCTGAACTCCAGTCA"  # Illumina TruSeq, read 1
_OTHER = np.zeros(256, np.uint8)
_OTHER[BASES] = BASES[::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """How pairs are made.

    insert, spread  mean and standard deviation of fragments, bases
    error           share of letters that are wrong, at a quality that says so
    quality         Phred quality of the other letters
    copies          PCR copies of each fragment
    """

    depth: float = 30.0
    length: int = 100
    insert: int = 300
    spread: int = 30
    error: float = 0.002
    quality: int = 37
    copies: int = 1


def random_genome(length: int, seed: int) -> str:
    """Letters by chance."""
    return BASES[np.random.default_rng(seed).integers(0, 4, length)].tobytes().decode()


def simulated_pairs(
    genome: str, library: Library, seed: int, name: str = "r"
) -> tuple[bytes, bytes]:
    """FASTQ text of both mates; a fragment shorter than a read ends in the adapter."""
    rng = np.random.default_rng(seed)
    letters = np.frombuffer(genome.encode(), np.uint8)
    count = int(library.depth * len(genome) / (2 * library.length * library.copies))
    sides: tuple[list[bytes], list[bytes]] = ([], [])
    for at in range(count):
        size = int(np.clip(rng.normal(library.insert, library.spread), 40, len(letters)))
        start = int(rng.integers(0, len(letters) - size + 1))
        piece = letters[start : start + size]
        ends = [piece, _OTHER[piece[::-1]]]
        if rng.random() < 0.5:
            ends.reverse()
        for copy in range(library.copies):
            for side, end in zip(sides, ends, strict=True):
                side.append(_record(f"{name}{at}.{copy}", end, library, rng))
    return b"".join(sides[0]), b"".join(sides[1])


def _record(
    name: str, fragment: np.ndarray, library: Library, rng: np.random.Generator
) -> bytes:
    read = fragment[: library.length].copy()
    if len(read) < library.length:
        tail = np.frombuffer(ADAPTER.encode(), np.uint8)
        spare = BASES[rng.integers(0, 4, library.length)]
        read = np.concatenate([read, tail, spare])[: library.length]
    wrong = rng.random(len(read)) < library.error
    read[wrong] = BASES[rng.integers(0, 4, int(wrong.sum()))]
    quality = np.full(len(read), 33 + library.quality, np.uint8)
    quality[wrong] = 33 + rng.integers(10, 38, int(wrong.sum()))
    return b"@%s\n%s\n+\n%s\n" % (name.encode(), read.tobytes(), quality.tobytes())


def long_reads(genome: str, depth: float, seed: int, error: float = 0.01) -> bytes:
    """FASTQ of single reads of 3 to 12 kb from both strands, a third of the errors indels."""
    rng = np.random.default_rng(seed)
    letters = np.frombuffer(genome.encode(), np.uint8)
    told: list[bytes] = []
    made = 0
    while made < depth * len(letters):
        size = min(int(rng.integers(3_000, 12_000)), len(letters))
        start = int(rng.integers(0, len(letters) - size + 1))
        read = letters[start : start + size].copy()
        if rng.random() < 0.5:
            read = _OTHER[read[::-1]]
        kind = rng.random(size)
        quality = np.full(size, 33 + 25, np.uint8)
        wrong = kind < error * 2 / 3
        read[wrong] = BASES[rng.integers(0, 4, int(wrong.sum()))]
        quality[wrong] = 33 + rng.integers(5, 20, int(wrong.sum()))
        keep = ~((kind > error * 2 / 3) & (kind < error * 5 / 6))
        twice = 1 + ((kind > error * 5 / 6) & (kind < error)).astype(int)[keep]
        read, quality = np.repeat(read[keep], twice), np.repeat(quality[keep], twice)
        told.append(b"@l%d\n%s\n+\n%s\n" % (len(told), read.tobytes(), quality.tobytes()))
        made += size
    return b"".join(told)


def packed(text: bytes) -> bytes:
    """The text as gzip, the same bytes each time."""
    return gzip.compress(text, 1, mtime=0)
