"""Files of reads that come in pieces over the network."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadState:
    """How far a file has come.

    offset  bytes that are kept
    whole   whether it is among the programme's data
    sha256  of all of it, hexadecimal, once it is whole
    kind    gzip, fastq, bam or cram, by its first bytes; "" before there are any
    """

    offset: int
    whole: bool
    sha256: str = ""
    kind: str = ""


class ReadUploads(Protocol):
    """At most one upload for each sample and mate; its bytes are on the disk alone."""

    def state(self, sample: str, mate: str) -> UploadState | None:
        """How far it has come; None where nothing was sent."""
        ...

    def begin(self, sample: str, mate: str) -> None:
        """Begin anew: what was sent before is let go of, unless it is whole."""
        ...

    def add(self, sample: str, mate: str, offset: int, content: bytes) -> int:
        """Keep a piece behind what is kept; the new offset. Errors of uploads."""
        ...

    def cut(self, sample: str, mate: str, offset: int) -> None:
        """Let go of what was kept behind an offset: its digest was wrong."""
        ...

    def finish(self, sample: str, mate: str, sha256: str) -> UploadState:
        """Put the file among the programme's data; WrongDigestError where it is another."""
        ...
