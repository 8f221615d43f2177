"""Moves of people: into histories, onto the ledger, and what is wrong with them."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tuning"))

from exposures import MODEL, goal, person

from nanoward.flows.tuning.adjust_settings import adjustment_entries, with_adjustments
from nanoward.tuning import MODELS, Question

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
    assert found.choices == ((50.0, 200.0), (75.0, 100.0))  # type: ignore[union-attr]
    assert found.sha256 != person().sha256
    same, _ = with_adjustments(QUESTION, [person()], None)
    assert same == [person()]


@pytest.mark.hazard("H-41")
def test_every_move_with_its_day_is_an_entry_and_a_comparison_is_none() -> None:
    (entry,) = adjustment_entries(goal(), TABLE)
    assert (entry.participant, entry.value, entry.unit) == ("a", 50.0, "mg")  # type: ignore[union-attr]
    assert entry.at == datetime(2026, 11, 20, tzinfo=UTC)  # type: ignore[union-attr]
    assert adjustment_entries(None, TABLE) == ()


def test_moves_of_nobody_and_moves_without_a_goal_are_told() -> None:
    other = TABLE.with_columns(participant=pl.lit("b"))
    _, told = with_adjustments(QUESTION, [person()], other)
    assert [one.code for one in told] == ["TUN-124"]
    _, told = with_adjustments(Question(model=MODELS["warfarin-1cpt"]), [person()], TABLE)
    assert [(one.code, one.severity) for one in told] == [("TUN-124", "warning")]
