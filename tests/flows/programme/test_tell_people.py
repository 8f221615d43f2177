"""Told once, in the words that tell nothing; late pay is a message until it is paid."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.flows.programme.programme_site import AGREEMENT, TODAY, decide, site
from tests.flows.programme.test_book_visit import AT, LATER, wish
from tests.flows.programme.test_check_programme import codes
from tests.flows.programme.test_keep_agreements import sign
from tests.flows.programme.test_record_visit import booked

from nanoward.base.entries.messages import MessageClosed, MessageWritten
from nanoward.flows.consent.withdraw_participant import withdraw_participant
from nanoward.flows.programme.ask_gate import ledger_entries
from nanoward.flows.programme.book_visit import book_visit, move_visit, release_visit
from nanoward.flows.programme.check_programme import check_programme
from nanoward.flows.programme.keep_books import order_payments, settle_payments
from nanoward.flows.programme.record_visit import VisitReport, make_visit
from nanoward.flows.programme.tell_people import PeopleTold, message_record, tell_people
from nanoward.ports.ports import Ports
from nanoward.programme.books.payments import BankStatus


class Chance:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, size: int) -> bytes:
        self.count += 1
        return self.count.to_bytes(size)


CHANCE = Chance()


def told(ports: Ports) -> PeopleTold:
    return tell_people(ports, CHANCE, by="planner")


def messages(ports: Ports) -> list[MessageWritten]:
    many = ledger_entries(ports, "messages")
    return [one for one in many if isinstance(one, MessageWritten)]


@pytest.mark.hazard("H-317")
def test_who_is_moved_is_told_once_and_may_answer() -> None:
    ports = site("P1")
    name = book_visit(ports, wish("P1"), by="nurse")
    assert told(ports) == PeopleTold()
    move_visit(ports, name, LATER, reason="P2 is ill", by="nurse")
    assert "PRG-051" in codes(check_programme(ports, ports.folder.plan(), TODAY))
    assert told(ports) == PeopleTold(visits=1)
    assert "PRG-051" not in codes(check_programme(ports, ports.folder.plan(), TODAY))
    assert told(ports) == PeopleTold()
    (one,) = messages(ports)
    assert (one.to, one.participant, one.kind, one.wants) == (
        "participant", "P1", "visit", "answer",
    )  # fmt: skip
    assert str(LATER) in one.body
    assert "P2" not in one.body
    release_visit(ports, name, reason="no staff", by="nurse", waits=True)
    assert told(ports) == PeopleTold(visits=1)
    assert messages(ports)[-1].urgency == "today"  # the day after tomorrow
    far = replace(LATER, day=LATER.day + timedelta(days=20))
    release_visit(ports, book_visit(ports, wish("P1", "safety", far), by="n"), reason="r",
                  by="n")  # fmt: skip
    assert told(ports) == PeopleTold(visits=1)
    assert messages(ports)[-1].urgency == "week"
    assert message_record(ports).told() == {one.about for one in messages(ports)}


@pytest.mark.hazard("H-317")
def test_a_standing_that_takes_a_place_is_told_and_who_left_hears_of_what_protects_them() -> (
    None
):
    ports = site("P1", "P2")
    book_visit(ports, wish("P1", "dose"), by="nurse")
    decide(ports, "P1", "held")
    assert told(ports) == PeopleTold(visits=1)
    weekly = book_visit(ports, wish("P2"), by="nurse")
    safety = book_visit(ports, wish("P2", "safety", LATER), by="nurse")
    withdraw_participant(ports, "P2", by="P2")
    assert weekly not in {"", safety}
    assert told(ports) == PeopleTold()  # the weekly one: they left, and know it
    move_visit(ports, safety, AT, reason="r", by="nurse")
    assert told(ports) == PeopleTold(visits=1)
    assert messages(ports)[-1].kind == "safety notice"


@pytest.mark.hazard("H-318")
def test_late_pay_is_told_to_who_keeps_the_books_and_closed_when_it_is_paid() -> None:
    ports = site("P1")
    sign(ports, AGREEMENT)
    make_visit(ports, VisitReport(booking=booked(ports, kind="weekly"), payee="a1"), by="n")
    assert told(ports) == PeopleTold()
    ports.clock.advance(timedelta(days=8))  # type: ignore[attr-defined]
    assert told(ports) == PeopleTold(pay=1)
    (one,) = messages(ports)
    assert (one.to, one.participant, one.kind) == ("coordinator", "P1", "pay owed")
    assert str(TODAY) in one.body
    (order,) = order_payments(ports, by="clerk")
    assert told(ports) == PeopleTold()  # ordered is not paid
    settle_payments(ports, [BankStatus(payment=order.payment, status="ACSC")], by="clerk")
    assert told(ports) == PeopleTold(closed=1)
    assert told(ports) == PeopleTold()
    (closed,) = (
        one for one in ledger_entries(ports, "messages") if isinstance(one, MessageClosed)
    )
    assert (closed.message, closed.reason) == (one.message, "it was paid")
