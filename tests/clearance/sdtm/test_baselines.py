from datetime import date

import polars as pl
import pytest

from nanoward.clearance.grading.ctcae_v5 import CTCAE_V5
from nanoward.clearance.grading.grading import grade_results
from nanoward.clearance.sdtm.baselines import first_doses, instant
from nanoward.clearance.sdtm.lab_results import results_of

FIRST = pl.DataFrame({"USUBJID": ["p"], "EXSTDTC": ["2024-03-02T08:00"]})


def lab(*rows: tuple[str, str]) -> pl.DataFrame:
    """ALT of one person, ULN 40: (day, result)."""
    return pl.DataFrame(
        {
            "USUBJID": ["p"] * len(rows),
            "LBTESTCD": ["ALT"] * len(rows),
            "LBSTRESC": [result for _, result in rows],
            "LBSTRESN": [float(result) if result[0].isdigit() else None for _, result in rows],
            "LBSTRESU": ["U/L"] * len(rows),
            "LBSTNRHI": [40.0] * len(rows),
            "LBDTC": [day for day, _ in rows],
        }
    )


def last_grade(*rows: tuple[str, str], ex: pl.DataFrame = FIRST) -> int | None:
    grades = grade_results(results_of(lab(*rows), first_doses(ex)), CTCAE_V5)
    found: int | None = grades.sort("taken")["grade"].to_list()[-1]
    return found


@pytest.mark.hazard("H-126")
def test_a_sample_taken_after_the_dose_of_the_day_is_no_baseline() -> None:
    before, after = ("2024-03-02T07:00", "30"), ("2024-03-02T20:00", "200")
    assert last_grade(before, after, ("2024-03-09", "250")) == 3


@pytest.mark.hazard("H-126")
def test_times_are_compared_as_instants() -> None:
    dose = pl.DataFrame({"USUBJID": ["p"], "EXSTDTC": ["2024-03-02T08:00+01:00"]})
    before, after = ("2024-03-02T06:30Z", "30"), ("2024-03-02T09:00+00:00", "200")
    assert last_grade(before, after, ("2024-03-09", "250"), ex=dose) == 3
    told = pl.DataFrame({"at": ["2024-03-02T08:00+01:00", "2024-03-02T07:00Z"]})
    assert told.select(instant(pl.col("at")).n_unique()).item() == 1


@pytest.mark.parametrize(("baseline", "grade"), [("<5", 2), (">90", None), ("30", 2)])
@pytest.mark.hazard("H-126")
def test_a_baseline_known_as_a_bound_tells_how_it_was(baseline: str, grade: int | None) -> None:
    assert last_grade(
        ("2024-02-01", "100"), ("2024-03-01", baseline), ("2024-03-09", "130")
    ) == (grade)


def test_who_was_dosed_on_a_day_that_cannot_be_read_has_no_first_dose() -> None:
    odd = pl.DataFrame(
        {"USUBJID": ["p", "q"], "EXSTDTC": ["2026-09-11/2026-11-09", "2026-01-02"]}
    )
    assert first_doses(odd).rows() == [("q", date(2026, 1, 2), "2026-01-02")]


@pytest.mark.hazard("H-126")
def test_a_normal_result_needs_no_baseline_to_be_grade_0() -> None:
    assert last_grade(("2024-03-09", "30")) == 0
    assert last_grade(("2024-03-09", "130")) is None


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-03-02T08:00+05:30", "2024-03-02 02:30:00"),
        ("2024-03-02T08:00-03:30", "2024-03-02 11:30:00"),
        ("2024-03-02T08:00:01", "2024-03-02 08:00:01"),
    ],
)
def test_half_hours_of_an_offset_count(text: str, utc: str) -> None:
    moment = pl.DataFrame({"t": [text]}).select(at=instant(pl.col("t")))
    assert str(moment.item()) == utc


@pytest.mark.parametrize(("result", "state"), [("40", "normal"), ("41", "high")])
def test_a_baseline_at_its_upper_limit_is_normal(result: str, state: str) -> None:
    rows = ("2024-03-01", result), ("2024-03-09", "50")
    found = results_of(lab(*rows), first_doses(FIRST)).sort("taken")
    assert found["base_state"][-1] == state
