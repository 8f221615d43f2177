from datetime import date

import polars as pl
import pytest

from nanoward.clearance import results_of


def lb(*rows: dict[str, object]) -> pl.DataFrame:
    common = {"USUBJID": "p", "LBTESTCD": "ALT", "LBSTRESU": "U/L", "LBSTNRHI": 40.0}
    return pl.DataFrame([common | row for row in rows], infer_schema_length=None)


DOSED = pl.DataFrame({"participant": ["p"], "first_dose": [date(2026, 1, 10)]})


def test_the_flagged_result_is_the_baseline_of_its_person_and_test() -> None:
    found = results_of(
        lb(
            {"LBSTRESN": 30.0, "LBDTC": "2026-01-01", "LBBLFL": None},
            {"LBSTRESN": 50.0, "LBDTC": "2026-01-08T09:00", "LBBLFL": "Y"},
            {"LBSTRESN": 60.0, "LBDTC": "2026-02-01", "LBBLFL": None},
        ),
        DOSED,
    )
    assert found["base"].to_list() == [50.0] * 3
    assert found["base_state"].to_list() == ["high"] * 3
    assert found["at_baseline"].to_list() == [True, True, False]


def test_without_a_flag_the_last_result_up_to_the_first_dose_is_the_baseline() -> None:
    found = results_of(
        lb(
            {"LBSTRESN": 60.0, "LBDTC": "2026-02-01"},
            {"LBSTRESN": 30.0, "LBDTC": "2026-01-01"},
            {"LBSTRESN": 35.0, "LBDTC": "2026-01-10"},
        ),
        DOSED,
    )
    assert found["base"].to_list() == [35.0] * 3
    assert found["value"].to_list() == [60.0, 30.0, 35.0]  # the order of the file
    assert found["at_baseline"].to_list() == [False, True, True]


def test_a_person_without_a_dose_has_not_left_the_baseline() -> None:
    found = results_of(lb({"LBSTRESN": 60.0, "LBDTC": "2026-02-01"}))
    assert found.row(0, named=True)["at_baseline"] is True
    assert found["base"].to_list() == [None]


def test_a_person_dosed_without_any_earlier_result_has_no_baseline() -> None:
    found = results_of(lb({"LBSTRESN": 60.0, "LBDTC": "2026-02-01"}), DOSED)
    assert found["at_baseline"].to_list() == [False]
    assert found["base"].to_list() == [None]


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("<0.2", float("-inf"), pytest.approx(0.2)),
        ("<=0.2", float("-inf"), 0.2),
        (" > 5e2", pytest.approx(500.0), float("inf")),
        ("HAEMOLYSED", None, None),
    ],
)
def test_a_result_written_as_a_bound_is_kept_as_one(
    text: str, least: float | None, most: float | None
) -> None:
    found = results_of(lb({"LBSTRESN": None, "LBSTRESC": text, "LBDTC": "2026-01-01"})).row(
        0, named=True
    )
    assert (found["value"], found["least"], found["most"]) == (None, least, most)


def test_a_strict_bound_lies_just_inside_it() -> None:
    found = results_of(lb({"LBSTRESN": None, "LBSTRESC": "<0.2"}))
    assert found["most"].item() < 0.2


def test_original_results_stand_in_where_there_are_no_standard_ones() -> None:
    found = results_of(
        pl.DataFrame(
            {
                "USUBJID": ["p"],
                "LBTESTCD": ["ALT"],
                "LBORRES": ["50"],
                "LBORRESU": ["U/L"],
                "LBORNRHI": ["40"],
                "LBDTC": ["2026-01"],
            }
        )
    ).row(0, named=True)
    assert (found["value"], found["unit"], found["high"]) == (50.0, "U/L", 40.0)
    assert found["taken"] is None  # of which only the month is known
    assert found["sequence"] == 1


def test_urine_is_told_apart_from_blood() -> None:
    found = results_of(
        lb({"LBSTRESN": 1.0, "LBSPEC": "Urine"}, {"LBSTRESN": 1.0, "LBSPEC": "SERUM"})
    )
    assert found["blood"].to_list() == [False, True]


def test_an_unflagged_result_written_as_n_is_no_more_a_baseline_than_a_blank() -> None:
    found = results_of(
        lb(
            {"LBSTRESN": 30.0, "LBDTC": "2026-01-01", "LBBLFL": "N"},
            {"LBSTRESN": 35.0, "LBDTC": "2026-01-08", "LBBLFL": None},
        ),
        DOSED,
    )
    assert found["base"].to_list() == [35.0, 35.0]


def test_a_result_that_is_missing_keeps_the_unit_that_it_would_have_had() -> None:
    row = {"USUBJID": "p", "LBTESTCD": "ALT", "LBSTRESN": None, "LBSTRESU": "U/L"}
    assert results_of(pl.DataFrame([row]))["unit"].to_list() == ["U/L"]
    other = row | {"LBORRES": "30", "LBORRESU": None}  # whose unit nobody tells
    assert results_of(pl.DataFrame([other]))["unit"].to_list() == [None]
