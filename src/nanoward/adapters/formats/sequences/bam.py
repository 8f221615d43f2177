"""Reads out of BAM, CRAM and SAM (pysam, the extra [reads]): what lies where is found anew.

Only first lines of reads are taken (no secondary or supplementary ones) that passed the
machine's own check, without the letters that an aligner or a trimmer clipped softly: primers
and adapters are clipped so. Mates stand beside each other as soon as both were seen, whatever
the order of the file; those whose mate never comes follow at the end, alone. Reads of several
lanes may bear one name: mates are those whose lines point at each other.
"""

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from nanoward.adapters.formats.problems import Problem
from nanoward.adapters.formats.sequences.fastq import CUT_SHORT, NO_READS
from nanoward.adapters.formats.sequences.minimap2 import NoReadsLibraryError
from nanoward.adapters.formats.sequences.read_account import (
    CLIPPED,
    OTHER_PLACE,
    alignment_account,
)
from nanoward.base.findings import Finding
from nanoward.ports.formats import Use
from nanoward.ports.reads import ReadBlocks, ReadFile
from nanoward.sequencing.pileup import Block

READS = 20_000  # in a block
MOST_OPEN = 1_000_000  # reads that wait for their mates
NEITHER_FIRST = 0x100 | 0x200 | 0x800  # secondary, failed, supplementary
UNKNOWN_QUALITY = 30
HIGHEST = 93  # of Phred+33
BAM_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
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
NO_LETTERS = Problem(
    code="FMT-316",
    severity="warning",
    next_step="Send their letters if these reads matter; they were not used",
)
FAILED = Problem(
    code="FMT-317",
    severity="note",
    next_step="Nothing; the machine did not trust these reads, nor do we",
)
SAMPLES = Problem(
    code="FMT-315",
    severity="warning",
    next_step="Split the file by sample (samtools split), or give its read groups one SM",
)
_COMPLEMENT = bytes.maketrans(
    b"ACGTRYSWKMBDHVNacgtryswkmbdhvn", b"TGCAYRSWMKVHDBNtgcayrswmkvhdbn"
)
_QUALITY = bytes(33 + min(one, HIGHEST) for one in range(256))
Told = tuple[bytes, bytes]


class _Waiting(NamedTuple):
    """A read that waits for its mate: which mate it is, where both lie, what it says."""

    second: bool
    own: tuple[int, int]
    mate: tuple[int, int]
    told: Told

    def belongs_to(self, other: "_Waiting") -> bool:
        """Whether each line points at the other, as far as it points anywhere."""
        return self.second != other.second and all(
            one.mate[0] < 0 or one.mate == two.own
            for one, two in ((self, other), (other, self))
        )


class _Mates:
    """Reads that wait for their mates, and pairs of those that found them."""

    def __init__(self) -> None:
        self.pairs: list[tuple[Told, Told]] = []
        self.held = 0
        self._waiting: dict[str, list[_Waiting]] = {}

    def add(self, name: str, read: _Waiting) -> None:
        """A read beside its mate, or among those that wait."""
        some = self._waiting.setdefault(name, [])
        mate = next((one for one in some if one.belongs_to(read)), None)
        if mate is None:
            some.append(read)
            self.held += 1
            return
        some.remove(mate)
        self.held -= 1
        if not some:
            del self._waiting[name]
        self._join(mate, read)

    def _join(self, one: _Waiting, two: _Waiting) -> None:
        first, second = (two, one) if one.second else (one, two)
        self.pairs.append((first.told, second.told))

    def matched_by_name(self) -> list[Told]:
        """Pairs whose lines do not point at each other, by name; returns what is left alone."""
        alone: list[Told] = []
        for some in self._waiting.values():
            first = [one for one in some if not one.second]
            second = [one for one in some if one.second]
            both = min(len(first), len(second))
            for one, two in zip(first[:both], second[:both], strict=True):
                self._join(one, two)
            alone += [one.told for one in (*first[both:], *second[both:])]
        self._waiting.clear()
        self.held = 0
        return alone


