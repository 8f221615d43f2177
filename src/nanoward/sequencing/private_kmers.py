"""k-mers that only one entry of a catalogue has, two substitutions or more from all others'.

A sequencing error turns one letter into another: an innocent relative's read then has a k-mer
that is one substitution away from its own, almost never two. Of long genomes those of lowest
hash are kept (FracMinHash, Irber et al. 2022), of short ones all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int32, Int64, UInt8, UInt64

K = 31
SCALE = 200  # one k-mer in so many of a long genome
SHORT = 200_000  # letters below which all k-mers are kept
MOST = 3000  # kept of a long genome
CANDIDATES = 20_000  # kept where earlier samples are yet to strike some
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
SECOND = np.uint64(0xD1B54A32D192ED03)
THRESHOLD = np.uint64((1 << 64) // SCALE)
_CODES = np.full(256, 4, np.uint8)
for _at, _pair in enumerate(("Aa", "Cc", "Gg", "TtUu")):
    _CODES[[ord(one) for one in _pair]] = _at
_LOW = np.uint64((1 << 2 * K) - 1)
_MASKS = (
    (2, 0x3333333333333333),
    (4, 0x0F0F0F0F0F0F0F0F),
    (8, 0x00FF00FF00FF00FF),
    (16, 0x0000FFFF0000FFFF),
    (32, 0x00000000FFFFFFFF),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateIndex:
    """Private k-mers of a catalogue in one hash table.

    names  of the entries
    keys   (H,) canonical k-mer of each slot, 0 where it is empty
    owner  (H,) entry and one, 0 where it is empty
    bloom  (B,) bits that are asked before the table
    dense  some entries have all their k-mers: every eighth place of a read is looked up
    """

    names: tuple[str, ...]
    keys: UInt64[np.ndarray, " H"]
    owner: Int32[np.ndarray, " H"]
    bloom: UInt64[np.ndarray, " B"]
    dense: bool

    def counts(self) -> np.ndarray:
        """k-mers of each entry."""
        return np.bincount(self.owner, minlength=len(self.names) + 1)[1:]

    def without(self, struck: Bool[np.ndarray, " H"]) -> "PrivateIndex":
        """The same index without the k-mers of some slots."""
        left = (self.owner != 0) & ~struck
        return _table(self.names, self.keys[left], self.owner[left] - 1, dense=self.dense)


def codes_of(letters: str) -> UInt8[np.ndarray, " L"]:
    """A, C, G, T as 0 to 3; anything else 4."""
    return _CODES[np.frombuffer(letters.encode("ascii", "replace"), np.uint8)]


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


def neighbours(words: UInt64[np.ndarray, " N"]) -> UInt64[np.ndarray, "N 94"]:
    """Each k-mer and all that are one substitution away, canonical."""
    flips = [np.uint64(change << 2 * place) for place in range(K) for change in (1, 2, 3)]
    moved = words[:, None] ^ np.array([0, *flips], np.uint64)[None, :]
    flat = moved.ravel()
    told: UInt64[np.ndarray, "N 94"] = np.minimum(flat, reverse_complement(flat)).reshape(
        moved.shape
    )
    return told


def hashed(words: UInt64[np.ndarray, " N"]) -> UInt64[np.ndarray, " N"]:
    """The hash by which the lowest are kept; one multiplication."""
    with np.errstate(over="ignore"):
        told: UInt64[np.ndarray, " N"] = words * GOLDEN
    return told


def candidates(sequences: Sequence[str]) -> UInt64[np.ndarray, " N"]:
    """k-mers of an entry that may be kept."""
    words = np.unique(np.concatenate([canonical_kmers(one) for one in sequences]))
    if sum(map(len, sequences)) < SHORT:
        held: UInt64[np.ndarray, " N"] = words[words != 0]
        return held
    low: UInt64[np.ndarray, " N"] = words[hashed(words) < THRESHOLD]
    return low


def private_index(
    entries: Mapping[str, Sequence[str]],
    innocents: Sequence[Sequence[str]] = (),
    *,
    most: int = MOST,
) -> PrivateIndex:
    """The index of a catalogue: entry to its sequences; `innocents` are everybody else's.

    most  k-mers that are kept of a long genome
    A k-mer is struck where another entry or an innocent has one at no or one substitution.
    """
    own = [candidates(one) for one in entries.values()]
    owner = np.repeat(np.arange(len(own)), [len(one) for one in own]).astype(np.int32)
    words = np.concatenate(own) if own else np.zeros(0, np.uint64)
    sources = [*enumerate(entries.values()), *((-1, one) for one in innocents)]
    for near in (lambda some: some[:, None], neighbours):  # first the same, then one away
        struck = _struck(near(words), owner, sources)
        words, owner = words[~struck], owner[~struck]
    short = [sum(map(len, one)) < SHORT for one in entries.values()]
    kept = _lowest(words, owner, short, most)
    return _table(tuple(entries), words[kept], owner[kept], dense=any(short))


def _struck(
    near: UInt64[np.ndarray, "N V"],
    owner: Int32[np.ndarray, " N"],
    sources: Sequence[tuple[int, Sequence[str]]],
) -> Bool[np.ndarray, " N"]:
    """Which k-mers have one of their variants in somebody else's sequences."""
    order = np.argsort(near, axis=None, kind="stable")
    keys, of = near.ravel()[order], order // near.shape[1]
    struck = np.zeros(len(near), bool)
    for source, sequences in sources:
        for letters in sequences:
            at = of[_within(keys, np.sort(canonical_kmers(letters)))]
            struck[at[owner[at] != source]] = True
    return struck


