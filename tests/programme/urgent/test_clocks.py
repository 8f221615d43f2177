"""Clocks over week-ends, zones and late knowledge, by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from nanoward.programme.urgent.clocks import KnownFacts, clock_of, is_in_time, local_day
from nanoward.programme.urgent.reference_safety import EventFacts, ReferenceSafety

RSI = ReferenceSafety(version="IB")
FRIDAY = datetime(2026, 12, 18, 23, 30, tzinfo=UTC)


def facts(severity: str = "severe", word: str = "related", *criteria: str) -> EventFacts:
    return EventFacts(kind="adverse event", term="Uveitis", severity=severity,
                      criteria=frozenset(criteria or ("disability",)),
                      causality={"investigator": word, "sponsor": word})  # fmt: skip


def due(zone: str, *history: tuple[datetime, EventFacts]) -> date | None:
    return clock_of([KnownFacts(at=at, facts=one) for at, one in history], RSI, zone).due


@pytest.mark.hazard("H-353")
def test_week_ends_and_holidays_count_and_the_zone_makes_the_day() -> None:
    assert due("UTC", (FRIDAY, facts())) == date(2027, 1, 2)  # a Saturday, after Christmas
    assert due("Europe/Berlin", (FRIDAY, facts())) == date(2027, 1, 3)
    assert due("America/Los_Angeles", (FRIDAY, facts("fatal"))) == date(2026, 12, 25)


@pytest.mark.hazard("H-353")
def test_what_turns_out_grave_later_has_seven_days_and_never_more_than_the_fifteen() -> None:
    early = FRIDAY + timedelta(days=2)
    assert due("UTC", (FRIDAY, facts()), (early, facts("fatal"))) == date(2026, 12, 27)
    late = FRIDAY + timedelta(days=13)
    assert due("UTC", (FRIDAY, facts()), (late, facts("fatal"))) == date(2027, 1, 2)


@pytest.mark.hazard("H-353")
def test_the_clock_begins_when_it_first_may_qualify() -> None:
    minor = EventFacts(kind="adverse event", term="Uveitis", criteria=frozenset())
    later = FRIDAY + timedelta(days=30)
    assert due("UTC", (FRIDAY, minor), (later, facts())) == date(2027, 2, 1)
    unknown = EventFacts(kind="adverse event", term="Uveitis")
    assert due("UTC", (FRIDAY, unknown), (later, facts())) == date(2027, 1, 2)  # a doubt counts
    assert due("UTC", (FRIDAY, facts()), (later, facts("severe", "not related"))) is None


def test_the_last_day_is_in_time_to_its_end() -> None:
    last = date(2027, 1, 2)
    assert is_in_time(datetime(2027, 1, 2, 22, 59, tzinfo=UTC), last, "Europe/Berlin")
    assert not is_in_time(datetime(2027, 1, 2, 23, 1, tzinfo=UTC), last, "Europe/Berlin")
    with pytest.raises(ValueError, match="no time zone"):
        local_day(datetime(2027, 1, 2), "UTC")  # noqa: DTZ001


@pytest.mark.hazard("H-353")
def test_where_it_does_not_qualify_no_clock_runs() -> None:
    mild = EventFacts(kind="adverse event", term="Uveitis", severity="mild",
                      criteria=frozenset(), causality={"investigator": "related"})  # fmt: skip
    history = [KnownFacts(at=FRIDAY, facts=facts()), KnownFacts(at=FRIDAY, facts=mild)]
    found = clock_of(history, RSI, "UTC")
    assert (found.day_zero, found.days, found.due) == (None, 0, None)
