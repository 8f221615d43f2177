"""An assembly in FASTA as if each of its contigs were one long read without a doubt."""

from collections.abc import Iterator

import numpy as np

from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.sequences.fasta import sequences_of
from nanoward.adapters.formats.sequences.file_content import content_of
from nanoward.adapters.formats.sequences.read_account import contig_account
from nanoward.base.findings import Finding
from nanoward.ports.formats import Use
from nanoward.ports.reads import ReadBlocks, ReadFile
from nanoward.sequencing.pileup import Block

SURE = b"I"  # Phred 40


class AssemblyBlocks(ReadBlocks):
    """Contigs in the order of the file, gaps between scaffolds' pieces as they are (N)."""

    def __init__(self, file: ReadFile) -> None:
        self._file = file
        self._remarks = Remarks(file.name)
        self._count = 0

    @property
    def offset(self) -> int:
        return 33

    @property
    def reads(self) -> tuple[int, int]:
        return self._count, 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self._remarks.findings()

    @property
    def account(self) -> tuple[Use, ...]:
        return contig_account(self._count, self.findings)

    def __iter__(self) -> Iterator[tuple[Block, Block | None]]:
        for letters in sequences_of(self._file.name, content_of(self._file), self._remarks):
            text = letters.encode()
            self._count += 1
            where = np.array([[0, len(text), len(text)]], np.int64)
            yield (
                Block(text=np.frombuffer(text + SURE * len(text), np.uint8), where=where),
                None,
            )
