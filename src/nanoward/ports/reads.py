"""Sequencing reads as a stream: too many to hold at once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from nanoward.base.findings import Finding, Use

if TYPE_CHECKING:
    from nanoward.sequencing.pileup import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file of reads.

    name     as the user knows it
    path     where it lies on the disk; not looked at when its content is given
    content  its bytes, or None to read them from the path
    reference  FASTA of what its reads were laid on: CRAM cannot be read without
    phred    what a quality letter of FASTQ stands above its Phred value
    clipped  whether letters that an aligner or a trimmer clipped softly are read as well
    """

    name: str
    path: str = ""
    content: bytes | None = None
    reference: bytes | None = None
    phred: int = 33
    clipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where one piece of a read lies.

    place  0-based position in the contig
    at     first position of the piece in the read as it lies (turned round where `back`)
    steps  (letters, operation): 0 on one diagonal, 1 more than the contig has, 2 fewer
    """

    contig: str
    place: int
    at: int
    back: bool
    steps: tuple[tuple[int, int], ...]


class Aligner(Protocol):
    """Lays long reads and assembled contigs on a reference."""

    def hits(self, letters: str) -> Iterable[Hit]:
        """Where a read lies, piece by piece; nothing where it has no one place."""
        ...


class ReadBlocks(Protocol):
    """Blocks of reads; iterate once."""

    def __iter__(self) -> "Iterator[tuple[Block, Block | None]]":
        """Blocks of the reads and of their mates, in step."""
        ...

    @property
    def offset(self) -> int:
        """What a quality letter stands above its Phred value, as far as was read: 33 or 64."""
        ...

    @property
    def reads(self) -> tuple[int, int]:
        """Reads and mates that were read."""
        ...

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the files, after the last block."""
        ...

    @property
    def account(self) -> tuple[Use, ...]:
        """What became of everything that was met, after the last block."""
        ...


@runtime_checkable
class Reads(Protocol):
    """Files of reads, plain or packed."""

    def blocks(self, first: ReadFile, second: ReadFile | None = None) -> ReadBlocks:
        """The reads of a file, or of two files of mates."""
        ...

    def aligner(self, contigs: Mapping[str, str], technology: str) -> Aligner:
        """What lays reads of "ont" or "pacbio", or an "assembly", on these contigs."""
        ...
