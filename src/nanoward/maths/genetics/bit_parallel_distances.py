"""Differences between thousands of genomes, 64 columns at a time.

Each column takes three bits of a genome: two for its base, one for whether it names just one.
Ambiguous letters, gaps and N are not told, and differ from nothing. The answers are counts,
so they do not depend on order, on blocks or on who else is compared.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int, UInt8, UInt64

BITS = 64
SOME = 500  # genomes that say which base is usual: any would do, but not as fast
MANY = 20_000_000  # words compared: below it is not asked which way is shorter
FILLED = 3  # what a cell of the answer costs, in words compared


@dataclass(frozen=True, slots=True, kw_only=True)
class BitPlanes:
    """Packed genomes.

    words    (S, 3, W) first bit of the base, second bit, told
    columns  (V,) alignment columns that are packed, in their order within the words
    """

    words: UInt64[np.ndarray, "S 3 W"]
    columns: Int[np.ndarray, " V"]


def packed(masks: UInt8[np.ndarray, "S L"], *, only_varying: bool = False) -> BitPlanes:
    """Genomes as bit planes; with `only_varying`, without columns at which all told agree.

    Varying columns are ordered by how many genomes differ there, most first, so that far
    pairs are known to be far early on. Packed with all columns, genomes can be added one by
    one and compared with what is held.
    """
    columns = _varying(masks) if only_varying else np.arange(masks.shape[1])
    words = (len(columns) + BITS - 1) // BITS
    found = np.zeros((len(masks), 3, words * 8), np.uint8)
    for row in range(len(masks)):
        part = masks[row].take(columns)
        told = _names_one(part)
        first, second = told & ((part & 10) > 0), told & ((part & 12) > 0)  # A, C, G, T
        for plane, bits in enumerate((first, second, told)):
            bytes_ = np.packbits(bits, bitorder="little")
            found[row, plane, : len(bytes_)] = bytes_
    return BitPlanes(words=found.view("<u8"), columns=columns)


def _names_one(masks: UInt8[np.ndarray, " L"]) -> Bool[np.ndarray, " L"]:
    """Whether a mask names one base, and neither a gap nor several."""
    found: Bool[np.ndarray, " L"] = ((masks & (masks - 1)) == 0) & (masks < 16) & (masks > 0)
    return found


def _varying(masks: UInt8[np.ndarray, "S L"]) -> Int[np.ndarray, " V"]:
    seen = np.zeros(masks.shape[1], np.uint8)
    for row in range(len(masks)):
        np.bitwise_or(seen, masks[row] * _names_one(masks[row]), out=seen)
    columns = np.flatnonzero(~_names_one(seen) & (seen > 0))
    part = masks[:: max(1, len(masks) // 2000)][:, columns]
    most = np.stack([(part == base).sum(axis=0) for base in (1, 2, 4, 8)]).max(axis=0)
    return columns[np.argsort(most, kind="stable")].astype(np.int64)


def differences(planes: BitPlanes) -> Int[np.ndarray, "S S"]:
    """(S, S) columns at which both are told and differ.

    Where genomes are mostly alike, as dear as they differ; the same counts either way.
    """
    from nanoward.maths.genetics import bit_parallel_kernels as kernels

    usual, away, blank = _shorter_way(planes)
    answer: Int[np.ndarray, "S S"]
    if len(blank):
        answer = kernels.apart_from_usual(planes.words, usual, away, blank)
        return answer
    answer = kernels.all_apart(planes.words)
    return answer


class NearPairs(NamedTuple):
    """All pairs of genomes, and those that are near.

    near    (M, 3) rows i < j, differences, of pairs at most so far apart; in order of i, j
    counts  (D,) how many pairs differ at 0, 1, ... D - 1 columns
    """

    near: Int[np.ndarray, "M 3"]
    counts: Int[np.ndarray, " D"]


def near_pairs(planes: BitPlanes, most: int) -> NearPairs:
    """Pairs at most `most` apart, and how far apart all are; no matrix of all is held."""
    from nanoward.maths.genetics.bit_parallel_kernels import near_and_counted

    near, counts = near_and_counted(planes.words, *_shorter_way(planes), most)
    far = int(np.flatnonzero(counts).max(initial=0))
    return NearPairs(near, counts[: far + 1])


def _shorter_way(
    planes: BitPlanes,
) -> tuple[UInt64[np.ndarray, "3 W"], Int[np.ndarray, "C 4"], Int[np.ndarray, " C"]]:
    """The usual base, who is away from it and who tells none; empty where words are shorter."""
    from nanoward.maths.genetics.bit_parallel_kernels import counted_away

    genomes, _, words = planes.words.shape
    compared, usual = genomes**2 * words / 2, np.zeros((3, words), np.uint64)
    if compared >= MANY:
        usual = _usual(planes)
        away, blank = counted_away(planes.words, usual)
        other = away.sum(axis=1)
        if 2 * (other * (other + blank)).sum() + FILLED * genomes**2 < compared:
            return usual, away, blank
    return usual, np.zeros((0, 4), np.int64), np.zeros(0, np.int64)


def _usual(planes: BitPlanes) -> UInt64[np.ndarray, "3 W"]:
    """Bits of the base that most of some genomes tell at each column, and which are columns."""
    genomes, _, words = planes.words.shape
    some = np.ascontiguousarray(planes.words[:: max(1, genomes // SOME)])
    first, second, told = np.moveaxis(
        np.unpackbits(some.view(np.uint8), axis=2, bitorder="little"), 1, 0
    )
    base = first + 2 * second
    most = np.stack([((base == one) & (told == 1)).sum(axis=0) for one in range(4)]).argmax(
        axis=0
    )
    columns = np.arange(words * BITS) < len(planes.columns)
    bits = np.stack([most & 1, most >> 1, columns]).astype(np.uint8)
    return np.packbits(bits, axis=1, bitorder="little").view("<u8")


def close_pairs(planes: BitPlanes, most: int) -> Int[np.ndarray, "M 3"]:
    """(M, 3) rows i < j, differences, of all pairs at most `most` apart; in order of i, j."""
    from nanoward.maths.genetics.bit_parallel_kernels import close_rows

    answer: Int[np.ndarray, "M 3"] = close_rows(planes.words, most)
    return answer


def differences_from(
    planes: BitPlanes, genome: UInt8[np.ndarray, " L"]
) -> Int[np.ndarray, " S"]:
    """(S,) differences of a further genome from all that are held (with all their columns)."""
    from nanoward.maths.genetics.bit_parallel_kernels import rows_apart

    one = packed(genome[None, planes.columns])
    answer: Int[np.ndarray, " S"] = rows_apart(planes.words, one.words[0])
    return answer


def added(planes: BitPlanes, genome: UInt8[np.ndarray, " L"]) -> BitPlanes:
    """The genomes held, and one more at the end; nothing held is packed again."""
    one = packed(genome[None, planes.columns])
    return BitPlanes(words=np.concatenate([planes.words, one.words]), columns=planes.columns)
