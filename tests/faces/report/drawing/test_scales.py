from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import read

from nanoward.faces.report.drawing.drawing import chart
from nanoward.faces.report.drawing.plane import Axis
from nanoward.faces.report.drawing.scales import (
    NamedRows,
    day_marks,
    line,
    mark,
    names_room,
    nice,
    row_name,
    text_width,
    words,
)


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [(0.0, 93.0, (0.0, 100.0)), (-0.4, 7.7, (-1.0, 8.0)), (5.0, 5.0, (5.0, 6.0))],
)
def test_ends_are_round_and_hold_the_values(
    low: float, high: float, told: tuple[float, float]
) -> None:
    assert nice(low, high, 9) == told


@given(st.floats(-1e3, 1e3), st.floats(1e-2, 1e4), st.integers(3, 9))
def test_no_value_lies_beyond_the_ends(low: float, span: float, most: int) -> None:
    first, last = nice(low, low + span, most)
    assert first <= low + 1e-6
    assert last >= low + span - 1e-6
    assert last - first <= 3 * span


def test_a_long_time_is_told_in_months_and_a_short_one_in_days() -> None:
    first = date(2026, 3, 2)
    months = day_marks(first, date(2026, 9, 1))
    assert [told for _, told in months] == [
        "Apr 2026", "May 2026", "Jun 2026", "Jul 2026", "Aug 2026", "Sep 2026"]  # fmt: skip
    weeks = day_marks(first, first + timedelta(days=56))
    assert weeks[0] == (first, "02 Mar 2026")
    assert weeks[1][0] == first + timedelta(days=7)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 6000))
def test_days_at_an_axis_are_few_rising_and_within(first: date, span: int) -> None:
    last = first + timedelta(days=span)
    days = [one for one, _ in day_marks(first, last)]
    assert len(days) <= 10
    assert days == sorted(set(days))
    assert all(first <= one <= last for one in days)


def test_capitals_take_more_room() -> None:
    assert text_width("ALT") > text_width("alt") > 0
    assert names_room(["a", "abc"]) == pytest.approx(16 + text_width("abc", 11.5))


def test_a_long_name_is_cut_and_stands_whole_behind() -> None:
    assert "<title>" not in row_name("short", 0, 0)
    long = row_name("x" * 60, 0, 0)
    assert f"{'x' * 37}…" in long
    assert f"<title>{'x' * 60}</title>" in long


@pytest.mark.parametrize("shape", ["circle", "square", "triangle-up", "diamond", "cross"])
def test_a_mark_has_a_rim_in_the_papers_tone(shape: str) -> None:
    drawn = mark(shape, 10, 20, "alarm")
    assert drawn.count('stroke="var(--paper)"') == 1
    assert drawn.count('fill="var(--alarm)"') == 1


def test_rows_stand_in_the_order_of_their_names_and_nothing_needs_a_style_sheet() -> None:
    rows = NamedRows(names=["b", "<a>"], step=20, across="per cent",
                     x=Axis(low=0, high=10, start=40, end=140))  # fmt: skip
    assert (rows.y(0), rows.y(1), rows.floor) == (16, 36, 46)
    drawn = chart(200, rows.height, "l", *rows.drawn(), line(1, 2, 3, 4, "rule"))
    assert drawn.index(">b<") < drawn.index(">&lt;a&gt;<")
    assert read(drawn).faults == []
    assert words("w", 1, 2, anchor="end", tone="ink").count("=") == 5
