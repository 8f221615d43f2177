"""k-mers as words of two bits a letter: canonical, turned round, hashed."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import UInt8, UInt64

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
