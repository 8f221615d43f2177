"""k-mers that only one entry of a catalogue has, two substitutions or more from all others'.

A sequencing error turns one letter into another: an innocent relative's read then has a k-mer
that is one substitution away from its own, almost never two. Of long genomes those of lowest
hash are kept (FracMinHash, Irber et al. 2022), of short ones all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int32, Int64, UInt64

from nanoward.sequencing.kmers.kmer_words import (
    SECOND,
    half_index,
    hashed,
    kmer_pieces,
    strike_near,
)

SCALE = 200  # one k-mer in so many of a long genome
SHORT = 200_000  # letters below which all k-mers are kept
MOST = 3000  # kept of a long genome
CANDIDATES = 20_000  # kept where earlier samples are yet to strike some
AT_ONCE = 120_000  # k-mers whose halves are held at once
THRESHOLD = np.uint64((1 << 64) // SCALE)

Words = UInt64[np.ndarray, " N"]


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
        return kmer_table(self.names, self.keys[left], self.owner[left] - 1, dense=self.dense)

    def lowest(self, most: int, short: Sequence[bool]) -> "PrivateIndex":
        """The same index with so many k-mers of each entry that is not short."""
        held = np.flatnonzero(self.owner)
        words, owner = self.keys[held], self.owner[held] - 1
        kept = _lowest(words, owner, short, most)
        return kmer_table(self.names, words[kept], owner[kept], dense=self.dense)


def candidates(sequences: Sequence[str]) -> Words:
    """k-mers of an entry that may be kept, those of lowest hash first."""
    whole = sum(map(len, sequences)) < SHORT
    parts = [
        words[words != 0] if whole else words[hashed(words) < THRESHOLD]
        for one in sequences
        for words in kmer_pieces(one)
    ]
    found = np.unique(np.concatenate(parts)) if parts else np.zeros(0, np.uint64)
    told: Words = found[np.argsort(hashed(found))]
    return told


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
    short = [sum(map(len, one)) < SHORT for one in entries.values()]
    left = [candidates(one) for one in entries.values()]
    sources = [*enumerate(entries.values()), *((-1, one) for one in innocents)]
    kept: list[list[Words]] = [[] for _ in left]
    wanted = [10**9 if one else most for one in short]
    while any(len(one) for one in left):
        # as many of each as are wanted still and a third more: relatives strike some of them
        take = [wanted[at] + wanted[at] // 3 + 100 for at in range(len(left))]
        tried = [one[: take[at]] for at, one in enumerate(left)]
        left = [one[take[at] :] for at, one in enumerate(left)]
        for at, words in enumerate(_unstruck(tried, sources)):
            kept[at].append(words[: wanted[at]])
            wanted[at] -= len(kept[at][-1])
            if wanted[at] <= 0:
                left[at] = left[at][:0]
    whole = [np.concatenate([np.zeros(0, np.uint64), *one]) for one in kept]
    owner = np.repeat(np.arange(len(whole)), [len(one) for one in whole]).astype(np.int32)
    every = np.concatenate([np.zeros(0, np.uint64), *whole])
    return kmer_table(tuple(entries), every, owner, dense=any(short))


def _unstruck(
    tried: Sequence[Words], sources: Sequence[tuple[int, Sequence[str]]]
) -> list[Words]:
    """Of each entry's k-mers those that nobody else has."""
    owner = np.repeat(np.arange(len(tried)), [len(one) for one in tried]).astype(np.int32)
    words = np.concatenate(tried) if tried else np.zeros(0, np.uint64)
    found = np.zeros(len(words), bool)
    for first in range(0, len(words), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        near = near_counts(words[some], owner[some], sources)
        found[some] = near == 0
    return [words[found & (owner == at)] for at in range(len(tried))]


def near_counts(
    words: Words, owner: Int32[np.ndarray, " N"], sources: Sequence[tuple[int, Sequence[str]]]
) -> Int64[np.ndarray, " N"]:
    """How often others' sequences have each k-mer at no or one substitution."""
    index = half_index(words, owner)
    same, near = np.zeros(len(words), np.int64), np.zeros(len(words), np.int64)
    for source, sequences in sources:
        for letters in sequences:
            text = np.frombuffer(letters.encode("ascii", "replace"), np.uint8)
            where = np.array([[0, len(text), 0]], np.int64)
            strike_near(text, where, index, source, same, near)
    return near


def _lowest(
    words: Words, owner: Int32[np.ndarray, " N"], short: Sequence[bool], most: int
) -> np.ndarray:
    """Places of the k-mers to keep: all of short entries, the lowest of long ones."""
    kept = []
    for at, whole in enumerate(short):
        own = np.flatnonzero(owner == at)
        order = own if whole else own[np.argsort(hashed(words[own]))][:most]
        kept.append(order)
    return np.concatenate(kept) if kept else np.zeros(0, np.int64)


def slots_of(words: Words, bits: int) -> np.ndarray:
    """The slot at which each k-mer is first looked for."""
    with np.errstate(over="ignore"):
        mixed = (hashed(words) * SECOND) >> np.uint64(64 - bits)
    told: Int64[np.ndarray, " N"] = mixed.astype(np.int64)
    return told


def kmer_table(
    names: tuple[str, ...], words: Words, owner: Int32[np.ndarray, " N"], *, dense: bool
) -> PrivateIndex:
    """A table of k-mers, each of one owner."""
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
