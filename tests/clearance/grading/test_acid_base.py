"""Acidosis and alkalosis by pH and by bicarbonate, checked against the printed limits."""

import math
from datetime import date

import polars as pl
import pytest

from nanoward.clearance.grading.acid_base import ACID_BASE
from nanoward.clearance.grading.grading import grade_results
from nanoward.clearance.grading.table_versions import rule_tables, table_of_version
from nanoward.clearance.sdtm.lab_results import results_of


def graded(
    test: str, value: str, unit: str = "", version: str = "5.0", **cells: object
) -> dict:
    limits = {"PH": (7.35, 7.45), "BICARB": (22.0, 29.0)}.get(test, (23.0, 30.0))
    row = {"USUBJID": "P", "LBSEQ": 1.0, "LBTESTCD": test, "LBSTRESC": value,
           "LBSTRESN": None, "LBSTRESU": unit, "LBSTNRLO": limits[0], "LBSTNRHI": limits[1],
           "LBDTC": "2026-05-20", "LBSPEC": "BLOOD", **cells}  # fmt: skip
    try:
        row["LBSTRESN"] = float(value)
    except ValueError:
        row["LBSTRESN"] = None
    lb = pl.DataFrame([row], schema_overrides={"LBSTRESN": pl.Float64, "LBSPEC": pl.String})
    rows = grade_results(results_of(lb), table_of_version(version))
    return dict(rows.select("term", "grade").iter_rows())


@pytest.mark.hazard("H-250")
@pytest.mark.parametrize("version", sorted(rule_tables()))
@pytest.mark.parametrize(
    ("value", "acid", "alkali"),
    [("7.40", 0, 0), ("7.34", 1, 0), ("7.30", 1, 0), ("7.29", 3, 0), ("6.9", 3, 0),
     ("7.46", 0, 1), ("7.50", 0, 1), ("7.51", 0, 3)],
)  # fmt: skip
def test_ph_as_ctcae_prints_it(version: str, value: str, acid: int, alkali: int) -> None:
    assert graded("PH", value, version=version) == {"Acidosis": acid, "Alkalosis": alkali}


def test_bounds_are_graded_only_where_every_value_within_has_one_grade() -> None:
    assert graded("PH", "<7.2")["Acidosis"] == 3
    assert graded("PH", "<7.34")["Acidosis"] is None
    assert graded("PH", ">7.6")["Alkalosis"] == 3
    assert graded("PH", ">7.4")["Alkalosis"] is None


@pytest.mark.hazard("H-250")
@pytest.mark.parametrize("test", ["BICARB", "CO2"])
@pytest.mark.parametrize("unit", ["mmol/L", "mEq/L"])
@pytest.mark.parametrize(
    ("value", "low", "high"),
    [("25", 0, 0), ("20", 1, 0), ("11", 1, 0), ("10.9", 3, 0), ("7.9", 4, 0), ("45", 0, 0),
     ("46", 0, 3)],
)  # fmt: skip
def test_bicarbonate_where_no_ph_was_measured(
    test: str, unit: str, value: str, low: int, high: int
) -> None:
    found = graded(test, value, unit)
    assert found["Blood bicarbonate decreased"] == low
    assert found["Blood bicarbonate increased"] == high


def test_the_high_limit_is_that_of_henderson_and_hasselbalch() -> None:
    limit = next(one for one in ACID_BASE if one.direction == "high" and one.analyte)
    at = limit.scales[0].steps[0].factor
    assert 6.1 + math.log10(at / (0.0307 * 60)) == pytest.approx(7.5, abs=0.02)


def test_urine_is_no_acidosis() -> None:
    assert graded("PH", "5.5", LBSPEC="URINE") == {"": None}
    urine = {"LBSTNRLO": 5.0, "LBSTNRHI": 8.0, "LBSPEC": None}
    assert graded("PH", "7.1", **urine) == {"": None}
    bare = {"LBSTNRLO": None, "LBSTNRHI": None, "LBSPEC": None}
    assert graded("PH", "5.5", **bare) == {"": None}
    assert graded("PH", "7.1", **bare)["Acidosis"] == 3  # it may be of blood


def test_the_day_is_kept() -> None:
    lb = pl.DataFrame({"USUBJID": ["P"], "LBTESTCD": ["PH"], "LBSTRESN": [7.1],
                       "LBDTC": ["2026-05-20"], "LBSPEC": ["BLOOD"]})  # fmt: skip
    rows = grade_results(results_of(lb), table_of_version("5.0"))
    assert rows["taken"].to_list() == [date(2026, 5, 20)] * 2
