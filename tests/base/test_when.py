from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.when import (
    BadDateError,
    PartialDate,
    partial_date,
    utc,
    whole_date,
)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_whole_date_reads_back(day: date) -> None:
    assert whole_date(day.isoformat()) == day
    assert partial_date(f"{day.isoformat()}T10:30").earliest == day


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 12, 31)))
def test_a_partial_date_spans_the_days_that_it_may_mean(day: date) -> None:
    month = partial_date(day.isoformat()[:7])
    year = partial_date(day.isoformat()[:4])
    assert year.earliest <= month.earliest <= day <= month.latest <= year.latest
    assert (month.latest + timedelta(days=1)).day == 1
    assert not month.is_whole


def test_february_ends_when_it_ends() -> None:
    assert PartialDate(year=2024, month=2).latest == date(2024, 2, 29)
    assert PartialDate(year=2023, month=12).latest == date(2023, 12, 31)


@pytest.mark.parametrize(
    "text", ["", "2013-13", "2013-02-30", "13-01-01", "20130101", "x", "2013-1-1-1"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadDateError):
        partial_date(text)


def test_a_day_that_is_not_named_is_not_guessed() -> None:
    with pytest.raises(BadDateError, match="does not name a day"):
        whole_date("2013-05")


def test_moments_come_to_utc_and_need_a_zone() -> None:
    moment = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert utc(moment) == datetime(2026, 1, 1, 10, tzinfo=UTC)
    with pytest.raises(BadDateError):
        utc(datetime(2026, 1, 1))  # noqa: DTZ001
