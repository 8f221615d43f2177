import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.faces.report.drawing.figures import (
    counted,
    day,
    listed,
    long_day,
    number,
    percent,
    plain,
    probability,
)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "–"),
        (math.nan, "–"),
        (0, "0"),
        (0.0, "0"),
        (3.0, "3"),
        (306, "306"),
        (13158, "13\u202f158"),
        (1234567, "1\u202f234\u202f567"),
        (-4.25, "−4.25"),
        (0.01234, "0.0123"),
        (12.345, "12.3"),
        (0.0000213, "2.13 × 10⁻⁵"),
        (math.inf, "∞"),
        (True, "yes"),
    ],
)
def test_numbers_are_told_in_a_few_digits(value: float | None, told: str) -> None:
    assert number(value) == told


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_whole_numbers_are_never_rounded(value: int) -> None:
    assert int(number(value).replace("\u202f", "").replace("−", "-")) == value


@given(st.floats(min_value=1e-4, max_value=1e6))
def test_a_told_number_is_within_half_a_per_cent(value: float) -> None:
    told = float(number(value).replace("\u202f", "").replace("−", "-"))
    assert told == pytest.approx(value, rel=0.0051)


def test_a_p_value_is_never_told_as_nothing() -> None:
    assert probability(0.0) == "< 0.0001"
    assert probability(0.0023) == "0.0023"
    assert probability(None) == "–"


def test_a_share_of_nobody_is_a_dash() -> None:
    assert percent(0, 0) == "–"
    assert percent(None) == "–"
    assert percent(65, 86) == "76 %"
    assert percent(2, 86) == "2.3 %"
    assert percent(0, 86) == "0 %"


def test_days_are_told_in_words_and_in_order() -> None:
    assert day(date(2026, 11, 23)) == "2026-11-23"
    assert day(None) == "–"
    assert long_day(date(2026, 11, 23)) == "Monday 23 November 2026"


def test_one_thing_is_not_told_as_many() -> None:
    assert counted(1, "bond") == "1 bond"
    assert counted(0, "person", "people") == "0 people"


def test_long_rows_of_names_are_cut_and_counted() -> None:
    assert listed("abc") == "a, b, c"
    assert listed("abcdefgh", 3) == "a, b, c and 5 more"


def test_any_value_becomes_text() -> None:
    assert plain(["a", 2, None]) == "a; 2; –"
    assert plain(date(2026, 1, 2)) == "2026-01-02"
    assert plain("x") == "x"
