"""The board is a function of the entries: a standing gives places back with no second entry."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.programme.visits.interleavings import open_kinds

from nanoward.base.entries.clearance import ConsentWithdrawn, StandingDecided
from nanoward.base.entries.visits import (
    CapacityChanged,
    StayBegun,
    StayEnded,
    VisitArrived,
    VisitAsked,
    VisitBooked,
    VisitConfirmed,
    VisitMade,
    VisitMissed,
    VisitMoved,
    VisitReleased,
)
from nanoward.programme.visits.booking_board import Booking, BookingBoard, board_of
from nanoward.programme.visits.site_calendar import HalfDay, Site

DAY = date(2026, 12, 1)
AT = HalfDay(DAY, "morning")
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


def booked(name: str = "b", who: str = "P1", kind: str = "dose") -> VisitBooked:
    return VisitBooked(
        booking=name, participant=who, kind=kind, site="w", day=DAY, half="morning", zone="UTC",
        starts=NOW, needs=("clin 2",), by="x",
    )  # fmt: skip


def standing(word: str) -> StandingDecided:
    return StandingDecided(participant="P1", standing=word, as_of=DAY, since=DAY, reasons=())


def board(*entries: object) -> BookingBoard:
    return board_of(entries, open_kinds)


def state(*entries: object) -> Booking:
    return board(*entries).bookings["b"]


@pytest.mark.hazard("H-300")
@pytest.mark.parametrize("word", ["held", "recalled", "withdrawn"])
def test_a_standing_that_closes_the_dose_gives_its_place_back_in_the_same_append(
    word: str,
) -> None:
    found = board(booked(), booked("v", kind="weekly"), standing(word))
    assert found.bookings["b"].state == "released"
    assert found.used["w", AT, "clin"] == (0 if word == "withdrawn" else 2)
    assert (found.bookings["v"].state == "released") == (word == "withdrawn")


@pytest.mark.hazard("H-309")
def test_leaving_keeps_what_protects() -> None:
    left = ConsentWithdrawn(participant="P1", withdrawn=DAY)
    assert state(booked(kind="safety"), left).state == "booked"
    assert state(booked(kind="dose"), left).state == "released"
    some = ConsentWithdrawn(participant="P1", withdrawn=DAY, uses=("research",))
    assert state(booked(kind="dose"), some).state == "booked"


def test_the_states_of_a_visit() -> None:
    ask = VisitAsked(booking="b", participant="P1", kind="dose", occasion="", opens=DAY,
                     planned=DAY, closes=DAY, by="x")  # fmt: skip
    steps = [
        (ask, "asked"),
        (booked(), "booked"),
        (VisitConfirmed(booking="b", participant="P1", by="x"), "confirmed"),
        (VisitMoved(booking="b", participant="P1", day=DAY, half="afternoon", starts=NOW,
                    reason="r", price=60, by="x"), "confirmed"),
        (VisitArrived(booking="b", participant="P1", at=NOW, by="x"), "arrived"),
        (VisitMade(booking="b", participant="P1", kind="dose", day=DAY, outcome="done", by="x"),
         "done"),
    ]  # fmt: skip
    so_far: list[object] = []
    for entry, word in steps:
        so_far.append(entry)
        assert state(*so_far).state == word
    end = board(*so_far)
    assert end.bookings["b"].moved == (DAY,)
    assert end.used["w", HalfDay(DAY, "afternoon"), "clin"] == 2
    assert end.used["w", AT, "clin"] == 0
    assert board(*so_far, standing("held")).bookings["b"].state == "done"


def test_missed_and_released_free_the_place_and_waiting_keeps_its_order() -> None:
    missed = VisitMissed(booking="b", participant="P1", day=DAY, reason="", by="x")
    assert board(booked(), missed).used["w", AT, "clin"] == 0
    back = VisitReleased(booking="b", participant="P1", reason="r", by="x", waits=True)
    found = board(booked("a"), booked(), back)
    assert [one.booking for one in found.waiting()] == ["b"]
    assert found.people["w", AT] == {"P1"}


def test_of_two_changes_of_capacity_the_later_counts() -> None:
    changes = [
        CapacityChanged(site="w", resource="clin", first=DAY, last=DAY, units=n, reason="",
                        by="x") for n in (1, 0)
    ]  # fmt: skip
    found = board(*changes)
    assert found.units({"clin": 5}, "w", AT, "clin") == 0
    assert found.units({"clin": 5}, "w", HalfDay(date(2026, 12, 2), "morning"), "clin") == 5


def test_entries_of_nobody_known_change_nothing() -> None:
    move = VisitMoved(booking="x", participant="P", day=DAY, half="morning", starts=NOW,
                      reason="", price=0, by="x")  # fmt: skip
    assert board(move, "something else").bookings == {}


def test_beds_of_rooms_are_there_as_far_as_nobody_lives_in_them() -> None:
    """Two shared beds; somebody lives in one until they leave, and a visit takes the other."""
    ward = Site(name="ward", zone="UTC", beds={"single": 3}, room_beds={"shared": 2})
    stay = StayBegun(stay="s", participant="Q", site="ward", room="r", kind="shared",
                     first=DAY, last=None, by="x")  # fmt: skip
    lived = board(stay)
    morning, next_day = HalfDay(DAY, "morning"), HalfDay(DAY + timedelta(days=1), "morning")
    assert [lived.offered(ward, at, "bed_shared") for at in (morning, next_day)] == [1, 1]
    assert lived.offered(ward, morning, "bed") == 3
    assert lived.offered(ward, morning, "bed_family") == 0
    ended = StayEnded(stay="s", participant="Q", last=DAY, reason="", by="Q")
    assert board(stay, ended).offered(ward, next_day, "bed_shared") == 2
    visit = replace(booked(), site="ward", half="afternoon", needs=("bed_shared 1",))
    taken = board(visit)
    assert taken.taken("ward", morning, "bed_shared") == 1
    assert taken.taken("ward", morning, "clin") == 0


def test_the_board_keeps_what_the_last_change_was() -> None:
    moved = VisitMoved(
        booking="b", participant="P1", day=DAY, half="afternoon", starts=NOW, reason="r",
        price=1, by="n",
    )  # fmt: skip
    one = state(booked(), moved)
    assert (one.before, one.changes, one.changed_by) == (AT, 2, "n")
