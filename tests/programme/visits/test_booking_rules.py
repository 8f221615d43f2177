"""Every conflict of a place is told; random interleavings book nothing twice."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.programme.visits.interleavings import NEEDS, interleave, open_kinds
from tests.programme.visits.test_booking_board import board, booked

from nanoward.programme.visits.booking_board import Booking, BookingBoard
from nanoward.programme.visits.booking_rules import (
    PlaceWish,
    SiteRules,
    move_conflicts,
    place_conflicts,
)
from nanoward.programme.visits.site_calendar import HalfDay, Site

TODAY = date(2026, 11, 30)
AT = HalfDay(date(2026, 12, 1), "morning")
SITE = Site(name="w", zone="UTC", capacity={"clin": 2, "img": 1})
RULES = SiteRules(
    sites={"w": SITE},
    needs=NEEDS,
    apart=frozenset({frozenset({"P1", "P2"})}),
    restricted=frozenset({"P2", "P3"}),
)
WISH = PlaceWish(booking="new", participant="P2", kind="weekly", site="w", at=AT)
EMPTY = BookingBoard.empty(open_kinds)


@pytest.mark.hazard("H-308")
def test_all_conflicts_are_told_and_not_the_first_alone() -> None:
    known = board(booked("a", "P1", "dose"), booked("c", "P3", "weekly"))
    wish = replace(WISH, gate=("standing held",), kind="dose")
    told = place_conflicts(known, RULES, wish, TODAY)
    for part in (
        "standing held", "clin on 2026-12-01 morning: 4 of 2 taken", "P2 and P1 are kept",
        "comes in the afternoon", "1 people who come apart",
    ):  # fmt: skip
        assert any(part in one for one in told), (part, told)


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (replace(WISH, site="x"), "no site"),
        (replace(WISH, kind="party"), "nothing says what"),
        (replace(WISH, kind="visitor"), "nothing says what"),
        (replace(WISH, at=HalfDay(date(2026, 11, 27), "afternoon")), "is past"),
        (replace(WISH, at=HalfDay(date(2026, 12, 5), "afternoon")), "is closed"),
    ],
)
def test_places_that_there_are_not(wish: PlaceWish, why: str) -> None:
    assert any(why in one for one in place_conflicts(EMPTY, RULES, wish, TODAY))


def test_its_own_booking_does_not_count_against_it() -> None:
    """Rescheduling that counts the old booking against itself (Cal.com 12346)."""
    known = board(booked("a", "P1", "dose"))
    again = PlaceWish(booking="a", participant="P1", kind="dose", site="w", at=AT)
    assert place_conflicts(known, RULES, again, TODAY) == ()
    other = replace(again, booking="b", participant="P4")
    assert any("2 of 2 taken" in one for one in place_conflicts(known, RULES, other, TODAY))


def test_held_places_count_as_taken() -> None:
    """Pending bookings that were not counted (Cal.com 27472)."""
    known = board(replace(booked("a", "P1", "dose"), state="held"))
    assert place_conflicts(known, RULES, replace(WISH, participant="P4"), TODAY)


def test_a_booking_that_is_over_or_somebody_elses_is_not_booked_again() -> None:
    known = board(booked("a", "P1", "dose"))
    known.bookings["a"] = replace(known.bookings["a"], state="done")
    told = place_conflicts(known, RULES, replace(WISH, booking="a"), TODAY)
    assert any("done already" in one for one in told)
    assert any("is a dose visit of P1" in one for one in told)


def test_moves_of_confirmed_visits_and_twice_in_four_weeks() -> None:
    one = Booking(booking="b", participant="P1", kind="weekly", state="confirmed", at=AT)
    assert "is confirmed" in move_conflicts(one, AT, TODAY)[0]
    assert move_conflicts(replace(one, state="booked"), AT, TODAY) == ()
    moved = replace(one, state="booked", moved=(AT.day,))
    assert "within four weeks" in move_conflicts(moved, AT, TODAY)[0]
    later = HalfDay(AT.day + timedelta(weeks=4), "morning")
    assert move_conflicts(moved, later, TODAY) == ()
    assert move_conflicts(replace(moved, kind="safety"), AT, TODAY) == ()


@pytest.mark.hazard("H-300")
@pytest.mark.hazard("H-308")
def test_random_interleavings_book_nothing_twice_and_pass_no_gate() -> None:
    """A million steps are walked by benchmarks/bench_booking.py."""
    world = interleave(12_000, seed=1)
    assert world.breaches == 0
    assert min(world.made, world.refused) > 1_000
