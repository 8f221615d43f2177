"""FASTQ as a stream of blocks, plain or gzip, with a finding for what is wrong.

Four lines to a read, as Cock et al. 2010 NAR 38:1767 describe: '@name', letters, '+', as many
qualities. Blocks end between reads; those of two mates hold the same reads.
"""

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from isal import igzip
from jaxtyping import Int64, UInt8

from nanoward.adapters.formats.problems import Problem
from nanoward.base.findings import Finding
from nanoward.maths.jit.object_cache import kept, lean
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
    next_step="Convert all reads to Phred+33; the sample is not used",
)
OLD_SCALE = Problem(
    code="FMT-084", severity="note", next_step="Nothing; qualities were read as Phred+64"
)
NO_MATE = Problem(
    code="FMT-085",
    severity="error",
    next_step="Send both files whole and in the same order; the sample is not used",
)
_LINE_ENDS = np.uint64(0x0A0A0A0A0A0A0A0A)
_ONE, _EIGHTFOLD = np.uint64(1), np.uint64(3)
_FINE, _NOT_AT, _NOT_PLUS, _RAGGED = 0, 1, 2, 3
_WHY = {
    _NOT_AT: "a read's first line does not begin with '@'",
    _NOT_PLUS: "a read's third line does not begin with '+'",
    _RAGGED: "a read has more or fewer qualities than letters",
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

    def more(self) -> Block:
        """The next whole reads; none at the end."""
        while not self.ended:
            piece = self._read()
            text = np.frombuffer(self.rest + piece, np.uint8)
            if not piece:
                self.ended = True
                if len(text) and text[-1] != 10:
                    text = np.append(text, np.uint8(10))
            block = self._cut(text)
            if self.ended:
                self.raw.close()
            if len(block.where):
                return block
        return Block(text=np.zeros(0, np.uint8), where=np.zeros((0, 3), np.int64))

    def _read(self) -> bytes:
        try:
            return self.source.read(PIECE)
        except EOFError:
            self.add_finding(CUT_SHORT, "gzip ends too early")
        except (zlib.error, igzip.isal_zlib.error, OSError) as fault:  # type: ignore[attr-defined]
            self.add_finding(CUT_SHORT, f"gzip is damaged ({fault})")
        return b""

    def _cut(self, text: UInt8[np.ndarray, " B"]) -> Block:
        where = np.empty((len(text) // 6 + 1, 3), np.int64)
        extremes = np.array([255, 0, 0], np.int64)
        count, used, why = _records(text, where, extremes)
        self.rest = text[used:].tobytes()
        if why != _FINE:
            self.add_finding(NOT_FASTQ, _WHY[why], self.reads + count)
            self.ended = True
        elif self.ended and self.rest.strip():
            self.add_finding(CUT_SHORT, "the last read is not whole", self.reads + count)
        self._judge(extremes)
        self.reads += count
        return Block(text=text, where=where[:count])

    def _judge(self, extremes: Int64[np.ndarray, " 3"]) -> None:
        """Phred+33 uses letters 33 to 74, Phred+64 letters 64 to 104 (59 for Solexa)."""
        self.low = min(self.low, int(extremes[0]))
        self.high = max(self.high, int(extremes[1]))
        if self.low < 59 and self.high > 80 and not self.mixed:
            self.mixed = True
            self.add_finding(
                TWO_SCALES,
                f"qualities from {chr(self.low)!r} to {chr(self.high)!r} mix two scales",
            )

    @property
    def offset(self) -> int:
        return 64 if self.low >= 59 and self.high > 74 else 33


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
        told = [one for stream in streams for one in stream.findings]
        for stream in streams:
            if not stream.reads and not stream.findings:
                stream.add_finding(NO_READS, "the file holds no reads")
                told += stream.findings
            if stream.offset == 64 and not stream.mixed:
                told.append(_note(stream))
        return (*told, *self._more)

    @property
    def reads(self) -> tuple[int, int]:
        return self._one.reads, 0 if self._two is None else self._two.reads

    def __iter__(self) -> Iterator[tuple[Block, Block | None]]:
        if self._two is None:
            while len((block := self._one.more()).where):
                yield block, None
            return
        yield from self._pairs(self._two)

    def _pairs(self, two: _Stream) -> Iterator[tuple[Block, Block | None]]:
        left, right = self._one.more(), two.more()
        checked = False
        while len(left.where) and len(right.where):
            if not checked:
                checked = self._check_names(left, right)
            count = min(len(left.where), len(right.where))
            yield _part(left, 0, count), _part(right, 0, count)
            left = _part(left, count) if len(left.where) > count else self._one.more()
            right = _part(right, count) if len(right.where) > count else two.more()
        while len(self._one.more().where):
            pass  # count what is left over
        while len(two.more().where):
            pass
        if self._one.reads != two.reads:
            self._unmatched(f"{self._one.reads} reads stand against {two.reads} mates")

    def _check_names(self, left: Block, right: Block) -> bool:
        names = [[_name(block, row) for block in (left, right)]
                 for row in range(min(200, len(left.where), len(right.where)))]  # fmt: skip
        wrong = [pair for pair in names if pair[0] != pair[1]]
        if len(wrong) > 0:
            self._unmatched(f"read {wrong[0][0]!r} stands beside {wrong[0][1]!r}")
        return True

    def _unmatched(self, message: str) -> None:
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
        message="qualities stand above 64, as older machines wrote them",
        next_step=OLD_SCALE.next_step,
        file=stream.file.name,
    )


def _part(block: Block, start: int, stop: int | None = None) -> Block:
    return Block(text=block.text, where=block.where[start:stop])


def _name(block: Block, row: int) -> str:
    """A read's name without what tells its mate: '/1', or all after a blank."""
    end = int(block.where[row, 0]) - 1
    start = end
    while start > 0 and block.text[start - 1] != 10:
        start -= 1
    words = block.text[start:end].tobytes().decode("latin-1").split()
    name = words[0] if words else ""
    return name[:-2] if name[-2:] in ("/1", "/2") else name


@kept(returned=3)
def _records(
    text: UInt8[np.ndarray, " B"],
    where: Int64[np.ndarray, "N 3"],
    extremes: Int64[np.ndarray, " 3"],
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
        if text[plus] != 43:
            return count, at, _NOT_PLUS
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
        count += 1
        at = quality + (end - start) + 1
    return count, min(at, len(text)), _FINE


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
    extremes: Int64[np.ndarray, " 3"],
) -> bool:
    """Lowest and highest quality; false where a control character stands among them."""
    low, high = np.uint8(255), np.uint8(0)
    for at in range(start, start + length):
        low = min(low, text[at])
        high = max(high, text[at])
    if length:
        extremes[0] = min(extremes[0], low)
        extremes[1] = max(extremes[1], high)
    return length == 0 or bool(low >= 33)
