from datetime import date

import polars as pl
from rounds import empty_round, frame, hollow_round, plan

from nanoward.base import tables
from nanoward.faces.report.drawing.views import Cell, absence, cells, found, headings
from nanoward.flows.round.round import Round


def test_a_missing_table_has_the_columns_of_its_shape_and_no_rows() -> None:
    table = found(empty_round(), tables.STANDINGS)
    assert table.columns == [column.name for column in tables.STANDINGS.columns]
    assert table.height == 0


def test_a_missing_column_is_null() -> None:
    bare = pl.DataFrame({"participant": ["P1"]})
    round_ = Round(plan=plan(), as_of=date(2026, 1, 1), tables={"standings": bare})
    assert found(round_, tables.STANDINGS)["worst_grade"].to_list() == [None]


def test_absence_tells_nothing_given_from_nothing_found() -> None:
    assert "Not part of this round" in absence(empty_round(), tables.BONDS)
    assert "has no rows" in absence(hollow_round(), tables.BONDS)
    row = frame(tables.BONDS, [{"a": "x", "b": "y"}])
    held = Round(plan=plan(), as_of=date(2026, 1, 1), tables={"bonds": row})
    assert absence(held, tables.BONDS) == ""


def test_headings_over_numbers_and_names_say_so() -> None:
    plain, number, name = headings("Why", "#Grade", "@Taken")
    assert (plain.title, number.title, name.title) == ("Why", "Grade", "Taken")
    assert (plain.numeric, number.numeric, name.whole) == (False, True, True)


def test_text_becomes_a_cell() -> None:
    assert cells("a", Cell(text="b")) == (Cell(text="a"), Cell(text="b"))
