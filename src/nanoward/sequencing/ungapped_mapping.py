"""Reads that lie from end to end on one diagonal: nearly all of them, told word by word.

What is told here is what `read_mapping` and `pileup` would tell letter by letter; a read
with any doubt (a letter that is none, more than two contradictions, one near an end) is left
to them.
"""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Int32, Int64, UInt8, UInt32, UInt64

from nanoward.maths.jit.object_cache import lean
from nanoward.sequencing.kmer_index import AMBIGUOUS, GOLDEN, LOW, K, SeedIndex, slot_of
from nanoward.sequencing.read_mapping import (
    GOOD,
    PLAIN_END,
    PLAIN_WRONG,
    RecordOffsets,
    UngappedSegment,
)
from nanoward.sequencing.word_parallel import (
    Word,
    below,
    bits_set,
    eight_bytes,
    eight_letters,
    letters_at,
    reverse_complemented,
    unlike,
    zeros_above,
)

Whole = Any
LONGEST = 512  # letters; longer reads are laid letter by letter
BATCH = (
    16  # reads laid together: while the memory brings one read's place, others are worked on
)
TRIED = 4  # words of a read looked up together; of four side by side one is kept
FARTHEST_SEED = 32
_WORDS = LONGEST // 32 + 2
_ONE, _TWO, _THREE, _ZERO = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(0)
_LAST_BIT = np.uint64(7)
_TOP = np.uint64(1 << 63)
_WHOLE_WORD = ~_ZERO >> _TWO


class ReadBatch(NamedTuple):
    """Room for some reads, and how they lie.

    words     (B, 2, W) letters as in the file, and turned round; of the one that lies, in the
              end, the higher bit of each letter that contradicts
    mixed     (B, 4) where to look for the first words
    first     (B,) the first of them that may be kept
    seeds     (B, 2) place of the read's first letter as it would lie, turned round
    diagonal  (B,) where the read lies plainly; -1 where it is left to others
    touched   (1,) of no meaning: keeps what is fetched ahead
    """

    words: UInt64[np.ndarray, "B 2 W"]
    mixed: UInt64[np.ndarray, "B 4"]
    first: Int64[np.ndarray, " B"]
    seeds: Int64[np.ndarray, "B 2"]
    diagonal: Int64[np.ndarray, " B"]
    touched: UInt64[np.ndarray, " 1"]


class SpanLists(NamedTuple):
    """The lists of a `PileupBatch` that a piece without gaps is written to."""

    spans: Int32[np.ndarray, "A 3"]
    letters: UInt32[np.ndarray, "E 3"]
    low_quality: Int32[np.ndarray, " W"]


def batch_buffers() -> ReadBatch:
    """Room for a batch."""
    return ReadBatch(
        words=np.zeros((BATCH, 2, _WORDS), np.uint64),
        mixed=np.zeros((BATCH, TRIED), np.uint64),
        first=np.zeros(BATCH, np.int64),
        seeds=np.zeros((BATCH, 2), np.int64),
        diagonal=np.zeros(BATCH, np.int64),
        touched=np.zeros(1, np.uint64),
    )


@lean
def map_batch(
    text: UInt8[np.ndarray, " B"],
    where: Int64[np.ndarray, "N 3"],
    index: SeedIndex,
    length: int,
    batch: ReadBatch,
) -> None:
    """Lay the first reads of `where` plainly where that can be done.

    where   where the letters of each read begin, and how many there are
    length  letters of the reference
    """
    count = min(len(where), BATCH)
    for row in range(count):
        start, n = where[row, 0], where[row, 1]
        batch.first[row] = batch.diagonal[row] = -1
        for at in range(TRIED):
            batch.mixed[row, at] = _ZERO
        if K + TRIED <= n <= LONGEST and _pack(text, start, n, batch.words[row, 0]):
            batch.first[row] = TRIED
            for at in range(TRIED):
                batch.mixed[row, at] = _mixed(batch.words[row, 0], at)[0]
    _prefetch(index, batch, count)
    _seek(where, index, length, batch, count)
    for row in range(count):
        if batch.first[row] < 0:
            continue
        n, diagonal, back = where[row, 1], batch.seeds[row, 0], batch.seeds[row, 1]
        if back:
            _reverse_complement(batch.words[row, 0], n, batch.words[row, 1])
        if _alike(batch.words[row, back], n, index, diagonal):
            batch.diagonal[row] = diagonal


