"""An agent's reference made ready for reads: all contigs in a row, and where words stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int64, UInt8

from nanoward.base.errors import InputError
from nanoward.sequencing.kmer_index import SeedIndex, codes_of, seed_index


class NoReferenceLettersError(InputError):
    """A reference without a single A, C, G or T cannot be found in any read."""

    code = "CAT-020"
    next_step = "Give the agent's reference as FASTA with A, C, G and T."


class Stretch(NamedTuple):
    """Positions first to last of a contig, 1-based, both ends within."""

    contig: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentIndex:
    """Contigs one behind the other, with one letter that is none between two.

    contigs  names, in order of names
    starts   position of each contig's first letter in the row
    lengths  letters of each contig
    codes    (L,) A 0, C 1, G 2, T 3, none 4
    index    words that stand once
    """

    contigs: tuple[str, ...]
    starts: tuple[int, ...]
    lengths: tuple[int, ...]
    codes: UInt8[np.ndarray, " L"]
    index: SeedIndex

    def place(self, position: int) -> tuple[str, int]:
        """Contig and 1-based position of a 0-based position of the row."""
        which = int(np.searchsorted(self.starts, position, side="right")) - 1
        return self.contigs[which], position - self.starts[which] + 1

    def span(self, contig: str) -> slice:
        """Where a contig lies in the row."""
        which = self.contigs.index(contig)
        return slice(self.starts[which], self.starts[which] + self.lengths[which])

    def sequences(self) -> dict[str, str]:
        """Letters of each contig, N where none of the four stands."""
        return {contig: bases_of(self.codes[self.span(contig)]) for contig in self.contigs}

    def fasta(self) -> bytes:
        """The contigs as FASTA."""
        return "".join(f">{n}\n{letters}\n" for n, letters in self.sequences().items()).encode()

    @property
    def real(self) -> Bool[np.ndarray, " L"]:
        """Positions that belong to a contig, whatever letter stands there."""
        told = np.zeros(len(self.codes), np.bool_)
        for contig in self.contigs:
            told[self.span(contig)] = True
        return told


def agent_index(reference: Mapping[str, str]) -> AgentIndex:
    """Make a reference ready; NoReferenceLettersError where it holds no base at all."""
    contigs = tuple(sorted(reference))
    pieces: list[UInt8[np.ndarray, " N"]] = []
    starts, at = [], 0
    for contig in contigs:
        letters = codes_of(reference[contig].encode("latin-1", "replace"))
        starts.append(at)
        pieces += [letters, np.array([4], np.uint8)]
        at += len(letters) + 1
    codes = np.concatenate(pieces)[:-1] if pieces else np.zeros(0, np.uint8)
    if not (codes < 4).any():
        raise NoReferenceLettersError(
            f"the reference ({', '.join(contigs) or 'no contig'}) holds no A, C, G or T"
        )
    return AgentIndex(
        contigs=contigs,
        starts=tuple(starts),
        lengths=tuple(len(reference[contig]) for contig in contigs),
        codes=codes,
        index=seed_index(codes),
    )


def bases_of(
    codes: UInt8[np.ndarray, " N"] | Int64[np.ndarray, " N"],
) -> str:
    """Codes as letters."""
    return bytes(np.frombuffer(b"ACGTN", np.uint8)[np.minimum(codes, 4)]).decode()


def positions_of(stretches: Iterable[Stretch], agent: AgentIndex) -> np.ndarray:
    """(L,) whether a position lies in one of these stretches."""
    watched = np.zeros(len(agent.codes), np.bool_)
    for contig, first, last in stretches:
        if contig in agent.contigs:
            start = agent.span(contig).start
            watched[start + first - 1 : start + last] = True
    return watched
