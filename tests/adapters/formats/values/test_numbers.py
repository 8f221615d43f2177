import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.formats.values.numbers import bound_of, number_of, read_numbers


def text(*cells: str | None) -> pl.Series:
    return pl.Series("x", cells, dtype=pl.String)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1,5", 1.5),
        ("1 200", 1200.0),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234.567", 1234567.0),
        ("\u22123", -3.0),
        ("4.2 x 10^3", 4200.0),
        ("4.2*10**3", 4200.0),
    ],
)
def test_other_habits_of_writing_a_number_are_read(written: str, number: float) -> None:
    assert number_of(written) == number


@pytest.mark.hazard("H-117")
def test_a_cell_that_may_be_two_numbers_is_none_of_them() -> None:
    read = read_numbers(text("1.200", "23", "17.5", "1,200"))
    assert read.values.to_list() == [None, 23.0, 17.5, None]
    assert read.either == {"1.200": (1.2, 1200.0), "1,200": (1.2, 1200.0)}


def test_three_decimals_are_decimals_where_the_test_is_always_written_so() -> None:
    cells = text("1.200", "0.980", "1.010", "1.200")
    read = read_numbers(cells, pl.Series(["CREAT", "CREAT", "CREAT", "ALT"]))
    assert read.values.to_list() == [1.2, 0.98, 1.01, None]


def test_a_comma_is_decimal_where_the_column_shows_that_it_is() -> None:
    assert read_numbers(text("1,25", "1,200")).values.to_list() == [1.25, 1.2]


@pytest.mark.parametrize(
    ("written", "bound"),
    [
        ("<5", ("<", 5.0)),
        (">= 3,2", (">=", 3.2)),
        ("≤4", ("<=", 4.0)),
        ("less than 4", ("<", 4.0)),
    ],
)
def test_bounds_are_read(written: str, bound: tuple[str, float]) -> None:
    assert bound_of(written) == bound
    assert bound_of("NEG") is None


@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=5))
def test_every_cell_is_a_number_or_unread(cells: list[str | None]) -> None:
    read = read_numbers(pl.Series(cells, dtype=pl.String))
    for cell, value, unread in zip(cells, read.values, read.unread, strict=True):
        assert (cell is None) == (value is None and not unread)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_with_more_than_three_decimals_is_read_back(number: float) -> None:
    assert read_numbers(text(f"{number:.6e}")).values[0] == float(f"{number:.6e}")
