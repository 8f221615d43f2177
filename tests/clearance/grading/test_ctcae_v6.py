"""Version 6.0 by hand, and beside the printed table."""

from typing import Any

import polars as pl
import pytest

from nanoward.clearance import grade_results, table_of_version
from nanoward.clearance.grading.ctcae_v6 import CTCAE_V6

SCHEMA = {
    "participant": pl.String,
    "sequence": pl.Int64,
    "test": pl.String,
    "taken": pl.Date,
    "value": pl.Float64,
    "unit": pl.String,
    "low": pl.Float64,
    "high": pl.Float64,
    "least": pl.Float64,
    "most": pl.Float64,
    "base": pl.Float64,
    "base_unit": pl.String,
    "base_state": pl.String,
    "at_baseline": pl.Boolean,
    "blood": pl.Boolean,
}


def grade(test: str, value: float, unit: str, **more: Any) -> list[int | None]:
    row: dict[str, Any] = dict.fromkeys(SCHEMA)
    row |= {"participant": "p", "sequence": 1, "test": test, "value": value, "unit": unit}
    row |= {"least": value, "most": value, "at_baseline": False, "blood": True}
    row |= {"base_unit": unit, "base_state": "normal"}
    found = grade_results(pl.DataFrame([row | more], schema=SCHEMA), CTCAE_V6)
    return found["grade"].to_list()


@pytest.mark.parametrize(("value", "expected"), [(9, 4), (10, 3), (49, 3), (50, 2), (75, 1)])
def test_platelets(value: float, expected: int) -> None:
    assert grade("PLAT", value, "10*9/L", low=150) == [expected]


@pytest.mark.parametrize(
    ("value", "expected"), [(100, 1), (150, 1), (151, 2), (201, 3), (401, 4), (99, 0)]
)
def test_a_high_baseline_is_followed_in_its_own_steps(value: float, expected: int) -> None:
    more = {"high": 40, "base": 100, "base_state": "high"}
    assert grade("ALT", value, "U/L", **more) == [expected]


def test_alkaline_phosphatase_must_pass_limit_and_baseline() -> None:
    assert grade("ALP", 130, "U/L", high=115, base=120) == [1]
    assert grade("ALP", 130, "U/L", high=115, base=140) == [0]
    assert grade("ALP", 130, "U/L", high=115) == [None]


def test_creatinine_counts_from_a_low_baseline_alone() -> None:
    assert grade("CREAT", 100, "umol/L", high=110, base=40, base_state="low") == [2]
    assert grade("CREAT", 100, "umol/L", high=110, base=40) == [0]
    assert grade("CREAT", 400, "umol/L", high=110, base=90) == [3]


def test_glucose_is_back_and_fibrinogen_follows_its_baseline() -> None:
    assert 3 in grade("GLUC", 14, "mmol/L", low=4, high=6)
    assert grade("FIBRINO", 0.9, "g/L", low=2) == [3]
    assert grade("FIBRINO", 0.9, "g/L", low=2, base=1.2, base_state="low") == [2]
    assert grade("FIBRINO", 40, "mg/dL", low=200) == [4]


def test_what_could_not_be_checked_is_left_out_and_says_so() -> None:
    for test in ("CK", "LYM"):
        row: dict[str, Any] = dict.fromkeys(SCHEMA) | {"participant": "p", "test": test}
        row |= {"value": 0.1, "least": 0.1, "most": 0.1, "unit": "10*9/L", "blood": True}
        found = grade_results(pl.DataFrame([row], schema=SCHEMA), CTCAE_V6)
        silent = found.filter(pl.col("term") == "")
        assert silent["grade"].to_list() == [None]
        assert "version 6.0 is not known to grade" in silent["reason"].item()
    terms = {rule.term for rule in CTCAE_V6.rules}
    assert not terms & {"CPK increased", "Lymphocyte count decreased"}


def test_every_rule_cites_version_six_and_the_table_is_found() -> None:
    assert table_of_version("6.0") is CTCAE_V6
    assert all("v6.0" in rule.citation for rule in CTCAE_V6.rules)
