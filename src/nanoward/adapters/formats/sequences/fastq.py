"""FASTQ as a stream of blocks, plain or gzip, with a finding for what is wrong.

Four lines to a read, as Cock et al. 2010 NAR 38:1767 describe: '@name', letters, '+', as many
qualities; letters and qualities may run over several lines. Qualities stand above 33 unless
told otherwise: HiFi, duplex and merged reads reach Q93, the highest letter. Blocks end between
reads; those of two mates hold the same reads, and every name is held against its mate's.
"""

import io
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from isal import igzip
from jaxtyping import Int64, UInt8

from nanoward.adapters.formats.problems import Problem
from nanoward.adapters.formats.sequences.mate_names import (
    NamedBlock,
    first_stranger,
    name_of,
    part_of,
    rest_of,
)
from nanoward.adapters.formats.sequences.read_account import fastq_account
from nanoward.adapters.formats.sequences.wrapped_fastq import unwrapped
from nanoward.base.findings import Finding
from nanoward.maths.jit.object_cache import kept, lean
from nanoward.ports.formats import Use
from nanoward.ports.reads import ReadBlocks, ReadFile
from nanoward.sequencing.pileup import Block
from nanoward.sequencing.word_parallel import below, eight_bytes, zeros_above

PIECE = 1 << 20  # bytes of text in a block: stays near the processor
NO_READS = Problem(code="FMT-080", severity="error", next_step="Send the file again")
CUT_SHORT = Problem(
    code="FMT-081", severity="error", next_step="Send the whole file; reads before it are used"
)
NOT_FASTQ = Problem(
    code="FMT-082", severity="error", next_step="Send FASTQ; reads before this one are used"
)
TWO_SCALES = Problem(
    code="FMT-083",
    severity="error",
    next_step="Leave --phred out, as for every file of today; the sample is not used",
)
OLD_SCALE = Problem(
    code="FMT-084",
    severity="warning",
    next_step="If they were written as Phred+64, give --phred 64 ([reads] phred = 64)",
)
BOTH_SCALES = Problem(
    code="FMT-319",
    severity="error",
    next_step="Split the file by its scales; give --phred 64 for the older part; the sample "
    "is not used",
)
NO_MATE = Problem(
    code="FMT-085",
    severity="error",
    next_step="Send both files whole and in the same order; the sample is not used",
)
MANY = 20  # reads that only one of the two scales explains, for the file to hold that scale
_LINE_ENDS = np.uint64(0x0A0A0A0A0A0A0A0A)
_ONE, _EIGHTFOLD = np.uint64(1), np.uint64(3)
_FINE, _NOT_AT, _NOT_PLUS, _RAGGED, _OTHER_NAME = 0, 1, 2, 3, 4
_WHY = {
    _NOT_AT: "a read's first line does not begin with '@'",
    _NOT_PLUS: "a read's third line does not begin with '+'",
    _RAGGED: "a read has more or fewer qualities than letters, or one that is no quality",
    _OTHER_NAME: "a read's third line names another read than its first",
}


