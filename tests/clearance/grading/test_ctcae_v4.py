import polars as pl
import pytest

from nanoward.clearance import grade_results, results_of
from nanoward.clearance.grading.ctcae_v4 import CTCAE_V4
from nanoward.clearance.grading.ctcae_v5 import CTCAE_V5
from nanoward.clearance.grading.rule_types import Rule, RuleTable


def rule(table: RuleTable, term: str) -> Rule:
    return next(one for one in table.rules if one.term == term)


def test_version_4_knows_terms_that_version_5_dropped() -> None:
    gone = {one.term for one in CTCAE_V4.rules} - {one.term for one in CTCAE_V5.rules}
    assert gone == {"Hypophosphatemia", "Hyperglycemia"}


def test_version_4_takes_no_account_of_an_abnormal_baseline_in_liver_enzymes() -> None:
    older = rule(CTCAE_V4, "Alanine aminotransferase increased").scales[0].steps
    newer = rule(CTCAE_V5, "Alanine aminotransferase increased").scales[0].steps
    assert {step.baseline for step in older} == {"any"}
    assert {step.baseline for step in newer} == {"normal", "abnormal"}


def test_unchanged_terms_have_the_same_limits_in_both() -> None:
    for term in ("Anemia", "Platelet count decreased", "Hyperkalemia", "Hypoglycemia"):
        assert rule(CTCAE_V4, term).scales == rule(CTCAE_V5, term).scales


def glucose(value: float, unit: str, fasting: str | None) -> tuple[int | None, str]:
    row = {
        "USUBJID": "p",
        "LBTESTCD": "GLUC",
        "LBSTRESN": value,
        "LBSTRESU": unit,
        "LBSTNRHI": 6.0 if unit == "mmol/L" else 108.0,
        "LBDTC": "2026-01-05",
        "LBFAST": fasting,
    }
    grades = grade_results(results_of(pl.DataFrame([row])), CTCAE_V4)
    found = grades.filter(pl.col("term") == "Hyperglycemia").to_dicts()[0]
    return found["grade"], found["reason"]


@pytest.mark.parametrize(
    ("value", "fasted", "not_told"),
    [(6.0, 0, 0), (6.1, 1, 0), (8.9, 1, 0), (9.0, 2, 0), (13.9, 2, 0), (14, 3, 3), (28, 4, 4)],
)
def test_glucose_has_grades_one_and_two_in_those_who_are_told_to_have_fasted(
    value: float, fasted: int, not_told: int
) -> None:
    assert glucose(value, "mmol/L", "Y")[0] == fasted
    assert glucose(value, "mmol/L", None)[0] == not_told
    assert glucose(value, "mmol/L", "N")[0] == not_told


def test_fasting_stands_in_the_reason_and_in_us_units_too() -> None:
    assert glucose(161, "mg/dL", "Y") == (2, "> 160 mg/dL (fasting)")
    assert glucose(109, "mg/dL", "Y") == (1, "> upper limit (fasting)")