@lean
def _seek(
    where: Int64[np.ndarray, "N 3"], index: SeedIndex, length: int, batch: ReadBatch, count: int
) -> None:
    """Where each read would lie; and have the letters there fetched."""
    touched = _ZERO
    for row in range(count):
        if batch.first[row] < 0:
            continue
        n = where[row, 1]
        at, place, back = _first_seed(batch.words[row, 0], n, index, batch.first[row])
        diagonal = place - (n - K - at if back else at)
        if place < 0 or diagonal < 0 or diagonal + n > length:
            batch.first[row] = -1
            continue
        batch.seeds[row, 0], batch.seeds[row, 1] = diagonal, 1 if back else 0
        touched ^= index.letters[diagonal >> 5] ^ index.letters[(diagonal + n) >> 5]
    batch.touched[0] = touched


@lean
def _prefetch(index: SeedIndex, batch: ReadBatch, count: int) -> None:
    """The first word of each read that may be kept; and have its slot fetched."""
    marks, shift, touched = index.marks, index.shift, _ZERO
    for row in range(count):
        bits = 1 << TRIED
        for at in range(TRIED):
            mark = batch.mixed[row, at] >> (shift - _THREE)
            bits |= ((marks[mark >> _THREE] >> np.uint8(mark & _LAST_BIT)) & 1) << at
        if batch.first[row] >= 0:
            batch.first[row] = np.int64(63) - np.int64(zeros_above(np.uint64(bits & -bits)))
    for row in range(count):
        at = min(max(batch.first[row], 0), TRIED - 1)
        touched ^= index.slots[batch.mixed[row, at] >> shift]
    batch.touched[0] = touched


@lean
def _mixed(words: UInt64[np.ndarray, " W"], at: int) -> tuple[Word, Whole]:
    """Where to look for the word at a place of a read, and whether it is read backwards."""
    forward = letters_at(words, at) >> _TWO
    backward = reverse_complemented(forward << _TWO) & _WHOLE_WORD
    return (forward if forward < backward else backward) * GOLDEN, forward >= backward


@lean
def _pack(
    text: UInt8[np.ndarray, " B"], start: int, n: int, words: UInt64[np.ndarray, " W"]
) -> bool:
    """Write a read as words, zero behind its end; false where a letter is none."""
    word, sound = _ZERO, True
    for chunk in range(n >> 3):
        told, fine = eight_letters(eight_bytes(text, start + 8 * chunk))
        sound &= fine
        word = (word << np.uint64(16)) | told
        if chunk & 3 == 3:
            words[chunk >> 2] = word
    rest = n & 7
    if rest:
        told, fine = eight_letters(eight_bytes(text, start + n - 8))
        sound &= fine
        bits = np.uint64(2 * rest)
        word = (word << bits) | (told & ((_ONE << bits) - _ONE))
    last = n & 31
    if last:
        words[n >> 5] = word << np.uint64(64 - 2 * last)
    words[(n + 31) >> 5] = _ZERO
    return sound


@lean
def _reverse_complement(
    words: UInt64[np.ndarray, " W"], n: int, lies: UInt64[np.ndarray, " W"]
) -> None:
    """The reverse complement of a read of n letters."""
    count = (n + 31) >> 5
    shift = np.uint64(2 * (32 * count - n))
    word = reverse_complemented(words[count - 1])
    for at in range(count):
        behind = reverse_complemented(words[count - 2 - at]) if at + 1 < count else _ZERO
        lies[at] = (word << shift) | ((behind >> _ONE) >> (np.uint64(63) - shift))
        word = behind
    lies[count] = _ZERO


@lean
def _first_seed(
    words: UInt64[np.ndarray, " W"], n: int, index: SeedIndex, start: int
) -> tuple[Whole, Whole, Whole]:
    """What `next_seed` finds from a place on, if it finds it soon."""
    slots, marks, shift = index.slots, index.marks, index.shift
    for at in range(start, min(n - K + 1, FARTHEST_SEED)):
        mixed, backwards = _mixed(words, at)
        mark = mixed >> (shift - _THREE)
        if not (marks[mark >> _THREE] >> np.uint8(mark & _LAST_BIT)) & 1:
            continue
        slot, _ = slot_of(slots, mixed, shift)
        told = slots[slot] & LOW
        if _ZERO < told < AMBIGUOUS:
            place = np.int64(told) - 1
            return at, place >> 1, (place & 1) != (1 if backwards else 0)
    return 0, -1, False


