"""A feed that names nobody, tells no kind, and is the same whatever the arm."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from nanoward.programme.visits.booking_board import Booking
from nanoward.programme.visits.calendar_feed import FeedKey, calendar_feed
from nanoward.programme.visits.site_calendar import HalfDay, sites_of

SITES = sites_of({"sites": {"ward": {}}}, "Europe/Berlin")
MADE = datetime(2026, 11, 30, tzinfo=UTC)
KEY = FeedKey(secret=b"secret")
ONE = Booking(
    booking="b-1", participant="P001", kind="dose", state="booked", site="ward",
    at=HalfDay(date(2026, 12, 1), "morning"), reason="high dose arm",
)  # fmt: skip


def feed(*many: Booking) -> str:
    return calendar_feed(many, SITES, KEY, MADE)


@pytest.mark.hazard("H-307")
def test_nothing_in_it_tells_who_what_or_which_arm() -> None:
    text = feed(ONE)
    for word in ("P001", "dose", "high", "b-1", "ward"):
        assert word not in text
    assert feed(replace(ONE, kind="weekly", reason="placebo", participant="P2")) == text


def test_it_is_icalendar() -> None:
    lines = feed(ONE).split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert {"PRODID:-//appointments//EN", "METHOD:PUBLISH"} <= set(lines)
    assert "DTSTART:20261201T070000Z" in lines
    assert lines[-2] == "END:VCALENDAR"
    assert all(len(line) <= 75 for line in lines)


def test_what_waits_or_is_released_is_not_in_it() -> None:
    assert "VEVENT" not in feed(
        replace(ONE, state="released"), replace(ONE, state="asked", at=None)
    )


def test_another_key_ends_the_feed() -> None:
    other = FeedKey(secret=b"other")
    assert (
        other.address("P001")
        != KEY.address("P001")
        == FeedKey(secret=b"secret").address("P001")
    )
    assert other.event("b-1") != KEY.event("b-1")
