"""Calcium corrected for albumin: by hand, in both unit systems, and never twice."""

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from nanoward.clearance import CTCAE_V5, grade_results, results_of
from nanoward.clearance.grading.calcium import AS_MEASURED, with_corrected_calcium

Row = tuple[str, float, str]


def results(*rows: Row, day: str = "2026-01-05", **more: Any) -> pl.DataFrame:
    return results_of(
        pl.DataFrame(
            [
                {
                    "USUBJID": "p",
                    "LBSEQ": number,
                    "LBTESTCD": test,
                    "LBSTRESN": value,
                    "LBSTRESU": unit,
                    "LBSTNRLO": 2.1 if unit == "mmol/L" else 8.4,
                    "LBSTNRHI": 2.6 if unit == "mmol/L" else 10.4,
                    "LBDTC": day,
                }
                | more
                for number, (test, value, unit) in enumerate(rows, 1)
            ]
        )
    )


def corrected(*rows: Row) -> dict[str, Any]:
    table = with_corrected_calcium(results(*rows))
    return table.filter(pl.col("test") == "CA").to_dicts()[0]


def test_low_albumin_lifts_calcium_by_two_hundredths_for_each_gram() -> None:
    one = corrected(("CA", 1.9, "mmol/L"), ("ALB", 25.0, "g/L"))
    assert one["value"] == 1.9
    assert round(one["least"], 9) == round(one["most"], 9) == 2.2  # 1.9 + 0.02 x 15
    assert one["note"] == "corrected for albumin of 25.0 g/L"


def test_us_units_give_eight_tenths_for_each_gram_in_a_decilitre() -> None:
    one = corrected(("CA", 7.6, "mg/dL"), ("ALB", 2.5, "g/dL"))
    assert abs(one["least"] - (7.6 + 0.8 * 1.5)) < 0.01  # 0.02 mmol/L is 0.0802 mg/dL
    assert one["least"] == one["most"]


def test_enough_albumin_corrects_nothing_and_none_says_so() -> None:
    enough = corrected(("CA", 2.3, "mmol/L"), ("ALB", 45.0, "g/L"))
    assert (enough["least"], enough["note"]) == (2.3, None)
    assert corrected(("CA", 2.3, "mmol/L"))["note"] == AS_MEASURED
    odd = corrected(("CA", 2.3, "mmol/L"), ("ALB", 25.0, "spoons"))
    assert (odd["least"], odd["note"]) == (2.3, AS_MEASURED)
    strange = corrected(("CA", 2.3, "spoons"), ("ALB", 25.0, "g/L"))
    assert (strange["least"], strange["note"]) == (2.3, AS_MEASURED)


def test_albumin_of_another_day_person_or_urine_is_not_used() -> None:
    parts = [
        results(("CA", 1.9, "mmol/L")),
        results(("ALB", 25.0, "g/L"), day="2026-01-06"),
        results(("ALB", 25.0, "g/L"), USUBJID="q"),
        results(("ALB", 25.0, "g/L"), LBSPEC="URINE"),
    ]
    table = with_corrected_calcium(pl.concat(parts))
    assert table.filter(pl.col("test") == "CA")["least"].to_list() == [1.9]


def test_the_grade_follows_the_correction_and_tells_it() -> None:
    table = results(("CA", 1.9, "mmol/L"), ("ALB", 25.0, "g/L"))
    term = pl.col("term") == "Hypocalcemia"
    measured = grade_results(table, CTCAE_V5).filter(term)
    told = grade_results(with_corrected_calcium(table), CTCAE_V5).filter(term)
    assert (measured["grade"].item(), told["grade"].item()) == (2, 0)
    assert told["value"].item() == 1.9
    assert told["reason"].item() == "no limit is crossed; corrected for albumin of 25.0 g/L"
    assert told["taken"].item() == date(2026, 1, 5)


@given(st.floats(1, 4), st.floats(5, 60))
def test_correction_never_lowers_calcium_and_keeps_every_row(
    calcium: float, albumin: float
) -> None:
    table = results(("CA", calcium, "mmol/L"), ("ALB", albumin, "g/L"), ("K", 4.0, "mmol/L"))
    told = with_corrected_calcium(table)
    assert told["test"].to_list() == ["CA", "ALB", "K"]
    assert told["least"][0] >= table["least"][0]
    assert told["least"].to_list()[1:] == table["least"].to_list()[1:]
