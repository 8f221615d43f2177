from datetime import UTC, date, datetime

import pytest

from nanoward.programme.messages.duty import Roster, duty_span, on_duty

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def at(hour: int, day: int = 0) -> datetime:
    return MONDAY.replace(hour=hour, day=2 + day)


def test_without_spans_somebody_is_always_there() -> None:
    assert on_duty(Roster(), at(3))


def test_weekdays_by_the_clock_on_the_wall() -> None:
    roster = Roster(zone="Europe/Berlin", spans=(duty_span("mon-fri 08:00-18:00"),))
    assert [on_duty(roster, at(hour)) for hour in (6, 7, 16, 17)] == [False, True, True, False]
    assert not on_duty(roster, at(12, day=5))


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    roster = Roster(spans=(duty_span("fri-sat 20:00-08:00"),))
    assert on_duty(roster, at(7, day=5))
    assert on_duty(roster, at(7, day=6))
    assert not on_duty(roster, at(7, day=4))
    assert not on_duty(roster, at(7, day=0))


def test_days_away_take_everything() -> None:
    roster = Roster(away=((date(2026, 3, 2), date(2026, 3, 3)),))
    assert [on_duty(roster, at(12, day)) for day in (0, 1, 2)] == [False, False, True]


def test_a_week_may_run_over_its_end() -> None:
    assert duty_span("sat-mon 00:00-23:59").days == {5, 6, 0}


@pytest.mark.parametrize("text", ["", "mon", "mon 8-18", "mo 08:00-18:00", "mon-x 08:00-09:00"])
def test_what_is_no_duty_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no"):
        duty_span(text)