class _Stream:
    """One file: its text in pieces that end between reads, and what is wrong with it."""

    def __init__(self, file: ReadFile) -> None:
        self.file = file
        self.rest = b""
        self.ended = False
        self.reads = 0
        self.findings: list[Finding] = []
        self.low, self.high, self.mixed = 255, 0, False
        self.scales = np.zeros(
            3, np.int64
        )  # reads as of Phred+33, as of Phred+64, as of neither
        self.wrapped = False
        self.cut, self.words = "", False
        self.raw: BinaryIO = (
            Path(file.path).open("rb")  # noqa: SIM115 - read as a stream, closed with it
            if file.content is None
            else io.BytesIO(file.content)
        )
        magic = self.raw.read(2)
        self.raw.seek(0)
        self.source: BinaryIO = (
            igzip.GzipFile(fileobj=self.raw) if magic == b"\x1f\x8b" else self.raw  # type: ignore[assignment, no-untyped-call]
        )

    def add_finding(self, problem: Problem, message: str, read: int | None = None) -> None:
        self.findings.append(
            Finding(
                code=problem.code,
                severity=problem.severity,
                message=message,
                next_step=problem.next_step,
                file=self.file.name,
                line=None if read is None else 4 * read + 1,
            )
        )

    def more(self) -> NamedBlock:
        """The next whole reads; none at the end."""
        while not self.ended:
            piece = self._read()
            text = np.frombuffer(self.rest + piece, np.uint8)
            if not piece:
                self.ended = True
                if len(text) and text[-1] != 10:
                    text = np.append(text, np.uint8(10))
            named = self._whole_reads(text)
            if self.ended:
                self.raw.close()
            if len(named.block.where):
                return named
        nothing = Block(text=np.zeros(0, np.uint8), where=np.zeros((0, 3), np.int64))
        return NamedBlock(nothing, np.zeros(0, np.int64))

    def _read(self) -> bytes:
        try:
            return self.source.read(PIECE)
        except EOFError:
            self.cut = "gzip ends too early"
        except (zlib.error, igzip.isal_zlib.error, OSError) as fault:  # type: ignore[attr-defined]
            self.cut = f"gzip is damaged ({fault})"
        return b""

    def _whole_reads(self, text: UInt8[np.ndarray, " B"]) -> NamedBlock:
        if self.wrapped:
            text = self._unwrapped(text.tobytes())
        where = np.empty((len(text) // 6 + 1, 3), np.int64)
        heads = np.empty(len(where), np.int64)
        extremes = np.array([255, 0, 0, 0, 0], np.int64)
        count, used, why = _records(text, where, heads, extremes)
        if why in (_NOT_PLUS, _RAGGED) and not self.wrapped:
            self.wrapped = True  # perhaps letters and qualities run over several lines
            return self._whole_reads(text)
        if not self.wrapped:
            self.rest = text[used:].tobytes()
        if why != _FINE:
            self.add_finding(NOT_FASTQ, _WHY[why], self.reads + count)
            self.ended = True
        elif self.ended and self.rest.strip() and not self.cut:
            self.cut = "the last read is not whole"
        self._judge(extremes)
        if count and not self.reads:  # words behind a name stand behind all of them or none
            first = text[heads[0] : where[0, 0]].tobytes().strip()
            self.words = b" " in first or b"\t" in first
        self.reads += count
        return NamedBlock(Block(text=text, where=where[:count]), heads[:count])

    def _unwrapped(self, text: bytes) -> UInt8[np.ndarray, " B"]:
        """Whole reads of several lines as four lines each; what follows them waits."""
        flat, self.rest = unwrapped(text, ended=self.ended)
        return np.frombuffer(flat, np.uint8)

    def _judge(self, extremes: Int64[np.ndarray, " 5"]) -> None:
        """Phred+64 uses letters from 64 on (from 59 on for Solexa)."""
        self.low = min(self.low, int(extremes[0]))
        self.high = max(self.high, int(extremes[1]))
        self.scales += extremes[2:]
        if self.offset == 64 and self.low < 59 and not self.mixed:
            self.mixed = True
            self.add_finding(TWO_SCALES, f"a quality of {chr(self.low)!r} cannot be Phred+64")

    def problems(self) -> list[Finding]:
        """What is wrong with the file, once all of it was read."""
        if self.cut and all(one.code != CUT_SHORT.code for one in self.findings):
            used = f"the {self.reads:,} reads before it were used"
            line = 4 * self.reads + 1 if self.cut == "the last read is not whole" else None
            self.add_finding(CUT_SHORT, f"{self.cut}; {used}")
            if line:
                self.findings[-1] = replace(self.findings[-1], line=line)
        if self.offset == 33 and min(self.scales[:2]) >= MANY and not self.scales[2]:
            new, old = self.scales[:2].tolist()
            self.add_finding(
                BOTH_SCALES,
                f"{new:,} reads have qualities of Phred+33, {old:,} of Phred+64, and none has "
                "both",
            )
        if not self.reads and not self.findings:
            self.add_finding(NO_READS, "the file holds no reads")
        return self.findings

    @property
    def offset(self) -> int:
        return self.file.phred

    @property
    def may_be_old(self) -> bool:
        """Whether all qualities lie where Phred+64 puts them, and some beyond Phred+33."""
        return self.offset == 33 and 64 <= self.low <= 75 and 74 < self.high <= 105


class FastqBlocks(ReadBlocks):
    """Both mates in step; iterate once, then ask for the findings."""

    def __init__(self, first: ReadFile, second: ReadFile | None) -> None:
        self._one = _Stream(first)
        self._two = None if second is None else _Stream(second)
        self._more: list[Finding] = []

    @property
    def offset(self) -> int:
        return self._one.offset

    @property
    def findings(self) -> tuple[Finding, ...]:
        streams = [self._one] if self._two is None else [self._one, self._two]
        told = [one for stream in streams for one in stream.problems()]
        told += [_note(stream) for stream in streams if stream.may_be_old]
        return (*told, *self._more)

    @property
    def reads(self) -> tuple[int, int]:
        return self._one.reads, 0 if self._two is None else self._two.reads

    @property
    def account(self) -> tuple[Use, ...]:
        words = self._one.words or (self._two is not None and self._two.words)
        return fastq_account(self.reads, self.findings, words=words)

    def __iter__(self) -> Iterator[tuple[Block, Block | None]]:
        if self._two is None:
            while len((named := self._one.more()).block.where):
                yield named.block, None
            return
        yield from self._pairs(self._two)

    def _pairs(self, two: _Stream) -> Iterator[tuple[Block, Block | None]]:
        left, right = self._one.more(), two.more()
        done = 0
        while len(left.heads) and len(right.heads):
            count = min(len(left.heads), len(right.heads))
            wrong = first_stranger(left, right, count)
            if wrong < count:  # nothing behind it can be trusted
                names = name_of(left, wrong), name_of(right, wrong)
                self._unmatched(
                    f"read {done + wrong + 1:,}, {names[0]!r}, stands beside {names[1]!r}"
                )
                return
            if (
                done == 0
                and count >= MANY
                and np.array_equal(left.block.text, right.block.text)
            ):
                self._unmatched("both files hold the same reads: a file stands beside itself")
                return
            yield part_of(left.block, 0, count), part_of(right.block, 0, count)
            done += count
            left = rest_of(left, count) if len(left.heads) > count else self._one.more()
            right = rest_of(right, count) if len(right.heads) > count else two.more()
        while len(self._one.more().heads):
            pass  # count what is left over
        while len(two.more().heads):
            pass
        if self._one.reads != two.reads:
            self._unmatched(f"{self._one.reads} reads stand against {two.reads} mates")

    def _unmatched(self, message: str) -> None:
        for stream in filter(None, (self._one, self._two)):
            stream.raw.close()
        self._more.append(
            Finding(
                code=NO_MATE.code,
                severity=NO_MATE.severity,
                message=message,
                next_step=NO_MATE.next_step,
                file=self._one.file.name,
            )
        )


def _note(stream: _Stream) -> Finding:
    return Finding(
        code=OLD_SCALE.code,
        severity=OLD_SCALE.severity,
        message="every quality stands at 64 or above, as older machines wrote them; they were "
        "read as Phred+33, as all of today are",
        next_step=OLD_SCALE.next_step,
        file=stream.file.name,
    )


@kept(returned=3)
def _records(
    text: UInt8[np.ndarray, " B"],
    where: Int64[np.ndarray, "N 3"],
    heads: Int64[np.ndarray, " N"],
    extremes: Int64[np.ndarray, " 5"],
) -> tuple[int, int, int]:
    """Whole reads of a piece: how many, bytes used, and why it stopped if not for its end."""
    count, at, length = 0, 0, 0
    while at < len(text):
        while at < len(text) and (text[at] == 10 or text[at] == 13):
            at += 1  # blank lines between reads
        if at < len(text) and text[at] != 64:
            return count, at, _NOT_AT
        start = _line_end(text, at) + 1
        end = _letters_end(text, start, length)
        plus = end + 1
        quality = _line_end(text, plus) + 1
        if quality >= len(text):
            break
        why = _third_line(text, at, plus)
        if why != _FINE:
            return count, at, why
        length = end - start
        if end > start and text[end - 1] == 13:
            length -= 1
        if quality + length >= len(text):
            break
        if text[quality + length] != 10 and text[quality + length] != 13:
            return count, at, _RAGGED
        if not _note_extremes(text, quality, length, extremes):
            return count, at, _RAGGED
        where[count, 0], where[count, 1], where[count, 2] = start, length, quality
        heads[count] = at
        count += 1
        at = quality + (end - start) + 1
    return count, min(at, len(text)), _FINE


@lean
def _third_line(text: UInt8[np.ndarray, " B"], head: int, plus: int) -> int:
    """Whether a read's third line is '+', and says nothing else than its first line."""
    if text[plus] != 43:
        return _NOT_PLUS
    if text[plus + 1] <= 32:
        return _FINE
    one, two = head + 1, plus + 1
    while text[one] == text[two] and text[one] != 10:
        one, two = one + 1, two + 1
    same = text[one] == text[two] or (text[one] < 32 and text[two] < 32)
    return _FINE if same else _OTHER_NAME


@lean
def _line_end(text: UInt8[np.ndarray, " B"], at: int) -> int:
    while at + 8 <= len(text):
        ends = below(eight_bytes(text, at) ^ _LINE_ENDS, _ONE)
        if ends:
            return at + int(np.int64(zeros_above(ends) >> _EIGHTFOLD))
        at += 8
    while at < len(text) and text[at] != 10:
        at += 1
    return at


@lean
def _letters_end(text: UInt8[np.ndarray, " B"], start: int, length: int) -> int:
    """The end of a line of letters; most are as long as the one before."""
    end = start + length
    if length > 1 and end + 1 < len(text) and text[end] == 10 and text[end + 1] == 43:
        lowest = np.uint8(255)
        for at in range(start, end):  # a line's end in between would be below a blank
            lowest = min(lowest, text[at])
        if lowest > 32:
            return end
    return _line_end(text, start)


@lean
def _note_extremes(
    text: UInt8[np.ndarray, " B"],
    start: int,
    length: int,
    extremes: Int64[np.ndarray, " 5"],
) -> bool:
    """Lowest and highest quality; false where a control character is among them.

    Counts reads whose qualities lie where Phred+33 of today puts them, where Phred+64 did, and
    on both sides: a read is of one scale.
    """
    low, high = np.uint8(255), np.uint8(0)
    for at in range(start, start + length):
        low = min(low, text[at])
        high = max(high, text[at])
    if length:
        extremes[0] = min(extremes[0], low)
        extremes[1] = max(extremes[1], high)
        if low < 64:
            extremes[2 if high <= 74 else 4] += 1
        elif high > 74:
            extremes[3] += 1
    return length == 0 or bool(low >= 33 and high <= 126)
