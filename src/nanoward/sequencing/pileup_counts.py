"""The sum of what all pairs of a sample say, in whole numbers of 32 bits and more."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int32, Int64, UInt8, UInt32, UInt64

from nanoward.maths.jit.object_cache import kept, lean
from nanoward.sequencing.kmer_index import Whole
from nanoward.sequencing.pileup import PileupBatch

_EMPTY = np.uint32(0xFFFFFFFF)
_FULL = 0.6
_GOLDEN32 = np.uint64(0x9E3779B1)  # Knuth, TAOCP 3, section 6.4
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


class MismatchTable(NamedTuple):
    """Contradicting letters by 8 * position + 2 * letter + strand, in a hash table.

    keys   (H,) 2**32 - 1 where empty
    sums   (H, 3) how many, their qualities, contradictions of the pairs that hold them
    """

    keys: UInt32[np.ndarray, " H"]
    sums: UInt32[np.ndarray, "H 3"]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What the reads of a sample say of a reference of L positions.

    steps       (2, L + 1) by strand: reads that begin minus reads that end at a position
    low_quality        (L,) letters that are not believed
    table       contradicting letters
    distinct    how many keys the table holds
    seen        pairs that were counted, to know their PCR duplicates again
    indels      rows of Sheet.indels
    reads, placed, rescued, letters, pairs, duplicates   whole file
    """

    steps: Int32[np.ndarray, "2 L1"]
    low_quality: Int32[np.ndarray, " L"]
    table: MismatchTable
    distinct: int = 0
    seen: UInt64[np.ndarray, " D"]
    indels: list[Int64[np.ndarray, "I 6"]] = field(default_factory=list)
    reads: int = 0
    placed: int = 0
    rescued: int = 0
    letters: int = 0
    pairs: int = 0
    duplicates: int = 0


def empty_tally(length: int) -> Tally:
    """A tally of nothing over `length` positions."""
    return Tally(
        steps=np.zeros((2, length + 1), np.int32),
        low_quality=np.zeros(length, np.int32),
        table=_table(1 << 16),
        seen=np.zeros(1 << 16, np.uint64),
    )


def _table(size: int) -> MismatchTable:
    return MismatchTable(keys=np.full(size, _EMPTY), sums=np.zeros((size, 3), np.uint32))


def add_batch(tally: Tally, sheet: PileupBatch, *, drop_duplicates: bool) -> None:
    """Add a block's sheet to the tally; in the order of the file."""
    pairs = len(sheet.ends)
    if drop_duplicates and sheet.names.any():
        while tally.pairs + pairs > _FULL * len(tally.seen):
            grown = np.zeros(2 * len(tally.seen), np.uint64)
            _known(grown, tally.seen[tally.seen > 0])
            tally.seen = grown
        known = _known(tally.seen, sheet.names)
    else:
        known = np.zeros(pairs, np.bool_)
    while tally.distinct + len(sheet.letters) > _FULL * len(tally.table.keys):
        tally.table = _rehashed(tally.table)
    tally.distinct += _add(tally.steps, tally.low_quality, tally.table, sheet, known)
    owner = np.searchsorted(sheet.ends[:, 3], np.arange(len(sheet.indels)), side="right")
    kept = sheet.indels[~known[owner]] if len(sheet.indels) else sheet.indels
    if len(kept):
        tally.indels.append(kept)
    tally.reads += int(sheet.totals[0])
    tally.placed += int(sheet.totals[1])
    tally.rescued += int(sheet.totals[2])
    tally.letters += int(sheet.totals[3])
    tally.pairs += int((sheet.names > 0).sum())
    tally.duplicates += int(known.sum())


def _rehashed(table: MismatchTable) -> MismatchTable:
    grown = _table(2 * len(table.keys))
    _move(table, grown)
    return grown


@lean
def _slot(keys: UInt32[np.ndarray, " H"], key: np.uint32) -> Whole:
    last = len(keys) - 1
    mixed = np.uint64(key) * _GOLDEN32
    slot = np.int64((mixed >> np.uint64(7)) & np.uint64(last))
    while keys[slot] != _EMPTY and keys[slot] != key:
        slot = (slot + 1) & last
    return slot


@kept()
def _move(old: MismatchTable, new: MismatchTable) -> None:
    for at in range(len(old.keys)):
        if old.keys[at] != _EMPTY:
            slot = _slot(new.keys, old.keys[at])
            new.keys[slot] = old.keys[at]
            for which in range(3):
                new.sums[slot, which] = old.sums[at, which]


def _known(
    seen: UInt64[np.ndarray, " D"], names: UInt64[np.ndarray, " P"]
) -> Bool[np.ndarray, " P"]:
    """Which names stand in the set already; all of them stand in it afterwards."""
    known = np.zeros(len(names), np.bool_)
    _learn(seen, names, known)
    return known


@kept()
def _learn(
    seen: UInt64[np.ndarray, " D"],
    names: UInt64[np.ndarray, " P"],
    known: Bool[np.ndarray, " P"],
) -> None:
    last = len(seen) - 1
    for at in range(len(names)):
        name = names[at]
        if name == 0:
            continue
        slot = np.int64(((name * _GOLDEN) >> np.uint64(20)) & np.uint64(last))
        while seen[slot] != 0 and seen[slot] != name:
            slot = (slot + 1) & last
        known[at] = seen[slot] == name
        seen[slot] = name


