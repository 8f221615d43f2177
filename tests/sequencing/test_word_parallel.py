"""Letters and bytes looked at a whole machine word at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.jit.object_cache import lean
from nanoward.sequencing.kmer_index import codes_of
from nanoward.sequencing.word_parallel import (
    below,
    bits_set,
    eight_bytes,
    eight_letters,
    letters_at,
    packed,
    reverse_complemented,
    unlike,
    zeros_above,
)

TURN = str.maketrans("ACGT", "TGCA")
WORDS = st.integers(0, 2**64 - 1)


@lean
def counted(word: np.uint64) -> tuple[np.uint64, np.uint64]:
    return bits_set(word), zeros_above(word)


@lean
def bytes_from(text: np.ndarray, at: int) -> np.uint64:
    return eight_bytes(text, at)


def word_of(letters: str) -> int:
    """32 letters, by hand: the first in the two highest bits."""
    return sum("ACGT".index(one) << (62 - 2 * at) for at, one in enumerate(letters))


@given(WORDS)
def test_bits_are_counted_as_python_counts_them(word: int) -> None:
    assert counted(np.uint64(word)) == (word.bit_count(), 64 - word.bit_length())


@given(st.binary(min_size=8, max_size=40), st.data())
def test_eight_bytes_are_read_wherever_they_begin(text: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 8))
    found = bytes_from(np.frombuffer(text, np.uint8), at)
    assert int(found) == int.from_bytes(text[at : at + 8], "big")


@given(st.text("ACGTacgt", min_size=8, max_size=8))
def test_eight_letters_become_sixteen_bits_in_any_case(letters: str) -> None:
    word = np.uint64(int.from_bytes(letters.encode(), "big"))
    told, sound = eight_letters(word)
    assert sound
    assert int(told) == word_of(letters.upper() + "A" * 24) >> 48


@pytest.mark.parametrize("wrong", [one for one in range(256) if chr(one) not in "ACGTacgt"])
def test_a_byte_that_is_no_letter_is_told_at_every_place(wrong: int) -> None:
    for at in range(8):
        text = bytearray(b"ACGTTGCA")
        text[at] = wrong
        assert not eight_letters(np.uint64(int.from_bytes(text, "big")))[1]


@given(st.binary(min_size=8, max_size=8), st.integers(1, 127))
def test_bytes_below_a_limit_are_marked_by_their_highest_bit(text: bytes, limit: int) -> None:
    found = below(np.uint64(int.from_bytes(text, "big")), np.uint64(limit))
    expected = bytes(0x80 if one < limit else 0 for one in text)
    assert int(found) == int.from_bytes(expected, "big")


@given(st.text("ACGT", min_size=32, max_size=32))
def test_a_word_is_turned_as_its_letters_are(letters: str) -> None:
    back = letters.translate(TURN)[::-1]
    assert int(reverse_complemented(np.uint64(word_of(letters)))) == word_of(back)


@given(st.text("ACGT", min_size=32, max_size=32), st.text("ACGT", min_size=32, max_size=32))
def test_letters_that_differ_are_marked_by_their_higher_bit(one: str, other: str) -> None:
    found = unlike(np.uint64(word_of(one)), np.uint64(word_of(other)))
    marks = (2 << (62 - 2 * at) for at in range(32) if one[at] != other[at])
    assert int(found) == sum(marks)


@given(st.text("ACGTN", min_size=33, max_size=150), st.data())
def test_a_reference_is_packed_and_read_from_any_letter(text: str, data: st.DataObject) -> None:
    words, holes = packed(codes_of(text.encode()))
    at = data.draw(st.integers(0, len(text) - 32))
    plain = text.replace("N", "A")
    assert int(letters_at(words, at)) == word_of(plain[at : at + 32])
    blocks = [text[first : first + 32] for first in range(0, len(text), 32)]
    assert holes[: len(blocks)].tolist() == [int("N" in block) for block in blocks]
