"""A transaction that does not balance cannot exist: neither written nor read."""

from datetime import date

import pytest

from nanoward.base.entries import KINDS, body_of, entry_of
from nanoward.base.entries.books import TransactionPosted, UnbalancedError

DAY = date(2026, 11, 30)


def posted(*postings: str) -> TransactionPosted:
    return TransactionPosted(tx="t", day=DAY, postings=postings, why="w")


def test_two_legs_that_sum_to_nothing() -> None:
    one = posted("cost:participation EUR 4000", "owed:a EUR -4000")
    assert one.legs() == (("cost:participation", "EUR", 4000), ("owed:a", "EUR", -4000))
    assert entry_of("books.TransactionPosted", body_of(one), KINDS) == one


@pytest.mark.hazard("H-306")
@pytest.mark.parametrize(
    "postings",
    [
        ("cost EUR 4000", "owed EUR -3999"),  # a unit short
        ("cost EUR 4000", "owed USD -4000"),  # two currencies
        ("cost EUR 0",),  # one leg
        (),
        ("cost EUR 40.00", "owed EUR -40.00"),  # not whole
        ("cost EUR", "owed EUR -40"),  # an inferred leg
        ("cost XXX 1", "owed XXX -1"),  # unknown currency
    ],
)
def test_an_unbalanced_transaction_cannot_be_made(postings: tuple[str, ...]) -> None:
    with pytest.raises(UnbalancedError):
        posted(*postings)


def test_an_unbalanced_row_of_a_ledger_cannot_be_read() -> None:
    body = body_of(posted("cost EUR 1", "owed EUR -1")) | {"postings": ["cost EUR 1"]}
    with pytest.raises(UnbalancedError):
        entry_of("books.TransactionPosted", body, KINDS)