@kept(returned=1)
def _add(
    steps: Int32[np.ndarray, "2 L1"],
    low_quality: Int32[np.ndarray, " L"],
    table: MismatchTable,
    sheet: PileupBatch,
    known: Bool[np.ndarray, " P"],
) -> int:
    new = 0
    span, letter, low = 0, 0, 0
    for pair in range(len(sheet.ends)):
        if known[pair]:
            span, letter, low = sheet.ends[pair, 0], sheet.ends[pair, 1], sheet.ends[pair, 2]
            continue
        while span < sheet.ends[pair, 0]:
            strand = sheet.spans[span, 2]
            steps[strand, sheet.spans[span, 0]] += 1
            steps[strand, sheet.spans[span, 1]] -= 1
            span += 1
        while letter < sheet.ends[pair, 1]:
            key = sheet.letters[letter, 0]
            slot = _slot(table.keys, key)
            new += table.keys[slot] == _EMPTY
            table.keys[slot] = key
            table.sums[slot, 0] += np.uint32(1)
            table.sums[slot, 1] += sheet.letters[letter, 1]
            table.sums[slot, 2] += sheet.letters[letter, 2]
            letter += 1
        while low < sheet.ends[pair, 2]:
            low_quality[sheet.low_quality[low]] += 1
            low += 1
    return new


class Counts(NamedTuple):
    """The tally by position.

    depth    (2, L) believed or not, by strand
    trusted  (L,) believed letters
    key      (C,) 4 * position + letter, rising: letters that contradict the reference
    sums     (C, 4) forward, backward, qualities, contradictions of their pairs
    """

    depth: Int32[np.ndarray, "2 L"]
    trusted: Int32[np.ndarray, " L"]
    key: Int64[np.ndarray, " C"]
    sums: Int64[np.ndarray, "C 4"]


class BaseCounts(NamedTuple):
    """What of `Counts` a consensus is called from."""

    trusted: Int32[np.ndarray, " L"]
    key: Int64[np.ndarray, " C"]
    sums: Int64[np.ndarray, "C 4"]


def counts_of(tally: Tally) -> Counts:
    """The tally by position; letters in the order of positions.

    Uses the tally up: its steps become the depth, in place, to spare memory.
    """
    steps, tally.steps = tally.steps, np.zeros((2, 1), np.int32)
    np.cumsum(steps, axis=1, out=steps)
    depth = steps[:, :-1]
    order, sums = _ordered(tally.table)
    trusted = depth[0] + depth[1]
    trusted -= tally.low_quality
    return Counts(depth=depth, trusted=trusted, key=order, sums=sums)


def _ordered(table: MismatchTable) -> tuple[Int64[np.ndarray, " C"], Int64[np.ndarray, "C 4"]]:
    held = np.flatnonzero(table.keys != _EMPTY)
    held = held[np.argsort(table.keys[held])]
    key = table.keys[held].astype(np.int64)
    site = key >> 1
    first = np.flatnonzero(np.diff(site, prepend=-1))
    sums = np.zeros((len(first), 4), np.int64)
    which = np.cumsum(np.diff(site, prepend=-1) != 0) - 1
    strand = key & 1
    told = table.sums[held].astype(np.int64)
    sums[:, 0] = np.bincount(which[strand == 0], told[strand == 0, 0], len(first))
    sums[:, 1] = np.bincount(which[strand == 1], told[strand == 1, 0], len(first))
    sums[:, 2] = np.bincount(which, told[:, 1], len(first))
    sums[:, 3] = np.bincount(which, told[:, 2], len(first))
    return site[first], sums


def bases_by_code(
    codes: UInt8[np.ndarray, " L"], trusted: Int32[np.ndarray, " L"]
) -> Int64[np.ndarray, " 5"]:
    """Believed letters that lie on each letter of the reference."""
    total = np.zeros(5, np.int64)
    _add_by_code(codes, trusted, total)
    return total


@kept()
def _add_by_code(
    codes: UInt8[np.ndarray, " L"],
    trusted: Int32[np.ndarray, " L"],
    total: Int64[np.ndarray, " 5"],
) -> None:
    for at in range(len(codes)):
        total[codes[at]] += max(trusted[at], 0)


def consensus_codes(
    codes: UInt8[np.ndarray, " L"], counts: Counts, least: int
) -> UInt8[np.ndarray, " L"]:
    """The letter of more than half of the believed ones; 4 where there is none, or too few.

    least  believed letters from which a position is readable
    """
    told = np.empty(len(codes), np.uint8)
    _write_consensus(codes, BaseCounts(counts.trusted, counts.key, counts.sums), least, told)
    return told


@kept()
def _write_consensus(
    codes: UInt8[np.ndarray, " L"],
    counts: BaseCounts,
    least: int,
    told: UInt8[np.ndarray, " L"],
) -> None:
    all_trusted, key, sums = counts
    row = 0
    for at in range(len(codes)):
        trusted, others, best = all_trusted[at], 0, codes[at]
        while row < len(key) and key[row] >> 2 == at:
            found = sums[row, 0] + sums[row, 1]
            others += found
            if 2 * found > trusted:
                best = np.uint8(key[row] & 3)
            row += 1
        if best == codes[at] and 2 * (trusted - others) <= trusted:
            best = np.uint8(4)
        told[at] = best if trusted >= least else np.uint8(4)
