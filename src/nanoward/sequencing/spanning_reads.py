"""What reads hold between two flanks: the letters of a gap that single reads span.

Where changes stand so close together that no read can be laid across them, a read that holds
the letters before the gap and those behind it still tells what stands between.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from jaxtyping import Int64, UInt8, UInt64

from nanoward.maths.jit.object_cache import kept, lean
from nanoward.sequencing.kmer_index import Whole, codes_of
from nanoward.sequencing.pileup import Block
from nanoward.sequencing.read_mapping import GOOD

FLANK = 20  # letters: by chance one of 4**20 places holds them
WIDEST = 100  # letters between two flanks
ENOUGH = 2_000  # reads of one gap; those behind them in the file are not looked at
_MASK = np.uint64((1 << (2 * FLANK)) - 1)
_TWO, _FOUR = np.uint64(2), np.uint8(4)
_LOW = np.uint64(0xFFFF)
_TURNED = bytes.maketrans(b"ACGT", b"TGCA")
_CODES = codes_of(bytes(range(256)))


class _Flanks(NamedTuple):
    """Both flanks of P patterns, rising by the first; two patterns, one a strand, for a gap.

    marks  (65536,) whether a first flank ends with these eight letters
    """

    first: UInt64[np.ndarray, " P"]
    last: UInt64[np.ndarray, " P"]
    marks: UInt8[np.ndarray, " M"]
    codes: UInt8[np.ndarray, " 256"]


@dataclass(slots=True)
class SpanningReads:
    """The letters that reads hold between the flanks of gaps, block after block.

    flanks  letters before and behind each gap, FLANK of A, C, G and T on both sides
    told    for each gap, what reads hold there, in the gap's own sense, by the place of the
            gap in the read and the read's strand: copies of one read count once
    """

    flanks: Sequence[tuple[str, str]]
    told: list[dict[tuple[int, int], bytes]] = field(init=False)
    _table: _Flanks = field(init=False)
    _gap: list[tuple[int, bool]] = field(init=False)

    def __post_init__(self) -> None:
        patterns = []
        for gap, (left, right) in enumerate(self.flanks):
            patterns.append((_word(left), _word(right), gap, False))
            patterns.append((_word(_turned(right)), _word(_turned(left)), gap, True))
        patterns.sort()
        first = np.array([one[0] for one in patterns], np.uint64)
        marks = np.zeros(1 << 16, np.uint8)
        marks[first & _LOW] = 1
        last = np.array([one[1] for one in patterns], np.uint64)
        self._table = _Flanks(first, last, marks, _CODES)
        self._gap = [one[2:] for one in patterns]
        self.told = [{} for _ in self.flanks]

    def add(self, block: Block, offset: int) -> None:
        """Look through the reads of a block; offset is 33 or 64, see `pileup_of_block`."""
        rows = np.zeros((4 * len(block.where), 4), np.int64)
        least = np.uint8(offset + GOOD)
        for pattern, read, start, end in rows[
            : _find_spans(block.text, block.where, self._table, least, rows)
        ].tolist():
            gap, back = self._gap[pattern]
            if len(self.told[gap]) >= ENOUGH:
                continue
            text = int(block.where[read, 0])
            letters = block.text[text + start : text + end].tobytes().upper()
            held = letters.translate(_TURNED)[::-1] if back else letters
            self.told[gap].setdefault((int(back), start), held)


def _word(letters: str) -> int:
    word = 0
    for code in codes_of(letters.encode()).tolist():
        word = word << 2 | code
    return word


def _turned(letters: str) -> str:
    return letters.encode().translate(_TURNED)[::-1].decode()


@kept(returned=1)
def _find_spans(
    text: UInt8[np.ndarray, " B"],
    where: Int64[np.ndarray, "N 3"],
    table: _Flanks,
    least: np.uint8,
    rows: Int64[np.ndarray, "M 4"],
) -> int:
    """Write pattern, read, first letter between the flanks, and that behind the last.

    least  the quality letter from which a letter is believed: all must be, flanks and all
    """
    written = 0
    for read in range(len(where)):
        start, length, quality = where[read, 0], where[read, 1], where[read, 2]
        word, run = np.uint64(0), 0
        for at in range(length):
            code = table.codes[text[start + at]]
            run = 0 if code == _FOUR else run + 1
            word = ((word << _TWO) | np.uint64(code & np.uint8(3))) & _MASK
            if run < FLANK or not table.marks[word & _LOW]:
                continue
            pattern = _pattern(table.first, word)
            if pattern < 0 or written >= len(rows):
                continue
            end = _other_flank(text, start, at + 1, length, table, pattern)
            if end < 0:
                continue
            sure = True
            for one in range(at + 1 - FLANK, end + FLANK):
                sure = sure and text[quality + one] >= least
            if sure:
                rows[written, 0], rows[written, 1] = pattern, read
                rows[written, 2], rows[written, 3] = at + 1, end
                written += 1
    return written


@lean
def _pattern(first: UInt64[np.ndarray, " P"], word: np.uint64) -> int:
    """Which pattern begins with a flank; -1 for none."""
    low, high = 0, len(first)
    while low < high:
        middle = (low + high) >> 1
        if first[middle] < word:
            low = middle + 1
        else:
            high = middle
    return low if low < len(first) and first[low] == word else -1


@lean
def _other_flank(
    text: UInt8[np.ndarray, " B"],
    start: Whole,
    after: Whole,
    length: Whole,
    table: _Flanks,
    pattern: int,
) -> Whole:
    """Where a pattern's other flank begins, from a letter of the read on; -1 for nowhere."""
    word = np.uint64(0)
    for at in range(after, min(length, after + WIDEST + FLANK)):
        code = table.codes[text[start + at]]
        if code == _FOUR:
            return np.int64(-1)
        word = ((word << _TWO) | np.uint64(code)) & _MASK
        if at + 1 - after >= FLANK and word == table.last[pattern]:
            return np.int64(at + 1 - FLANK)
    return np.int64(-1)
