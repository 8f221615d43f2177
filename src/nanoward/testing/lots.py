"""Simulated lots with known truth: cells of a sound agent, and a share that are changed."""

from collections.abc import Callable, Mapping

import numpy as np

from nanoward.testing.reads import Library, random_genome, simulated_pairs

CHASSIS, PLASMID = "chassis", "plasmid"
KILL = (1_001, 1_900)  # kill1 on the plasmid, 1-based
Genome = Mapping[str, str]
_OTHER = str.maketrans("ACGT", "TGCA")


def lot_genome(seed: int = 11, chassis: int = 9_000, plasmid: int = 5_000) -> dict[str, str]:
    """A chassis and a plasmid of letters by chance."""
    return {
        CHASSIS: random_genome(chassis, seed),
        PLASMID: random_genome(plasmid, seed + 1),
    }


def lot_pairs(
    sound: Genome, changed: Genome, share: float, library: Library, seed: int
) -> tuple[bytes, bytes]:
    """Mates of a lot of which a share of the cells is changed.

    A contig that the changed cells lack is read in the other cells alone, one that only they
    have in them alone.
    """
    sides: tuple[list[bytes], list[bytes]] = ([], [])
    for which, (genome, part) in enumerate(((sound, 1 - share), (changed, share))):
        for at, (name, letters) in enumerate(sorted(genome.items())):
            own = Library(
                depth=library.depth * part,
                length=library.length,
                insert=library.insert,
                spread=library.spread,
                error=library.error,
            )
            pairs = simulated_pairs(
                letters, own, seed * 101 + 10 * which + at, f"{which}{name}"
            )
            for side, text in zip(sides, pairs, strict=True):
                side.append(text)
    return b"".join(sides[0]), b"".join(sides[1])


def _kill(genome: Genome, change: Callable[[str], str]) -> dict[str, str]:
    plasmid = genome[PLASMID]
    first, last = KILL[0] - 1, KILL[1]
    return {
        **genome,
        PLASMID: plasmid[:first] + change(plasmid[first:last]) + plasmid[last:],
    }


def insertion(genome: Genome, seed: int) -> dict[str, str]:
    """1,200 letters within the kill gene."""
    at = int(np.random.default_rng(seed).integers(100, 800))
    return _kill(genome, lambda gene: gene[:at] + random_genome(1_200, seed) + gene[at:])


def inversion(genome: Genome, seed: int) -> dict[str, str]:
    """500 letters of the kill gene turned round."""
    at = int(np.random.default_rng(seed).integers(50, 350))
    turned = slice(at, at + 500)
    return _kill(
        genome,
        lambda gene: gene[:at] + gene[turned].translate(_OTHER)[::-1] + gene[at + 500 :],
    )


def tandem_copy(genome: Genome, seed: int) -> dict[str, str]:
    """The kill gene twice, one behind the other."""
    del seed
    return _kill(genome, lambda gene: gene + gene)


def copy_elsewhere(genome: Genome, seed: int) -> dict[str, str]:
    """The kill gene a second time, in the chassis."""
    at = int(np.random.default_rng(seed).integers(1_000, len(genome[CHASSIS]) - 1_000))
    gene = genome[PLASMID][KILL[0] - 1 : KILL[1]]
    return {**genome, CHASSIS: genome[CHASSIS][:at] + gene + genome[CHASSIS][at:]}


def large_deletion(genome: Genome, seed: int) -> dict[str, str]:
    """The kill gene and what stands beside it are gone."""
    del seed
    plasmid = genome[PLASMID]
    return {**genome, PLASMID: plasmid[: KILL[0] - 200] + plasmid[KILL[1] + 200 :]}


def plasmid_lost(genome: Genome, seed: int) -> dict[str, str]:
    """Cells without the plasmid that holds the kill gene."""
    del seed
    return {CHASSIS: genome[CHASSIS]}


def unknown_plasmid(genome: Genome, seed: int) -> dict[str, str]:
    """A plasmid of 4,000 letters that the spec does not state."""
    return {**genome, "unknown": random_genome(4_000, seed + 5_000)}


def cassette(genome: Genome, seed: int) -> dict[str, str]:
    """A resistance cassette of 1,000 letters in the backbone."""
    at = int(np.random.default_rng(seed).integers(1_000, len(genome[CHASSIS]) - 1_000))
    more = random_genome(1_000, seed + 9_000)
    return {**genome, CHASSIS: genome[CHASSIS][:at] + more + genome[CHASSIS][at:]}


BREAKS: dict[str, tuple[Callable[[Genome, int], dict[str, str]], float]] = {
    "insertion": (insertion, 0.3),
    "inversion": (inversion, 0.3),
    "tandem copy": (tandem_copy, 0.3),
    "copy elsewhere": (copy_elsewhere, 0.3),
    "large deletion": (large_deletion, 0.3),
    "plasmid in 30 % of the cells": (plasmid_lost, 0.7),
    "unknown plasmid": (unknown_plasmid, 0.3),
    "cassette in the backbone": (cassette, 0.3),
}
