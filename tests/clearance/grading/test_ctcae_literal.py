"""Versions of CTCAE side by side, by hand from the documents."""

import polars as pl
import pytest

from nanoward.clearance.grading.admiral_compatible import admiral_compatible_grades
from nanoward.clearance.grading.ctcae_literal import (
    CTCAE_V4_LITERAL,
    CTCAE_V5_LITERAL,
    CTCAE_V6_LITERAL,
    literal_table,
)
from nanoward.clearance.grading.literal_rules import LiteralTable
from nanoward.clearance.grading.table_versions import UnknownTableError


def grade(table: LiteralTable, system: str = "si", **row: object) -> int | None:
    found: int | None = admiral_compatible_grades(
        pl.DataFrame([{"low": None, "high": None} | row]), table, system=system
    ).item()
    return found


def test_the_tables_hold_as_many_rules_as_the_established_implementation() -> None:
    counts = {
        (table.version, system): sum(system in rule.systems for rule in table.rules)
        for table in (CTCAE_V4_LITERAL, CTCAE_V5_LITERAL, CTCAE_V6_LITERAL)
        for system in ("si", "us")
    }
    assert counts == {
        ("4.03", "si"): 42,
        ("4.03", "us"): 48,
        ("5.0", "si"): 40,
        ("5.0", "us"): 46,
        ("6.0", "si"): 43,
        ("6.0", "us"): 48,
    }


@pytest.mark.parametrize(
    ("table", "value", "expected"),
    [
        (CTCAE_V4_LITERAL, 9.0, 4),
        (CTCAE_V5_LITERAL, 9.0, 4),
        (CTCAE_V6_LITERAL, 9.0, 4),
        (CTCAE_V6_LITERAL, 20.0, 3),
    ],
)
def test_platelets_have_a_lower_grade_four_in_version_six(
    table: LiteralTable, value: float, expected: int
) -> None:
    term = "Thrombocytopenia" if table is CTCAE_V6_LITERAL else "Platelet count decreased"
    row = {"term": term, "direction": "low", "value": value, "unit": "10^9/L"}
    assert grade(table, **row) == expected
    assert grade(CTCAE_V5_LITERAL, **row | {"term": "Platelet count decreased"}) == 4


def test_a_high_baseline_is_followed_by_other_multiples_in_five_and_six() -> None:
    row = {
        "term": "Alanine aminotransferase increased",
        "direction": "high",
        "value": 250.0,
        "unit": "U/L",
        "high": 40.0,
        "base": 100.0,
        "base_state": "HIGH",
    }
    assert grade(CTCAE_V4_LITERAL, **row) == 3  # 6.25 x ULN
    assert grade(CTCAE_V5_LITERAL, **row) == 1  # 2.5 x baseline
    assert grade(CTCAE_V6_LITERAL, **row) == 3  # over 2 x baseline


def test_alkaline_phosphatase_asks_for_baseline_and_limit_in_version_six() -> None:
    row = {
        "term": "Alkaline phosphatase increased",
        "direction": "high",
        "value": 130.0,
        "unit": "U/L",
        "high": 115.0,
        "base": 120.0,
    }
    assert grade(CTCAE_V6_LITERAL, **row) == 1
    assert grade(CTCAE_V6_LITERAL, **row | {"base": 140.0}) == 0
    assert grade(CTCAE_V6_LITERAL, **row | {"base": None}) is None
    assert grade(CTCAE_V6_LITERAL, **row | {"base": None, "value": 100.0}) == 0


def test_haemoglobin_rises_from_a_high_baseline_in_version_four_alone() -> None:
    row = {
        "term": "Hemoglobin increased",
        "direction": "high",
        "value": 106.0,
        "unit": "g/L",
        "high": 60.0,
        "base": 65.0,
    }
    assert grade(CTCAE_V4_LITERAL, **row) == 3
    assert grade(CTCAE_V4_LITERAL, **row | {"value": 105.0}) == 2
    assert grade(CTCAE_V5_LITERAL, **row | {"value": 105.0}) == 3
    assert grade(CTCAE_V4_LITERAL, **row | {"base": None, "value": 101.0}) == 3


def test_a_table_is_found_by_its_version_or_refused() -> None:
    assert literal_table("6.0") is CTCAE_V6_LITERAL
    with pytest.raises(UnknownTableError):
        literal_table("3.0")
