"""k-mers as words of two bits a letter: canonical, turned round, hashed, and found again.

Found again at no or at one substitution: a k-mer with one letter changed still has one of its
two halves whole, so halves are looked up and what they lead to is compared letter by letter
(the pigeonhole principle; Navarro 2001).
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Int32, Int64, UInt8, UInt64

from nanoward.maths.jit.object_cache import kept

K = 31
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
SECOND = np.uint64(0xD1B54A32D192ED03)
PIECE = 1 << 19  # letters that are turned to words at once
CODES = np.full(256, 4, np.uint8)
for _at, _pair in enumerate(("Aa", "Cc", "Gg", "TtUu")):
    CODES[[ord(one) for one in _pair]] = _at
_LOW = np.uint64((1 << 2 * K) - 1)
_MASKS = (
    (2, 0x3333333333333333),
    (4, 0x0F0F0F0F0F0F0F0F),
    (8, 0x00FF00FF00FF00FF),
    (16, 0x0000FFFF0000FFFF),
    (32, 0x00000000FFFFFFFF),
)
_TWO, _THREE, _FOUR = np.uint64(2), np.uint64(3), np.uint64(4)
_TOP, _MASK = np.uint64(2 * K - 2), np.uint64((1 << 2 * K) - 1)
_ONE, _ZERO, _HALF, _SIX = np.uint64(1), np.uint64(0), np.uint64(32), np.uint64(63)
_LOWER, _PAIRS = np.uint64(0xFFFFFFFF), np.uint64(0x5555555555555555)
_LEFT, _RIGHT = np.uint64(1 << 40), np.uint64(2 << 40)  # which half a key stands for


def codes_of(letters: str) -> UInt8[np.ndarray, " L"]:
    """A, C, G, T as 0 to 3; anything else 4."""
    return CODES[np.frombuffer(letters.encode("ascii", "replace"), np.uint8)]


def reverse_complement(words: UInt64[np.ndarray, " N"]) -> UInt64[np.ndarray, " N"]:
    """Each k-mer read from the other strand."""
    turned = ~words & _LOW
    for shift, mask in _MASKS:
        step, low = np.uint64(shift), np.uint64(mask)
        turned = ((turned >> step) & low) | ((turned & low) << step)
    told: UInt64[np.ndarray, " N"] = turned >> np.uint64(64 - 2 * K)
    return told


def canonical_kmers(letters: str) -> UInt64[np.ndarray, " N"]:
    """Canonical k-mers of a sequence, in order; those with other letters are left out."""
    codes = codes_of(letters)
    if len(codes) < K:
        return np.zeros(0, np.uint64)
    holes = np.concatenate([[0], np.cumsum(codes > 3)])
    whole = holes[K:] == holes[:-K]
    word, width, parts = (codes & 3).astype(np.uint64), 1, []
    for bit in range(K.bit_length()):  # words of 1, 2, 4, 8, 16 letters
        if K >> bit & 1:
            parts.append((word, width))
        if bit + 1 < K.bit_length():
            word = (word[:-width] << np.uint64(2 * width)) | word[width:]
            width *= 2
    size, found, at = len(codes) - K + 1, np.zeros(len(codes) - K + 1, np.uint64), 0
    for part, letters_in in parts:
        found = (found << np.uint64(2 * letters_in)) | part[at : at + size]
        at += letters_in
    found = found[whole]
    told: UInt64[np.ndarray, " N"] = np.minimum(found, reverse_complement(found))
    return told


def kmer_pieces(letters: str) -> Iterator[UInt64[np.ndarray, " N"]]:
    """The same, piece by piece: a genome's k-mers at once take a hundred times its letters."""
    for first in range(0, max(len(letters) - K + 1, 1), PIECE):
        yield canonical_kmers(letters[first : first + PIECE + K - 1])


def hashed(words: UInt64[np.ndarray, " N"]) -> UInt64[np.ndarray, " N"]:
    """The hash by which the lowest are kept; one multiplication."""
    with np.errstate(over="ignore"):
        told: UInt64[np.ndarray, " N"] = words * GOLDEN
    return told


