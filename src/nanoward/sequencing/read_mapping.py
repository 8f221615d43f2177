"""Laying one read on a reference: unique words as seeds, ungapped extension, joined segments.

A read is laid as segments without gaps. Two segments on different diagonals (reference minus
read position) are joined at the place where fewest letters contradict; leftmost where several
places are as good, so that every read tells an indel in the same way.

The extension stops once the score has fallen DROP below its best (X-drop: Altschul 1990 JMB
215:403). Outermost END letters of a segment are not counted unless it is joined there: what
stands beyond them cannot be told from the next base of an indel or of an adapter.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int32, UInt8

from nanoward.maths.jit.object_cache import lean
from nanoward.sequencing.kmer_index import K, SeedIndex, Whole, next_seed

DROP = 14
WRONG = 5  # cost of a letter that contradicts; half for one of low quality
GOOD = 20  # Phred quality from which a letter is believed
END = 5
PLAIN_WRONG = 2  # WRONG for each of them stays below DROP
PLAIN_END = 12  # more than they can cost together
ANCHOR = 8  # letters that each side of an indel needs
FARTHEST = 5_000  # largest deletion, in bases
NEAR = 50  # largest shift that is looked for without a seed
PROBE = 24
FEWEST_PROBE = 12
MOST_JOIN_WRONG = 2
MOST_SEGMENTS = 8
MOST_RESCUE_WRONG = 8
RESCUE_RUN = 14
RESCUE_OPENING = 40  # of random letters 30 contradict


class Read(NamedTuple):
    """One read, in the orientation in which it lies on the reference.

    codes    (N,) A 0, C 1, G 2, T 3, no letter 5
    quals    (N,) Phred qualities
    """

    codes: UInt8[np.ndarray, " N"]
    quals: UInt8[np.ndarray, " N"]


class Seed(NamedTuple):
    """A word shared with the reference: where it begins in each; the read's length."""

    read_start: int
    ref_start: int
    read_length: int


class UngappedSegment(NamedTuple):
    """A piece of a read without gaps, in the read as it lies.

    start, end  its first letter and the one behind its last
    diagonal    reference position minus read position
    """

    start: Whole
    end: Whole
    diagonal: Whole


class RecordOffsets(NamedTuple):
    """Where a FASTQ record stands in the text: its letters, how many, its qualities."""

    sequence: Whole
    length: Whole
    quality: Whole


@lean
def reverse_complement(read: Read, length: int) -> None:
    """Reverse complement in place."""
    codes, quals = read.codes, read.quals
    last = length - 1
    for at in range((length + 1) >> 1):
        left, right = codes[at], codes[last - at]
        codes[at] = np.uint8(3) - right if right < 4 else right
        codes[last - at] = np.uint8(3) - left if left < 4 else left
        quals[at], quals[last - at] = quals[last - at], quals[at]


@lean
def _maps_ungapped(
    codes: UInt8[np.ndarray, " N"], length: int, ref: UInt8[np.ndarray, " L"], diagonal: int
) -> bool:
    """Whether a read lies on one diagonal from end to end, without looking letter by letter.

    With PLAIN_WRONG contradictions, none of them within PLAIN_END letters of an end, no
    extension from within the read can drop or end early: it would give the same.
    """
    if diagonal < 0 or diagonal + length > len(ref) or length < 2 * PLAIN_END:
        return False
    target = ref[diagonal : diagonal + length]
    wrong = 0
    for at in range(len(target)):
        wrong += codes[at] != target[at]
    if wrong == 0:
        return True
    if wrong > PLAIN_WRONG:
        return False
    for at in range(PLAIN_END):
        if codes[at] != target[at] or codes[length - 1 - at] != target[length - 1 - at]:
            return False
    return True


@lean
def _reach(
    codes: UInt8[np.ndarray, " N"],
    quals: UInt8[np.ndarray, " N"],
    ref: UInt8[np.ndarray, " N"],
) -> int:
    """How many letters the best extension along these arrays holds."""
    score, best, end = 0, 0, 0
    for at in range(len(codes)):
        if codes[at] == ref[at]:
            score += 1
            if score >= best:
                best, end = score, at + 1
        elif codes[at] < 4:
            score -= WRONG if quals[at] >= GOOD else 2
            if score < best - DROP:
                break
    return end


@lean
def reach_right(
    read: Read, stop: int, ref: UInt8[np.ndarray, " L"], diagonal: int, start: int
) -> int:
    """End of the best ungapped extension from read position `start`, exclusive."""
    last = min(stop, len(ref) - diagonal)
    if last <= start:
        return start
    return start + _reach(
        read.codes[start:last], read.quals[start:last], ref[diagonal + start : diagonal + last]
    )


