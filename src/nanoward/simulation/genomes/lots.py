"""Lots as a sequencer sees them: pairs of reads of what was grown from the design."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8

from nanoward.simulation.genomes.genome import (
    CONTIGS,
    Genome,
    guarded_places,
    spelled,
)
from nanoward.simulation.study import Study

# Our assumptions: depth 400, pairs of 2 x 100 letters, fragments of 250 to 350, one letter of
# 1,000 wrong and of low quality.
DEPTH, LENGTH, SHORTEST, LONGEST, WRONG = 400, 100, 250, 350, 1e-3
GOOD, POOR = 37, 15


@dataclass(frozen=True, slots=True, kw_only=True)
class LotReads:
    """FASTQ texts of the mates."""

    first: bytes
    second: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template:
    """The lot's own letters, the places that each read covers, and which reads are turned."""

    letters: UInt8[np.ndarray, " L"]
    places: np.ndarray
    flipped: np.ndarray


def lot_reads(study: Study, genome: Genome, lot: str, *, wrong: bool = False) -> LotReads:
    """Reads of a lot; each letter is the lot's other base as often as the lot carries it.

    wrong  a base of a kill locus is another one throughout: a lot that must be refused
    """
    chance = study.chance(f"lot {lot}")
    letters = genome.letters.copy()
    if wrong:
        at = int(np.flatnonzero(guarded_places())[7])
        letters[at] = (letters[at] + 1) % 4
    sides: tuple[list[bytes], list[bytes]] = ([], [])
    start = 0
    for contig, length in CONTIGS.items():
        pairs = DEPTH * length // (2 * LENGTH)
        size = chance.integers(SHORTEST, LONGEST + 1, pairs)
        first = start + (chance.random(pairs) * (length - size + 1)).astype(np.int64)
        turned = chance.random(pairs) < 0.5
        ahead = first[:, None] + np.arange(LENGTH)
        behind = (first + size - 1)[:, None] - np.arange(LENGTH)
        for side, flipped in ((0, turned), (1, ~turned)):
            places = np.where(flipped[:, None], behind, ahead)
            own = _Template(letters=letters, places=places, flipped=flipped)
            sides[side].append(_records(chance, genome, own, f"{lot}:{contig}"))
        start += length
    return LotReads(first=b"".join(sides[0]), second=b"".join(sides[1]))


def _records(
    chance: np.random.Generator,
    genome: Genome,
    own: _Template,
    name: str,
) -> bytes:
    letters, places, flipped = own.letters, own.places, own.flipped
    other = chance.random(places.shape) < genome.lot_frequency[places]
    read = np.where(other, genome.lot_alt[places], letters[places])
    read = np.where(flipped[:, None], 3 - read, read)  # A and T, C and G add up to 3
    poor = chance.random(places.shape) < WRONG
    read = np.where(poor, (read + chance.integers(1, 4, places.shape)) % 4, read)
    quality = np.where(poor, 33 + POOR, 33 + GOOD).astype(np.uint8)
    text = spelled(read.ravel())
    lines = [
        f"@{name}:{at}\n{text[at * LENGTH : (at + 1) * LENGTH]}\n+\n"
        f"{quality[at].tobytes().decode()}\n"
        for at in range(len(places))
    ]
    return "".join(lines).encode()
