"""Faults of one person concern that person alone, and name the row."""

from typing import Any

import polars as pl
import pytest
from exposures import MODEL

from nanoward.tuning import histories
from nanoward.tuning.data.record_checks import number_of, pregnancy


def rows(name: str, **last: Any) -> list[dict[str, Any]]:
    plain: dict[str, Any] = {"ID": name, "EVID": 0, "AMT": 0.0, "DV": None, "DVID": "level",
                             "PREG": None}  # fmt: skip
    return [
        {**plain, "TIME": 0.0, "EVID": 1, "AMT": 200.0},
        {**plain, "TIME": 2.0, "DV": 3.1},
        {**plain, "TIME": 10.0, "DV": 1.4, **last},
    ]


@pytest.mark.hazard("H-226")
def test_a_grade_that_is_none_excludes_its_person_alone() -> None:
    wrong = rows("a", DV=9.0, DVID="grade")
    table = pl.DataFrame([*wrong, *rows("b")], infer_schema_length=None)
    (first, second), told = histories(table, MODEL)
    assert "none of 0 to 2" in first.exclusion_reason
    assert second.exclusion_reason == ""
    assert [one.code for one in told if one.severity == "error"] == ["TUN-141"]


@pytest.mark.hazard("H-229")
def test_a_pregnant_person_is_fitted_but_gets_nothing() -> None:
    table = pl.DataFrame([*rows("a", PREG="Y"), *rows("b", PREG="N")], infer_schema_length=None)
    (first, second), _ = histories(table, MODEL)
    assert first.exclusion_reason == ""
    assert "is pregnant" in first.doubt
    assert second.doubt == ""
    assert pregnancy([{"PREGNANT": 1}])
    assert not pregnancy([{"PREGNANT": 0}, {}])


def test_fields_that_hold_no_number_are_not_missing() -> None:
    assert number_of(" 70.5 ") == 70.5
    assert number_of("") is None
    assert number_of(".") is None
    told = number_of("heavy")
    assert told is not None
    assert told != told
