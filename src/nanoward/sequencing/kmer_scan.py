"""One pass over reads that looks up private k-mers: both strands, one multiplication each."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int32, Int64, UInt8, UInt64

from nanoward.maths.jit.object_cache import kept
from nanoward.sequencing.kmers.kmer_words import CODES, GOLDEN, SECOND, K
from nanoward.sequencing.kmers.private_kmers import THRESHOLD, PrivateIndex

DENSE_STEP = 8
_TWO, _THREE = np.uint64(2), np.uint64(3)
_TOP, _MASK = np.uint64(2 * K - 2), np.uint64((1 << 2 * K) - 1)
_ONE, _HALF, _SIX = np.uint64(1), np.uint64(32), np.uint64(63)
_FNV, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_FOUR = np.uint64(4)


class ScanTable(NamedTuple):
    """An index as its kernel takes it, see PrivateIndex; `shift` is 64 less its bits."""

    keys: UInt64[np.ndarray, " H"]
    owner: Int32[np.ndarray, " H"]
    bloom: UInt64[np.ndarray, " B"]
    codes: UInt8[np.ndarray, " 256"]
    shift: np.uint64
    dense: bool


def scan_table(index: PrivateIndex) -> ScanTable:
    """An index for `scan_block`."""
    bits = len(index.keys).bit_length() - 1
    return ScanTable(
        index.keys, index.owner, index.bloom, CODES, np.uint64(64 - bits), index.dense
    )


@kept(returned=1)
def scan_block(  # noqa: C901 - one loop over letters
    text: UInt8[np.ndarray, " B"],
    where: Int64[np.ndarray, "N 3"],
    table: ScanTable,
    seen: Int64[np.ndarray, " H"],
    hits: UInt64[np.ndarray, "M 2"],
) -> int:
    """Look up every read of a block; returns how many rows of `hits` were written.

    seen  (H,) counts of each slot, added to
    hits  (M, 2) entry and one, fingerprint of the read: once for each read and entry that
          follow each other; rows beyond M are not written
    """
    written, last, low = 0, len(table.keys) - 1, np.uint64(len(table.bloom) - 1)
    for read in range(len(where)):
        start, length = where[read, 0], where[read, 1]
        forward, backward, run, before = np.uint64(0), np.uint64(0), 0, 0
        for at in range(length):
            code = np.uint64(table.codes[text[start + at]])
            if code == _FOUR:
                run = 0
                continue
            forward = ((forward << _TWO) | code) & _MASK
            backward = (backward >> _TWO) | ((_THREE - code) << _TOP)
            run += 1
            if run < K:
                continue
            word = forward if forward < backward else backward
            mixed = word * GOLDEN
            if mixed >= THRESHOLD and not (table.dense and (at & (DENSE_STEP - 1)) == 7):
                continue
            second = mixed * SECOND
            if not (table.bloom[second & low] >> ((second >> _HALF) & _SIX)) & _ONE:
                continue
            slot = np.int64(second >> table.shift)
            while table.owner[slot] != 0 and table.keys[slot] != word:
                slot = (slot + 1) & last
            owner = table.owner[slot]
            if owner == 0:
                continue
            seen[slot] += 1
            if owner == before:
                continue
            before = owner
            if written < len(hits):
                print_ = _FNV
                for one in range(length):
                    print_ = (print_ ^ np.uint64(text[start + one])) * _PRIME
                hits[written, 0] = np.uint64(owner)
                hits[written, 1] = print_
            written += 1
    return written
