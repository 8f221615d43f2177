"""Where each read lies and what of it does not: the raw material of structural changes.

A second look at the reads of a lot, letter by letter, beside the counting of letters: it asks
not what stands at a position but where a read leaves the reference, and for which other place.
"""

import numpy as np
from jaxtyping import Int64, UInt8

from nanoward.maths.jit.object_cache import kept, lean
from nanoward.sequencing.kmer_index import K, SeedIndex, Whole
from nanoward.sequencing.mate_pairing import MappedMate, mate_buffers
from nanoward.sequencing.pileup import Block
from nanoward.sequencing.read_mapping import GOOD, map_read
from nanoward.sequencing.reads import Read, UngappedSegment

SEGMENTS, REVERSE, FIRST, BEHIND, LEFT, RIGHT, BREAK, JOIN, LENGTH = range(9)
COLUMNS = 9
LEAST_WRONG = 4  # one of so many clipped letters must contradict the reference
JUMP = 50  # letters by which a read must jump for a break within it: less is an indel
_LETTER = np.full(256, 5, np.uint8)
for _at, _one in enumerate("ACGT"):
    _LETTER[ord(_one)] = _LETTER[ord(_one.lower())] = _at


def read_placements(
    block: Block, ref: UInt8[np.ndarray, " L"], index: SeedIndex, offset: int
) -> Int64[np.ndarray, "N 9"]:
    """A row per read of a block.

    SEGMENTS  pieces that lie on the reference; 0 where it has no place
    REVERSE   1 where its reverse complement lies there
    FIRST, BEHIND  reference positions of its first letter and behind its last that lie
    LEFT, RIGHT  believed letters left and right of them that do not fit on
    BREAK, JOIN  where a read jumps by more than JUMP, or goes on the other way: reference
              positions beside which it leaves and goes on; -1 where it does not
    LENGTH    letters of the read
    """
    rows = np.zeros((len(block.where), COLUMNS), np.int64)
    longest = int(block.where[:, 1].max(initial=1))
    mate, rest = mate_buffers(longest), mate_buffers(longest)
    _place_reads(block, ref, index, mate, rest, np.uint8(offset), rows)
    return rows


@kept()
def _place_reads(
    block: Block,
    ref: UInt8[np.ndarray, " L"],
    index: SeedIndex,
    mate: MappedMate,
    rest: MappedMate,
    offset: np.uint8,
    rows: Int64[np.ndarray, "N 9"],
) -> None:
    text, where = block
    read, segments = mate.read, mate.segments
    for at in range(len(where)):
        start, length, quality = where[at, 0], where[at, 1], where[at, 2]
        for step in range(length):
            read.codes[step] = _LETTER[text[start + step]]
            value = text[quality + step]
            read.quals[step] = value - offset if value > offset else np.uint8(0)
        count, back = map_read(read, length, ref, index, segments)
        row = rows[at]
        row[SEGMENTS], row[REVERSE], row[LENGTH] = count, 1 if back else 0, length
        row[BREAK], row[JOIN] = -1, -1
        if not count:
            continue
        begin, low = np.int64(segments[0, 0]), np.int64(segments[0, 2])
        end, high = np.int64(segments[count - 1, 1]), np.int64(segments[count - 1, 2])
        row[FIRST], row[BEHIND] = begin + low, end + high
        row[LEFT] = _clipped(read, UngappedSegment(0, begin, low), ref)
        row[RIGHT] = _clipped(read, UngappedSegment(end, length, high), ref)
        for piece in range(count - 1):
            shift = np.int64(segments[piece + 1, 2]) - np.int64(segments[piece, 2])
            if abs(shift) > JUMP:
                row[BREAK] = np.int64(segments[piece, 1]) + np.int64(segments[piece, 2])
                row[JOIN] = np.int64(segments[piece + 1, 0]) + np.int64(segments[piece + 1, 2])
        if row[BREAK] < 0 and row[RIGHT] >= K:
            row[JOIN] = _elsewhere(read, UngappedSegment(end, length, 1), rest, ref, index)
            row[BREAK] = row[BEHIND] if row[JOIN] >= 0 else -1
        elif row[BREAK] < 0 and row[LEFT] >= K:
            row[JOIN] = _elsewhere(read, UngappedSegment(0, begin, 0), rest, ref, index)
            row[BREAK] = row[FIRST] if row[JOIN] >= 0 else -1


@lean
def _elsewhere(
    read: Read,
    end: UngappedSegment,
    rest: MappedMate,
    ref: UInt8[np.ndarray, " L"],
    index: SeedIndex,
) -> Whole:
    """Where a clipped end lies instead: the place beside which it goes on; -1 for nowhere.

    end  its first letter, the one behind its last, and 1 where it is the read's right end
    """
    start, stop, behind = end
    length = stop - start
    for step in range(length):
        rest.read.codes[step] = read.codes[start + step]
        rest.read.quals[step] = read.quals[start + step]
    count, back = map_read(rest.read, length, ref, index, rest.segments)
    if not count:
        return np.int64(-1)
    own = rest.segments
    if (behind == 1) != back:
        return np.int64(own[0, 0]) + np.int64(own[0, 2])
    return np.int64(own[count - 1, 1]) + np.int64(own[count - 1, 2])


@lean
def _clipped(read: Read, span: UngappedSegment, ref: UInt8[np.ndarray, " L"]) -> int:
    """Believed letters of a clipped end; 0 where too few of them contradict the reference."""
    good, wrong = 0, 0
    for at in range(span.start, span.end):
        if read.quals[at] < GOOD or read.codes[at] > 3:
            continue
        good += 1
        place = at + span.diagonal
        if place < 0 or place >= len(ref) or ref[place] != read.codes[at]:
            wrong += 1
    return good if LEAST_WRONG * wrong >= good else 0
