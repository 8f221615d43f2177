"""The advance directive beside what is said later."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.clearance.wellbeing.advance_directive import Directive, drift_from

FROZEN = Directive(
    participant="p", given=date(2026, 1, 5), answers={"stop if ill": 4, "tell my family": 0}
)


def test_the_same_answers_are_no_drift_and_the_opposite_is_all_of_it() -> None:
    assert drift_from(FROZEN, FROZEN.answers).distance == 0
    told = drift_from(FROZEN, {"stop if ill": 0, "tell my family": 4})
    assert told.distance == 1
    assert told.reversed == ("stop if ill", "tell my family")


def test_an_unanswered_statement_is_left_out_and_named() -> None:
    told = drift_from(FROZEN, {"stop if ill": 2})
    assert told.distance == pytest.approx(0.5)
    assert told.reversed == ()
    assert told.unanswered == ("tell my family",)
    assert drift_from(FROZEN, {}).distance is None


@given(st.dictionaries(st.sampled_from(list(FROZEN.answers)), st.integers(0, 4)))
def test_drift_is_a_share(answers: dict[str, int]) -> None:
    told = drift_from(FROZEN, answers).distance
    assert (told is None) == (not answers)
    if told is not None:
        assert 0 <= told <= 1
