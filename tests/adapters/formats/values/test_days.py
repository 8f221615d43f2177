from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.formats.values.days import day_of, order_of, read_days


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026/05/25", "2026-05-25"),
        ("20260525", "2026-05-25"),
        ("25MAY2026", "2026-05-25"),
        ("25-May-2026 10:30", "2026-05-25T10:30"),
        ("May 5, 2026", "2026-05-05"),
        ("2026-05-25 10:00", "2026-05-25T10:00"),
        ("30.03.2026", "2026-03-30"),
        ("5/25/26", "2026-05-25"),
        ("09/11/2026", "2026-09-11/2026-11-09"),
        ("2026-UN-UN", "2026"),
        ("2026---25", "2026"),
        ("UNK-MAY-2026", "2026-05"),
        ("2026-W21", "2026-05-18/2026-05-24"),
        ("25 Mai 2026", "2026-05-25"),
    ],
)
@pytest.mark.hazard("H-116")
def test_other_forms_of_a_day_are_read_as_what_they_mean(text: str, meant: str) -> None:
    assert day_of(text) == meant


@pytest.mark.parametrize("text", ["whenever", "2026-13-01 10:00", "32.13.2026", "12", "46000"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_of(text) is None


@pytest.mark.hazard("H-116")
def test_the_whole_column_decides_which_number_is_the_month() -> None:
    found = read_days(pl.Series(["09/11/2026", "30/03/2026", None, "2026-01-02"]))
    assert found.values.to_list() == ["2026-11-09", "2026-03-30", None, "2026-01-02"]
    assert order_of(["09/11/2026", "03/30/2026"]) == "mdy"
    assert order_of(["30/03/2026", "03/30/2026"]) == ""


def test_a_day_that_the_calendar_lacks_is_told_and_stays() -> None:
    found = read_days(pl.Series(["2026-02-30", "2026-02-28"]))
    assert found.unread == ("2026-02-30",)
    assert found.values.to_list() == ["2026-02-30", "2026-02-28"]


@given(st.dates(date(1971, 1, 1), date(2068, 1, 1)), st.sampled_from(["%d.%m.%Y", "%m/%d/%Y"]))
def test_a_day_written_otherwise_lies_within_what_it_is_read_as(day: date, how: str) -> None:
    meant = day_of(day.strftime(how))
    assert meant is not None
    first, _, last = meant.partition("/")
    earliest, latest = date.fromisoformat(first), date.fromisoformat(last or first)
    assert earliest <= day <= latest
    assert latest - earliest < timedelta(366)


@given(st.text(max_size=12))
def test_no_text_raises(text: str) -> None:
    read_days(pl.Series([text], dtype=pl.String))
