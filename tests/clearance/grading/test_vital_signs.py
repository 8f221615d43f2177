"""Vital signs by hand from the documents; units as they are written; the pilot's own signs."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.clearance import grade_results
from nanoward.clearance.grading.table_versions import UnknownTableError
from nanoward.clearance.grading.vital_signs import (
    VITALS_V4,
    VITALS_V5,
    VITALS_V6,
    vital_results_of,
    vitals_of_version,
)

PILOT = Path(__file__).parents[3] / ".." / "shared" / "data" / "cdiscpilot"
NOBODY = pl.DataFrame(schema={"USUBJID": pl.String})
UNITS = {"SYSBP": "mmHg", "DIABP": "mmHg", "TEMP": "C", "PULSE": "beats/min", "RESP": "/min"}


def signs(*rows: tuple[str, float | None], **more: Any) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "USUBJID": "p",
                "VSSEQ": number,
                "VSTESTCD": test,
                "VSSTRESN": value,
                "VSSTRESU": UNITS.get(test, "kg"),
                "VSDTC": f"2026-01-{number:02d}",
            }
            | more
            for number, (test, value) in enumerate(rows, 1)
        ]
    )


def graded(vs: pl.DataFrame, term: str, version: str = "5.0") -> list[int | None]:
    doses = pl.DataFrame({"participant": ["p"], "first_dose": [date(2026, 1, 1)]})
    results = vital_results_of(vs, None, doses)
    grades = grade_results(results, vitals_of_version(version))
    return grades.filter(pl.col("term") == term)["grade"].to_list()


@pytest.mark.parametrize(
    ("term", "test", "grades"),
    [
        ("Hypertension", "SYSBP", {119: 0, 120: 1, 139: 1, 140: 2, 159: 2, 160: 3, 210: 3}),
        ("Hypertension", "DIABP", {79: 0, 80: 1, 90: 2, 99: 2, 100: 3}),
        ("Hypotension", "SYSBP", {90: 0, 89: 1, 85: 1, 84: 2, 80: 2, 79: 3}),
        ("Tachycardia", "PULSE", {100: 0, 101: 1, 115: 1, 116: 2, 130: 2, 131: 3}),
        ("Bradycardia", "PULSE", {55: 0, 54: 1, 50: 1, 49: 2, 45: 2, 44: 3}),
        ("Respiratory rate increased", "RESP", {16: 0, 17: 1, 20: 1, 21: 2, 25: 2, 26: 3}),
        ("Fever", "TEMP", {37.9: 0, 38.0: 1, 39.0: 1, 39.1: 2, 40.0: 2, 40.1: 3}),
        ("Hypothermia", "TEMP", {35.1: 0, 35.0: 2, 32.1: 2, 32.0: 3, 28.1: 3, 28.0: 4}),
    ],
)
def test_each_limit_is_on_the_side_that_the_document_prints(
    term: str, test: str, grades: dict[float, int]
) -> None:
    rows = [(test, float(value)) for value in grades]
    assert graded(signs(*rows), term) == list(grades.values())


def test_weight_is_counted_from_the_persons_own_baseline() -> None:
    weights = [100, 95.1, 95, 90, 80, 104.9, 105, 110, 120]
    vs = signs(*(("WEIGHT", float(one)) for one in weights))
    assert graded(vs, "Weight loss") == [0, 0, 1, 2, 3, 0, 0, 0, 0]
    assert graded(vs, "Weight gain") == [0, 0, 0, 0, 0, 0, 1, 2, 3]


def test_weight_without_a_baseline_is_not_graded_and_says_why() -> None:
    results = vital_results_of(signs(("WEIGHT", 70.0)).with_columns(VSDTC=pl.lit("2026-02-01")))
    grades = grade_results(results.with_columns(at_baseline=pl.lit(value=False)), VITALS_V5)
    assert grades["grade"].to_list() == [None, None]
    assert grades["reason"].str.contains("no baseline").all()


def hearts(*values: float) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "USUBJID": "p",
            "EGSEQ": range(1, len(values) + 1),
            "EGTESTCD": "QTCF",
            "EGSTRESN": [float(one) for one in values],
            "EGSTRESU": "msec",
            "EGDTC": [f"2026-01-{day:02d}T08:00" for day in range(1, len(values) + 1)],
        }
    )


def test_a_corrected_qt_counts_by_number_and_from_version_five_by_its_rise() -> None:
    doses = pl.DataFrame({"participant": ["p"], "first_dose": [date(2026, 1, 1)]})
    eg = hearts(400, 449, 450, 480, 481, 500, 501, 460.5)
    results = vital_results_of(NOBODY, eg, doses)
    term = pl.col("term") == "Electrocardiogram QT corrected interval prolonged"
    older = grade_results(results, VITALS_V4).filter(term)["grade"].to_list()
    newer = grade_results(results, VITALS_V5).filter(term)["grade"].to_list()
    assert older == [0, 0, 1, 1, 2, 2, 3, 1]
    assert newer == [0, 0, 1, 3, 3, 3, 3, 3]  # more than 60 ms above 400


def test_the_mean_of_a_days_electrocardiograms_is_graded() -> None:
    eg = hearts(470, 500).with_columns(EGDTC=pl.lit("2026-01-05"))
    results = vital_results_of(NOBODY, eg)
    assert results["value"].to_list() == [485.0]


def test_fahrenheit_is_converted_and_an_unknown_unit_grades_nothing() -> None:
    vs = signs(("TEMP", 102.2), VSSTRESU="F")
    assert graded(vs, "Fever") == [1]  # 39.0 C
    assert graded(signs(("TEMP", 102.3), VSSTRESU="F"), "Fever") == [2]
    assert graded(signs(("SYSBP", 22.0), VSSTRESU="kPa"), "Hypertension") == [3]  # 165 mmHg
    assert graded(signs(("SYSBP", 170.0), VSSTRESU="units"), "Hypertension") == [None]
    assert graded(signs(("SYSBP", 170.0), VSSTRESU=None), "Hypertension") == [None]


def test_every_row_has_its_source_and_version_six_says_whose_rows_it_uses() -> None:
    for table in (VITALS_V4, VITALS_V5, VITALS_V6):
        assert all(rule.citation for rule in table.rules)
    assert "could not be checked" in VITALS_V6.citation
    assert all("v5.0" not in rule.citation for rule in VITALS_V4.rules)
    with pytest.raises(UnknownTableError):
        vitals_of_version("3.0")


@given(st.floats(60, 250), st.floats(60, 250))
def test_a_higher_pressure_never_has_a_lower_grade(one: float, other: float) -> None:
    low, high = sorted((one, other))
    first, second = graded(signs(("SYSBP", low), ("SYSBP", high)), "Hypertension")
    assert first is not None
    assert second is not None
    assert first <= second


@pytest.mark.shared
@pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)
def test_every_sign_of_the_pilot_with_a_number_is_graded() -> None:
    vs = pl.read_parquet(PILOT / "sdtm_phuse" / "vs.parquet")
    grades = grade_results(vital_results_of(vs), VITALS_V5).filter(pl.col("term") != "")
    blank = grades.filter(pl.col("grade").is_null())
    assert blank.is_empty()  # the source's 8 blank results are NOT DONE: no results
    pressure = vs.filter(pl.col("VSTESTCD") == "SYSBP")
    grave = grades.filter(pl.col("test") == "SYSBP", pl.col("term") == "Hypertension")
    assert grave.filter(pl.col("grade") == 3).height == (
        pressure.filter(pl.col("VSSTRESN") >= 160).height
    )
