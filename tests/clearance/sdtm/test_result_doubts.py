import polars as pl
import pytest

from nanoward.clearance.grading.ctcae_v5 import CTCAE_V5
from nanoward.clearance.grading.grading import grade_results
from nanoward.clearance.sdtm.lab_results import results_of
from nanoward.clearance.sdtm.result_doubts import USUAL, beyond_every_rule, doubted_results

ROW = {
    "USUBJID": "p",
    "LBTESTCD": "ALT",
    "LBORRES": "30",
    "LBORRESU": "U/L",
    "LBSTRESN": 30.0,
    "LBSTRESC": "30",
    "LBSTRESU": "U/L",
    "LBSTNRLO": 7.0,
    "LBSTNRHI": 40.0,
    "LBDTC": "2026-05-25",
}


def results(**changed: str | float | None) -> pl.DataFrame:
    return results_of(pl.DataFrame({name: [cell] for name, cell in (ROW | changed).items()}))


def grade(**changed: str | float | None) -> int | None:
    found: int | None = grade_results(results(**changed), CTCAE_V5)["grade"][0]
    return found


def test_a_sound_result_is_not_doubted() -> None:
    assert grade() == 0
    assert not results()["doubt"].any()
    assert list(doubted_results(results())) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"LBORRES": "900"},
        {"LBSTRESU": "ukat/L", "LBSTRESN": 15.0, "LBORRES": "15"},
        {"LBSTNRHI": 4000.0, "LBSTRESN": 900.0, "LBORRES": "900"},
        {"LBSTNRLO": 40.0, "LBSTNRHI": 7.0},
        {"LBSTRESN": -99.0, "LBORRES": "-99"},
        {"LBSTNRHI": 0.0},
    ],
)
@pytest.mark.hazard("H-127")
def test_what_its_own_row_or_any_laboratory_contradicts_is_not_graded(
    changed: dict[str, str | float | None],
) -> None:
    assert grade(**changed) is None
    (finding,) = doubted_results(results(**changed))
    assert (finding.code, finding.subject) == ("CLR-070", "p")


@pytest.mark.parametrize(
    "changed", [{"LBNRIND": "CRITICAL"}, {"LBSTRESN": 999.0, "LBORRES": "999"}]
)
@pytest.mark.hazard("H-127")
def test_a_mark_or_an_alarm_of_the_laboratory_is_doubted_whatever_the_grade(
    changed: dict[str, str | float | None],
) -> None:
    assert results(**changed)["doubt"].to_list() == [True]


def test_rounding_between_two_statements_is_no_contradiction() -> None:
    assert grade(LBORRES="0.51", LBORRESU="ukat/L") == 0


def test_usual_limits_are_ranges() -> None:
    for one in USUAL:
        assert one.upper[0] < one.upper[1]
        if one.lower is not None:
            assert one.lower[0] < one.lower[1]


@pytest.mark.hazard("H-257")
def test_what_no_rule_grades_is_told_far_beyond_its_limits() -> None:
    lb = pl.DataFrame(
        {
            "USUBJID": ["p"] * 6,
            "LBSEQ": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            "LBTESTCD": ["LACTATE", "GLUC", "CREAT", "ALT", "TSH", "LACTATE"],
            "LBSTRESN": [15.0, 40.0, 8.0, 900.0, 0.0, 4.0],
            "LBSTRESU": ["mmol/L", "mmol/L", "umol/L", "U/L", "mU/L", "mmol/L"],
            "LBSTNRLO": [0.5, 3.9, 50.0, 7.0, 0.3, 0.5],
            "LBSTNRHI": [2.2, 6.1, 110.0, 40.0, 4.0, 2.2],
            "LBDTC": ["2026-05-20"] * 6,
        }
    )
    grades = grade_results(results_of(lb), CTCAE_V5)
    told = [one.message.split(" of ")[0] for one in beyond_every_rule(grades)]
    assert told == ["LACTATE 15", "GLUC 40", "CREAT 8"]  # ALT has a rule, 0 is no excess


@pytest.mark.hazard("H-257")
def test_a_result_that_is_told_as_not_done_is_a_doubted_one() -> None:
    lb = pl.DataFrame({"USUBJID": ["p"] * 2, "LBTESTCD": ["ALT"] * 2, "LBSTRESN": [900.0, None],
                       "LBSTAT": ["NOT DONE"] * 2, "LBDTC": ["2026-05-20"] * 2})  # fmt: skip
    rows = results_of(lb)
    assert rows.select("value", "doubt", "note").rows() == [
        (900.0, True, "it is told as not done")
    ]


@pytest.mark.hazard("H-127")
@pytest.mark.parametrize(("low", "kept"), [(120.0, 120.0), (12.0, None), (None, None)])
def test_a_lower_limit_that_no_laboratory_has_is_none(
    low: float | None, kept: float | None
) -> None:
    haemoglobin = {"LBTESTCD": "HGB", "LBORRES": "130", "LBSTRESN": 130.0, "LBSTRESC": "130"}
    told = results(**haemoglobin, LBORRESU="g/L", LBSTRESU="g/L", LBSTNRLO=low, LBSTNRHI=160.0)
    assert told["low"].to_list() == [kept]
