"""How alike are reads and a reference? By walking along the reference from a seed.

Pairs are chosen by what they say: those whose letters and qualities give the smallest numbers
(the bottom of a hash: Broder 1997, Proc. Compression and Complexity of Sequences, 21). So the
choice depends neither on the order of the file nor on how it is cut in blocks.

A walk begins behind the first word of a read that stands once in the reference and compares
letter by letter. What follows a seed is not chosen by it: contradictions per letter are the
divergence itself, whatever the depth, where shares of common words (Ondov et al. 2016 Genome
Biol 17:132) fall with the depth. A contradiction counts where the letters behind it agree
again; else the read has left the diagonal (an indel, an adapter, a chimera) and is seeded anew.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int64, UInt8, UInt64

from nanoward.maths.jit.object_cache import kept, lean
from nanoward.sequencing.kmer_index import NOWHERE, K, SeedIndex, Whole, next_seed
from nanoward.sequencing.pileup import Block, PileupBatch

LIMIT = 1 << 10  # pairs that are walked in the end
RANKED = 16  # letters and qualities at the end of the first mate that choose a pair
LOOK, ALIKE = 16, 10  # letters behind a contradiction, and how many must agree
COLUMNS = ("reads", "seeded", "tried", "wrong", "first", "last")
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_UNTOLD, _SAME, _WRONG, _LEFT = 0, 1, 2, 3
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_CODE = np.full(256, 5, np.uint8)
for _at, _one in enumerate("ACGT"):
    _CODE[ord(_one)] = _CODE[ord(_one.lower())] = _at
_CHANCE = 10.0 ** (-np.arange(256) / 10.0)


class Walks(NamedTuple):
    """What the walks along chosen pairs (or single reads) saw, by their rank.

    rank   (N,) the number by which a pair is chosen
    seen   (N, 6) reads of the pair, those with a seed, believed letters compared, those that
           contradict; lowest and highest position of the reference reached, -1 for none
    doubt  (N,) contradictions that the qualities of the letters foretell
    """

    rank: UInt64[np.ndarray, " N"]
    seen: Int64[np.ndarray, "N 6"]
    doubt: Float64[np.ndarray, " N"]


class IndexedReference(NamedTuple):
    """A reference as codes 0 to 3 (4: no letter), and where its words stand."""

    codes: UInt8[np.ndarray, " L"]
    seeds: SeedIndex


class ReadSelection(NamedTuple):
    """Which reads of a block are walked, and how their qualities are read.

    rows           of the block
    single_end     whether they have no mates
    offset         what a quality letter stands above its Phred value
    least_quality  Phred value from which a letter is believed
    """

    rows: Int64[np.ndarray, " R"]
    single_end: bool
    offset: int
    least_quality: int


class WalkLimits(NamedTuple):
    """What of a walk counts.

    least_quality         Phred value from which a letter is believed
    mate_start, mate_end  what the mate has told of already (end exclusive): both tell of one
                          molecule
    """

    least_quality: int
    mate_start: int
    mate_end: int


class WalkPosition(NamedTuple):
    """Where a walk stands: in the read, on the reference, and whether it goes backwards."""

    read: int
    reference: int
    reverse: Whole


@dataclass(slots=True, kw_only=True)
class Sketch:
    """The pairs of a sample with the smallest ranks; `pairs` of all that passed by.

    bound  largest rank that is still taken
    """

    walks: Walks
    limit: int = LIMIT
    bound: np.uint64 = _ALL
    pairs: int = 0


def empty_sketch(limit: int = LIMIT) -> Sketch:
    """A sketch of nothing."""
    none = Walks(np.zeros(0, np.uint64), np.zeros((0, 6), np.int64), np.zeros(0))
    return Sketch(walks=none, limit=limit)


def on_reference(sheet: PileupBatch) -> Bool[np.ndarray, " P"]:
    """(P,) whether a pair of short reads was laid on the reference."""
    told: Bool[np.ndarray, " P"] = np.diff(sheet.ends[:, 0], prepend=0) > 0
    return told


def add_block(
    sketch: Sketch,
    blocks: tuple[Block, Block | None],
    reference: IndexedReference,
    scale: tuple[int, int],
    asked: Bool[np.ndarray, " N"] | None = None,
) -> None:
    """Walk the chosen pairs of a block; the sketch is the same in whatever order they come.

    asked      (N,) pairs to choose from, as those that lie on the agent; None: all
    scale      what a quality letter stands above its Phred value; Phred value from which a
               letter is believed
    """
    first, second = blocks
    alone = second is None
    pair = (first, first if second is None else second)
    ranks = np.zeros(len(first.where), np.uint64)
    _rank(first, ranks)
    taken = ranks <= sketch.bound
    rows = np.flatnonzero(taken if asked is None else taken & asked)
    if len(rows) > sketch.limit:  # of those with larger ranks none can stay
        rows = rows[ranks[rows] <= np.unique(ranks[rows])[: sketch.limit][-1]]
    seen = np.full((len(rows), 6), -1, np.int64)
    seen[:, :4] = 0
    doubt = np.zeros(len(rows))
    longest = max(int(one.where[:, 1].max(initial=0)) for one in pair)
    letters = np.empty((2, longest), np.uint8)
    codes, index = reference
    chosen = ReadSelection(rows, alone, scale[0], scale[1])
    walks = Walks(ranks[rows], seen, doubt)
    _walk_pairs(pair, chosen, codes, index, letters, walks)
    sketch.pairs += len(first.where) if asked is None else int(asked.sum())
    ours = sketch.walks
    sketch.walks = _ordered(
        np.concatenate([ours.rank, walks.rank]),
        np.concatenate([ours.seen, seen]),
        np.concatenate([ours.doubt, doubt]),
    )
    if len(sketch.walks.rank) > sketch.limit:
        sketch.walks = Walks(*(one[: sketch.limit] for one in sketch.walks))
        sketch.bound = sketch.walks.rank[-1]


def _ordered(
    rank: UInt64[np.ndarray, " N"],
    seen: Int64[np.ndarray, "N 6"],
    doubt: Float64[np.ndarray, " N"],
) -> Walks:
    """By rank, one of each: of two with one rank the one that compares smaller is kept."""
    order = np.argsort(rank)
    if (np.diff(rank[order]) == 0).any():
        order = np.lexsort((doubt, *seen.T[::-1], rank))
    again = np.zeros(len(order), np.bool_)
    again[1:] = rank[order][1:] == rank[order][:-1]
    kept = order[~again]
    return Walks(rank[kept], seen[kept], doubt[kept])


@kept()
def _rank(block: Block, ranks: UInt64[np.ndarray, " N"]) -> None:
    """A number for each read from its last letters and their qualities."""
    text, where = block.text, block.where
    for row in range(len(ranks)):
        length = where[row, 1]
        first = max(0, length - RANKED)
        letters, values = where[row, 0] + first, where[row, 2] + first
        told = np.uint64(length)
        for at in range(length - first):
            told = (told << np.uint64(5)) + (told >> np.uint64(59))
            told ^= np.uint64(text[letters + at]) ^ (
                np.uint64(text[values + at]) << np.uint64(8)
            )
        told *= _GOLDEN
        told = (told ^ (told >> np.uint64(29))) * _GOLDEN
        ranks[row] = told ^ (told >> np.uint64(32))


@kept()
def _walk_pairs(
    blocks: tuple[Block, Block],
    chosen: ReadSelection,
    ref: UInt8[np.ndarray, " L"],
    index: SeedIndex,
    letters: UInt8[np.ndarray, "2 M"],
    walks: Walks,
) -> None:
    rows, alone, offset, good = chosen
    codes, quals = letters[0], letters[1]
    seen, doubt = walks.seen, walks.doubt
    for out in range(len(rows)):
        low, high = 0, 0
        for mate in range(1 if alone else 2):
            block = blocks[mate]
            where = block.where[rows[out]]
            start, length, quality = where[0], where[1], where[2]
            for at in range(length):
                codes[at] = _CODE[block.text[start + at]]
                value = block.text[quality + at]
                quals[at] = value - offset if value > offset else 0
            seen[out, 0] += 1
            read = codes[:length], quals[:length]
            doubt[out] += _walk(read, ref, index, WalkLimits(good, low, high), seen[out])
            low, high = max(0, seen[out, 4]), max(0, seen[out, 5])


@lean
def _walk(
    read: tuple[UInt8[np.ndarray, " N"], UInt8[np.ndarray, " N"]],
    ref: UInt8[np.ndarray, " L"],
    index: SeedIndex,
    limits: WalkLimits,
    seen: Int64[np.ndarray, " 6"],
) -> float:
    """Walk one read to its end; returns the contradictions that its qualities foretell."""
    codes, quals = read
    length, at, doubt, seeded = len(codes), 0, 0.0, 0
    while at < length:
        first, place, back = next_seed(codes, length, at, index)
        if place == NOWHERE:
            break
        seeded = 1
        low, high = place, place + K
        at = first + K
        while at < length - LOOK:
            ahead = at - first - K
            spot = place - 1 - ahead if back else place + K + ahead
            if spot < 0 or spot >= len(ref) or ref[spot] > 3:
                break
            told = _step(read, ref, WalkPosition(at, spot, back), limits)
            if told == _LEFT:
                break
            if told != _UNTOLD:
                seen[2] += 1
                seen[3] += told == _WRONG
                doubt += _CHANCE[quals[at]]
            low, high = min(low, spot), max(high, spot + 1)
            at += 1
        if seen[4] < 0 or low < seen[4]:
            seen[4] = low
        seen[5] = max(seen[5], high)
        if at >= length - LOOK:
            break
    seen[1] += seeded
    return doubt


@lean
def _step(
    read: tuple[UInt8[np.ndarray, " N"], UInt8[np.ndarray, " N"]],
    ref: UInt8[np.ndarray, " L"],
    where: WalkPosition,
    limits: WalkLimits,
) -> int:
    """What one letter says of the reference, or that the read has left its diagonal."""
    codes, quals = read
    at, spot, back = where
    good, done, behind = limits
    if codes[at] > 3 or quals[at] < good:
        return _UNTOLD
    same = codes[at] == _facing(ref, spot, back)
    if not same and not _goes_on(codes, ref, at, spot, back):
        return _LEFT
    if done <= spot < behind:
        return _UNTOLD
    return _SAME if same else _WRONG


@lean
def _facing(ref: UInt8[np.ndarray, " L"], spot: int, back: Whole) -> Whole:
    return np.uint8(3) - ref[spot] if back else ref[spot]


@lean
def _goes_on(
    codes: UInt8[np.ndarray, " N"],
    ref: UInt8[np.ndarray, " L"],
    at: int,
    spot: int,
    back: Whole,
) -> bool:
    """Whether the letters behind a contradiction agree as they do on the right diagonal."""
    alike = 0
    for step in range(1, LOOK + 1):
        there = spot - step if back else spot + step
        if there < 0 or there >= len(ref) or ref[there] > 3:
            break
        alike += codes[at + step] == _facing(ref, there, back)
    return alike >= ALIKE
