"""The compatibility mode, against the reference cases and the pilot's published grades."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.clearance.grading.admiral_compatible import admiral_compatible_grades
from nanoward.clearance.grading.ctcae_literal import CTCAE_V4_LITERAL, CTCAE_V5_LITERAL
from nanoward.clearance.grading.daids_literal import DAIDS_LITERAL
from nanoward.clearance.grading.literal_rules import LiteralTable, literal_rules_of

PILOT = Path(__file__).parents[3] / ".." / "shared" / "data" / "cdiscpilot"
needs_pilot = pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)
SCHEMA = {
    "term": pl.String,
    "direction": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "low": pl.Float64,
    "high": pl.Float64,
    "base": pl.Float64,
    "base_state": pl.String,
    "change": pl.Float64,
    "birth": pl.Date,
    "taken": pl.Date,
    "sex": pl.String,
}


def one(table: LiteralTable, system: str = "si", **given: object) -> int | None:
    row = dict.fromkeys(SCHEMA) | given
    found: int | None = admiral_compatible_grades(
        pl.DataFrame([row], schema=SCHEMA), table, system=system
    ).item()
    return found


def table(*lines: str) -> LiteralTable:
    return LiteralTable(
        name="t", version="1", citation="by hand", rules=literal_rules_of("\n".join(lines))
    )


ANAEMIA = {"term": "ANEMIA", "direction": "low", "unit": "G/L", "low": 140.0}


@pytest.mark.parametrize(
    ("value", "expected"), [(79, 3), (80, 2), (99, 2), (100, 1), (139, 1), (140, 0)]
)
def test_the_first_step_that_holds_gives_the_grade(value: float, expected: int) -> None:
    assert one(CTCAE_V4_LITERAL, **ANAEMIA | {"value": value}) == expected


def test_a_worse_grade_by_a_number_stands_without_the_limit_of_normal() -> None:
    assert one(CTCAE_V4_LITERAL, **ANAEMIA | {"value": 79.0, "low": None}) == 3
    assert one(CTCAE_V4_LITERAL, **ANAEMIA | {"value": 120.0, "low": None}) is None


def test_an_unknown_unit_or_term_or_no_value_has_no_grade() -> None:
    assert one(CTCAE_V4_LITERAL, **ANAEMIA | {"value": 79.0, "unit": "g/cL"}) is None
    assert one(CTCAE_V4_LITERAL, **ANAEMIA | {"value": 79.0, "unit": None}) is None
    assert one(CTCAE_V4_LITERAL, **ANAEMIA | {"value": 79.0, "term": "Not a term"}) is None
    assert one(CTCAE_V4_LITERAL, **ANAEMIA | {"value": None}) is None


def test_numbers_are_compared_in_fifteen_digits() -> None:
    small = table("x | high | any | 1 > 0.3")
    assert one(small, term="x", direction="high", value=0.1 + 0.2) == 0


def test_age_and_sex_decide_which_limits_apply() -> None:
    row = {"term": "Hemoglobin, Low", "direction": "low", "unit": "g/L", "value": 104.0}
    born = {"birth": date(1980, 5, 2), "taken": date(2026, 5, 1)}
    assert one(DAIDS_LITERAL, **row, **born, sex="F") == 1
    assert one(DAIDS_LITERAL, **row, **born, sex="M") == 1
    assert one(DAIDS_LITERAL, **row | {"value": 105.0}, **born, sex="F") == 0
    assert one(DAIDS_LITERAL, **row, **born, sex=None) is None
    newborn = {"birth": date(2026, 4, 29), "taken": date(2026, 5, 1)}
    assert one(DAIDS_LITERAL, **row, **newborn, sex=None) == 2


def test_an_age_counts_completed_months_and_years() -> None:
    guarded = table("x | low | any | years >= 18 | 4 < 1", "x | low | any | years < 18 | 2 < 1")
    row = {"term": "x", "direction": "low", "value": 0.5, "birth": date(2000, 3, 10)}
    assert one(guarded, **row, taken=date(2018, 3, 9)) == 2
    assert one(guarded, **row, taken=date(2018, 3, 10)) == 4


@given(
    st.lists(st.floats(0.01, 500), min_size=1, max_size=30),
    st.floats(1, 100),
)
def test_a_higher_value_never_has_a_lower_grade(values: list[float], limit: float) -> None:
    rows = [
        dict.fromkeys(SCHEMA)
        | {"term": "CPK increased", "direction": "high", "value": v, "high": limit}
        for v in sorted(values)
    ]
    grades = admiral_compatible_grades(
        pl.DataFrame(rows, schema=SCHEMA), CTCAE_V5_LITERAL, system="si"
    )
    assert (np.diff(grades.to_numpy()) >= 0).all()


@needs_pilot
@pytest.mark.shared
def test_every_reference_case_of_ctcae_4_and_5_has_the_expected_grade() -> None:
    path = PILOT / "reference" / "grading_cases.csv"
    cases = pl.read_csv(path, infer_schema_length=0)
    number = pl.col("AVAL", "ANRLO", "ANRHI", "BASE", "PCHG").cast(pl.Float64)
    checked = 0
    for (criteria, units), group in cases.with_columns(number).group_by("criteria", "units"):
        rows = group.select(
            pl.col("direction").replace_strict({"L": "low", "H": "high"}),
            term="TERM",
            value="AVAL",
            unit="AVALU",
            low="ANRLO",
            high="ANRHI",
            base="BASE",
            base_state="BNRIND",
            change="PCHG",
        )
        known = CTCAE_V4_LITERAL if str(criteria).endswith("4.03") else CTCAE_V5_LITERAL
        got = admiral_compatible_grades(rows, known, system=str(units).lower())
        expected = group["expected_grade"].cast(pl.Int64, strict=False)
        assert group.filter(~got.eq_missing(expected)).to_dicts() == []
        checked += group.height
    assert checked == 1228


@needs_pilot
@pytest.mark.shared
@pytest.mark.parametrize(
    ("direction", "term", "grade", "cells"),
    [("low", "ATOXDSCL", "ATOXGRL", 22_477), ("high", "ATOXDSCH", "ATOXGRH", 32_582)],
)
def test_the_pilots_published_grades_are_reproduced_cell_by_cell(
    direction: str, term: str, grade: str, cells: int
) -> None:
    published = pl.read_parquet(PILOT / "adam_pharmaverse" / "adlb.parquet")
    rows = published.select(
        direction=pl.lit(direction),
        term=term,
        value="AVAL",
        unit=pl.col("PARAM").str.extract(r"\(([^()]*)\)$"),
        low="ANRLO",
        high="ANRHI",
        base="BASE",
        base_state="BNRIND",
        change="PCHG",
    )
    got = admiral_compatible_grades(rows, CTCAE_V4_LITERAL, system="si")
    expected = published[grade].cast(pl.Int64, strict=False)
    assert expected.count() == cells
    assert (~got.eq_missing(expected)).sum() == 0
