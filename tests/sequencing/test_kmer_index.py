import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nanoward.sequencing.kmer_index import NOWHERE, STEP, K, codes_of, next_seed, seed_index

TURN = str.maketrans("ACGT", "TGCA")


def letters(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


def test_codes_know_four_letters_in_both_cases_and_nothing_else() -> None:
    assert codes_of(b"ACGTUacgtuNR-").tolist() == [0, 1, 2, 3, 3, 0, 1, 2, 3, 3, 4, 4, 4]


def test_a_word_is_found_where_it_stands_on_either_strand() -> None:
    text = letters(2000, 1)
    index = seed_index(codes_of(text.encode()))
    read = codes_of(text[500:600].encode())
    at, place, turned = next_seed(read, 100, 0, index)
    assert (place - at, turned) == (500, False)
    assert at < STEP
    back = codes_of(text[500:600].translate(TURN)[::-1].encode())
    at, place, turned = next_seed(back, 100, 0, index)
    assert turned
    assert place == 600 - at - K


def test_a_word_that_comes_back_anywhere_gives_no_place() -> None:
    piece = letters(60, 2)
    for gap in range(100, 104):  # not only at the positions that are kept
        for again in (piece, piece.translate(TURN)[::-1]):
            text = letters(200, 3) + piece + letters(gap, 4) + again + letters(100, 5)
            index = seed_index(codes_of(text.encode()))
            assert next_seed(codes_of(piece.encode()), 60, 0, index)[1] == NOWHERE


@given(st.integers(0, 2**32), st.integers(K + STEP, 200))
def test_every_seed_stands_in_the_reference_as_it_says(seed: int, length: int) -> None:
    text = letters(length, seed)
    codes = codes_of(text.encode())
    index = seed_index(codes)
    at, place, turned = next_seed(codes, length, 0, index)
    if place != NOWHERE:
        assert not turned
        assert text[at : at + K] == text[place : place + K]


def test_letters_that_are_none_end_a_word() -> None:
    text = letters(100, 6)
    index = seed_index(codes_of(text.encode()))
    broken = text[:20] + "N" + text[21:40]
    assert next_seed(codes_of(broken.encode()), 40, 0, index)[1] == NOWHERE
