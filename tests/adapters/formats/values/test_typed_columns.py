import math
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.formats.values.typed_columns import empty_table, text_or_number, typed
from nanoward.base.tables import EVENTS, Kind


def text(*cells: str | None) -> pl.Series:
    return pl.Series("x", cells, dtype=pl.String)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", "NA", "NA"),
        ("int", "12", 12),
        ("int", "12.0", 12),
        ("int", "-3", -3),
        ("float", "1e-3", 0.001),
        ("float", ".5", 0.5),
        ("date", "2013-05-07", date(2013, 5, 7)),
        ("date", "2013-05-07T10:30", date(2013, 5, 7)),
        ("bool", "Yes", True),
        ("bool", "0", False),
    ],
)
def test_a_cell_is_read_as_its_kind(kind: Kind, cell: str, value: object) -> None:
    result = typed(text(cell), kind)
    assert (result.values.to_list(), result.bad.to_list()) == ([value], [False])
    assert type(result.values[0]) is type(value)


@pytest.mark.parametrize("kind", ["int", "float", "date", "bool"])
def test_missing_is_null_and_not_bad(kind: Kind) -> None:
    result = typed(text(None, "NA", "N/A", ".", ".A", "NaN"), kind)
    assert result.values.null_count() == 6
    assert not result.bad.any()


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("int", "1.5"),
        ("int", "1e300"),
        ("int", "٣"),  # a digit, but not an ASCII one
        ("float", "inf"),
        ("float", "1e999"),
        ("float", "1,5"),
        ("float", "45%"),
        ("float", "0x10"),
        ("date", "2013-02-30"),
        ("date", "07.05.2013"),
        ("date", "2013-05"),
        ("date", "2013"),
        ("date", "0213-05-07"),
        ("date", "2013-5-7"),
        ("bool", "perhaps"),
    ],
)
def test_a_cell_of_another_kind_is_bad_and_null(kind: Kind, cell: str) -> None:
    result = typed(text(cell), kind)
    assert (result.values.to_list(), result.bad.to_list()) == ([None], [True])


def test_further_columns_are_numbers_only_when_all_cells_are_and_none_is_a_label() -> None:
    assert text_or_number(text("1", None, "2.5")).to_list() == [1.0, None, 2.5]
    assert text_or_number(text("1", "x")).dtype == pl.String
    assert text_or_number(text("007", "12")).to_list() == ["007", "12"]
    assert text_or_number(text(None, None)).dtype == pl.String
    assert text_or_number(text("0", "0.5")).dtype == pl.Float64


def test_an_empty_table_has_every_column_and_the_line() -> None:
    table = empty_table(EVENTS)
    assert table.columns == [column.name for column in EVENTS.columns]
    assert table.schema["ID"] == pl.String


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_is_read_back_as_written(number: float) -> None:
    (value,) = typed(text(repr(number)), "float").values
    assert value == number
    assert math.isfinite(value)


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2199, 12, 31)))
def test_every_day_is_read_back_as_written(day: date) -> None:
    assert typed(text(day.isoformat()), "date").values.to_list() == [day]


@given(st.lists(st.text(max_size=12)), st.sampled_from(["int", "float", "date", "bool"]))
def test_no_text_raises(cells: list[str], kind: Kind) -> None:
    result = typed(text(*cells), kind)
    assert len(result.values) == len(cells) == len(result.bad)
    assert not (result.bad & result.values.is_not_null()).any()
