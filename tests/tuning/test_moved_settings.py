"""Moves of people in their histories, and what is wrong with them."""

from datetime import date

import polars as pl
from exposures import MODEL, goal, person

from nanoward.tuning import MODELS, Question, formulas_of
from nanoward.tuning.moved_settings import with_adjustments

QUESTION = Question(model=MODEL, goal=goal())
TABLE = pl.DataFrame(
    {
        "participant": ["a", "a"],
        "time": [5.0, 6.0],
        "value": [50.0, 75.0],
        "before": [200.0, 100.0],
        "how": ["moved", "compared"],
        "day": [date(2026, 11, 20), None],
        "file": ["data/adjustments.csv"] * 2,
    }
)


def test_a_move_is_a_dose_and_a_choice_of_its_person() -> None:
    (found,), told = with_adjustments(QUESTION, [person()], TABLE)
    assert not told
    assert found.choices == ((50.0, 200.0), (75.0, 100.0))
    assert found.sha256 != person().sha256
    same, _ = with_adjustments(QUESTION, [person()], None)
    assert same == [person()]


def test_moves_of_nobody_and_moves_without_a_goal_are_told() -> None:
    other = TABLE.with_columns(participant=pl.lit("b"))
    _, told = with_adjustments(QUESTION, [person()], other)
    assert [one.code for one in told] == ["TUN-124"]
    _, told = with_adjustments(
        Question(model=formulas_of(MODELS["warfarin-1cpt"])), [person()], TABLE
    )
    assert [(one.code, one.severity) for one in told] == [("TUN-124", "warning")]
