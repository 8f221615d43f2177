from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.programme.messages.quiet_hours import (
    QuietHours,
    minutes_of,
    quiet_end,
    wall_moment,
)

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
CHANGES = {  # zone: (spring, autumn) of 2026, days on which the clock changes
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),  # by half an hour
}


def test_by_hand_a_night_in_berlin() -> None:
    hours = QuietHours(zone="Europe/Berlin")  # 21 to 8, UTC+1 in winter
    assert quiet_end(hours, datetime(2026, 1, 5, 19, 59, tzinfo=UTC)) is None
    end = datetime(2026, 1, 6, 7, 0, tzinfo=UTC)
    assert quiet_end(hours, datetime(2026, 1, 5, 20, 0, tzinfo=UTC)) == end
    assert quiet_end(hours, end - timedelta(minutes=1)) == end
    assert quiet_end(hours, end) is None


def test_equal_times_are_never_quiet_and_a_nap_at_noon_is_one() -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert quiet_end(QuietHours(zone="UTC", begins=0, ends=0), noon) is None
    nap = QuietHours(zone="UTC", begins=12 * 60, ends=13 * 60)
    assert quiet_end(nap, noon) == noon + timedelta(hours=1)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("which", [0, 1])
def test_a_night_in_which_the_clock_changes_ends_by_the_clock_on_the_wall(
    zone: str, which: int
) -> None:
    day, place = CHANGES[zone][which], ZoneInfo(zone)
    evening = datetime(day.year, day.month, day.day, 21, tzinfo=place) - timedelta(days=1)
    end = quiet_end(QuietHours(zone=zone), evening.astimezone(UTC))
    assert end is not None
    assert end.astimezone(place).strftime("%H:%M") == "08:00"
    assert end.astimezone(place).date() == day
    moved = (60 if zone != "Australia/Lord_Howe" else 30) * (-1 if which == 0 else 1)
    assert end - evening.astimezone(UTC) == timedelta(hours=11, minutes=moved)


@pytest.mark.parametrize("zone", ZONES)
def test_an_end_that_the_clock_jumps_over_is_the_first_minute_after(zone: str) -> None:
    """02:15 is not shown in spring: quiet ends where the clock goes on."""
    day, place = CHANGES[zone][0], ZoneInfo(zone)
    end = wall_moment(day, 135, place, last=True).astimezone(place)
    assert end.strftime("%H:%M") == ("03:00" if zone != "Australia/Lord_Howe" else "02:30")


@pytest.mark.parametrize("zone", ZONES)
def test_an_end_that_is_shown_twice_is_the_second(zone: str) -> None:
    """The clock shows 01:45 twice in autumn: whoever sleeps until then is not woken before."""
    day, place = CHANGES[zone][1], ZoneInfo(zone)
    minute = 105 if zone != "Europe/Berlin" else 165
    first = wall_moment(day, minute, place, last=False)
    last = wall_moment(day, minute, place, last=True)
    assert last - first == timedelta(minutes=30 if zone == "Australia/Lord_Howe" else 60)
    hours = QuietHours(zone=zone, ends=minute)
    assert quiet_end(hours, last - timedelta(minutes=1)) == last
    assert quiet_end(hours, last) is None


@given(
    zone=st.sampled_from(ZONES),
    begins=st.integers(0, 1439),
    ends=st.integers(0, 1439),
    minutes=st.integers(0, 525_000),
)
def test_quiet_ends_after_now_and_is_over_then(
    zone: str, begins: int, ends: int, minutes: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    end = quiet_end(QuietHours(zone=zone, begins=begins, ends=ends), now)
    if end is None:
        return
    assert now < end <= now + timedelta(hours=26)
    again = quiet_end(QuietHours(zone=zone, begins=begins, ends=ends), end)
    if again is not None:
        written = end.astimezone(ZoneInfo(zone)).strftime("%H:%M")
        assert written == f"{begins // 60:02d}:{begins % 60:02d}"


@pytest.mark.parametrize("text", ["8", "24:00", "08:60", "x:00", "8:0", "-1:00", "08:00:00"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time"):
        minutes_of(text)


def test_times_of_day() -> None:
    assert [minutes_of(one) for one in ("00:00", "8:05", "23:59")] == [0, 485, 1439]
