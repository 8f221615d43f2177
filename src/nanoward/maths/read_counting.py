"""Counting what pairs of reads say, block by block: depth, contradicting letters, indels.

Blocks can be read by several threads in any order; adding their sheets to a tally is done in
the order of the file and adds whole numbers, so the tally does not depend on the threads.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int32, Int64, UInt8, UInt32, UInt64
from numba import njit

from nanoward.maths.compiling import stamped
from nanoward.maths.read_placing import (
    END,
    GOOD,
    MOST_SEGMENTS,
    Read,
    junction,
    lay_read,
    rescue,
    turn_round,
)
from nanoward.maths.seed_index import SeedIndex, Whole

LONGEST_PAIR = 1_000  # reference positions that two mates may span, and rescue looks over
MOST_INSERTED = 50
_LETTER = np.full(256, 5, np.uint8)
for _at, _one in enumerate("ACGT"):
    _LETTER[ord(_one)] = _LETTER[ord(_one.lower())] = _at


class Block(NamedTuple):
    """Reads as they stand in a piece of a file.

    text   (B,) the file's bytes
    where  (N, 3) where the letters begin, how many there are, where the qualities begin
    """

    text: UInt8[np.ndarray, " B"]
    where: Int64[np.ndarray, "N 3"]


class Sheet(NamedTuple):
    """What the pairs of one block say; `ends` closes each pair's part of the four lists.

    spans    (A, 3) first position, behind the last, strand: what is read without a gap
    letters  (E, 3) uint32 of 8 * position + 2 * letter + strand; quality; contradictions of
             the pair: believed letters that are not the reference's
    dull     (W,) positions of letters that are not believed
    indels   (I, 6) position, size (minus: deleted), strand, inserted letters in base 4 (first
             25, the others), letters on the shorter side
    ends     (P, 4) ends of the pair's spans, letters, dull, indels
    names    (P,) where a pair lies, 0 where not both mates do: equal for PCR duplicates
    totals   reads, placed reads, rescued reads, letters of placed reads
    """

    spans: Int32[np.ndarray, "A 3"]
    letters: UInt32[np.ndarray, "E 3"]
    dull: Int32[np.ndarray, " W"]
    indels: Int64[np.ndarray, "I 6"]
    ends: Int64[np.ndarray, "P 4"]
    names: UInt64[np.ndarray, " P"]
    totals: Int64[np.ndarray, " 4"]


class Laid(NamedTuple):
    """One mate as it was laid."""

    read: Read
    segments: Int32[np.ndarray, "M 3"]


def read_block(
    blocks: tuple[Block, Block | None],
    ref: UInt8[np.ndarray, " L"],
    index: SeedIndex,
    offset: int,
) -> Sheet:
    """The sheet of a block of single reads or of mates in the same order.

    offset  33 or 64: what a quality letter stands above its Phred value
    """
    first, second = blocks
    alone = second is None
    other = first if second is None else second
    pairs = len(first.where)
    letters = int(first.where[:, 1].sum()) + (0 if alone else int(other.where[:, 1].sum()))
    longest = int(max(first.where[:, 1].max(initial=1), other.where[:, 1].max(initial=1)))
    reads = pairs if alone else 2 * pairs
    sheet = Sheet(
        spans=np.empty((2 * MOST_SEGMENTS * reads, 3), np.int32),
        letters=np.empty((letters, 3), np.uint32),
        dull=np.empty(letters, np.int32),
        indels=np.empty((MOST_SEGMENTS * reads, 6), np.int64),
        ends=np.zeros((pairs, 4), np.int64),
        names=np.zeros(pairs, np.uint64),
        totals=np.zeros(4, np.int64),
    )
    mates = (_room(longest), _room(longest))
    _read_pairs((first, other), ref, index, sheet, mates, (np.uint8(offset), alone))
    done = sheet.ends[-1] if pairs else np.zeros(4, np.int64)
    return sheet._replace(
        spans=sheet.spans[: done[0]].copy(),
        letters=sheet.letters[: done[1]].copy(),
        dull=sheet.dull[: done[2]].copy(),
        indels=sheet.indels[: done[3]].copy(),
    )


def _room(longest: int) -> Laid:
    return Laid(
        read=Read(
            codes=np.zeros(longest, np.uint8),
            quals=np.zeros(longest, np.uint8),
        ),
        segments=np.zeros((MOST_SEGMENTS + 2, 3), np.int32),
    )


@stamped
@njit(cache=True, nogil=True)
def _read_pairs(
    blocks: tuple[Block, Block],
    ref: UInt8[np.ndarray, " L"],
    index: SeedIndex,
    sheet: Sheet,
    mates: tuple[Laid, Laid],
    how: tuple[np.uint8, bool],
) -> None:
    used = np.zeros(4, np.int64)
    one, two = mates
    for pair in range(len(blocks[0].where)):
        before = used[1]
        n1 = _take(blocks[0], pair, one.read, how[0])
        count1, back1 = lay_read(one.read, n1, ref, index, one.segments)
        sheet.totals[0] += 1
        if how[1]:
            if count1:
                _tell(one, (count1, n1, back1), (0, 0), ref, sheet, used)
        else:
            n2 = _take(blocks[1], pair, two.read, how[0])
            count2, back2 = lay_read(two.read, n2, ref, index, two.segments)
            sheet.totals[0] += 1
            if count1 and not count2:
                count2, back2 = _beside(one, (count1, n1, back1), two, n2, ref)
                sheet.totals[2] += count2 > 0
            elif count2 and not count1:
                count1, back1 = _beside(two, (count2, n2, back2), one, n1, ref)
                sheet.totals[2] += count1 > 0
            _tell_pair(
                mates, ((count1, n1, back1), (count2, n2, back2)), ref, sheet, used, pair
            )
        load = used[1] - before
        for at in range(before, used[1]):
            sheet.letters[at, 2] = load
        sheet.ends[pair] = used


@stamped
@njit(cache=True, inline="always")
def _take(block: Block, row: int, read: Read, offset: np.uint8) -> Whole:
    start, length, quality = block.where[row, 0], block.where[row, 1], block.where[row, 2]
    letters, values = block.text[start : start + length], block.text[quality : quality + length]
    for at in range(length):
        read.codes[at] = _LETTER[letters[at]]
    for at in range(length):
        value = values[at]
        read.quals[at] = value - offset if value > offset else np.uint8(0)
    return length


@stamped
@njit(cache=True)
def _beside(
    placed: Laid,
    how: tuple[int, int, Whole],
    lost: Laid,
    length: int,
    ref: UInt8[np.ndarray, " L"],
) -> tuple[int, bool]:
    """Lay a mate that has no seed on the other strand, within LONGEST_PAIR of its mate."""
    count, n, back = how
    if not back:
        turn_round(lost.read, length)
        start = placed.segments[0, 2]
        window = (start, start + LONGEST_PAIR)
    else:
        end = placed.segments[count - 1, 2] + n
        window = (end - LONGEST_PAIR, end - length + 1)
    return rescue(lost.read, length, ref, window, lost.segments), not back


@stamped
@njit(cache=True, inline="always")
def _tell_pair(
    mates: tuple[Laid, Laid],
    how: tuple[tuple[int, int, bool], tuple[int, int, bool]],
    ref: UInt8[np.ndarray, " L"],
    sheet: Sheet,
    used: Int64[np.ndarray, " 4"],
    pair: int,
) -> None:
    """Both mates; letters of the second that overlap the first tell of the same molecule."""
    one, two = mates
    done = (0, 0)
    if how[0][0]:
        done = _tell(one, how[0], (0, 0), ref, sheet, used)
    if how[1][0]:
        _tell(two, how[1], done, ref, sheet, used)
    if how[0][0] and how[1][0]:
        a, b = _outer_end(one, how[0]), _outer_end(two, how[1])
        key = np.uint64((a << 32) | (b & 0xFFFFFFFF))
        sheet.names[pair] = (key << np.uint64(1)) | np.uint64(how[0][2])


@stamped
@njit(cache=True)
def _outer_end(laid: Laid, how: tuple[int, int, Whole]) -> Whole:
    count, length, back = how
    if back:
        return np.int64(laid.segments[count - 1, 2]) + length + (1 << 20)
    return np.int64(laid.segments[0, 2]) + (1 << 20)


@stamped
@njit(cache=True)
def _tell(
    laid: Laid,
    how: tuple[int, int, Whole],
    done: tuple[int, int],
    ref: UInt8[np.ndarray, " L"],
    sheet: Sheet,
    used: Int64[np.ndarray, " 4"],
) -> tuple[int, int]:
    """Write what one read says outside of `done`; returns the positions that it spans."""
    count, length, back = how
    sheet.totals[1] += 1
    sheet.totals[3] += length
    start: Whole = np.int64(laid.segments[0, 0]) + END
    low: Whole = np.int64(1 << 40)
    high: Whole = np.int64(-1)
    for at in range(count):
        own = laid.segments[at]
        end: Whole = np.int64(own[1]) - END
        after: Whole = np.int64(0)
        if at + 1 < count:
            after = np.int64(laid.segments[at + 1, 0]) + END
            cut = junction(laid.read, own, laid.segments[at + 1], ref)
            if cut >= 0:
                end = cut
                after = cut + max(0, own[2] - laid.segments[at + 1, 2])
                _note_indel(laid, at, cut, back, (done, sheet, used))
        if start < end:
            low, high = min(low, own[2] + start), max(high, own[2] + end)
            diagonal: Whole = np.int64(own[2])
            _tell_span(laid.read, (start, end, diagonal), back, done, ref, sheet, used)
        start = max(after, end)
    return (low, high) if high > low else (0, 0)


@stamped
@njit(cache=True, inline="always")
def _tell_span(
    read: Read,
    span: tuple[int, int, int],
    back: Whole,
    done: tuple[int, int],
    ref: UInt8[np.ndarray, " L"],
    sheet: Sheet,
    used: Int64[np.ndarray, " 4"],
) -> None:
    start, end, diagonal = span
    low, high = done[0] - diagonal, done[1] - diagonal
    if high <= start or low >= end or done[1] <= done[0]:
        _write_span(read, span, back, ref, sheet, used)
        return
    if start < low:
        _write_span(read, (start, low, diagonal), back, ref, sheet, used)
    if high < end:
        _write_span(read, (high, end, diagonal), back, ref, sheet, used)


@stamped
@njit(cache=True)
def _write_span(
    read: Read,
    span: tuple[int, int, int],
    back: Whole,
    ref: UInt8[np.ndarray, " L"],
    sheet: Sheet,
    used: Int64[np.ndarray, " 4"],
) -> None:
    """Write a piece of a read; most pieces hold no believed letter that contradicts."""
    start, end, diagonal = span
    strand = 1 if back else 0
    first = diagonal + start
    spans, letters, dull = sheet.spans, sheet.letters, sheet.dull
    spans[used[0], 0] = first
    spans[used[0], 1] = diagonal + end
    spans[used[0], 2] = strand
    used[0] += 1
    codes, quals, target = (
        read.codes[start:end],
        read.quals[start:end],
        ref[first : diagonal + end],
    )
    row, wrong = used[2], 0
    for at in range(len(codes)):
        dark = quals[at] < GOOD or codes[at] > 3
        wrong += not dark and codes[at] != target[at]
        dull[row] = first + at  # written over by the next unless it is dark: no branch
        row += dark
    used[2] = row
    if wrong:
        row = used[1]
        for at in range(len(codes)):
            if quals[at] >= GOOD and codes[at] < 4 and codes[at] != target[at]:
                letters[row, 0] = 8 * (first + at) + 2 * codes[at] + strand
                letters[row, 1] = quals[at]
                row += 1
        used[1] = row


@stamped
@njit(cache=True)
def _note_indel(
    laid: Laid,
    at: int,
    cut: int,
    back: Whole,
    target: tuple[tuple[int, int], Sheet, Int64[np.ndarray, " 4"]],
) -> None:
    done, sheet, used = target
    left, right = np.int64(laid.segments[at, 2]), np.int64(laid.segments[at + 1, 2])
    place = left + cut
    size: Whole = left - right
    if size > MOST_INSERTED or (done[0] <= place < done[1]):
        return
    row = used[3]
    sheet.indels[row, 0], sheet.indels[row, 1] = place, size
    sheet.indels[row, 2] = 1 if back else 0
    high, low = np.int64(0), np.int64(0)
    for step in range(max(0, size)):
        code = np.int64(laid.read.codes[cut + step] & 3)
        if step < 25:
            high = high * 4 + code
        else:
            low = low * 4 + code
    sheet.indels[row, 3], sheet.indels[row, 4] = high, low
    sheet.indels[row, 5] = min(cut - laid.segments[at, 0], laid.segments[at + 1, 1] - cut)
    used[3] += 1
