"""What a page shows, as plain values: tables, figures, and the round's tables behind them."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from nanoward.base.tables import Kind, TableShape
from nanoward.flows.round.round import Round

_TYPES: dict[Kind, type[pl.DataType] | pl.DataType] = {
    "text": pl.String,
    "int": pl.Int64,
    "float": pl.Float64,
    "bool": pl.Boolean,
    "date": pl.Date,
    "list": pl.List(pl.String),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The top of a column; numbers are set to the right, names and days are never broken.

    grade  of evidence of the column: drawing/graded_views.py
    """

    title: str
    numeric: bool = False
    whole: bool = False
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Text in a table with a mark before it, or a colour behind it; both optional."""

    text: str
    mark: str = ""
    tone: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it is shown; `more` says what it leaves out and where that stands.

    find   per row, the words by which the reader's filter finds it; empty without a filter
    group  per row, the state by which the reader's filter shows it
    ids    per row, the name by which a link finds it (`anchor`); empty without links
    """

    caption: str
    headings: Sequence[Heading]
    rows: Sequence[Sequence[Cell]]
    more: str = ""
    folded: str = ""
    find: Sequence[str] = ()
    group: Sequence[str] = ()
    ids: Sequence[str] = ()
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawn chart with the sentence that says what to see in it."""

    caption: str
    drawing: Markup
    legend: Sequence[tuple[str, str]] = ()
    grade: str = ""


def anchor(kind: str, *names: str) -> str:
    """The id of a row: "pair-p01-p02-x"; what is no letter or digit is written as a number."""
    told = ("".join(c if c.isalnum() and c.isascii() else f"_{ord(c):x}_" for c in name)
            for name in names)  # fmt: skip
    return "-".join([kind, *told])


def headings(*titles: str) -> tuple[Heading, ...]:
    """Headings by their titles: # stands before one over numbers, @ before one over names or
    days, which are never broken."""
    return tuple(
        Heading(
            title=title[1:] if title[:1] in ("#", "@") else title,
            numeric=title.startswith("#"),
            whole=title.startswith("@"),
        )
        for title in titles
    )


def cells(*values: str | Cell) -> tuple[Cell, ...]:
    """A row of cells; plain text becomes a cell."""
    return tuple(one if isinstance(one, Cell) else Cell(text=one) for one in values)


def found(round_: Round, shape: TableShape) -> pl.DataFrame:
    """A table of the round with every column of its shape; without rows where it is missing."""
    table = round_.tables.get(shape.name)
    if table is None:
        return pl.DataFrame(schema={one.name: _TYPES[one.kind] for one in shape.columns})
    absent = [one for one in shape.columns if one.name not in table.columns]
    return table.with_columns(
        pl.lit(None, dtype=_TYPES[one.kind]).alias(one.name) for one in absent
    )


def absence(round_: Round, *shapes: TableShape) -> str:
    """One honest line where a section has nothing to show; empty where it has something."""
    if any(found(round_, shape).height for shape in shapes):
        return ""
    held = [shape for shape in shapes if shape.name in round_.tables]
    if held:
        names = ", ".join(shape.name for shape in held)
        return f"Nothing to show: this round computed the table {names}, and it has no rows."
    names = ", ".join(shape.name for shape in shapes)
    return (
        f"Not part of this round: no data were given from which it could be computed ({names})."
    )
