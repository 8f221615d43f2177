"""One mate of a pair: how it was laid, plainly or letter by letter, or beside the other."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int32, Int64, UInt8

from nanoward.maths.jit.object_cache import lean
from nanoward.sequencing.kmer_index import SeedIndex, Whole
from nanoward.sequencing.read_mapping import (
    MOST_SEGMENTS,
    Read,
    RecordOffsets,
    map_read,
    rescue,
    reverse_complement,
)
from nanoward.sequencing.ungapped_mapping import BATCH, ReadBatch, batch_buffers

LONGEST_PAIR = 1_000  # reference positions that two mates may span, and rescue looks over
_LETTER = np.full(256, 5, np.uint8)
for _at, _one in enumerate("ACGT"):
    _LETTER[ord(_one)] = _LETTER[ord(_one.lower())] = _at


class MateMapping(NamedTuple):
    """How a mate was mapped.

    segments  how many; 0 where it has no place
    length    its letters
    reverse   whether its reverse complement lies on the reference
    ungapped  whether it lies from end to end on one diagonal
    """

    segments: Whole
    length: Whole
    reverse: Whole
    ungapped: Whole


class MappedMate(NamedTuple):
    """One mate as it was laid; where it lies plainly its codes are not written."""

    read: Read
    segments: Int32[np.ndarray, "M 3"]
    room: UInt8[np.ndarray, " D"]
    batch: ReadBatch


def mate_buffers(longest: int) -> MappedMate:
    """Room for mates of at most so many letters."""
    return MappedMate(
        read=Read(
            codes=np.zeros(longest, np.uint8),
            quals=np.zeros(longest, np.uint8),
        ),
        segments=np.zeros((MOST_SEGMENTS + 2, 3), np.int32),
        room=np.zeros(LONGEST_PAIR + 1, np.uint8),
        batch=batch_buffers(),
    )


@lean
def map_mate(
    text: UInt8[np.ndarray, " B"],
    where: Int64[np.ndarray, "N 3"],
    row: int,
    mate: MappedMate,
    ref: UInt8[np.ndarray, " L"],
    index: SeedIndex,
    offset: np.uint8,
) -> MateMapping:
    """Map the mate in a row of a block; `map_batch` must have been asked about its batch."""
    diagonal = mate.batch.diagonal[row % BATCH]
    if diagonal >= 0:
        own, n = mate.segments[0], where[row, 1]
        own[0], own[1], own[2] = 0, n, diagonal
        return MateMapping(1, n, mate.batch.seeds[row % BATCH, 1] == 1, ungapped=True)
    length = _take(
        text, RecordOffsets(where[row, 0], where[row, 1], where[row, 2]), mate.read, offset
    )
    count, back = map_read(mate.read, length, ref, index, mate.segments)
    return MateMapping(count, length, back, ungapped=False)


@lean
def _take(
    text: UInt8[np.ndarray, " B"],
    where: RecordOffsets,
    read: Read,
    offset: np.uint8,
) -> Whole:
    start, length, quality = where
    letters, values = text[start : start + length], text[quality : quality + length]
    for at in range(length):
        read.codes[at] = _LETTER[letters[at]]
    for at in range(length):
        value = values[at]
        read.quals[at] = value - offset if value > offset else np.uint8(0)
    return length


@lean
def rescue_mate(
    placed: MappedMate,
    how: MateMapping,
    lost: MappedMate,
    length: int,
    ref: UInt8[np.ndarray, " L"],
) -> MateMapping:
    """Lay a mate that has no seed on the other strand, within LONGEST_PAIR of its mate."""
    count, n, back, _ = how
    if not back:
        reverse_complement(lost.read, length)
        start = placed.segments[0, 2]
        window = (start, start + LONGEST_PAIR)
    else:
        end = placed.segments[count - 1, 2] + n
        window = (end - LONGEST_PAIR, end - length + 1)
    segments = rescue(lost.read, length, ref, window, lost.segments, lost.room)
    return MateMapping(segments, length, not back, ungapped=False)
