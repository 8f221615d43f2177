"""Marks of missing numbers, days and clock times as NM-TRAN writes them."""

from datetime import date

import pytest

from nanoward.adapters.formats.text.event_columns import (
    clock_hours,
    day_of,
    elapsed_hours,
    is_like_comment,
    is_missing,
)
from nanoward.adapters.formats.text.nonmem import read_events


@pytest.mark.parametrize("text", ["", ".", "NA", "na", "NaN", ".A", ".z", "._", " . "])
def test_a_mark_is_no_number(text: str) -> None:
    assert is_missing(text)


@pytest.mark.parametrize("text", ["0", "-1", ".5", "a", "-99"])
def test_a_value_is_no_mark(text: str) -> None:
    assert not is_missing(text)


def test_days_are_read_by_the_name_of_their_item() -> None:
    assert day_of("2024-03-01", "mdy") == date(2024, 3, 1)
    assert day_of("3/1/2024", "mdy") == date(2024, 3, 1)
    assert day_of("3/1/2024", "dmy") == date(2024, 1, 3)
    assert day_of("24-3-1", "ymd") == date(2024, 3, 1)
    assert day_of("55-3-1", "ymd") == date(1955, 3, 1)
    assert day_of("2024-02-30", "mdy") is None
    assert day_of("yesterday", "mdy") is None


def test_hours_of_the_clock() -> None:
    assert clock_hours("8:30") == 8.5
    assert clock_hours("08:30:36") == pytest.approx(8.51)
    assert clock_hours("26.5") == 26.5
    assert clock_hours("8:75") is None
    assert clock_hours("late") is None


def test_time_begins_with_each_persons_first_record() -> None:
    day = date(2024, 3, 1)
    found = elapsed_hours(
        ["a", "b", "a", "a"], [day, day, date(2024, 3, 2), None], [8, 9, 8, 1]
    )
    assert found == [0, 0, 24, None]


def test_what_a_comment_leaves_in_the_first_column() -> None:
    assert is_like_comment("C12")
    assert is_like_comment("@3")
    assert not is_like_comment("C")
    assert not is_like_comment("12")


def test_further_columns_become_numbers_and_those_of_the_shape_keep_their_kinds() -> None:
    text = b"ID,TIME,EVID,AMT,DV,WT,ARM\n1,0,1,9,.,70,A\n1,1,0,.,2,.,B\n"
    table = read_events("e.csv", text).table
    assert table["ID"].to_list() == ["1", "1"]
    assert table["WT"].to_list() == [70.0, None]
    assert table["ARM"].to_list() == ["A", "B"]
