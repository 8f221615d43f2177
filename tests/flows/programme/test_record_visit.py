"""The gate in the append of the dose; pay in the append of the visit; leaving takes nothing."""

from decimal import Decimal

import pytest
from tests.flows.programme.programme_site import AGREEMENT, TODAY, decide, site
from tests.flows.programme.test_keep_agreements import sign

from nanoward.base.entries.books import PayEarned, TransactionPosted
from nanoward.base.entries.visits import VisitMade
from nanoward.flows.consent.withdraw_participant import withdraw_participant
from nanoward.flows.programme.ask_gate import board_now, ledger_entries
from nanoward.flows.programme.book_visit import book_visit
from nanoward.flows.programme.keep_books import books_state, payee_of, visits_without_pay
from nanoward.flows.programme.record_visit import (
    VisitReport,
    arrive,
    call_off,
    make_visit,
    miss_visit,
)
from nanoward.programme.visits.booking_rules import BookingRefusedError, PlaceWish
from nanoward.programme.visits.site_calendar import HalfDay

AT = HalfDay(TODAY, "morning")


def booked(ports, who: str = "P1", kind: str = "dose", half: str = "morning") -> str:  # type: ignore[no-untyped-def]
    wish = PlaceWish(
        booking="", participant=who, kind=kind, site="ward", at=HalfDay(TODAY, half)
    )
    return book_visit(ports, wish, by="nurse")


def test_a_visit_and_its_pay_are_one_append() -> None:
    ports = site("P1")
    sign(ports, AGREEMENT)
    name = booked(ports, kind="weekly")
    arrive(ports, name, by="nurse")
    before = ports.ledger.head().size
    assert make_visit(ports, VisitReport(booking=name, payee="a1"), by="nurse") == 4000
    kinds = [one.kind for one in ports.ledger.records(after=before)]
    assert kinds == [
        "visits.VisitMade", "books.PayeeNamed", "books.PayEarned", "books.TransactionPosted"
    ]  # fmt: skip
    assert books_state(ports).books.balances()["owed:a1", "EUR"] == -4000
    assert payee_of(ports, "P1") == "a1"
    assert visits_without_pay(ports) == ()
    with pytest.raises(BookingRefusedError, match="is done"):
        make_visit(ports, VisitReport(booking=name, payee="a1"), by="nurse")


@pytest.mark.hazard("H-300")
def test_whoever_was_held_a_moment_ago_is_not_dosed() -> None:
    ports = site("P1")
    name = booked(ports)
    arrive(ports, name, by="nurse")
    decide(ports, "P1", "held")
    with pytest.raises(BookingRefusedError, match="standing held"):
        make_visit(ports, VisitReport(booking=name), by="nurse")
    assert not [one for one in ledger_entries(ports, "visits") if isinstance(one, VisitMade)]


@pytest.mark.hazard("H-300")
def test_on_arrival_the_gate_is_asked_again() -> None:
    ports = site("P1")
    name = booked(ports, kind="weekly")
    withdraw_participant(ports, "P1", by="P1")
    with pytest.raises(BookingRefusedError, match="is released"):
        arrive(ports, name, by="nurse")


@pytest.mark.hazard("H-302")
def test_who_left_is_paid_for_safety_visits_and_keeps_what_was_earned() -> None:
    ports = site("P1")
    sign(ports, AGREEMENT)
    name = booked(ports, kind="weekly")
    make_visit(ports, VisitReport(booking=name, payee="a1"), by="nurse")
    withdraw_participant(ports, "P1", by="P1")
    safety = booked(ports, kind="safety", half="afternoon")
    assert make_visit(ports, VisitReport(booking=safety), by="nurse") == 2500
    assert books_state(ports).books.balances()["owed:a1", "EUR"] == -6500


def test_called_off_late_earns_half_and_the_visit_waits() -> None:
    ports = site("P1")
    sign(ports, AGREEMENT)
    name = booked(ports, kind="weekly")
    assert call_off(ports, name, reason="no staff", late=True, payee="a1", by="nurse") == 2000
    assert board_now(ports).bookings[name].state == "asked"
    with pytest.raises(BookingRefusedError):
        call_off(ports, name, reason="again", late=True, payee="a1", by="nurse")


def test_missing_costs_nothing_and_no_agreement_means_no_pay() -> None:
    ports = site("P1")
    name = booked(ports, kind="weekly")
    miss_visit(ports, name, reason="", by="nurse")
    with pytest.raises(BookingRefusedError, match="cannot have been missed"):
        miss_visit(ports, name, reason="", by="nurse")
    other = booked(ports, kind="safety", half="afternoon")
    report = VisitReport(booking=other, hours=Decimal(1))
    assert make_visit(ports, report, by="nurse") == 0
    entries = ledger_entries(ports, "books")
    assert not [one for one in entries if isinstance(one, PayEarned | TransactionPosted)]
    assert visits_without_pay(ports) == (other,)
