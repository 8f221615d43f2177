"""Counting what pairs of reads say, block by block: depth, contradicting letters, indels.

Blocks can be read by several threads in any order; adding their sheets to a tally is done in
the order of the file and adds whole numbers, so the tally does not depend on the threads.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int32, Int64, UInt8, UInt32, UInt64

from nanoward.maths.jit.object_cache import kept, lean
from nanoward.sequencing.kmer_index import SeedIndex, Whole
from nanoward.sequencing.mate_pairing import (
    MappedMate,
    MateMapping,
    map_mate,
    mate_buffers,
    rescue_mate,
)
from nanoward.sequencing.read_mapping import (
    END,
    GOOD,
    MOST_SEGMENTS,
    Read,
    RecordOffsets,
    UngappedSegment,
    junction,
)
from nanoward.sequencing.ungapped_mapping import (
    BATCH,
    SpanLists,
    map_batch,
    write_ungapped_span,
)

MOST_INSERTED = 50


class Block(NamedTuple):
    """Reads as they stand in a piece of a file.

    text   (B,) the file's bytes
    where  (N, 3) where the letters begin, how many there are, where the qualities begin
    """

    text: UInt8[np.ndarray, " B"]
    where: Int64[np.ndarray, "N 3"]


class PileupBatch(NamedTuple):
    """What the pairs of one block say; `ends` closes each pair's part of the four lists.

    spans    (A, 3) first position, behind the last, strand: what is read without a gap
    letters  (E, 3) uint32 of 8 * position + 2 * letter + strand; quality; contradictions of
             the pair: believed letters that are not the reference's
    low_quality     (W,) positions of letters that are not believed
    indels   (I, 6) position, size (minus: deleted), strand, inserted letters in base 4 (first
             25, the others), letters on the shorter side
    ends     (P, 4) ends of the pair's spans, letters, low_quality, indels
    names    (P,) where a pair lies, 0 where not both mates do: equal for PCR duplicates
    totals   reads, placed reads, rescued reads, letters of placed reads
    """

    spans: Int32[np.ndarray, "A 3"]
    letters: UInt32[np.ndarray, "E 3"]
    low_quality: Int32[np.ndarray, " W"]
    indels: Int64[np.ndarray, "I 6"]
    ends: Int64[np.ndarray, "P 4"]
    names: UInt64[np.ndarray, " P"]
    totals: Int64[np.ndarray, " 4"]


class ReadSource(NamedTuple):
    """A row of a block, and the quality letter from which its letters are believed."""

    block: Block
    row: Whole
    least: Whole


class ReadLayout(NamedTuple):
    """What quality letters stand above Phred values, and whether reads have no mates."""

    offset: np.uint8
    single_end: bool


class PileupWriter(NamedTuple):
    """A batch that is being filled, and how many rows of its four lists are used."""

    batch: PileupBatch
    used: Int64[np.ndarray, " 4"]


def pileup_of_block(
    blocks: tuple[Block, Block | None],
    ref: UInt8[np.ndarray, " L"],
    index: SeedIndex,
    offset: int,
) -> PileupBatch:
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
    sheet = PileupBatch(
        spans=np.empty((2 * MOST_SEGMENTS * reads, 3), np.int32),
        letters=np.empty((letters, 3), np.uint32),
        low_quality=np.empty(letters, np.int32),
        indels=np.empty((MOST_SEGMENTS * reads, 6), np.int64),
        ends=np.zeros((pairs, 4), np.int64),
        names=np.zeros(pairs, np.uint64),
        totals=np.zeros(4, np.int64),
    )
    mates = (mate_buffers(longest), mate_buffers(longest))
    done = np.zeros(4, np.int64)
    _read_pairs(
        (first, other), ref, index, sheet, mates, ReadLayout(np.uint8(offset), alone), done
    )
    return sheet._replace(
        spans=sheet.spans[: done[0]].copy(),
        letters=sheet.letters[: done[1]].copy(),
        low_quality=sheet.low_quality[: done[2]].copy(),
        indels=sheet.indels[: done[3]].copy(),
    )


@kept()
def _read_pairs(
    blocks: tuple[Block, Block],
    ref: UInt8[np.ndarray, " L"],
    index: SeedIndex,
    sheet: PileupBatch,
    mates: tuple[MappedMate, MappedMate],
    layout: ReadLayout,
    used: Int64[np.ndarray, " 4"],
) -> None:
    one, two = mates
    least = np.int64(layout.offset) + GOOD
    for pair in range(len(blocks[0].where)):
        before = used[1]
        first = ReadSource(blocks[0], pair, least)
        if pair % BATCH == 0:
            map_batch(blocks[0].text, blocks[0].where[pair:], index, len(ref), one.batch)
            if not layout.single_end:
                map_batch(blocks[1].text, blocks[1].where[pair:], index, len(ref), two.batch)
        laid1 = map_mate(blocks[0].text, blocks[0].where, pair, one, ref, index, layout.offset)
        sheet.totals[0] += 1
        if layout.single_end:
            _count_bases(one, laid1, (0, 0), first, ref, sheet, used)
        else:
            laid2 = map_mate(
                blocks[1].text, blocks[1].where, pair, two, ref, index, layout.offset
            )
            sheet.totals[0] += 1
            if laid1.segments and not laid2.segments:
                laid2 = rescue_mate(one, laid1, two, laid2.length, ref)
                sheet.totals[2] += laid2.segments > 0
            elif laid2.segments and not laid1.segments:
                laid1 = rescue_mate(two, laid2, one, laid1.length, ref)
                sheet.totals[2] += laid1.segments > 0
            sources = first, ReadSource(blocks[1], pair, least)
            _count_pair(mates, (laid1, laid2), sources, ref, sheet, used)
        load = used[1] - before
        for at in range(before, used[1]):
            sheet.letters[at, 2] = load
        for which in range(len(used)):
            sheet.ends[pair, which] = used[which]


@lean
def _count_pair(
    mates: tuple[MappedMate, MappedMate],
    how: tuple[MateMapping, MateMapping],
    sources: tuple[ReadSource, ReadSource],
    ref: UInt8[np.ndarray, " L"],
    sheet: PileupBatch,
    used: Int64[np.ndarray, " 4"],
) -> None:
    """Both mates; letters of the second that overlap the first tell of the same molecule."""
    one, two = mates
    done = _count_bases(one, how[0], (0, 0), sources[0], ref, sheet, used)
    _count_bases(two, how[1], done, sources[1], ref, sheet, used)
    if how[0].segments and how[1].segments:
        a, b = _outer_end(one, how[0]), _outer_end(two, how[1])
        key = np.uint64((a << 32) | (b & 0xFFFFFFFF))
        sheet.names[sources[0].row] = (key << np.uint64(1)) | np.uint64(how[0].reverse)


@lean
def _outer_end(laid: MappedMate, how: MateMapping) -> Whole:
    count, length, back, _ = how
    if back:
        return np.int64(laid.segments[count - 1, 2]) + length + (1 << 20)
    return np.int64(laid.segments[0, 2]) + (1 << 20)


@lean
def _count_bases(
    laid: MappedMate,
    how: MateMapping,
    done: tuple[Whole, Whole],
    source: ReadSource,
    ref: UInt8[np.ndarray, " L"],
    sheet: PileupBatch,
    used: Int64[np.ndarray, " 4"],
) -> tuple[Whole, Whole]:
    """Write what one read says outside of `done`; returns the positions that it spans."""
    count, length, back, plain = how
    if not count:
        return 0, 0
    sheet.totals[1] += 1
    sheet.totals[3] += length
    if plain:
        diagonal = np.int64(laid.segments[0, 2])
        if length <= 2 * END:
            return 0, 0
        span = UngappedSegment(END, length - END, diagonal)
        for piece in _outside(span, done):
            if piece[0] < piece[1]:
                _write_ungapped(laid, piece, back, source, sheet, used)
        return diagonal + END, diagonal + length - END
    return _count_segments(laid, how, done, ref, sheet, used)


@lean
def _count_segments(
    laid: MappedMate,
    how: MateMapping,
    done: tuple[Whole, Whole],
    ref: UInt8[np.ndarray, " L"],
    sheet: PileupBatch,
    used: Int64[np.ndarray, " 4"],
) -> tuple[Whole, Whole]:
    count, _, back, _ = how
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
                _record_indel(laid, at, cut, back, done, PileupWriter(sheet, used))
        if start < end:
            low, high = min(low, own[2] + start), max(high, own[2] + end)
            diagonal: Whole = np.int64(own[2])
            span = UngappedSegment(start, end, diagonal)
            _count_span(laid.read, span, back, done, ref, sheet, used)
        start = max(after, end)
    return (low, high) if high > low else (0, 0)


@lean
def _count_span(
    read: Read,
    span: UngappedSegment,
    back: Whole,
    done: tuple[int, int],
    ref: UInt8[np.ndarray, " L"],
    sheet: PileupBatch,
    used: Int64[np.ndarray, " 4"],
) -> None:
    for piece in _outside(span, done):
        if piece[0] < piece[1]:
            _write_span(read, piece, back, ref, sheet, used)


@lean
def _outside(
    span: UngappedSegment, done: tuple[Whole, Whole]
) -> tuple[UngappedSegment, UngappedSegment]:
    """What of a span lies before and behind positions that are done; empty where nothing."""
    start, end, diagonal = span
    low, high = done[0] - diagonal, done[1] - diagonal
    if high <= start or low >= end or done[1] <= done[0]:
        return span, UngappedSegment(end, end, diagonal)
    return UngappedSegment(start, low, diagonal), UngappedSegment(high, end, diagonal)


@lean
def _write_ungapped(
    laid: MappedMate,
    piece: UngappedSegment,
    back: Whole,
    source: ReadSource,
    sheet: PileupBatch,
    used: Int64[np.ndarray, " 4"],
) -> None:
    block, row, least = source
    where = RecordOffsets(block.where[row, 0], block.where[row, 1], block.where[row, 2])
    lists = SpanLists(sheet.spans, sheet.letters, sheet.low_quality)
    wrongs = laid.batch.words[row % BATCH, 1 if back else 0]
    write_ungapped_span(block.text, where, piece, (back, least), lists, wrongs, used)


@lean
def _write_span(
    read: Read,
    span: UngappedSegment,
    back: Whole,
    ref: UInt8[np.ndarray, " L"],
    sheet: PileupBatch,
    used: Int64[np.ndarray, " 4"],
) -> None:
    """Write a piece of a read; most pieces hold no believed letter that contradicts."""
    start, end, diagonal = span
    strand = 1 if back else 0
    first = diagonal + start
    spans, letters, low_quality = sheet.spans, sheet.letters, sheet.low_quality
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
        low_quality[row] = first + at  # written over by the next unless it is dark: no branch
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


@lean
def _record_indel(
    laid: MappedMate,
    at: int,
    cut: int,
    back: Whole,
    done: tuple[int, int],
    writer: PileupWriter,
) -> None:
    sheet, used = writer
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
