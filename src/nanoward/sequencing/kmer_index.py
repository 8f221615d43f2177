"""Where each short word of a reference stands, for words that stand there only once.

A word is K letters in whichever of its two readings (itself, its reverse complement) is the
smaller number. Words at every STEP-th position are kept; a word that comes back anywhere in
the reference, at any position and on either strand, is kept as ambiguous and gives no place.
"""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import UInt8, UInt64

from nanoward.maths.jit.object_cache import kept, lean
from nanoward.sequencing.word_parallel import packed

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
_EIGHTFOLD = np.uint64(3)
_LAST_BIT = np.uint64(7)
LOW = np.uint64(0xFFFFFFFF)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: Knuth, TAOCP 3, section 6.4

_CODES = np.full(256, 4, np.uint8)
for _at, _letter in enumerate("ACGT"):
    _CODES[ord(_letter)] = _CODES[ord(_letter.lower())] = _at
_CODES[ord("U")] = _CODES[ord("u")] = 3


class SeedIndex(NamedTuple):
    """An open-addressing hash table of words.

    slots  (H,) 0 where empty, else a fingerprint of the word in the upper 32 bits and
           2 * position + (1 where the reverse complement is the word) + 1, or AMBIGUOUS,
           in the lower 32; H is a power of two
    marks  (H,) one bit for each of 8 H kinds of words, set where one is kept: small enough
           to stay near the processor, so that words that are not there cost no visit to slots
    shift  64 - log2(H)
    letters, holes   the reference as words, and which of them hold no letter somewhere
    """

    slots: UInt64[np.ndarray, " H"]
    marks: UInt8[np.ndarray, " H"]
    shift: np.uint64
    letters: UInt64[np.ndarray, " W"]
    holes: UInt8[np.ndarray, " W"]


def codes_of(letters: bytes) -> UInt8[np.ndarray, " L"]:
    """A 0, C 1, G 2, T and U 3, every other letter 4."""
    return _CODES[np.frombuffer(letters, np.uint8)]


def seed_index(codes: UInt8[np.ndarray, " L"]) -> SeedIndex:
    """The index of a reference given as codes 0 to 3 (4: no letter, ends words)."""
    bits = max(4, int(3 * len(codes) // (2 * STEP)).bit_length())
    letters, holes = packed(codes)
    index = SeedIndex(
        slots=np.zeros(1 << bits, np.uint64),
        marks=np.zeros(1 << bits, np.uint8),
        shift=np.uint64(64 - bits),
        letters=letters,
        holes=holes,
    )
    _fill(codes, index)
    return index


@lean
def slot_of(
    slots: UInt64[np.ndarray, " H"], mixed: np.uint64, shift: np.uint64
) -> tuple[Whole, np.uint64]:
    """The slot that holds a mixed word, or the empty one where it would go; its fingerprint."""
    last = len(slots) - 1
    slot = np.int64(mixed >> shift)
    print_ = (mixed ^ (mixed >> _HALF)) & LOW
    while slots[slot] != _ZERO and (slots[slot] >> _HALF) != print_:
        slot = (slot + 1) & last
    return slot, print_


@kept()
def _fill(codes: UInt8[np.ndarray, " L"], index: SeedIndex) -> None:
    """First sweep: keep the words of every STEP-th place. Second: find where they return."""
    slots, marks, shift = index.slots, index.marks, index.shift
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
            place = at - K + 1
            if run < K or (place % STEP == 0) == (sweep == 1):
                continue
            flag = 0 if forward < backward else 1
            mixed = (forward if flag == 0 else backward) * GOLDEN
            mark = mixed >> (shift - _EIGHTFOLD)
            bit = np.uint8(1 << (mark & _LAST_BIT))
            if sweep == 1 and not marks[mark >> _EIGHTFOLD] & bit:
                continue
            slot, print_ = slot_of(slots, mixed, shift)
            told = (print_ << _HALF) | np.uint64(2 * place + flag + 1)
            if slots[slot] == _ZERO:
                if sweep == 0:
                    slots[slot] = told
                    marks[mark >> _EIGHTFOLD] |= bit
            elif slots[slot] != told:
                slots[slot] = (print_ << _HALF) | AMBIGUOUS


@lean
def next_seed(
    codes: UInt8[np.ndarray, " N"], length: int, start: int, index: SeedIndex
) -> tuple[int, Whole, Any]:
    """First word at or after `start` that stands once in the reference.

    returns  (position in the read, position in the reference or NOWHERE, reversed)
    """
    slots, marks, shift = index.slots, index.marks, index.shift
    forward, backward, run = _ZERO, _ZERO, 0
    for at in range(start, length):
        code = np.uint64(codes[at])
        if code > _THREE:
            run = 0
            continue
        forward = ((forward << _TWO) | code) & _MASK
        backward = (backward >> _TWO) | ((_THREE - code) << _TOP)
        run += 1
        if run < K:
            continue
        mixed = (forward if forward < backward else backward) * GOLDEN
        mark = mixed >> (shift - _EIGHTFOLD)
        if not (marks[mark >> _EIGHTFOLD] >> np.uint8(mark & _LAST_BIT)) & 1:
            continue
        slot, _ = slot_of(slots, mixed, shift)
        told = slots[slot] & LOW
        if _ZERO < told < AMBIGUOUS:
            place = np.int64(told) - 1
            return at - K + 1, place >> 1, (place & 1) != (0 if forward < backward else 1)
    return 0, NOWHERE, False
