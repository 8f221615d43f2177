"""The vocabulary is closed: what is not in it is refused, and never passed over."""

from fractions import Fraction
from typing import Any

import pytest

from nanoward.base.money import MoneyError
from nanoward.programme.agreements.terms import TermError, read_term, read_terms


def test_a_term_is_read_to_the_last_unit() -> None:
    term = read_term(
        {"kind": "pay", "per": "visit", "amount": "40.50", "weeks": [1, 13], "burden": "2.5"},
        "EUR",
    )
    assert (term.amount, term.weeks, term.burden) == (4050, (1, 13), Fraction(5, 2))
    assert term.covers(13)
    assert not term.covers(14)


def test_synonyms_and_shares() -> None:
    term = read_term({"kind": "completion bonus", "share": "8 %"}, "EUR")
    assert (term.kind, term.share) == ("bonus", Fraction(8, 100))
    assert read_term({"kind": "late", "on": ["exit"], "days": "7"}, "EUR").days == 7


@pytest.mark.hazard("H-301")
@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"kind": "surprise"}, "no term is of the kind"),
        ({"kind": "pay", "per": "visit", "amount": "1", "mood": "x"}, "has no 'mood'"),
        ({"kind": "pay", "amount": "1"}, "says no per"),
        ({"kind": "pay", "per": "visit"}, "says no amount"),
        ({"kind": "pay", "per": "galaxy", "amount": "1"}, "paid per"),
        ({"kind": "pay", "per": "visit", "amount": "1", "weeks": [3, 2]}, "first and last"),
        ({"kind": "pay", "per": "visit", "amount": "1", "burden": "100"}, "at most 12"),
        ({"kind": "bonus", "share": "8"}, "more than the whole"),
        ({"kind": "delay", "days": -1}, "whole number"),
        ({"kind": "care", "given": "no"}, "neither true nor false"),
        ({"kind": "fine", "amount": "1", "on": [{"a": 1}]}, "no text"),
    ],
)
def test_what_is_not_understood_is_refused(said: dict[str, Any], why: str) -> None:
    with pytest.raises(TermError, match=why):
        read_term(said, "EUR")


def test_a_float_is_no_amount_and_no_share() -> None:
    with pytest.raises(MoneyError):
        read_term({"kind": "pay", "per": "visit", "amount": 40.0}, "EUR")
    with pytest.raises(MoneyError):
        read_term({"kind": "bonus", "share": 0.08}, "EUR")


def test_read_terms_reads_all() -> None:
    assert len(read_terms([{"kind": "waive"}, {"kind": "hold"}], "EUR")) == 2