@lean
def reach_left(
    read: Read, first: int, ref: UInt8[np.ndarray, " L"], diagonal: int, start: int
) -> int:
    """First read position of the best ungapped extension to the left of `start`."""
    begin = max(first, -diagonal)
    if begin >= start:
        return start
    return start - _reach(
        read.codes[begin:start][::-1],
        read.quals[begin:start][::-1],
        ref[diagonal + begin : diagonal + start][::-1],
    )


@lean
def mismatches(
    read: Read, span: tuple[int, int], ref: UInt8[np.ndarray, " L"], diagonal: int, most: int
) -> int:
    """Letters that contradict the reference within a span of the read, counted to most + 1."""
    if diagonal + span[0] < 0 or diagonal + span[1] > len(ref):
        return most + 1
    codes = read.codes[span[0] : span[1]]
    target = ref[diagonal + span[0] : diagonal + span[1]]
    wrong = 0
    for at in range(len(codes)):
        if codes[at] != target[at] and codes[at] < 4:
            wrong += 1
            if wrong > most:
                break
    return wrong


@lean
def fits(
    read: Read, span: tuple[int, int], ref: UInt8[np.ndarray, " L"], diagonal: int
) -> bool:
    """Whether the first letters of a piece of a read lie on a diagonal without a doubt."""
    if span[1] - span[0] < FEWEST_PROBE:
        return False
    return bool(mismatches(read, (span[0], span[0] + FEWEST_PROBE), ref, diagonal, 0) == 0)


@lean
def near_diagonal(
    read: Read, span: tuple[int, int], ref: UInt8[np.ndarray, " L"], diagonal: int
) -> int:
    """The one diagonal within NEAR on which a short piece of a read fits; or the given one."""
    most = 1 if span[1] - span[0] >= 18 else 0
    found, best, times = diagonal, most + 1, 0
    for shift in range(-NEAR, NEAR + 1):
        if shift == 0:
            continue
        wrong = mismatches(read, span, ref, diagonal + shift, most)
        if wrong < best:
            best, found, times = wrong, diagonal + shift, 1
        elif wrong == best and wrong <= most:
            times += 1
    return found if times == 1 else diagonal


@lean
def map_read(
    read: Read,
    length: int,
    ref: UInt8[np.ndarray, " L"],
    index: SeedIndex,
    segments: Int32[np.ndarray, "M 3"],
) -> tuple[int, bool]:
    """Segments (start, end, diagonal) of a read in order; turns the read round as it lies.

    returns  (number of segments, 0 where it has no place; whether it was turned round)
    """
    at, place, reverse = next_seed(read.codes, length, 0, index)
    if place < 0:
        return 0, False
    if reverse:
        reverse_complement(read, length)
        at = length - K - at
    if _maps_ungapped(read.codes, length, ref, place - at):
        segments[0, 0], segments[0, 1], segments[0, 2] = 0, length, place - at
        return 1, reverse
    count = _add(read, Seed(at, place, length), ref, segments, 0)
    if segments[0, 0] < FEWEST_PROBE and length - segments[0, 1] < FEWEST_PROBE:
        return count, reverse
    at, place, again = next_seed(read.codes, length, 0, index)
    if again:
        return 0, reverse
    return _grow(read, Seed(at, place, length), ref, index, segments), reverse


