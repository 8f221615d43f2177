"""Fees by the visit and by the quarter; what can be lost is not earned by itself."""

import pytest

from nanoward.programme.agreements.terms import read_terms
from nanoward.programme.books.fees import NoFeeError, stated_fee, visit_fee

TERMS = read_terms(
    [
        {"kind": "fee", "to": "site", "per": "visit", "amount": "30"},
        {"kind": "fee", "to": "site", "per": "dosing visit", "amount": "12"},
        {"kind": "fee", "to": "ward", "per": "quarter", "amount": "500"},
        {"kind": "fee", "to": "site", "per": "visit", "amount": "9", "on": ["audit"]},
        {"kind": "fee", "to": "laboratory", "per": "visit", "amount": "7"},
        {"kind": "third", "to": "partner", "per": "visit", "amount": "5"},
        {"kind": "third", "to": "partner", "per": "visit", "amount": "-2"},
    ],
    "EUR",
)
ROLES = ("site", "ward")


def test_a_visit_earns_the_sites_fee_whatever_came_of_it_for_the_person() -> None:
    assert visit_fee(TERMS, "weekly", "done", ROLES) == 3000
    assert visit_fee(TERMS, "dose", "broken off", ROLES) == 4200
    assert visit_fee(TERMS, "weekly", "failed test", ROLES) == 3000
    assert visit_fee(TERMS, "weekly", "called off", ROLES) == 0
    assert visit_fee(TERMS, "weekly", "done", ("partner", "north")) == 500
    assert visit_fee(TERMS, "weekly", "done", ("staff", "nurse")) == 0


def test_a_quarters_fee_and_none_where_none_is_stated() -> None:
    assert stated_fee(TERMS, "Quarter", ROLES) == 50_000
    with pytest.raises(NoFeeError, match=r"per 'visit'; per dosing visit, quarter, visit"):
        stated_fee(TERMS, "visit", ROLES)
