"""Scoring: by hand, by laws, missing items, danger, and loading without text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.clearance.wellbeing.instruments import (
    BadInstrumentError,
    Instrument,
    Item,
    instrument_of,
    scored,
)
from nanoward.clearance.wellbeing.questionnaire import QUESTIONNAIRES
from nanoward.clearance.wellbeing.questionnaires.gad7 import GAD7
from nanoward.clearance.wellbeing.questionnaires.phq9 import PHQ9
from nanoward.clearance.wellbeing.questionnaires.vol import VOLUNTARINESS

ANSWERS = {item.code: 1 for item in PHQ9.items} | {"PHQ909": 0}


def test_ranges_and_bands_are_those_of_the_papers() -> None:
    assert (PHQ9.range, GAD7.range, VOLUNTARINESS.range) == ((0, 27), (0, 21), (0, 32))
    for score, band in ((4, "minimal"), (5, "mild"), (14, "moderate"), (20, "severe")):
        answers = dict.fromkeys(ANSWERS, 0) | {"PHQ901": min(score, 3)}
        rest = score - min(score, 3)
        for code in list(answers)[1:8]:
            answers[code], rest = min(rest, 3), rest - min(rest, 3)
        assert scored(PHQ9, answers).band == band


def test_up_to_two_missing_answers_take_the_mean_of_the_others() -> None:
    told = scored(PHQ9, ANSWERS | {"PHQ901": None, "PHQ902": None})
    assert told.score == pytest.approx(6 * 9 / 7)
    assert told.missing == ("PHQ901", "PHQ902")
    none = scored(PHQ9, ANSWERS | {"PHQ901": None, "PHQ902": None, "PHQ903": None})
    assert none.score is None
    assert "3 answers are missing" in none.told


@pytest.mark.parametrize(("answer", "urgent"), [(0, False), (1, True), (3, True), (None, True)])
def test_the_question_for_danger_is_urgent_also_when_it_was_left_out(
    answer: int | None, *, urgent: bool
) -> None:
    assert scored(PHQ9, ANSWERS | {"PHQ909": answer}).urgent is urgent


def test_freedom_is_a_low_score_and_the_check_says_that_it_is_not_validated() -> None:
    free = {one.code: one.high if one.reverse else one.low for one in VOLUNTARINESS.items}
    told = scored(VOLUNTARINESS, free)
    assert told.score == 0
    assert told.told.endswith("not validated")


@pytest.mark.parametrize("answers", [{"PHQ901": 4}, {"PHQ901": -1}, {"NOITEM": 1}])
def test_answers_that_cannot_be_are_refused(answers: dict[str, int]) -> None:
    with pytest.raises(BadInstrumentError):
        scored(PHQ9, answers)


@given(
    st.lists(st.integers(0, 3) | st.none(), min_size=9, max_size=9),
)
def test_a_score_lies_in_its_range_and_needs_seven_answers(given: list[int | None]) -> None:
    codes = [item.code for item in PHQ9.items]
    told = scored(PHQ9, dict(zip(codes, given, strict=True)))
    if given.count(None) > 2:
        assert told.score is None
    else:
        assert told.score is not None
        assert 0 <= told.score <= 27


def test_every_shipped_instrument_names_its_licence() -> None:
    for one in (told.instrument for told in QUESTIONNAIRES.all().values()):
        assert one.licence
        assert one.citation
        assert all(item.text for item in one.items)
    shipped = [told.instrument for told in QUESTIONNAIRES.all().values()]
    assert [one.code for one in shipped if not one.validated] == ["VOL"]


SECTION = {
    "code": "SITE1",
    "name": "a licensed scale",
    "most_missing": 1,
    "validated": True,
    "licence": "held by the site",
    "citation": "see the site's file",
    "bands": [[0, "low"], [3, "high"]],
    "items": [
        {"code": "S1", "low": 0, "high": 4},
        {"code": "S2", "low": 0, "high": 4, "reverse": True},
    ],
}


def test_a_licensed_instrument_is_loaded_as_rules_without_text() -> None:
    loaded = instrument_of(SECTION)
    assert isinstance(loaded, Instrument)
    assert loaded.items[1] == Item(code="S2", low=0, high=4, reverse=True)
    assert scored(loaded, {"S1": 1, "S2": 1}).band == "high"  # 1 + 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"items": []},
        {"items": [{"code": "S1", "low": 4, "high": 0}]},
        {"items": [{"code": "S1", "low": 0, "high": 4}] * 2},
        {"items": [{"code": "S1", "low": 0, "high": 4, "colour": "red"}]},
        {"bands": [[3, "high"], [0, "low"]]},
        {"most_missing": "few"},
    ],
)
def test_a_file_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInstrumentError):
        instrument_of(SECTION | wrong)


def test_missing_items_are_treated_as_each_instruments_authors_say() -> None:
    """PHQ-9: two at most, by the mean (Arrieta 2017). GAD-7: nobody gives a rule."""
    two_left_out = dict.fromkeys([f"PHQ90{n}" for n in range(1, 8)], 2) | {"PHQ909": 0}
    found = scored(PHQ9, two_left_out)
    assert found.score == pytest.approx(14 * 9 / 8)
    assert "Arrieta" in PHQ9.citation
    assert scored(PHQ9, {"PHQ909": 0, "PHQ901": 1}).score is None
    one_left_out = dict.fromkeys([f"GAD70{n}" for n in range(1, 7)], 2)
    assert scored(GAD7, one_left_out).score is None
    assert scored(GAD7, one_left_out | {"GAD707": 0}).score == 12
