"""Eight bytes, or thirty-two letters of two bits, at a time: what one machine word can hold.

A word of letters holds its first letter in the two highest bits: A 0, C 1, G 2, T 3. Bytes are
read into a word with the first byte highest, wherever they begin.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import UInt8, UInt64

from nanoward.maths.jit.object_cache import kept, lean

Word = Any  # an unsigned whole number of 64 bits
WIDE = 32  # letters of a word
_UPPER = np.uint64(0xDFDFDFDFDFDFDFDF)
_LETTER_A = np.uint64(0x4141414141414141)
_BIT_0 = np.uint64(0x0101010101010101)
_BITS_01 = np.uint64(0x0303030303030303)
_HIGH = np.uint64(0x8080808080808080)
_PAIRS = np.uint64(0x3333333333333333)
_NIBBLES = np.uint64(0x0F0F0F0F0F0F0F0F)
_FOURTHS = np.uint64(0x000F000F000F000F)
_HALVES = np.uint64(0x000000FF000000FF)
_TOP_BITS = np.uint64(0xAAAAAAAAAAAAAAAA)
_ONE, _TWO, _THREE = (np.uint64(one) for one in (1, 2, 3))
_FOUR, _SIX = np.uint64(4), np.uint64(6)
_TWELVE, _TWENTY_FOUR = np.uint64(12), np.uint64(24)
_LAST_16 = np.uint64(0xFFFF)


class Instruction:
    """One instruction of the machine as a function for compiled functions."""

    def __init__(self, build: Callable[[], Any]) -> None:
        self._build = build

    @property
    def _numba_type_(self) -> Any:
        from numba.core.registry import cpu_target

        context = cpu_target.typing_context
        made = self._made
        context.refresh()
        return context.resolve_value_type(made)

    @cached_property
    def _made(self) -> Any:
        from numba.extending import intrinsic

        return intrinsic(self._build())


def _on_words(build: Callable[[Any, Any], Any]) -> Instruction:
    """A function from word to word, of what builds its instruction."""

    def made() -> Any:
        from numba import types

        def typed(typingctx: Any, word: Any) -> Any:
            del typingctx, word
            return types.uint64(types.uint64), code

        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            del context, signature
            return build(builder, args[0])

        return typed

    return Instruction(made)


def _zeros_above(builder: Any, word: Any) -> Any:
    from llvmlite import ir

    return builder.ctlz(word, ir.Constant(ir.IntType(1), 0))


def _load() -> Any:
    from llvmlite import ir
    from numba import types

    def typed(typingctx: Any, text: Any, at: Any) -> Any:
        del typingctx, at
        return types.uint64(text, types.int64), code

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, args[0])
        begin = builder.gep(array.data, [args[1]])
        word = builder.bitcast(begin, ir.IntType(64).as_pointer())
        return builder.load(word, align=1)

    return typed


bytes_turned: Any = _on_words(lambda builder, word: builder.bswap(word))
bits_set: Any = _on_words(lambda builder, word: builder.ctpop(word))
zeros_above: Any = _on_words(_zeros_above)
_bytes_at: Any = Instruction(_load)  # eight bytes of a text as they lie, first byte lowest


@lean
def eight_bytes(text: UInt8[np.ndarray, " B"], at: int) -> Word:
    """Bytes at to at + 7 of a contiguous text; all eight must lie within it."""
    return bytes_turned(_bytes_at(text, at))


@lean
def eight_letters(text: Word) -> tuple[Word, bool]:
    """Sixteen bits of eight letters, and whether each of them is A, C, G or T in any case."""
    codes = ((text >> _ONE) ^ (text >> _TWO)) & _BITS_01
    low, high = codes & _BIT_0, (codes >> _ONE) & _BIT_0
    letters = _LETTER_A + low * _TWO + high * _SIX + (low & high) * np.uint64(11)
    told = (codes | (codes >> _SIX)) & _FOURTHS
    told = (told | (told >> _TWELVE)) & _HALVES
    return (told | (told >> _TWENTY_FOUR)) & _LAST_16, letters == (text & _UPPER)


@lean
def below(text: Word, limit: Word) -> Word:
    """The highest bit of each of eight bytes that is smaller than a limit of 1 to 127."""
    return ~((text | _HIGH) - limit * _BIT_0) & ~text & _HIGH


@lean
def reverse_complemented(word: Word) -> Word:
    """The reverse complement of 32 letters."""
    word = ~word
    word = ((word >> _TWO) & _PAIRS) | ((word & _PAIRS) << _TWO)
    word = ((word >> _FOUR) & _NIBBLES) | ((word & _NIBBLES) << _FOUR)
    return bytes_turned(word)


@lean
def letters_at(words: UInt64[np.ndarray, " W"], at: int) -> Word:
    """The 32 letters from a place on; one more word than holds the last of them must stand."""
    first = at >> 5
    shift = np.uint64(at & 31) << _ONE
    return (words[first] << shift) | ((words[first + 1] >> _ONE) >> (np.uint64(63) - shift))


@lean
def unlike(one: Word, other: Word) -> Word:
    """The higher bit of each letter that is not the same in two words."""
    differ = one ^ other
    return (differ | (differ << _ONE)) & _TOP_BITS


def packed(
    codes: UInt8[np.ndarray, " L"],
) -> tuple[UInt64[np.ndarray, " W"], UInt8[np.ndarray, " W"]]:
    """Letters of a reference as words, and for each word whether a code above 3 is in it.

    codes    (L,) 0 to 3, anything else is no letter
    returns  (W,) words, more than needed, with A where no letter stands; (W,) 1 or 0
    """
    count = (len(codes) + 31) >> 5
    words, holes = np.zeros(count + 2, np.uint64), np.zeros(count + 2, np.uint8)
    _pack_codes(codes, words, holes)
    return words, holes


@kept()
def _pack_codes(
    codes: UInt8[np.ndarray, " L"],
    words: UInt64[np.ndarray, " W"],
    holes: UInt8[np.ndarray, " W"],
) -> None:
    for at in range(len(codes)):
        code = np.uint64(codes[at])
        if code > _THREE:
            holes[at >> 5] = 1
        else:
            words[at >> 5] |= code << (np.uint64(62) - (np.uint64(at & 31) << _ONE))
