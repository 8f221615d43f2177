"""Booking, moving, confirming: every conflict told, nothing booked twice, none lost."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.flows.programme.programme_site import SECTION, TODAY, decide, site

from nanoward.base.entries.visits import VisitBooked, VisitMoved
from nanoward.base.errors import RefusedError
from nanoward.flows.programme.ask_gate import board_now, ledger_entries
from nanoward.flows.programme.book_visit import (
    VisitAsk,
    ask_visit,
    book_visit,
    booking_name,
    confirm_visit,
    move_visit,
    release_visit,
)
from nanoward.flows.programme.lodge_people import BedWish, begin_stay
from nanoward.flows.programme.plan_weeks import plan_weeks, use_plan
from nanoward.programme.visits.booking_rules import (
    BookingRefusedError,
    PlaceWish,
    UnknownBookingError,
)
from nanoward.programme.visits.site_calendar import HalfDay, SkippedHourError

DAY = TODAY + timedelta(days=1)
AT = HalfDay(DAY, "morning")
LATER = HalfDay(DAY + timedelta(days=1), "morning")


def wish(who: str, kind: str = "weekly", at: HalfDay = AT) -> PlaceWish:
    return PlaceWish(booking="", participant=who, kind=kind, site="ward", at=at)


def test_a_visit_is_booked_in_utc_with_what_it_needs() -> None:
    ports = site("P1")
    name = book_visit(ports, wish(" P1 "), by="nurse")
    assert name == booking_name("P1", "weekly", DAY)
    (entry,) = (one for one in ledger_entries(ports, "visits") if isinstance(one, VisitBooked))
    assert (entry.participant, entry.needs, entry.starts.hour) == (
        "P1",
        ("clin 1", "room 1"),
        8,
    )


@pytest.mark.hazard("H-300")
def test_held_people_are_not_booked_for_a_dose_and_lose_the_place_that_they_had() -> None:
    ports = site("P1", "P2")
    name = book_visit(ports, wish("P1", "dose"), by="nurse")
    decide(ports, "P1", "held")
    assert board_now(ports).bookings[name].state == "released"
    with pytest.raises(BookingRefusedError, match="standing held"):
        book_visit(ports, wish("P1", "dose", LATER), by="nurse")
    book_visit(ports, wish("P2", "dose"), by="nurse")  # the place was given back


@pytest.mark.hazard("H-308")
def test_all_conflicts_are_told() -> None:
    ports = site("P1", "P2")
    book_visit(ports, wish("P1", "dose"), by="nurse")
    size = ports.ledger.head().size
    book_visit(ports, wish("P1", "dose"), by="nurse")  # the same is the same booking
    assert ports.ledger.head().size == size
    decide(ports, "P2", "held")
    with pytest.raises(BookingRefusedError) as told:
        book_visit(ports, wish("P2", "dose"), by="nurse")
    assert "standing held" in str(told.value)
    assert "clin on" in str(told.value)


@pytest.mark.hazard("H-308")
def test_of_a_hundred_parallel_clients_one_has_the_last_place() -> None:
    section = {**SECTION, "sites": {"ward": {"capacity": {"clin": 1, "room": 1}}}}
    people = [f"P{n}" for n in range(100)]
    ports = site(*people, section=section)
    won, lost = [], []

    def ask(who: str) -> None:
        try:
            won.append(book_visit(ports, wish(who), by=who))
        except BookingRefusedError as fault:
            lost.append(str(fault))

    threads = [threading.Thread(target=ask, args=(who,)) for who in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(won), len(lost)) == (1, 99)
    assert all("clin on" in one and "room on" in one for one in lost)


def test_the_waiting_list_and_a_place_for_who_waits() -> None:
    ports = site("P1")
    ask = VisitAsk(participant="P1", kind="weekly", opens=DAY, planned=DAY, closes=DAY)
    name = ask_visit(ports, ask, by="nurse")
    assert ask_visit(ports, ask, by="nurse") == name
    assert [one.booking for one in board_now(ports).waiting()] == [name]
    book_visit(ports, wish("P1"), by="nurse")
    assert board_now(ports).waiting() == ()
    release_visit(ports, name, reason="ill", by="P1", waits=True)
    assert board_now(ports).bookings[name].state == "asked"
    release_visit(ports, name, reason="gone", by="P1")
    release_visit(ports, name, reason="gone", by="P1")
    assert board_now(ports).bookings[name].state == "released"


def test_moves_have_a_reason_and_a_price() -> None:
    ports = site("P1")
    name = book_visit(ports, wish("P1"), by="nurse")
    with pytest.raises(BookingRefusedError, match="no reason"):
        move_visit(ports, name, LATER, reason=" ", by="nurse")
    move_visit(ports, name, LATER, reason="scanner broken", by="nurse")
    (moved,) = (one for one in ledger_entries(ports, "visits") if isinstance(one, VisitMoved))
    assert (moved.price, moved.day) == (60, LATER.day)
    with pytest.raises(BookingRefusedError, match="four weeks"):
        move_visit(ports, name, AT, reason="again", by="nurse")
    move_visit(ports, name, AT, reason="I cannot come", by="P1")
    with pytest.raises(UnknownBookingError):
        move_visit(ports, "b-x", AT, reason="r", by="x")


def test_confirming_asks_the_gate_again() -> None:
    ports = site("P1")
    name = book_visit(ports, wish("P1"), by="nurse")
    confirm_visit(ports, name, by="P1")
    confirm_visit(ports, name, by="P1")
    assert board_now(ports).bookings[name].state == "confirmed"
    with pytest.raises(BookingRefusedError, match="is confirmed"):
        move_visit(ports, name, LATER, reason="r", by="nurse")
    decide(ports, "P1", "withdrawn")
    with pytest.raises(BookingRefusedError, match="released"):
        confirm_visit(ports, name, by="P1")


@pytest.mark.hazard("H-311")
def test_a_half_day_that_begins_in_a_skipped_hour_is_refused_and_nothing_is_lost() -> None:
    ward = {"capacity": {"clin": 1, "room": 1}, "time_zone": "Europe/Berlin", "open": ["sun"],
            "morning": "02:30"}  # fmt: skip
    ports = site("P1", section={**SECTION, "sites": {"ward": ward}})
    before = ports.ledger.head()
    with pytest.raises(SkippedHourError):
        book_visit(ports, wish("P1", at=HalfDay(date(2027, 3, 28), "morning")), by="nurse")
    assert ports.ledger.head() == before
    with pytest.raises(RefusedError, match="no site"):
        book_visit(ports, replace(wish("P1"), site="x"), by="nurse")


@pytest.mark.hazard("H-308")
def test_beds_are_counted_by_the_night_less_who_lives_there() -> None:
    needs = {**SECTION["needs"], "image": {"bed_shared": 1}, "sample": {"bed": 1}}
    section = {**SECTION, "needs": needs, "apart": ["P1 P2"], "restricted": ["P4"]}
    ports = site("P1", "P2", "P3", "P4", section=section)
    evening = replace(AT, half="afternoon")
    book_visit(ports, wish("P1", "image"), by="n")
    with pytest.raises(BookingRefusedError, match="kept apart in the night too"):
        book_visit(ports, wish("P2", "image", evening), by="n")
    begin_stay(ports, BedWish(participant="Q1", site="ward", room="r1", kind="shared",
                              first=DAY, last=DAY), by="n")  # fmt: skip
    with pytest.raises(BookingRefusedError, match=r"bed_shared on .* 1 of 1 taken"):
        book_visit(ports, wish("P3", "image", evening), by="n")
    book_visit(ports, wish("P3", "sample"), by="n")
    name = book_visit(ports, wish("P4", "image", evening), by="n")
    assert board_now(ports).bookings[name].needs == (("bed_apart", 1),)
    move_visit(ports, name, replace(LATER, half="afternoon"), reason="r", by="n")


@pytest.mark.hazard("H-308")
def test_the_planner_sees_beds_of_all_kinds_and_who_sleeps_in_them() -> None:
    needs = {**SECTION["needs"], "image": {"bed_shared": 1}}
    section = {**SECTION, "needs": needs, "apart": ["P1 P2"], "restricted": ["P4"],
               "schedule": {"image": {"every": 7, "before": 0, "after": 0}}}  # fmt: skip
    ports = site("P1", "P2", "P3", "P4", section=section)
    begin_stay(ports, BedWish(participant="Q1", site="ward", room="r1", kind="shared",
                              first=TODAY, last=TODAY), by="n")  # fmt: skip
    planned = plan_weeks(ports, weeks=1)
    assert planned.offer.most("bed_shared", 0) == 1
    assert planned.offer.most("bed_shared", 2) == 2
    people = {planned.wishes[name].participant for name in planned.plan.unplaced()}
    assert len(people) == 2  # one shared bed for three; the one apart has their own
    assert "P4" not in people
    use_plan(ports, planned, reason="plan", by="planner")
    (own,) = (one for one in board_now(ports).bookings.values() if one.participant == "P4")
    assert own.needs == (("bed_apart", 1),)