def _lowest(
    words: UInt64[np.ndarray, " N"],
    owner: Int32[np.ndarray, " N"],
    short: Sequence[bool],
    most: int,
) -> np.ndarray:
    """Places of the k-mers to keep: all of short entries, the lowest of long ones."""
    kept = []
    for at, whole in enumerate(short):
        own = np.flatnonzero(owner == at)
        order = own if whole else own[np.argsort(hashed(words[own]))][:most]
        kept.append(order)
    return np.concatenate(kept) if kept else np.zeros(0, np.int64)


def _within(
    keys: UInt64[np.ndarray, " N"], seen: UInt64[np.ndarray, " S"]
) -> Bool[np.ndarray, " N"]:
    """Which keys are among sorted k-mers."""
    if not len(seen):
        return np.zeros(len(keys), bool)
    at = np.minimum(np.searchsorted(seen, keys), len(seen) - 1)
    told: Bool[np.ndarray, " N"] = seen[at] == keys
    return told


def slots_of(words: UInt64[np.ndarray, " N"], bits: int) -> np.ndarray:
    """The slot at which each k-mer is first looked for."""
    with np.errstate(over="ignore"):
        mixed = (hashed(words) * SECOND) >> np.uint64(64 - bits)
    told: Int64[np.ndarray, " N"] = mixed.astype(np.int64)
    return told


def _table(
    names: tuple[str, ...],
    words: UInt64[np.ndarray, " N"],
    owner: Int32[np.ndarray, " N"],
    *,
    dense: bool,
) -> PrivateIndex:
    bits = max(6, int(2 * len(words)).bit_length())
    keys, owners = np.zeros(1 << bits, np.uint64), np.zeros(1 << bits, np.int32)
    left = np.arange(len(words))
    slot = slots_of(words, bits)
    while len(left):  # place all that find their slot empty, then move on by one
        empty = owners[slot[left]] == 0
        first = np.unique(slot[left[empty]], return_index=True)[1]
        placed = left[empty][first]
        keys[slot[placed]], owners[slot[placed]] = words[placed], owner[placed] + 1
        left = np.setdiff1d(left, placed, assume_unique=True)
        slot[left] = np.where(
            owners[slot[left]] != 0, (slot[left] + 1) & ((1 << bits) - 1), slot[left]
        )
    bloom = np.zeros(max(1 << bits >> 3, 64), np.uint64)
    with np.errstate(over="ignore"):
        mixed = hashed(words) * SECOND
    np.bitwise_or.at(
        bloom,
        (mixed & np.uint64(len(bloom) - 1)).astype(np.int64),
        np.uint64(1) << ((mixed >> np.uint64(32)) & np.uint64(63)),
    )
    return PrivateIndex(names=names, keys=keys, owner=owners, bloom=bloom, dense=dense)
