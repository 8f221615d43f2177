"""What a person reads of their money, and that leaving would change nothing of it."""

from datetime import date

import pytest
from tests.programme.agreements.test_document import TOML
from tests.programme.books.test_payments import earn, order

from nanoward.base.entries.books import PayEarned, RefundMade
from nanoward.programme.agreements.document import read_agreement
from nanoward.programme.books.payments import payments_of
from nanoward.programme.books.statements import (
    PayeeMoney,
    late_pay,
    leaving_changes,
    statement,
    tax_notice,
)

DAY = date(2026, 11, 30)
AGREEMENT = read_agreement(TOML.encode())


def earning(tx: str, minor: int = 4000, day: date = DAY) -> PayEarned:
    return PayEarned(
        participant="P1", visit=tx, kind="weekly", day=day, due=date(2026, 12, 7),
        currency="EUR", minor=minor, tx=tx, agreement_sha256="",
    )  # fmt: skip


def test_a_statement_adds_up_and_keeps_refunds_apart() -> None:
    paid = payments_of(order([earn("1")]))
    refund = RefundMade(
        participant="P1", what="travel", receipt_sha256="r", currency="EUR", minor=700, tx="r"
    )
    money = PayeeMoney(
        earnings=[earning("1"), earning("2", 500), earning("3", 99, date(2027, 1, 1))],
        refunds=[refund],
        payments=list(paid.values()),
    )
    found = statement("P1", money, AGREEMENT, "EUR", DAY)
    assert (found.earned, found.pending, found.paid, found.refunds) == (4500, 4000, 0, 700)
    assert (found.owed, found.due) == (1200, date(2026, 12, 7))
    assert found.leaving_changes == 0
    assert "Leaving today would change 0.00" in found.text()


@pytest.mark.hazard("H-302")
def test_a_clause_that_takes_something_on_leaving_would_be_seen() -> None:
    taking = (
        TOML
        + '\n[[paragraph]]\nid = "x"\ntext = "y"\n'
        + ('terms = [{ kind = "clawback", on = ["withdraw"], per = "visit", amount = "1" }]\n')
    )
    assert leaving_changes(read_agreement(taking.encode())) == 2600


def test_the_tax_table_is_by_country_and_year() -> None:
    assert tax_notice("US", 2025, "USD", 60_000).startswith("pay of 2025 has reached")
    assert tax_notice("US", 2026, "USD", 60_000) == ""
    assert "before 2000.00" in tax_notice("US", 2026, "USD", 190_000)
    assert tax_notice("DE", 2026, "EUR", 10**9) == ""


def test_pay_is_late_when_its_day_has_passed_and_no_payment_covers_it() -> None:
    many = [earning("1"), earning("2")]
    assert late_pay(many, frozenset(), date(2026, 12, 7)) == ()
    assert [one.tx for one in late_pay(many, frozenset({"1"}), date(2026, 12, 8))] == ["2"]
