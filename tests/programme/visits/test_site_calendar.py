"""Half-days in the site's own zone: clock changes, closures, and what cannot be understood."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from nanoward.programme.visits.site_calendar import (
    HalfDay,
    Site,
    SiteError,
    SkippedHourError,
    closure_findings,
    moment_at,
    sites_of,
)

BERLIN = "Europe/Berlin"


def site(**said: object) -> Site:
    return sites_of({"sites": {"ward": {"time_zone": BERLIN, **said}}}, "UTC")["ward"]


def test_half_days_are_local_and_stored_in_utc() -> None:
    ward = site()
    assert ward.starts(HalfDay(date(2026, 7, 1), "morning")) == datetime(
        2026, 7, 1, 6, tzinfo=UTC
    )
    assert ward.starts(HalfDay(date(2026, 12, 1), "afternoon")).hour == 12


@pytest.mark.hazard("H-311")
def test_a_skipped_hour_is_no_time_and_of_a_double_one_the_first_is_meant() -> None:
    with pytest.raises(SkippedHourError, match="no 02:30 on 2026-03-29"):
        moment_at(date(2026, 3, 29), time(2, 30), BERLIN)
    assert moment_at(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_weekends_and_closed_days_are_shut() -> None:
    ward = site(closed=["2026-12-24/2026-12-26 holidays", "2026-12-31"])
    assert not ward.is_open(date(2026, 12, 5))
    assert not ward.is_open(date(2026, 12, 25))
    assert not ward.is_open(date(2026, 12, 31))
    assert len(ward.half_days(date(2026, 12, 21), 7)) == 6


def test_overlapping_closures_are_told_and_nothing_is_lost() -> None:
    ward = site(closed=["2026-12-24/2026-12-28", "2026-12-26/2026-12-31"])
    (told,) = closure_findings([ward])
    assert told.code == "PRG-040"
    days = (date(2026, 12, 24) + timedelta(days=n) for n in range(8))
    assert not any(ward.is_open(one) for one in days)
    assert closure_findings([site(closed=["2026-12-24", "2026-12-25"])]) == ()


@pytest.mark.parametrize(
    "said",
    [
        {"time_zone": "Mars/Base"},
        {"open": ["someday"]},
        {"morning": "25:00"},
        {"morning": "14:00"},
        {"closed": ["2026-12-31/2026-12-24"]},
        {"capacity": {"clin": -1}},
        {"capacity": {"clin": 1.5}},
        {"beds": {"single": "two"}},
        {"restricted_half": "night"},
        {"odd": 1},
    ],
)
def test_a_site_that_cannot_be_understood_is_named(said: dict[str, object]) -> None:
    with pytest.raises(SiteError, match="ward"):
        site(**said)


@pytest.mark.parametrize("people", ["P1", [1], {"P1": True}])
def test_people_of_a_site_are_a_list_of_names(people: object) -> None:
    assert site(people=["P1"]).people == {"P1"}
    with pytest.raises(SiteError, match="no list of people"):
        site(people=people)
