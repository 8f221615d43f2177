"""Reads out of BAM and CRAM (pysam, the extra [reads]): what lies where is found anew.

Only first lines of reads are taken (no secondary or supplementary ones) that passed the
machine's own check. Mates stand beside each other as soon as both were seen, whatever the
order of the file; those whose mate never comes follow at the end, alone.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from nanoward.adapters.formats.problems import Problem
from nanoward.adapters.formats.sequences.fastq import CUT_SHORT, NO_READS
from nanoward.adapters.formats.sequences.minimap2 import NoReadsLibraryError
from nanoward.base.findings import Finding
from nanoward.ports.reads import ReadBlocks, ReadFile
from nanoward.sequencing.pileup import Block

READS = 20_000  # in a block
MOST_OPEN = 1_000_000  # reads that wait for their mates
NEITHER_FIRST = 0x100 | 0x200 | 0x800  # secondary, failed, supplementary
UNKNOWN_QUALITY = 30
UNREADABLE = Problem(
    code="FMT-086", severity="error", next_step="Send the file again; nothing of it is used"
)
NO_QUALITY = Problem(
    code="FMT-087",
    severity="warning",
    next_step=f"Send qualities; letters without one count as Phred {UNKNOWN_QUALITY}",
)
FAR_MATES = Problem(
    code="FMT-088",
    severity="warning",
    next_step="Sort the file by position or by name; the reads were used, one by one",
)
Told = tuple[bytes, bytes]


class AlignedBlocks(ReadBlocks):
    """The reads of one file; iterate once, then ask for the findings."""

    def __init__(self, file: ReadFile) -> None:
        self._file = file
        self._findings: list[Finding] = []
        self._count = [0, 0]
        self._bare = 0

    @property
    def offset(self) -> int:
        return 33

    @property
    def reads(self) -> tuple[int, int]:
        return self._count[0], self._count[1]

    @property
    def findings(self) -> tuple[Finding, ...]:
        told = list(self._findings)
        if not sum(self._count) and not told:
            told.append(self._finding(NO_READS, "the file holds no reads"))
        if self._bare:
            told.append(self._finding(NO_QUALITY, f"{self._bare:,} reads have no qualities"))
        return tuple(told)

    def __iter__(self) -> Iterator[tuple[Block, Block | None]]:
        pairs: list[tuple[Told, Told]] = []
        alone: list[Told] = []
        waiting: dict[str, tuple[bool, Told]] = {}
        for name, second, paired, told in self._records():
            if not paired:
                alone.append(told)
            elif (mate := waiting.pop(name, None)) is None or mate[0] == second:
                waiting[name] = (second, told)
            else:
                pairs.append((mate[1], told) if second else (told, mate[1]))
            if len(pairs) >= READS:
                yield self._pairs(pairs)
            if len(alone) >= READS:
                yield self._alone(alone)
            if len(waiting) > MOST_OPEN:
                self._report(FAR_MATES, f"over {MOST_OPEN:,} reads wait for their mates")
                alone += [one for _, one in waiting.values()]
                waiting.clear()
        if pairs:
            yield self._pairs(pairs)
        alone += [one for _, one in waiting.values()]
        while alone:
            yield self._alone(alone)

    def _pairs(self, pairs: list[tuple[Told, Told]]) -> tuple[Block, Block]:
        self._count[0] += len(pairs)
        self._count[1] += len(pairs)
        blocks = _block([one for one, _ in pairs]), _block([two for _, two in pairs])
        pairs.clear()
        return blocks

    def _alone(self, alone: list[Told]) -> tuple[Block, None]:
        some = alone[:READS]
        del alone[:READS]
        self._count[0] += len(some)
        return _block(some), None

    def _records(self) -> Iterator[tuple[str, bool, bool, Told]]:
        """Name, whether it is a second mate, whether it has one, letters and qualities."""
        with TemporaryDirectory() as folder:
            try:
                with self._opened(Path(folder)) as source:
                    for record in source.fetch(until_eof=True):
                        if not record.flag & NEITHER_FIRST and record.query_sequence:
                            yield self._record(record)
            except (OSError, ValueError) as fault:
                seen = sum(self._count)
                self._report(CUT_SHORT if seen else UNREADABLE, f"it cannot be read ({fault})")

    def _record(self, record: Any) -> tuple[str, bool, bool, Told]:
        letters = record.get_forward_sequence()
        quality = record.get_forward_qualities()
        if quality is None:
            self._bare += 1
            quality = [UNKNOWN_QUALITY] * len(letters)
        told = letters.encode("ascii", "replace"), bytes(33 + min(one, 60) for one in quality)
        return record.query_name, bool(record.flag & 0x80), bool(record.flag & 0x1), told

    def _opened(self, folder: Path) -> Any:
        try:
            import pysam
        except ImportError as fault:
            raise NoReadsLibraryError("reading BAM or CRAM", "pysam") from fault
        pysam.set_verbosity(0)
        path = Path(self._file.path)
        if self._file.content is not None:
            path = folder / "reads"
            path.write_bytes(self._file.content)
        reference = None
        if self._file.reference is not None:
            reference = folder / "reference.fasta"
            reference.write_bytes(self._file.reference)
        return pysam.AlignmentFile(
            str(path),
            "r",
            check_sq=False,
            reference_filename=None if reference is None else str(reference),
        )

    def _report(self, problem: Problem, message: str) -> None:
        if all(one.code != problem.code for one in self._findings):
            self._findings.append(self._finding(problem, message))

    def _finding(self, problem: Problem, message: str) -> Finding:
        return Finding(
            code=problem.code,
            severity=problem.severity,
            message=message,
            next_step=problem.next_step,
            file=self._file.name,
        )


def _block(reads: list[Told]) -> Block:
    lengths = np.array([len(letters) for letters, _ in reads], np.int64)
    text = b"".join(part for read in reads for part in read)
    where = np.zeros((len(reads), 3), np.int64)
    where[:, 0] = np.concatenate([[0], np.cumsum(2 * lengths)[:-1]]) if len(reads) else 0
    where[:, 1] = lengths
    where[:, 2] = where[:, 0] + lengths
    return Block(text=np.frombuffer(text, np.uint8), where=where)