class HalfIndex(NamedTuple):
    """k-mers by their halves, on both strands.

    words  (N, 2) each k-mer and its reverse complement
    owner  (N,) whose it is
    keys   (S,) half of each slot, 0 where it is empty
    at     (S,) place in `words`, flat
    bloom  (B,) bits that are asked before the slots
    """

    words: UInt64[np.ndarray, "N 2"]
    owner: Int32[np.ndarray, " N"]
    keys: UInt64[np.ndarray, " S"]
    at: Int64[np.ndarray, " S"]
    bloom: UInt64[np.ndarray, " B"]
    codes: UInt8[np.ndarray, " 256"]
    shift: np.uint64


def half_index(words: UInt64[np.ndarray, " N"], owner: Int32[np.ndarray, " N"]) -> HalfIndex:
    """The index of canonical k-mers."""
    both = np.stack([words, reverse_complement(words)], 1)
    flat = both.ravel()
    keys = np.concatenate([flat >> _HALF | _LEFT, flat & _LOWER | _RIGHT])
    place = np.tile(np.arange(len(flat)), 2)
    bits = max(6, int(2 * len(keys)).bit_length())
    slots, at = np.zeros(1 << bits, np.uint64), np.zeros(1 << bits, np.int64)
    with np.errstate(over="ignore"):
        mixed = keys * GOLDEN * SECOND
    slot, left = (mixed >> np.uint64(64 - bits)).astype(np.int64), np.arange(len(keys))
    while len(left):  # place all that find their slot empty, then move on by one
        first = np.unique(slot[left], return_index=True)[1]
        free = left[first][slots[slot[left[first]]] == 0]
        slots[slot[free]], at[slot[free]] = keys[free], place[free]
        left = np.setdiff1d(left, free, assume_unique=True)
        slot[left] = (slot[left] + (slots[slot[left]] != 0)) & ((1 << bits) - 1)
    bloom = np.zeros(max(1 << bits >> 3, 64), np.uint64)
    np.bitwise_or.at(
        bloom,
        (mixed & np.uint64(len(bloom) - 1)).astype(np.int64),
        _ONE << ((mixed >> _HALF) & _SIX),
    )
    return HalfIndex(both, owner, slots, at, bloom, CODES, np.uint64(64 - bits))


@kept()
def strike_near(  # noqa: C901 - one loop over letters
    text: UInt8[np.ndarray, " B"],
    where: Int64[np.ndarray, "R 3"],
    index: HalfIndex,
    source: int,
    same: Int64[np.ndarray, " N"],
    near: Int64[np.ndarray, " N"],
) -> None:
    """Count how often a text has each k-mer, and how often with at most one letter changed.

    where   start and length of each piece of the text
    source  owner of the text, whose own k-mers are passed over; -1: nobody
    same, near  (N,) counts that are added to
    """
    last, low = len(index.keys) - 1, np.uint64(len(index.bloom) - 1)
    for piece in range(len(where)):
        start, length = where[piece, 0], where[piece, 1]
        word, run = _ZERO, 0
        for place in range(length):
            code = np.uint64(index.codes[text[start + place]])
            if code == _FOUR:
                run = 0
                continue
            word = ((word << _TWO) | code) & _MASK
            run += 1
            if run < K:
                continue
            for half in range(2):
                key = word >> _HALF | _LEFT if half == 0 else word & _LOWER | _RIGHT
                mixed = key * GOLDEN * SECOND
                if not (index.bloom[mixed & low] >> ((mixed >> _HALF) & _SIX)) & _ONE:
                    continue
                slot = np.int64(mixed >> index.shift)
                while index.keys[slot] != _ZERO:
                    if index.keys[slot] == key:
                        at = index.at[slot]
                        own = at >> 1
                        change = index.words[own, at & 1] ^ word
                        changed = (change | change >> _ONE) & _PAIRS
                        if index.owner[own] != source:
                            if changed == _ZERO:
                                if half == 0:  # found by both halves
                                    same[own] += 1
                                    near[own] += 1
                            elif changed & (changed - _ONE) == _ZERO:
                                near[own] += 1
                    slot = (slot + 1) & last
