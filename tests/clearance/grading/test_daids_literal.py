"""The DAIDS table: one row by hand from each family of rules."""

from datetime import date

import polars as pl
import pytest

from nanoward.clearance.grading.admiral_compatible import admiral_compatible_grades
from nanoward.clearance.grading.daids_literal import DAIDS_LITERAL

ADULT = {"birth": date(1990, 1, 1), "taken": date(2026, 1, 2), "sex": "M"}


def grade(system: str = "si", **row: object) -> int | None:
    full = {"low": None, "high": None, "base": None, **ADULT, **row}
    found: int | None = admiral_compatible_grades(
        pl.DataFrame([full]), DAIDS_LITERAL, system=system
    ).item()
    return found


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"term": "ALT, High", "direction": "high", "value": 50.0, "high": 40.0}, 1),
        ({"term": "ALT, High", "direction": "high", "value": 400.0, "high": 40.0}, 4),
        ({"term": "Sodium, Low", "direction": "low", "value": 120.0, "unit": "mmol/L"}, 4),
        ({"term": "Sodium, Low", "direction": "low", "value": 134.0, "unit": "mmol/L"}, 1),
        ({"term": "Lactate, High", "direction": "high", "value": 4.0, "high": 2.0}, 2),
        ({"term": "Acidosis", "direction": "low", "value": 7.29, "low": 7.35}, 4),
        ({"term": "Acidosis", "direction": "low", "value": 7.34, "low": 7.35}, 2),
    ],
)
def test_limits_are_those_of_the_table(row: dict[str, object], expected: int) -> None:
    assert grade(**{"unit": None, **row}) == expected


def test_counts_are_graded_in_each_of_their_units() -> None:
    row = {"term": "Platelets, Decreased", "direction": "low"}
    assert grade(**row, value=60.0, unit="10^9/L") == 2
    assert grade("us", **row, value=60.0, unit="10^3/uL") == 2
    assert grade("us", **row, value=60_000.0, unit="10^3/mL") == 2


def test_a_child_and_an_adult_differ_and_some_ages_are_left_out() -> None:
    row = {"term": "LDL, Fasting, High", "direction": "high", "value": 3.0, "unit": "mmol/L"}
    assert grade(**row) == 0
    assert grade(**row, birth=date(2016, 1, 1)) == 1
    assert grade(**row, birth=date(2025, 1, 1)) is None
    assert grade(**row, birth=None) is None
