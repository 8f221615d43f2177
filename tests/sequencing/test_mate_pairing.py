"""Mates laid plainly, letter by letter, or beside each other."""

import numpy as np
import pytest

from nanoward.sequencing.kmer_index import codes_of, seed_index
from nanoward.sequencing.mate_pairing import (
    LONGEST_PAIR,
    MappedMate,
    MateMapping,
    map_mate,
    mate_buffers,
    rescue_mate,
)
from nanoward.sequencing.ungapped_mapping import map_batch

GENOME = "".join(np.random.default_rng(1).choice(list("ACGT"), 3000))
REF = codes_of(GENOME.encode())
INDEX = seed_index(REF)
TURN = str.maketrans("ACGT", "TGCA")


def laid(text: str) -> tuple[MappedMate, MateMapping]:
    """A read alone in its block, and how it was laid."""
    mate = mate_buffers(len(text))
    where = np.array([(0, len(text), len(text))], np.int64)
    content = np.frombuffer((text + "F" * len(text)).encode(), np.uint8)
    map_batch(content, where, INDEX, len(REF), mate.batch)
    count, length, back, plain = map_mate(
        content, where, 0, mate, REF, INDEX, np.uint8(33)
    )  # fmt: skip
    return mate, MateMapping(int(count), int(length), bool(back), bool(plain))


def changed(text: str, *places: int) -> str:
    letters = list(text)
    for at in places:
        letters[at] = "CGTA"["ACGT".index(letters[at])]
    return "".join(letters)


@pytest.mark.parametrize("back", [False, True])
def test_a_sound_read_lies_plainly_and_one_with_many_wrong_letters_does_not(back: bool) -> None:
    for places, plain in (((), True), ((40, 60), True), ((40, 60, 80, 100), False)):
        text = changed(GENOME[500:650], *places)
        mate, how = laid(text.translate(TURN)[::-1] if back else text)
        assert how == (1, 150, back, plain)
        assert mate.segments[0].tolist() == [0, 150, 500]


def test_a_mate_without_a_place_is_laid_beside_the_other_on_the_other_strand() -> None:
    wrong = changed(GENOME[900:1000], *range(15, 100, 15))  # no word of 31 letters is left
    placed, how = laid(GENOME[700:800])
    lost, none = laid(wrong.translate(TURN)[::-1])
    assert none[0] == 0
    count, length, back, plain = rescue_mate(placed, how, lost, 100, REF)
    assert (count, length, back, plain) == (1, 100, True, False)
    assert lost.segments[0, 2] == 900


def test_a_mate_beyond_the_longest_pair_stays_without_a_place() -> None:
    far = 700 + LONGEST_PAIR + 50
    wrong = changed(GENOME[far : far + 100], *range(15, 100, 15))
    placed, how = laid(GENOME[700:800])
    lost, _ = laid(wrong.translate(TURN)[::-1])
    assert rescue_mate(placed, how, lost, 100, REF)[0] == 0
