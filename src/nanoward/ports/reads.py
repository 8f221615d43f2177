"""Sequencing reads as a stream: too many to hold at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from nanoward.base.findings import Finding

if TYPE_CHECKING:
    from nanoward.maths.read_counting import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file of reads.

    name     as the user knows it
    path     where it lies on the disk; not looked at when its content is given
    content  its bytes, or None to read them from the path
    """

    name: str
    path: str = ""
    content: bytes | None = None


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


@runtime_checkable
class Reads(Protocol):
    """Files of reads, plain or packed."""

    def blocks(self, first: ReadFile, second: ReadFile | None = None) -> ReadBlocks:
        """The reads of a file, or of two files of mates."""
        ...
