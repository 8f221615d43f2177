"""Grades that a source tells: doubted only where no version gives them."""

import polars as pl
import pytest

from nanoward.clearance.grading.reported_grades import reported_grades


def told(test: str, value: float, grade: str | None, **more: object) -> list[str]:
    row = {
        "USUBJID": "p",
        "LBSEQ": 4.0,
        "LBTESTCD": test,
        "LBSTRESN": value,
        "LBSTRESU": "10*9/L" if test == "PLAT" else "U/L",
        "LBSTNRLO": 150.0 if test == "PLAT" else 5.0,
        "LBSTNRHI": 400.0 if test == "PLAT" else 40.0,
        "LBDTC": "2026-01-05",
        "LBTOXGR": grade,
    }
    domains = {"LB": pl.DataFrame([row | more], infer_schema_length=None)}
    return [one.message for one in reported_grades(domains)]


@pytest.mark.parametrize(("value", "grade"), [(20, "4"), (20, "3"), (60, "2"), (200, "0")])
def test_a_grade_that_any_version_gives_is_not_doubted(value: float, grade: str) -> None:
    assert told("PLAT", value, grade) == []  # 20 is grade 4 up to 5.0 and 3 in 6.0


def test_a_grade_that_no_version_gives_is_told_with_what_they_give() -> None:
    assert told("PLAT", 200, "3") == [
        "LB 4 of p: PLAT 200.0 is told as grade 3; by CTCAE it is 0"
    ]
    assert told("PLAT", 20, "-1")[0].endswith("by CTCAE it is 3, 4")


def test_what_cannot_be_graded_or_is_not_told_contradicts_nothing() -> None:
    assert told("PLAT", 200, None) == []
    assert told("PLAT", 200, "3", LBSTRESU="spoons") == []
    assert told("UNKNOWN", 200, "3") == []
    assert reported_grades({}) == ()
    assert reported_grades({"LB": pl.DataFrame({"USUBJID": ["p"]})}) == ()
