"""Decimal commas become points; what may be thousands stays, and is told by its column."""

import polars as pl
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.decimal_commas import with_points
from nanoward.adapters.formats.text.delimited_records import Records


def column(cells: list[str | None], delimiter: str = ";") -> list[str | None]:
    frame = pl.DataFrame({"a": pl.Series(cells, dtype=pl.String)})
    lines = pl.Series(range(len(cells)))
    told = Records(header_line=1, frame=frame, lines=lines, delimiter=delimiter)
    return with_points(told, Remarks("x")).frame["a"].to_list()


def test_columns_of_decimal_commas_become_points() -> None:
    assert column(["1,5", "2", None, "NA", "-3,25e2"]) == ["1.5", "2", None, "NA", "-3.25e2"]


@pytest.mark.parametrize("cells", [["1,5", "2.5"], ["1,5", "x"], ["a,b"], ["1", "2"]])
def test_other_columns_stay(cells: list[str | None]) -> None:
    assert column(cells) == cells


@pytest.mark.hazard("H-263")
def test_what_may_be_thousands_is_not_guessed_where_commas_part_columns() -> None:
    assert column(["1,234", "12,345"], ",") == ["1,234", "12,345"]
    assert column(["1,234", "0,345"], ",") == ["1.234", "0.345"]
    assert column(["70,125"], ";") == ["70.125"]


@pytest.mark.parametrize(
    ("role", "text", "name", "value"),
    [
        ("contacts", "a;b;kind;hours\np;q;home;1,5\n", "hours", 1.5),
        ("variants", "sample;contig;position;ref;alt;frequency\ns;c;7;A;G;0,25\n",
         "frequency", 0.25),
        ("adjustments", "participant;time;value\np;1,5;2\n", "time", 1.5),
        ("events", "ID;TIME;EVID;AMT;DV\n1;0,5;0;0;2,5\n", "DV", 2.5),
    ],
)  # fmt: skip
def test_every_table_takes_them(role: str, text: str, name: str, value: float) -> None:
    found = FileFormats().read(role, f"{role}.csv", text.encode())
    assert found.table[name].to_list() == [value]
