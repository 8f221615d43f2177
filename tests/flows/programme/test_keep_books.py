"""From what was earned to what was paid: files out, answers in, statements, once each."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.flows.programme.programme_site import AGREEMENT, NOW, TODAY, site
from tests.flows.programme.test_keep_agreements import sign
from tests.flows.programme.test_record_visit import booked

from nanoward.base.entries.books import DisputeOpened
from nanoward.flows.programme.keep_books import (
    all_transactions,
    books_state,
    order_payments,
    overdue_pay,
    person_statement,
    person_tax_notice,
    refund,
    reverse,
    settle_payments,
)
from nanoward.flows.programme.record_visit import VisitReport, make_visit
from nanoward.ports.ports import Ports
from nanoward.programme.books.accounts import ReversedTwiceError
from nanoward.programme.books.payments import BankStatus


def earned() -> Ports:
    ports = site("P1")
    sign(ports, AGREEMENT)
    name = booked(ports, kind="weekly")
    make_visit(ports, VisitReport(booking=name, payee="a1"), by="nurse")
    return ports


@pytest.mark.hazard("H-305")
def test_pay_is_ordered_once_and_settled_once() -> None:
    ports = earned()
    (order,) = order_payments(ports, by="clerk")
    assert order_payments(ports, by="clerk") == ()
    answer = BankStatus(payment=order.payment, status="ACSC", receipt="r-1")
    assert settle_payments(ports, [answer], by="clerk") == ()
    assert settle_payments(ports, [answer], by="clerk") == ()
    assert order_payments(ports, by="clerk") == ()
    found = person_statement(ports, "P1", TODAY)
    assert (found.earned, found.paid, found.owed, found.leaving_changes) == (4000, 4000, 0, 0)
    assert sum(books_state(ports).books.balances().values()) == 0


def test_a_void_payment_is_ordered_again_under_another_name() -> None:
    ports = earned()
    (order,) = order_payments(ports, by="clerk")
    told = settle_payments(ports, [replace_status(order.payment, "RJCT")], by="clerk")
    assert told == ()
    (again,) = order_payments(ports, by="clerk")
    assert again.payment != order.payment
    assert settle_payments(ports, [replace_status("NWx", "ACSC")], by="clerk")


def replace_status(payment: str, status: str) -> BankStatus:
    return replace(BankStatus(payment=payment, status=""), status=status)


def test_refunds_stand_apart_and_one_receipt_is_refunded_once() -> None:
    ports = earned()
    tx = refund(ports, "P1", "train", 1250, "sha-of-receipt", payee="b2", by="clerk")
    assert refund(ports, "P1", "train", 1250, "sha-of-receipt", payee="b2", by="clerk") == tx
    found = person_statement(ports, "P1", TODAY)
    assert (found.earned, found.refunds, found.owed) == (4000, 1250, 5250)
    assert books_state(ports).books.balances()["refunds:travel", "EUR"] == 1250
    assert person_tax_notice(ports, "P1", TODAY) == ""


def test_overdue_pay_is_known_and_reversals_are_once() -> None:
    ports = earned()
    assert overdue_pay(ports, TODAY) == ()
    (late,) = overdue_pay(ports, TODAY + timedelta(days=8))
    assert reverse(ports, late.tx, "entered twice", by="clerk") == f"back-{late.tx}"
    with pytest.raises(ReversedTwiceError):
        reverse(ports, late.tx, "again", by="clerk")
    assert len(all_transactions(ports)) == 2


def test_an_open_dispute_is_known() -> None:
    ports = earned()
    dispute = DisputeOpened(dispute="d", participant="P1", what="w", currency="EUR", minor=1,
                            opened=TODAY, answer_due=TODAY)  # fmt: skip
    ports.ledger.append([dispute], actor="x", at=NOW)
    assert books_state(ports).disputes == (dispute,)
