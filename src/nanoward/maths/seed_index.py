"""Where each short word of a reference stands, for words that stand there only once.

A word is K letters in whichever of its two readings (itself, its reverse complement) is the
smaller number. Words at every STEP-th position are kept; a word that comes back anywhere in
the reference, at any position and on either strand, is kept as ambiguous and gives no place.
"""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import UInt8, UInt64
from numba import njit

Whole = Any  # a whole number of the machine
K = 31
STEP = 4
NOWHERE = -1
AMBIGUOUS = np.uint64(0xFFFFFFFF)
_MASK = np.uint64((1 << (2 * K)) - 1)
_TOP = np.uint64(2 * (K - 1))
_TWO = np.uint64(2)
_THREE = np.uint64(3)
_ONE = np.uint64(1)
_ZERO = np.uint64(0)
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: Knuth, TAOCP 3, section 6.4

_CODES = np.full(256, 4, np.uint8)
for _at, _letter in enumerate("ACGT"):
    _CODES[ord(_letter)] = _CODES[ord(_letter.lower())] = _at
_CODES[ord("U")] = _CODES[ord("u")] = 3


class SeedIndex(NamedTuple):
    """An open-addressing hash table of words.

    slots  (H,) 0 where empty, else a fingerprint of the word in the upper 32 bits and
           2 * position + (1 where the reverse complement is the word) + 1, or AMBIGUOUS,
           in the lower 32; H is a power of two
    shift  64 - log2(H)
    """

    slots: UInt64[np.ndarray, " H"]
    shift: np.uint64


def codes_of(letters: bytes) -> UInt8[np.ndarray, " L"]:
    """A 0, C 1, G 2, T and U 3, every other letter 4."""
    return _CODES[np.frombuffer(letters, np.uint8)]


def seed_index(codes: UInt8[np.ndarray, " L"]) -> SeedIndex:
    """The index of a reference given as codes 0 to 3 (4: no letter, ends words)."""
    bits = max(4, int(2 * len(codes) // STEP).bit_length())
    index = SeedIndex(slots=np.zeros(1 << bits, np.uint64), shift=np.uint64(64 - bits))
    _fill(codes, index)
    return index


@njit(cache=True)
def slot_of(index: SeedIndex, word: np.uint64) -> tuple[Whole, np.uint64]:
    """The slot that holds a word, or the empty one where it would go; its fingerprint."""
    last = len(index.slots) - 1
    mixed = word * _GOLDEN
    slot = np.int64(mixed >> index.shift)
    print_ = (mixed ^ (mixed >> _HALF)) & _LOW
    while index.slots[slot] != _ZERO and (index.slots[slot] >> _HALF) != print_:
        slot = (slot + 1) & last
    return slot, print_


@njit(cache=True)
def _fill(codes: UInt8[np.ndarray, " L"], index: SeedIndex) -> None:
    for sweep in range(2):
        forward, backward, run = _ZERO, _ZERO, 0
        for at in range(len(codes)):
            code = np.uint64(codes[at])
            if code > _THREE:
                run = 0
                continue
            forward = ((forward << _TWO) | code) & _MASK
            backward = (backward >> _TWO) | ((_THREE - code) << _TOP)
            run += 1
            if run >= K:
                _note(index, (forward, backward), at - K + 1, sweep)


@njit(cache=True)
def _note(index: SeedIndex, words: tuple[np.uint64, np.uint64], place: int, sweep: int) -> None:
    """First sweep: keep the words of every STEP-th place. Second: find those that return."""
    word, flag = (words[0], 0) if words[0] < words[1] else (words[1], 1)
    if sweep == 0 and place % STEP:
        return
    slot, print_ = slot_of(index, word)
    told = (print_ << _HALF) | np.uint64(2 * place + flag + 1)
    if index.slots[slot] == _ZERO:
        if sweep == 0:
            index.slots[slot] = told
    elif index.slots[slot] != told:
        index.slots[slot] = (print_ << _HALF) | AMBIGUOUS


@njit(cache=True)
def next_seed(
    codes: UInt8[np.ndarray, " N"], length: int, start: int, index: SeedIndex
) -> tuple[int, Whole, Any]:
    """First word at or after `start` that stands once in the reference.

    returns  (position in the read, position in the reference or NOWHERE, reversed)
    """
    forward, backward, run = _ZERO, _ZERO, 0
    for at in range(start, length):
        code = np.uint64(codes[at])
        if code > _THREE:
            run = 0
            continue
        forward = ((forward << _TWO) | code) & _MASK
        backward = (backward >> _TWO) | ((_THREE - code) << _TOP)
        run += 1
        if run >= K:
            flag = 0 if forward < backward else 1
            slot, _ = slot_of(index, forward if flag == 0 else backward)
            told = index.slots[slot] & _LOW
            if _ZERO < told < AMBIGUOUS:
                place = np.int64(told) - 1
                return at - K + 1, place >> 1, (place & 1) != flag
    return 0, NOWHERE, False
