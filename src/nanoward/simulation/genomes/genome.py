"""The agent's designed genome: two contigs, with the places of its kill locus and payload."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nanoward.simulation.study import AgentKind, Study

BASES = "ACGT"
CONTIGS = {"chassis": 8_000, "circuit": 4_000}
STOPS = ("TAA", "TAG", "TGA")


@dataclass(frozen=True, slots=True, kw_only=True)
class Locus:
    """A stretch of the design; 1-based first and last position on its contig.

    role    as agent specs know it; coding: one reading frame
    """

    name: str
    contig: str
    first: int
    last: int
    role: str
    coding: bool = True


LOCI = (
    Locus(name="kill", contig="circuit", first=501, last=1400, role="kill"),
    Locus(name="payload", contig="circuit", first=1801, last=3000, role="payload"),
    Locus(name="adhesin", contig="chassis", first=2001, last=3500, role="cds"),
    Locus(
        name="auxotrophy", contig="chassis", first=5001, last=5300, role="kill", coding=False
    ),
)


GUARDED_ROLES = ("kill", "safety")


@dataclass(frozen=True, slots=True, kw_only=True)
class Genome:
    """The design, and where hosts push it.

    letters        (L,) bases of all contigs in a row, 0 to 3 for A, C, G, T
    lot_alt        (L,) the other base that the lot carries or that hosts favour
    lot_frequency  (L,) share of it in the lot; 0 where the lot is pure
    adaptive       (A,) places where one change helps the agent in every host
    """

    letters: NDArray[np.uint8]
    lot_alt: NDArray[np.uint8]
    lot_frequency: NDArray[np.float64]
    adaptive: NDArray[np.int64]

    def contigs(self) -> dict[str, str]:
        """The reference, by contig."""
        return split_by_contig(spelled(self.letters))


def guarded_places() -> NDArray[np.bool_]:
    """(L,) whether a place lies in a kill or safety locus."""
    starts = dict(zip(CONTIGS, np.cumsum([0, *CONTIGS.values()]), strict=False))
    found = np.zeros(sum(CONTIGS.values()), bool)
    for locus in LOCI:
        if locus.role in GUARDED_ROLES:
            start = int(starts[locus.contig])
            found[start + locus.first - 1 : start + locus.last] = True
    return found


def mean_rate(kind: AgentKind) -> float:
    """Neutral mutations per site and year over the whole genome."""
    guarded = float(guarded_places().mean())
    free = (1 - guarded) * kind.mutation_per_site_year
    return free + guarded * kind.guarded_per_site_year


def spelled(letters: np.ndarray) -> str:
    """Codes 0 to 4 as A, C, G, T, N."""
    codes = np.frombuffer(b"ACGTN", np.uint8)[letters]
    return bytes(codes.astype(np.uint8)).decode()


def split_by_contig(sequence: str) -> dict[str, str]:
    """One row of bases cut into the contigs."""
    starts = np.cumsum([0, *CONTIGS.values()])
    return {
        name: sequence[start : start + length]
        for (name, length), start in zip(CONTIGS.items(), starts, strict=False)
    }


def place_of(index: int) -> tuple[str, int]:
    """Contig and 1-based position of an index in the row of all contigs."""
    for name, length in CONTIGS.items():
        if index < length:
            return name, index + 1
        index -= length
    raise IndexError(index)


def lot_table(genome: Genome) -> pl.DataFrame:
    """What the lot carries beside the design: contig, position, ref, alt, frequency."""
    rows = []
    for index in np.flatnonzero(genome.lot_frequency > 0).tolist():
        contig, position = place_of(index)
        rows.append(
            {
                "contig": contig,
                "position": position,
                "ref": BASES[genome.letters[index]],
                "alt": BASES[genome.lot_alt[index]],
                "frequency": float(genome.lot_frequency[index]),
            }
        )
    return pl.DataFrame(rows)


def simulated_genome(study: Study) -> Genome:
    """A random genome with open reading frames, and the lot that was grown from it.

    Our assumptions: 25 places where the lot carries another base at 1 to 30 % (they are
    shared by all who received the lot, and are the confounder of this kind of product), and
    12 places, mostly in the adhesin, where the same change helps in every host. Neither lies
    in a kill locus: such a lot would not be released.
    """
    chance = study.chance("genome")
    length = sum(CONTIGS.values())
    letters = chance.integers(0, 4, length).astype(np.uint8)
    starts = dict(zip(CONTIGS, np.cumsum([0, *CONTIGS.values()]), strict=False))
    for locus in LOCI:
        if not locus.coding:
            continue
        first = int(starts[locus.contig]) + locus.first - 1
        codons = (locus.last - locus.first + 1) // 3
        letters[first : first + 3 * codons] = _reading_frame(chance, codons)
    alt = ((letters + chance.integers(1, 4, length)) % 4).astype(np.uint8)
    places = chance.choice(np.flatnonzero(~guarded_places()), 25 + 4, replace=False)
    frequency = np.zeros(length)
    frequency[places[:25]] = chance.beta(0.8, 4.0, 25).clip(0.01, 0.30)
    within = np.setdiff1d(np.arange(2000, 3500), places)
    adaptive = np.concatenate((places[25:], chance.choice(within, 8, replace=False)))
    return Genome(
        letters=letters,
        lot_alt=alt,
        lot_frequency=frequency,
        adaptive=np.sort(adaptive).astype(np.int64),
    )


def _reading_frame(chance: np.random.Generator, codons: int) -> np.ndarray:
    """ATG, sense codons, TAA; as codes 0 to 3."""
    sense = [a + b + c for a in BASES for b in BASES for c in BASES if a + b + c not in STOPS]
    inside = "".join(sense[k] for k in chance.integers(0, len(sense), codons - 2))
    return np.array([BASES.index(base) for base in f"ATG{inside}TAA"], np.uint8)
