"""FracMinHash sketches of 31-mers with the hash that sourmash takes, MurmurHash3 of letters.

Brown & Irber 2016 (sourmash), Irber et al. 2022 (FracMinHash). The canonical k-mer is the
lesser of both strands, its letters are hashed with seed 42, and hashes up to 2^64 over `scaled`
are kept with how often they occur.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64, UInt8, UInt64

from nanoward.maths.jit.object_cache import kept, lean
from nanoward.sequencing.kmers.kmer_words import CODES, K

SCALED = 20
_LETTERS = np.array(
    [
        sum(b"ACGT"[group >> 2 * (3 - at) & 3] << 8 * at for at in range(4))
        for group in range(256)
    ],
    np.uint64,
)  # four letters of two bits each as four bytes
_C1, _C2 = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
_M1, _M2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_A1, _A2, _FIVE = np.uint64(0x52DCE729), np.uint64(0x38495AB5), np.uint64(5)
_SEED, _SIZE, _WORD = np.uint64(42), np.uint64(K), np.uint64(64)
_TWO, _THREE, _FOUR, _BYTE = np.uint64(2), np.uint64(3), np.uint64(4), np.uint64(255)
_TOP, _MASK = np.uint64(2 * K - 2), np.uint64((1 << 2 * K) - 1)
_HALF, _LAST = np.uint64(32), np.uint64(0x00FFFFFFFFFFFFFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class KmerSketch:
    """The k-mers of a sample or genome whose hash is low.

    hashes  (N,) sorted, each once
    counts  (N,) how often each occurs
    scaled  one k-mer in so many is kept
    """

    hashes: UInt64[np.ndarray, " N"]
    counts: Int64[np.ndarray, " N"]
    scaled: int = SCALED

    def at(self, scaled: int) -> "KmerSketch":
        """The same with fewer k-mers."""
        low = self.hashes <= highest_hash(scaled)
        return KmerSketch(
            hashes=self.hashes[low], counts=self.counts[low], scaled=max(scaled, self.scaled)
        )

    def holds(self, hashes: UInt64[np.ndarray, " M"]) -> Bool[np.ndarray, " M"]:
        """Which hashes are in it."""
        if not len(self.hashes):
            return np.zeros(len(hashes), bool)
        at = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        told: Bool[np.ndarray, " M"] = self.hashes[at] == hashes
        return told


def highest_hash(scaled: int) -> np.uint64:
    """The highest hash that is kept, rounded as sourmash does."""
    told: np.uint64 = np.uint64(round((1 << 64) / scaled) if scaled > 1 else (1 << 64) - 1)
    return told


@lean
def _turned(x: np.uint64, by: np.uint64) -> np.uint64:
    return (x << by) | (x >> (_WORD - by))


@lean
def _mixed(x: np.uint64) -> np.uint64:
    x = (x ^ (x >> np.uint64(33))) * _M1
    x = (x ^ (x >> np.uint64(33))) * _M2
    return x ^ (x >> np.uint64(33))


@lean
def _eight(word: np.uint64, at: int, letters: UInt64[np.ndarray, " 256"]) -> np.uint64:
    """Eight letters of a k-mer as bytes; behind its end are zeros."""
    shift = np.uint64(2 * (K - at - 8)) if at + 8 <= K else np.uint64(0)
    part = word >> shift if at + 8 <= K else word << np.uint64(2 * (at + 8 - K))
    first, second = (part >> np.uint64(8)) & _BYTE, part & _BYTE
    told: np.uint64 = letters[first] | letters[second] << _HALF
    return told if at + 8 <= K else told & _LAST


@lean
def _hashed(word: np.uint64, letters: UInt64[np.ndarray, " 256"]) -> np.uint64:
    """MurmurHash3 x64 128 of a k-mer's letters, its first half."""
    h1 = h2 = _SEED
    h1 ^= _turned(_eight(word, 0, letters) * _C1, np.uint64(31)) * _C2
    h1 = (_turned(h1, np.uint64(27)) + h2) * _FIVE + _A1
    h2 ^= _turned(_eight(word, 8, letters) * _C2, np.uint64(33)) * _C1
    h2 = (_turned(h2, np.uint64(31)) + h1) * _FIVE + _A2
    h2 ^= _turned(_eight(word, 24, letters) * _C2, np.uint64(33)) * _C1
    h1 ^= _turned(_eight(word, 16, letters) * _C1, np.uint64(31)) * _C2
    h1, h2 = h1 ^ _SIZE, h2 ^ _SIZE
    h1 += h2
    h2 += h1
    return _mixed(h1) + _mixed(h2)


@kept(returned=1)
def sketch_block(
    text: UInt8[np.ndarray, " B"],
    where: Int64[np.ndarray, "R 3"],
    codes: UInt8[np.ndarray, " 256"],
    letters: UInt64[np.ndarray, " 256"],
    highest: np.uint64,
    rows: UInt64[np.ndarray, "M 2"],
) -> int:
    """Low hashes of a block of reads: how many there are.

    rows  (M, 2) hash, read; those beyond M are not written
    """
    written = 0
    for read in range(len(where)):
        start, length = where[read, 0], where[read, 1]
        forward, backward, run = np.uint64(0), np.uint64(0), 0
        for at in range(length):
            code = np.uint64(codes[text[start + at]])
            if code == _FOUR:
                run = 0
                continue
            forward = ((forward << _TWO) | code) & _MASK
            backward = (backward >> _TWO) | ((_THREE - code) << _TOP)
            run += 1
            if run < K:
                continue
            value = _hashed(forward if forward < backward else backward, letters)
            if value <= highest:
                if written < len(rows):
                    rows[written, 0], rows[written, 1] = value, np.uint64(read)
                written += 1
    return written


def low_hashes(
    text: UInt8[np.ndarray, " B"], where: Int64[np.ndarray, "R 3"], scaled: int
) -> UInt64[np.ndarray, "M 2"]:
    """Rows of hash and read of a block."""
    room = int(where[:, 1].sum()) // max(scaled // 2, 1) + 1000
    while True:
        rows = np.zeros((room, 2), np.uint64)
        written = sketch_block(text, where, CODES, _LETTERS, highest_hash(scaled), rows)
        if written <= room:
            return rows[:written]
        room = written


def merged(parts: Iterable[tuple[np.ndarray, np.ndarray]], scaled: int) -> KmerSketch:
    """One sketch of (hashes, counts) that may share hashes."""
    held = list(parts)
    hashes = np.concatenate([one for one, _ in held]) if held else np.zeros(0, np.uint64)
    counts = np.concatenate([one for _, one in held]) if held else np.zeros(0, np.int64)
    found, at = np.unique(hashes, return_inverse=True)
    total = np.bincount(at, weights=counts, minlength=len(found)).astype(np.int64)
    return KmerSketch(hashes=found, counts=total, scaled=scaled)


def sketch_of(sequences: Sequence[str], scaled: int = SCALED) -> KmerSketch:
    """The sketch of sequences."""
    parts = []
    for one in sequences:
        text = np.frombuffer(one.encode("ascii", "replace"), np.uint8)
        rows = low_hashes(text, np.array([[0, len(text), 0]], np.int64), scaled)
        parts.append(np.unique(rows[:, 0], return_counts=True))
    return merged(parts, scaled)
