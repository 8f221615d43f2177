"""Counting what long reads and assembled contigs say, from where an aligner laid them.

An alignment is told by its operations as SAM writes them (Li et al. 2009 Bioinformatics
25:2078): 0 on one diagonal, 1 letters more than the reference, 2 letters fewer, 7 and 8 like 0.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int32, Int64, UInt8
from numba import njit

from nanoward.maths.jit.numba_pipeline import stamped
from nanoward.sequencing.kmer_index import Whole
from nanoward.sequencing.pileup import MOST_INSERTED, Block, PileupBatch, PileupWriter
from nanoward.sequencing.read_mapping import END, FARTHEST, UngappedSegment

BESIDE = 150  # letters of a read this close to each other are counted together
_LETTER = np.full(256, 5, np.uint8)
for _at, _one in enumerate("ACGT"):
    _LETTER[ord(_one)] = _LETTER[ord(_one.lower())] = _at


class Alignments(NamedTuple):
    """Where reads of a block lie.

    hits   (A, 5) row of the read; first reference position; first position in the read as it
           lies on the reference; 1 where it was turned round; first operation
    ends   (A,) behind its last operation
    steps  (C, 2) operations: how many letters, which kind
    """

    hits: Int64[np.ndarray, "A 5"]
    ends: Int64[np.ndarray, " A"]
    steps: Int32[np.ndarray, "C 2"]


class IndelSite(NamedTuple):
    """Where an indel stands in read and reference, its size (minus: deleted), its strand."""

    read: Whole
    position: Whole
    size: Whole
    reverse: Whole


def long_read_batch(
    block: Block,
    laid: Alignments,
    ref: UInt8[np.ndarray, " L"],
    scale: tuple[int, int],
) -> PileupBatch:
    """The sheet of a block of single reads whose places are known.

    scale  what a quality letter stands above its Phred value; quality from which a letter is
           believed
    """
    longest = int(block.where[:, 1].max(initial=1))
    spanned = int(laid.steps[:, 0].sum()) + len(laid.hits) + 1
    sheet = PileupBatch(
        spans=np.empty((len(laid.steps) + 1, 3), np.int32),
        letters=np.empty((spanned, 3), np.uint32),
        low_quality=np.empty(spanned, np.int32),
        indels=np.empty((len(laid.steps) + 1, 6), np.int64),
        ends=np.zeros((len(laid.hits), 4), np.int64),
        names=np.zeros(len(laid.hits), np.uint64),
        totals=np.zeros(4, np.int64),
    )
    used = np.zeros(4, np.int64)
    read = (np.zeros(longest, np.uint8), np.zeros(longest, np.uint8))
    _count_all(block, laid, ref, read, PileupWriter(sheet, used), (scale[0], scale[1]))
    sheet.totals[0] = len(block.where)
    sheet.totals[1] = len(np.unique(laid.hits[:, 0]))
    return sheet._replace(
        spans=sheet.spans[: used[0]].copy(),
        letters=sheet.letters[: used[1]].copy(),
        low_quality=sheet.low_quality[: used[2]].copy(),
        indels=sheet.indels[: used[3]].copy(),
    )


@stamped
@njit(cache=True, nogil=True)
def _count_all(
    block: Block,
    laid: Alignments,
    ref: UInt8[np.ndarray, " L"],
    read: tuple[UInt8[np.ndarray, " N"], UInt8[np.ndarray, " N"]],
    target: PileupWriter,
    scale: tuple[int, int],
) -> None:
    sheet, used = target
    for hit in range(len(laid.hits)):
        length = _oriented(block, laid.hits[hit], read, scale[0])
        sheet.totals[3] += length
        before = used[1]
        _count_bases(read, laid, hit, ref, target, scale[1])
        _count_beside(sheet.letters, before, used[1])
        sheet.ends[hit] = used


@stamped
@njit(cache=True)
def _oriented(
    block: Block,
    hit: Int64[np.ndarray, " 5"],
    read: tuple[UInt8[np.ndarray, " N"], UInt8[np.ndarray, " N"]],
    offset: int,
) -> int:
    """Write the read as it lies on the reference; its length."""
    codes, quals = read
    start, length, quality = block.where[hit[0]]
    for at in range(length):
        place = length - 1 - at if hit[3] else at
        code = _LETTER[block.text[start + place]]
        codes[at] = np.uint8(3) - code if hit[3] and code < 4 else code
        value = block.text[quality + place]
        quals[at] = value - offset if value > offset else 0
    return int(length)


@stamped
@njit(cache=True)
def _count_bases(
    read: tuple[UInt8[np.ndarray, " N"], UInt8[np.ndarray, " N"]],
    laid: Alignments,
    hit: int,
    ref: UInt8[np.ndarray, " L"],
    target: PileupWriter,
    good: int,
) -> None:
    _, place, at, back, first = laid.hits[hit]
    last = laid.ends[hit]
    for step in range(first, last):
        count, kind = np.int64(laid.steps[step, 0]), laid.steps[step, 1]
        if kind == 1 or kind == 2:  # noqa: PLR1714 - compiled
            size = count if kind == 1 else -count
            if first < step < last - 1:
                _record_indel(read, IndelSite(at, place, size, back), target, good)
            if kind == 1:
                at += count
            else:
                place += count
            continue
        left = END if step == first else 0
        right = END if step == last - 1 else 0
        if left + right < count:
            span = UngappedSegment(at + left, at + count - right, place - at)
            _write_span(read, span, back, ref, target, good)
        at += count
        place += count


@stamped
@njit(cache=True)
def _write_span(
    read: tuple[UInt8[np.ndarray, " N"], UInt8[np.ndarray, " N"]],
    span: UngappedSegment,
    back: int,
    ref: UInt8[np.ndarray, " L"],
    target: PileupWriter,
    good: int,
) -> None:
    codes, quals = read
    sheet, used = target
    start, end, diagonal = span
    sheet.spans[used[0], 0] = diagonal + start
    sheet.spans[used[0], 1] = diagonal + end
    sheet.spans[used[0], 2] = back
    used[0] += 1
    for at in range(start, end):
        if quals[at] < good or codes[at] > 3:
            sheet.low_quality[used[2]] = diagonal + at
            used[2] += 1
        elif codes[at] != ref[diagonal + at]:
            row = used[1]
            sheet.letters[row, 0] = 8 * (diagonal + at) + 2 * codes[at] + back
            sheet.letters[row, 1] = quals[at]
            used[1] += 1


@stamped
@njit(cache=True)
def _record_indel(
    read: tuple[UInt8[np.ndarray, " N"], UInt8[np.ndarray, " N"]],
    what: IndelSite,
    target: PileupWriter,
    good: int,
) -> None:
    codes, quals = read
    sheet, used = target
    at, place, size, back = what
    if size > MOST_INSERTED or size < -FARTHEST:
        return
    if quals[at - 1] < good or quals[at] < good:
        return
    row = used[3]
    high, low = np.int64(0), np.int64(0)
    for step in range(max(0, size)):
        code = np.int64(codes[at + step] & 3)
        if step < 25:
            high = high * 4 + code
        else:
            low = low * 4 + code
    sheet.indels[row, 0], sheet.indels[row, 1], sheet.indels[row, 2] = place, size, back
    sheet.indels[row, 3], sheet.indels[row, 4], sheet.indels[row, 5] = high, low, END
    used[3] += 1


@stamped
@njit(cache=True)
def _count_beside(letters: np.ndarray, first: int, last: int) -> None:
    """Contradictions of the same read within BESIDE of each, itself among them."""
    left, right = first, first
    for row in range(first, last):
        place = np.int64(letters[row, 0] >> 3)
        while np.int64(letters[left, 0] >> 3) < place - BESIDE:
            left += 1
        while right < last and np.int64(letters[right, 0] >> 3) <= place + BESIDE:
            right += 1
        letters[row, 2] = right - left