class AlignedBlocks(ReadBlocks):
    """The reads of one file; iterate once, then ask for the findings."""

    def __init__(self, file: ReadFile) -> None:
        self._file = file
        self._findings: list[Finding] = []
        self._count = [0, 0]
        self._bare = self._clipped = 0
        self._left_out: Counter[str] = Counter()
        self._fault = ""

    @property
    def offset(self) -> int:
        return 33

    @property
    def reads(self) -> tuple[int, int]:
        return self._count[0], self._count[1]

    @property
    def findings(self) -> tuple[Finding, ...]:
        told = list(self._findings)
        count = sum(self._count)
        if self._fault:
            problem, used = (CUT_SHORT, f"; {count:,} reads before it were used")
            if not count:
                problem, used = UNREADABLE, ""
            told.append(self._finding(problem, f"it cannot be read ({self._fault}){used}"))
        if not count and not told:
            others = sum(self._left_out.values())
            more = f" ({others:,} lines are secondary, failed or without letters)"
            message = "the file holds no reads" + (more if others else "")
            told.append(self._finding(NO_READS, message))
        for problem, number, what in (
            (NO_QUALITY, self._bare, "have no qualities"),
            (NO_LETTERS, self._left_out["letters"], "have no letters"),
            (FAILED, self._left_out["failed"], "failed the machine's own check"),
        ):
            if number:
                told.append(self._finding(problem, f"{number:,} reads {what}"))
        return tuple(told)

    @property
    def account(self) -> tuple[Use, ...]:
        left_out = {OTHER_PLACE: self._left_out["further"], CLIPPED: self._clipped}
        told = {
            NO_LETTERS.code: self._left_out["letters"],
            FAILED.code: self._left_out["failed"],
            NO_QUALITY.code: self._bare,
        }
        return alignment_account(sum(self._count), left_out, told, self.findings)

    def __iter__(self) -> Iterator[tuple[Block, Block | None]]:
        alone: list[Told] = []
        mates = _Mates()
        for name, read in self._records():
            if read is None:
                continue
            if name:
                mates.add(name, read)
            else:
                alone.append(read.told)
            if len(mates.pairs) >= READS:
                yield self._pairs(mates.pairs)
            if len(alone) >= READS:
                yield self._alone(alone)
            if mates.held > MOST_OPEN:
                self._report(FAR_MATES, f"over {MOST_OPEN:,} reads wait for their mates")
                alone += mates.matched_by_name()
        alone += mates.matched_by_name()
        while mates.pairs:
            yield self._pairs(mates.pairs)
        while alone:
            yield self._alone(alone)

    def _pairs(self, pairs: list[tuple[Told, Told]]) -> tuple[Block, Block]:
        some = pairs[:READS]
        del pairs[:READS]
        self._count[0] += len(some)
        self._count[1] += len(some)
        return _block([one for one, _ in some]), _block([two for _, two in some])

    def _alone(self, alone: list[Told]) -> tuple[Block, None]:
        some = alone[:READS]
        del alone[:READS]
        self._count[0] += len(some)
        return _block(some), None

    def _records(self) -> Iterator[tuple[str, _Waiting | None]]:
        """Read group and name, "" where a read has no mate; None for what is left out."""
        with TemporaryDirectory() as folder:
            try:
                with self._opened(Path(folder)) as source:
                    self._note_samples(source.header.to_dict().get("RG", ()))
                    for record in source.fetch(until_eof=True):
                        yield self._record(record)
            except (OSError, ValueError, NotImplementedError) as fault:
                self._fault = str(fault)
            else:
                if not self._is_whole():
                    self._fault = "the mark of its end is missing"

    def _note_samples(self, groups: Iterable[Mapping[str, str]]) -> None:
        names = sorted({one["SM"] for one in groups if one.get("SM")})
        if len(names) > 1:
            told = f"{', '.join(names[:5])}{', ...' if len(names) > 5 else ''}"
            self._report(
                SAMPLES, f"reads of {len(names)} samples ({told}) stand in it; taken as one"
            )

    def _record(self, record: Any) -> tuple[str, _Waiting | None]:
        if record.flag & NEITHER_FIRST:
            self._left_out["failed" if record.flag & 0x200 else "further"] += 1
            return "", None
        letters = record.query_sequence
        if not letters:
            self._left_out["letters"] += 1
            return "", None
        own = record.reference_id, record.reference_start
        mate = record.next_reference_id, record.next_reference_start
        read = _Waiting(bool(record.flag & 0x80), own, mate, self._told(record, letters))
        if not record.flag & 0x1:
            return "", read
        group = record.get_tag("RG") if record.has_tag("RG") else ""
        return f"{group}\t{record.query_name}", read

    def _told(self, record: Any, letters: str) -> Told:
        """Letters and qualities as the machine read them, without what was clipped."""
        text = letters.encode("ascii", "replace")
        values = record.query_qualities
        if values is None:
            self._bare += 1
            quality = bytes([33 + UNKNOWN_QUALITY]) * len(text)
        else:
            quality = bytes(values).translate(_QUALITY)
        if not self._file.clipped and not record.flag & 0x4 and record.cigartuples:
            first, last = record.query_alignment_start, record.query_alignment_end
            self._clipped += last - first < len(text)
            text, quality = text[first:last], quality[first:last]
        if record.flag & 0x10:
            return text.translate(_COMPLEMENT)[::-1], quality[::-1]
        return text, quality

    def _is_whole(self) -> bool:
        """Whether a BAM or CRAM file ends as one does; SAM has no such mark."""
        head, tail = self._ends()
        if head[:2] == b"\x1f\x8b":
            return tail.endswith(BAM_END) or head[12:14] != b"BC"
        if head[:4] == b"CRAM" and head[4] >= 3:
            return b"\xe0EOF" in tail[-40:]
        return True

    def _ends(self) -> tuple[bytes, bytes]:
        if self._file.content is not None:
            return self._file.content[:32], self._file.content[-64:]
        with Path(self._file.path).open("rb") as source:
            head = source.read(32)
            source.seek(0, 2)
            source.seek(max(0, source.tell() - 64))
            return head, source.read()

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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is cut short is told as a finding
            return self._alignment_file(pysam, path, reference)

    def _alignment_file(self, pysam: Any, path: Path, reference: Path | None) -> Any:
        return pysam.AlignmentFile(
            str(path),
            "r",
            check_sq=False,
            ignore_truncation=True,  # told by what reads it to its end
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
