"""Windows and anchors: by hand, by laws, and the pilot's visits."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.clearance.monitoring.schedule import (
    Repeated,
    anchors_of,
    due_visits,
    occasions,
    planned_visits,
    visit_windows,
    within,
)

PILOT = Path(__file__).parents[3] / ".." / "shared" / "data" / "cdiscpilot"
needs_pilot = pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)
START = date(2026, 1, 5)
WEEKLY = Repeated(name="weekly")


def at(day: int) -> date:
    return START + timedelta(days=day)


def states(made: list[int], as_of: int, until: int | None = None) -> list[str]:
    end = None if until is None else at(until)
    return [
        one.state
        for one in occasions(WEEKLY, START, [at(d) for d in made], at(as_of), until=end)
    ]


def test_each_occasion_is_made_late_due_missed_or_ahead() -> None:
    # planned on 0, 7, 14, 21, 28; on time within 2 days, late within 4
    assert states([0, 11, 12], 21) == ["made", "late", "made", "due", "ahead"]
    assert states([0], 11) == ["made", "due", "ahead"]
    assert states([0], 12) == ["made", "missed", "due", "ahead"]


def test_nothing_is_planned_after_somebody_left() -> None:
    assert states([0], 60, until=10) == ["made", "missed"]


def test_windows_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        Repeated(name="x", every=7, before=3, after=3, grace=2)


@given(st.lists(st.integers(0, 100), max_size=20), st.integers(0, 100), st.integers(0, 30))
def test_the_future_changes_nothing_that_is_past(
    made: list[int], as_of: int, later: int
) -> None:
    known = [day for day in made if day <= as_of]
    assert states(made, as_of) == states(known, as_of)
    fixed = [one for one in states(made, as_of) if one in ("made", "late", "missed")]
    again = states(made, as_of + later)
    assert [one for one in again if one in ("made", "late", "missed")][: len(fixed)] == fixed


def test_a_visit_tied_to_an_event_is_planned_for_nobody() -> None:
    tv = pl.DataFrame(
        {
            "VISITNUM": [1.0, 2.0],
            "VISIT": ["WEEK 2", "RETRIEVAL"],
            "VISITDY": [14.0, 168.0],
            "TVSTRL": ["End of Visitnum 3 + 2W", "If subject stopped treatment early, then"],
        }
    )
    assert planned_visits(tv)["conditional"].to_list() == [False, True]


@pytest.mark.parametrize(
    ("made", "late"), [("2026-01-18", 0), ("2026-01-04", -14), ("2026-01", -13)]
)
def test_study_days_have_no_day_zero(made: str, late: int | None) -> None:
    tv = pl.DataFrame({"VISITNUM": [4.0], "VISITDY": [14.0]})
    sv = pl.DataFrame({"USUBJID": ["p"], "VISITNUM": [4.0], "SVSTDTC": [made]})
    anchors = pl.DataFrame({"participant": ["p"], "anchor": [START]})
    told = visit_windows(tv, sv, anchors)["late"].item()
    assert told == (late if made != "2026-01" else -17)


@needs_pilot
@pytest.mark.shared
def test_the_pilots_visits_lie_in_their_windows_as_counted() -> None:
    tables = {
        name: pl.read_parquet(PILOT / "sdtm_phuse" / f"{name}.parquet")
        for name in ("tv", "sv", "dm")
    }
    assert planned_visits(tables["tv"]).height == 21
    told = visit_windows(tables["tv"], tables["sv"], anchors_of(tables["dm"]))
    assert told.height == 3325
    assert told["late"].null_count() == 52
    assert [within(told, days) for days in (1, 3, 7)] == [1930, 2457, 2964]


def test_what_comes_every_day_has_no_window_and_what_comes_more_often_is_refused() -> None:
    daily = Repeated(name="daily", every=1, before=0, after=0, grace=0)
    told = occasions(daily, START, [at(0)], at(2))
    assert [one.state for one in told][:2] == ["made", "missed"]
    for wrong in ({"every": 0}, {"before": -1}, {"after": -1}, {"grace": -1}):
        with pytest.raises(ValueError, match="cannot be kept"):
            Repeated(name="x", **({"every": 9, "before": 0, "after": 0, "grace": 0} | wrong))


def planned(as_of: int, *, made: int | None = None, left: int | None = None) -> str:
    """State of a visit planned on study day 8, that is on START + 7."""
    tv = pl.DataFrame({"VISITNUM": [4.0], "VISIT": ["WEEK 1"], "VISITDY": [8.0]})
    days = [] if made is None else [at(made).isoformat()]
    sv = pl.DataFrame(
        {"USUBJID": ["p"] * len(days), "VISITNUM": [4.0] * len(days), "SVSTDTC": days},
        schema={"USUBJID": pl.String, "VISITNUM": pl.Float64, "SVSTDTC": pl.String},
    )
    gone = None if left is None else pl.DataFrame({"participant": ["p"], "day": [at(left)]})
    anchors = pl.DataFrame({"participant": ["p"], "anchor": [START]})
    told = due_visits(tv, sv, anchors, at(as_of), left=gone)["state"].to_list()
    return told[0] if told else ""


@pytest.mark.parametrize(
    ("made", "state"), [(3, "early"), (4, "made"), (7, "made"), (10, "made"), (11, "late")]
)
def test_a_planned_visit_is_on_time_within_three_days_and_not_one_more(
    made: int, state: str
) -> None:
    assert planned(30, made=made) == state


@pytest.mark.parametrize(
    ("as_of", "state"), [(3, "ahead"), (4, "due"), (7, "due"), (10, "due"), (11, "missed")]
)
def test_a_visit_that_was_not_made_is_due_while_its_days_last(as_of: int, state: str) -> None:
    assert planned(as_of) == state


def test_no_visit_is_planned_after_the_day_that_somebody_left() -> None:
    assert planned(30, left=6) == ""
    assert planned(30, left=7) == "missed"
