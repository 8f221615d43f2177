"""Overbooking by the programme's own rate: weekly visits alone, none below 200 of them."""

from datetime import UTC, date, datetime

import pytest

from nanoward.base.entries.visits import StayBegun, VisitBooked, VisitMade, VisitMissed
from nanoward.programme.visits.booking_board import BookingBoard, board_of
from nanoward.programme.visits.booking_rules import PlaceWish, SiteRules, place_conflicts
from nanoward.programme.visits.overbooking import extra_units, missed_history, overbooking
from nanoward.programme.visits.site_calendar import HalfDay, Site

DAY = date(2026, 11, 30)
AT = HalfDay(DAY, "morning")
SITE = Site(name="ward", zone="UTC", capacity={"clin": 5})
RULES = SiteRules(sites={"ward": SITE}, needs={"weekly": {"clin": 1}, "dose": {"clin": 2}})


def booked(name: str, who: str, kind: str = "weekly", day: date = DAY) -> VisitBooked:
    units = RULES.needs[kind]["clin"]
    return VisitBooked(
        booking=name, participant=who, kind=kind, site="ward", day=day, half="morning",
        zone="UTC", starts=datetime(2026, 11, 30, tzinfo=UTC), needs=(f"clin {units}",), by="x",
    )  # fmt: skip


def board(missed: int, done: int, *more: object) -> BookingBoard:
    """So many weekly visits of the past, by forty people; then what stands in the half-day."""
    entries: list[object] = []
    for number in range(missed + done):
        who, past = f"Q{number % 40}", date(2026, 1, 1)
        entries.append(booked(f"h{number}", who, day=past))
        entries.append(
            VisitMissed(booking=f"h{number}", participant=who, day=past, reason="", by="x")
            if number < missed
            else VisitMade(booking=f"h{number}", participant=who, kind="weekly", day=past,
                           outcome="done", by="x")
        )  # fmt: skip
    return board_of([*entries, *more], lambda _: frozenset())


FULL = tuple(booked(f"b{number}", f"P{number}") for number in range(5))


@pytest.mark.hazard("H-310")
def test_where_many_are_missed_one_more_is_booked_and_not_two() -> None:
    much = board(120, 120, *FULL)
    assert extra_units(much, RULES, SITE, AT, newcomer="P9") == {"clin": 1}
    wish = PlaceWish(booking="n", participant="P9", kind="weekly", site="ward", at=AT)
    assert "5 of 5 taken" in place_conflicts(much, RULES, wish, DAY)[0]
    extra = extra_units(much, RULES, SITE, AT, newcomer="P9")
    assert place_conflicts(much, RULES, wish, DAY, extra=extra) == ()
    seen = overbooking(much, RULES, SITE, AT)["clin"]
    assert (seen.places, seen.booked, seen.extra, seen.overfull) == (5, 5, 0, 0.0)
    six = overbooking(much, RULES, SITE, AT, newcomer="P9")["clin"]
    assert six.overfull == pytest.approx(0.5**6, rel=1e-9)  # (120 + 0.5) of 241


@pytest.mark.hazard("H-310")
def test_it_is_off_below_two_hundred_visits_where_few_are_missed_and_beside_doses() -> None:
    assert extra_units(board(99, 100, *FULL), RULES, SITE, AT, newcomer="P9") == {}
    assert extra_units(board(2, 250, *FULL), RULES, SITE, AT, newcomer="P9") == {}
    dosed = board(120, 120, *FULL[:3], booked("d", "P8", "dose"))
    assert overbooking(dosed, RULES, SITE, AT)["clin"].places == 3


@pytest.mark.hazard("H-310")
def test_who_sleeps_here_is_counted_as_coming() -> None:
    stays = tuple(
        StayBegun(stay=f"s{number}", participant=f"P{number}", site="ward", room="r",
                  kind="shared", first=DAY, last=None, by="x")
        for number in range(5)
    )  # fmt: skip
    housed = board(120, 120, *FULL, *stays)
    assert extra_units(housed, RULES, SITE, AT, newcomer="P9") == {}
    assert missed_history(housed)["Q0"].due == 6