@lean
def _alike(lies: UInt64[np.ndarray, " W"], n: int, index: SeedIndex, diagonal: int) -> bool:
    """Whether a read lies on a diagonal with few contradictions, none of them near an end.

    Leaves them in `lies`: the higher bit of each letter that contradicts.
    """
    count, wrong = (n + 31) >> 5, _ZERO
    for block in range(diagonal >> 5, ((diagonal + n - 1) >> 5) + 1):
        if index.holes[block]:
            return False
    for at in range(count):
        unlikes = unlike(lies[at], letters_at(index.letters, diagonal + 32 * at))
        if at == count - 1 and n & 31:
            unlikes &= ~((_ONE << np.uint64(64 - 2 * (n & 31))) - _ONE)
        lies[at] = unlikes
        wrong += bits_set(unlikes)
    if wrong == _ZERO:
        return True
    if wrong > np.uint64(PLAIN_WRONG):
        return False
    for word in range(count):
        left = lies[word]
        while left:
            above = zeros_above(left)
            place = 32 * word + np.int64(above >> _ONE)
            if place < PLAIN_END or place >= n - PLAIN_END:
                return False
            left ^= _TOP >> above
    return True


@lean
def write_ungapped_span(
    text: UInt8[np.ndarray, " B"],
    where: RecordOffsets,
    span: UngappedSegment,
    how: tuple[Whole, Whole],
    lists: SpanLists,
    wrongs: UInt64[np.ndarray, " W"],
    used: Int64[np.ndarray, " 4"],
) -> None:
    """Write a piece of a read that `map_batch` laid.

    span    the piece, in the read as it lies
    how     turned round; quality letter from which a letter is believed
    wrongs  what `_alike` left
    """
    begin, n, quality = where
    start, end, diagonal = span
    back, least = how
    spans, letters, low_quality = lists
    strand = 1 if back else 0
    row = used[0]
    spans[row, 0], spans[row, 1], spans[row, 2] = diagonal + start, diagonal + end, strand
    used[0] = row + 1
    if back:
        line = diagonal + n - 1, -1
        _write_low_quality(text, quality, (n - end, n - start), line, least, low_quality, used)
    else:
        _write_low_quality(text, quality, (start, end), (diagonal, 1), least, low_quality, used)
    for word in range(start >> 5, ((end - 1) >> 5) + 1):
        left = wrongs[word]
        while left:
            above = zeros_above(left)
            left ^= _TOP >> above
            at = 32 * word + np.int64(above >> _ONE)
            place = n - 1 - at if back else at
            value = text[quality + place]
            if start <= at < end and value >= least:
                letter = np.int64(text[begin + place])
                code = ((letter >> 1) ^ (letter >> 2)) & 3
                row = used[1]
                letters[row, 0] = (
                    8 * (diagonal + at) + 2 * (3 - code if back else code) + strand
                )
                letters[row, 1] = value - (least - GOOD)
                used[1] = row + 1


@lean
def _write_low_quality(
    text: UInt8[np.ndarray, " B"],
    quality: int,
    piece: tuple[Whole, Whole],
    line: tuple[Whole, Whole],
    least: Whole,
    low_quality: Int32[np.ndarray, " W"],
    used: Int64[np.ndarray, " 4"],
) -> None:
    """Positions of letters whose quality is below `least`, eight looked at together."""
    row = used[2]
    first, last = piece
    zero, step = line
    at: Whole = first
    while at + 8 <= last:
        dark = below(eight_bytes(text, quality + at), np.uint64(least))
        while dark:
            above = zeros_above(dark)
            dark ^= _TOP >> above
            low_quality[row] = zero + step * (at + np.int64(above >> _THREE))
            row += 1
        at += 8
    while at < last:
        if text[quality + at] < least:
            low_quality[row] = zero + step * at
            row += 1
        at += 1
    used[2] = row
