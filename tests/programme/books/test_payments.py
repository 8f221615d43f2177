"""At most once by identifier; twice the same answer counts once; the unknown is asked about."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from nanoward.base.entries.books import PaymentOrdered
from nanoward.programme.books.accounts import (
    CASH,
    PARTICIPATION,
    books_of,
    moved,
    owed,
    reversal,
)
from nanoward.programme.books.payments import (
    BankStatus,
    attempts,
    ordered_payment,
    paid_twice,
    payables,
    payments_of,
    pending_posting,
    settled,
)

DAY = date(2026, 11, 30)


def earn(tx: str, minor: int = 4000, payee: str = "a") -> object:
    return moved(tx, DAY, "pay", ("EUR", minor), debit=PARTICIPATION, credit=owed(payee))


def order(entries: list[object]) -> list[object]:
    """Entries with an order for everything that is owed."""
    many = payables(books_of(entries), payments_of(entries), {}, day=DAY)
    made: list[object] = list(entries)
    for one in many:
        tries = 1 + attempts(one, payments_of(entries))
        payment = ordered_payment(one, DAY, "b", attempt=tries)
        made += [payment, pending_posting(payment)]
    return made


Answered = tuple[list[object], tuple[str, ...]]


def answer(entries: list[object], status: str, name: str = "") -> Answered:
    known = payments_of(entries)
    asked = [BankStatus(payment=one, status=status) for one in ([name] if name else known)]
    plan = settled(known, asked, DAY)
    return [*entries, *plan.entries], plan.told


def cash(entries: list[object]) -> int:
    return -books_of(entries).balances().get((CASH, "EUR"), 0)


@pytest.mark.hazard("H-305")
def test_what_is_on_its_way_is_not_ordered_again_and_paid_is_paid_once() -> None:
    once = order([earn("1"), earn("2")])
    assert order(once) == once
    paid, told = answer(once, "ACSC")
    again, more = answer(paid, "ACSC")
    assert (again, told, more) == (paid, (), ())
    assert cash(paid) == 8000
    assert order(paid) == paid


def test_a_void_payment_leaves_the_sum_owed_under_another_identifier() -> None:
    once = order([earn("1")])
    void, _ = answer(once, "RJCT")
    assert cash(void) == 0
    twice = order([*void, earn("2")])
    first, second = payments_of(twice).values()
    assert first.ordered.payment != second.ordered.payment
    assert second.ordered.minor == 8000
    assert cash(answer(twice, "ACSC", second.ordered.payment)[0]) == 8000


def test_a_void_payment_ordered_alone_is_not_stuck() -> None:
    void, _ = answer(order([earn("1")]), "RJCT")
    known = payments_of(void)
    many = payables(books_of(void), known, {}, day=DAY)
    assert [one.minor for one in many] == [4000]
    again = ordered_payment(many[0], DAY, "c", attempt=2)
    assert again.payment not in known


@pytest.mark.parametrize(
    ("status", "name", "why"),
    [("ACSC", "NW-unknown", "no payment of ours"), ("XXXX", "", "is not known")],
)
def test_what_the_bank_says_and_we_do_not_know_is_told(
    status: str, name: str, why: str
) -> None:
    once = order([earn("1")])
    after, told = answer(once, status, name)
    assert after == once
    assert why in told[0]


def test_a_second_other_answer_is_told_and_changes_nothing() -> None:
    paid, _ = answer(order([earn("1")]), "ACSC")
    after, told = answer(paid, "RJCT")
    assert after == paid
    assert "ask the bank" in told[0]
    assert answer(order([earn("1")]), "PDNG")[1] == ()


def test_a_payment_without_an_answer_is_unknown_after_its_time() -> None:
    one = next(iter(payments_of(order([earn("1")])).values()))
    assert one.state(DAY) == "pending"
    assert one.state(DAY + timedelta(days=11)) == "unknown"


def test_what_was_reversed_is_not_paid() -> None:
    entries: list[object] = [earn("1")]
    back = reversal(books_of(entries), "1", "b", DAY, "wrong person")
    assert order([*entries, back]) == [*entries, back]


@pytest.mark.hazard("H-305")
def test_random_histories_pay_everything_once() -> None:
    """A million postings are made so by benchmarks/bench_books.py, with kills."""
    rng = random.Random(5)
    for _ in range(40):
        entries: list[object] = []
        for number in range(30):
            step = rng.random()
            if step < 0.5:
                entries.append(earn(f"t{number}", rng.randint(1, 9999), rng.choice("abc")))
            elif step < 0.7:
                entries = order(entries)
            else:
                entries = answer(entries, rng.choice(("ACSC", "RJCT", "PDNG")))[0]
        entries = answer(order(entries), "ACSC")[0]
        assert paid_twice(payments_of(entries).values()) == ()
        sums = books_of(entries).balances()
        assert sum(sums.values()) == 0
        assert sums.get(("cash:pending", "EUR"), 0) == 0
        assert -sums.get((CASH, "EUR"), 0) == sums.get((PARTICIPATION, "EUR"), 0)


def test_two_payments_over_one_transaction_would_be_seen() -> None:
    one = PaymentOrdered(
        payment="x", payee="a", currency="EUR", minor=1, covers=("t",), batch="b", ordered=DAY,
        expires=DAY,
    )  # fmt: skip
    known = payments_of([one, replace(one, payment="y")])
    assert paid_twice(known.values()) == ("t",)
