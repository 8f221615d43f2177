import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.genetics.sequences import (
    LETTERS,
    agree,
    is_plain,
    masks_of,
    shares_of,
    text_of,
)

IUPAC = st.text("ACGTRYSWKMBDHVN-")


@given(IUPAC)
def test_letters_survive_the_way_to_masks_and_back(text: str) -> None:
    assert text_of(masks_of(text)) == text


@given(IUPAC)
def test_shares_of_a_readable_position_sum_to_one(text: str) -> None:
    masks = masks_of(text)
    np.testing.assert_allclose(shares_of(masks).sum(axis=1), (masks > 0).astype(float))


def test_case_uracil_and_junk_are_understood() -> None:
    np.testing.assert_array_equal(masks_of("acgu?é"), [1, 2, 4, 8, 0, 0])


def test_an_ambiguity_code_is_no_plain_base_but_agrees_with_what_it_holds() -> None:
    assert LETTERS["R"] == LETTERS["A"] | LETTERS["G"]
    np.testing.assert_array_equal(is_plain(masks_of("AR-N")), [True, False, True, False])
    np.testing.assert_array_equal(
        agree(masks_of("RRNA"), masks_of("GCTC")), [True, False, True, False]
    )
