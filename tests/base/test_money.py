"""Money is counted in whole minor units; what cannot be counted is refused by name."""

from decimal import Decimal
from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.money import DIGITS, MoneyError, decimal_text, minor_units, rounded


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("40", "EUR", 4000), ("40.00", "EUR", 4000), (40, "EUR", 4000), ("7", "JPY", 7),
     ("1.234", "KWD", 1234), ("-0.05", "USD", -5), (Decimal("0.1"), "EUR", 10)],
)  # fmt: skip
def test_amounts_are_whole_minor_units(amount: object, currency: str, minor: int) -> None:
    assert minor_units(amount, currency) == minor


@pytest.mark.hazard("H-306")
@pytest.mark.parametrize(
    ("amount", "currency", "why"),
    [(0.1, "EUR", "float"), ("0.001", "EUR", "finer"), ("1", "XYZ", "unknown currency"),
     ("1.5", "JPY", "finer"), ("NaN", "EUR", "no amount"), ("ten", "EUR", "no amount"),
     (True, "EUR", "bool"), ("1e30", "EUR", "beyond"), (None, "EUR", "no amount")],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused(amount: object, currency: str, why: str) -> None:
    with pytest.raises(MoneyError, match=why):
        minor_units(amount, currency)


@given(st.integers(-(10**12), 10**12), st.sampled_from(sorted(DIGITS)))
def test_text_and_minor_units_are_inverse(minor: int, currency: str) -> None:
    assert minor_units(decimal_text(minor, currency), currency) == minor


def test_thirty_tenths_are_three_where_floats_are_not() -> None:
    assert sum(minor_units("0.1", "EUR") for _ in range(30)) == minor_units("3", "EUR")
    assert reduce(add, [0.1] * 30) != 3.0  # sum() mends what it adds, from Python 3.12


def test_halves_are_rounded_to_even() -> None:
    assert [rounded(Decimal(one)) for one in ("0.5", "1.5", "2.5", "-0.5")] == [0, 2, 2, 0]