@lean
def _grow(
    read: Read,
    seed: Seed,
    ref: UInt8[np.ndarray, " L"],
    index: SeedIndex,
    segments: Int32[np.ndarray, "M 3"],
) -> int:
    at, place, length = seed
    count = _left_piece(read, (at, place), ref, segments)
    count = _add(read, Seed(at, place, length), ref, segments, count)
    if count == 1 and fits(read, (0, int(segments[0, 0])), ref, place - at):
        segments[0, 0] = reach_left(read, 0, ref, place - at, FEWEST_PROBE)
    end = segments[count - 1, 1]
    while length - end >= FEWEST_PROBE and count < MOST_SEGMENTS:
        diagonal = int(segments[count - 1, 2])
        at, place, reverse = next_seed(read.codes, length, max(end - K // 2, 0), index)
        if place >= 0 and (reverse or at + K <= end or abs(place - at - diagonal) > FARTHEST):
            break
        probe = (max(end, length - PROBE), length)
        last = length - FEWEST_PROBE
        if place < 0 and fits(read, (last, length), ref, diagonal):
            at, place = last, last + diagonal
        if place >= 0 and place - at == diagonal:  # letters that stand together changed
            segments[count - 1, 1] = reach_right(read, length, ref, diagonal, at)
            if segments[count - 1, 1] <= end:
                break
            end = segments[count - 1, 1]
            continue
        if place < 0:
            found = near_diagonal(read, probe, ref, diagonal)
            if found == diagonal or probe[1] - probe[0] < FEWEST_PROBE:
                break
            at, place = probe[0], probe[0] + found
        count = _add(read, Seed(at, place, length), ref, segments, count)
        if segments[count - 1, 1] <= end:
            break
        end = segments[count - 1, 1]
    return count


@lean
def _add(
    read: Read,
    seed: Seed,
    ref: UInt8[np.ndarray, " L"],
    segments: Int32[np.ndarray, "M 3"],
    count: int,
) -> int:
    at, place, length = seed
    diagonal = place - at
    segments[count, 0] = reach_left(read, 0, ref, diagonal, at)
    segments[count, 1] = reach_right(read, length, ref, diagonal, at)
    segments[count, 2] = diagonal
    return count + 1


@lean
def _left_piece(
    read: Read,
    seed: tuple[int, int],
    ref: UInt8[np.ndarray, " L"],
    segments: Int32[np.ndarray, "M 3"],
) -> int:
    """A segment left of the first seed where the read's beginning lies on another diagonal."""
    at, place = seed
    diagonal = place - at
    begin = reach_left(read, 0, ref, diagonal, at)
    if begin < FEWEST_PROBE:
        return 0
    probe = (0, min(begin, PROBE))
    if fits(read, (0, begin), ref, diagonal):
        return 0
    found = near_diagonal(read, probe, ref, diagonal)
    if found == diagonal:
        return 0
    return _add(read, Seed(0, found, begin), ref, segments, 0)


@lean
def _prefix_mismatches(
    codes: UInt8[np.ndarray, " N"],
    length: int,
    ref: UInt8[np.ndarray, " L"],
    first: int,
    wrongs: UInt8[np.ndarray, " D"],
) -> None:
    """Contradictions among a read's first letters on every diagonal from `first` on."""
    for step in range(len(wrongs)):
        wrongs[step] = 0
    for at in range(length):
        code = codes[at]
        if code > 3:
            continue
        target = ref[first + at : first + at + len(wrongs)]
        for step in range(len(wrongs)):
            wrongs[step] += np.uint8(target[step] != code)


@lean
def rescue(
    read: Read,
    length: int,
    ref: UInt8[np.ndarray, " L"],
    window: tuple[int, int],
    segments: Int32[np.ndarray, "M 3"],
    room: UInt8[np.ndarray, " D"],
) -> int:
    """Lay a read without a seed beside its mate: the one diagonal of a window that fits.

    The read must already lie as its mate says. A second diagonal that fits as well, or with
    one more contradiction, leaves it without a place.

    room  for a number of each diagonal of the window; overwritten
    """
    first, last = max(window[0], 0), min(window[1], len(ref) - length)
    best, second, found = MOST_RESCUE_WRONG + 1, MOST_RESCUE_WRONG + 1, 0
    if last <= first:
        return 0
    wrongs = room[: last - first]
    _prefix_mismatches(read.codes, min(length, RESCUE_OPENING), ref, first, wrongs)
    for step in range(last - first):
        if wrongs[step] > MOST_RESCUE_WRONG:
            continue
        wrong = mismatches(read, (0, length), ref, first + step, second)
        if wrong < best:
            best, second, found = wrong, best, first + step
        elif wrong < second:
            second = wrong
    if best > MOST_RESCUE_WRONG or second <= best + 1:
        return 0
    run = 0
    for at in range(length):
        run = run + 1 if read.codes[at] == ref[found + at] else 0
        if run >= RESCUE_RUN:
            return _add(read, Seed(at, found + at, length), ref, segments, 0)
    return 0


@lean
def junction(
    read: Read,
    left: Int32[np.ndarray, " 3"],
    right: Int32[np.ndarray, " 3"],
    ref: UInt8[np.ndarray, " L"],
) -> int:
    """Read position up to which a read follows its left segment, or -1: cannot be joined.

    Behind an insertion of k letters the right segment begins k letters later. Of places with
    as few contradictions the leftmost is given.
    """
    inserted = max(0, int(left[2] - right[2]))
    low = max(int(left[0]) + ANCHOR, min(int(right[0]) - inserted, int(left[1])) - 10)
    high = min(int(right[1]) - inserted - ANCHOR, max(int(left[1]), int(right[0]) - inserted))
    if high < low or right[2] + low + inserted < 0 or left[2] + high > len(ref):
        return -1
    if right[2] + high + inserted > len(ref):
        return -1
    wrong = 0
    for at in range(low, high):
        wrong += read.codes[at + inserted] != ref[right[2] + at + inserted]
    best, place = wrong, low
    for at in range(low, high):
        wrong += int(read.codes[at] != ref[left[2] + at])
        wrong -= int(read.codes[at + inserted] != ref[right[2] + at + inserted])
        if wrong < best:
            best, place = wrong, at + 1
    return place if best <= MOST_JOIN_WRONG else -1
