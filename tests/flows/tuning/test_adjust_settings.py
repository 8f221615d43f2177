"""Moves of people, onto the ledger."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tuning"))

from exposures import goal

from nanoward.flows.tuning.adjust_settings import adjustment_entries

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


@pytest.mark.hazard("H-41")
def test_every_move_with_its_day_is_an_entry_and_a_comparison_is_none() -> None:
    (entry,) = adjustment_entries(goal(), TABLE)
    assert (entry.participant, entry.value, entry.unit) == ("a", 50.0, "mg")  # type: ignore[union-attr]
    assert entry.at == datetime(2026, 11, 20, tzinfo=UTC)  # type: ignore[union-attr]
    assert adjustment_entries(None, TABLE) == ()
