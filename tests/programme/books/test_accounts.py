"""Books by hand and by law: every leg is written, and corrections are reversals."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.entries.books import UnbalancedError
from nanoward.programme.books.accounts import (
    CASH,
    PARTICIPATION,
    ROUNDING,
    BooksError,
    Leg,
    ReversedTwiceError,
    books_of,
    exchanged,
    moved,
    owed,
    reversal,
    split,
    transaction,
)

DAY = date(2026, 11, 30)


def pay(tx: str, minor: int = 4000) -> object:
    return moved(tx, DAY, "pay", ("EUR", minor), debit=PARTICIPATION, credit=owed("a1"))


def test_balances_by_account_and_currency() -> None:
    books = books_of([pay("1"), pay("2", 100), "not an entry of ours"])
    assert books.balances() == {(PARTICIPATION, "EUR"): 4100, ("owed:a1", "EUR"): -4100}


@pytest.mark.hazard("H-305")
def test_a_transaction_of_one_name_counts_once() -> None:
    assert books_of([pay("1"), pay("1")]).balances()[PARTICIPATION, "EUR"] == 4000


def test_a_reversal_takes_back_once() -> None:
    books = books_of([pay("1")])
    back = reversal(books, "1", "back-1", DAY, "entered twice")
    after = books_of([pay("1"), back])
    assert set(after.balances().values()) == {0}
    with pytest.raises(ReversedTwiceError):
        reversal(after, "1", "again", DAY, "again")
    with pytest.raises(ReversedTwiceError):
        reversal(after, "back-1", "again", DAY, "again")
    with pytest.raises(BooksError):
        reversal(after, "2", "x", DAY, "x")


def test_nothing_and_less_cannot_be_moved() -> None:
    for minor in (0, -1):
        with pytest.raises(BooksError):
            pay("1", minor)
    with pytest.raises(UnbalancedError):
        transaction("1", DAY, "w", [Leg(account="a", currency="EUR", minor=1)])


def test_an_exchange_is_two_transactions_with_the_rates_source() -> None:
    out, into = exchanged(
        "x", DAY, (CASH, "EUR", 10_001), ("cash:usd", "USD"), Decimal("1.08"), rate_source="ECB"
    )
    assert into.legs()[0] == ("cash:usd", "USD", 10_801)
    assert "ECB" in out.why
    sums = books_of([out, into]).balances()
    assert sums["exchange", "EUR"] == 10_001
    assert sums["exchange", "USD"] == -10_801


@given(st.integers(1, 10**9), st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_a_split_loses_no_unit(minor: int, weights: list[int]) -> None:
    total = sum(weights)
    shares = {f"a{n}": Decimal(one) / total for n, one in enumerate(weights)}
    if sum(shares.values()) != 1:  # thirds have no decimal
        with pytest.raises(BooksError):
            split(minor, shares, "EUR")
        return
    legs = split(minor, shares, "EUR")
    assert sum(one.minor for one in legs) == minor
    assert all(abs(one.minor) <= len(weights) for one in legs if one.account == ROUNDING)
