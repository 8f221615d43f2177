"""Text columns to typed columns: what cannot be read as its kind becomes null and is told."""

from dataclasses import dataclass

import polars as pl

from nanoward.adapters.formats.values.missing import MARKS, without_marks
from nanoward.adapters.formats.values.numbers import PLAIN
from nanoward.base.tables import Kind, TableShape

DTYPES: dict[Kind, pl.DataType] = {
    "text": pl.String(),
    "int": pl.Int64(),
    "float": pl.Float64(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
    "list": pl.List(pl.String()),
}
WORDS: dict[Kind, str] = {
    "int": "a whole number",
    "float": "a number",
    "bool": "yes or no",
    "date": "a day written as YYYY-MM-DD",
}
_PADDED = r"^[+-]?0[0-9]"  # leading zeros belong to labels: 007 is no number
_DAY = r"^(1[89]|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}([T ][0-9:.,+Z-]*)?$"
_LARGEST_WHOLE = float(2**53)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A column in its own kind; `bad` marks the cells that held something else (now null)."""

    values: pl.Series
    bad: pl.Series


def empty_table(shape: TableShape) -> pl.DataFrame:
    """No rows, every column of the shape, and `line`."""
    schema = {column.name: DTYPES[column.kind] for column in shape.columns}
    return pl.DataFrame(schema={**schema, "line": pl.Int64()})


def typed(cells: pl.Series, kind: Kind) -> Typed:
    """Text cells (null where empty) as numbers, days or yes and no."""
    if kind == "text":
        return Typed(values=cells, bad=_none(cells))
    if kind in ("int", "float") and (plain := _plainly(cells, whole=kind == "int")) is not None:
        return Typed(values=plain, bad=_none(cells))
    told = without_marks(cells)
    match kind:
        case "date":
            values = _days(told)
        case "bool":
            values = _answers(told)
        case "int":
            values = _whole(told)
        case _:
            values = _numbers(told)
    return Typed(values=values, bad=told.is_not_null() & values.is_null())


def _plainly(cells: pl.Series, *, whole: bool) -> pl.Series | None:
    """Numbers of a column of nothing but plain numbers and marks of missing ones; else None."""
    if whole:
        counts = cells.cast(pl.Int64, strict=False)
        if counts.null_count() == cells.null_count():
            return counts
    values = cells.cast(pl.Float64, strict=False)
    lost = cells.filter(values.is_null() & cells.is_not_null())
    if values.is_infinite().any() or values.is_nan().any():
        return None
    if len(lost) and not lost.unique().str.to_uppercase().is_in(MARKS).all():
        return None
    if not whole:
        return values
    odd = (values != values.floor()) | (values.abs() > _LARGEST_WHOLE)
    return None if odd.any() else values.cast(pl.Int64)


def text_or_number(cells: pl.Series) -> pl.Series:
    """Numbers when every cell that is told is one and none looks like a label, else text."""
    if cells.null_count() == len(cells) or cells.str.contains(_PADDED).any():
        return cells
    plain = cells.cast(pl.Float64, strict=False)
    if plain.null_count() > cells.null_count():
        return cells
    return plain if plain.is_finite().all() else cells


def _none(cells: pl.Series) -> pl.Series:
    return pl.repeat(value=False, n=len(cells), dtype=pl.Boolean, eager=True)


def _numbers(cells: pl.Series) -> pl.Series:
    """Finite numbers in plain or scientific notation; all else null."""
    sound = cells.set(~cells.str.contains(PLAIN), None)
    values = sound.cast(pl.Float64, strict=False)
    return values.set(~values.is_finite(), None)


def _whole(cells: pl.Series) -> pl.Series:
    values = _numbers(cells)
    odd = (values != values.floor()) | (values.abs() > _LARGEST_WHOLE)
    return values.set(odd, None).cast(pl.Int64)


def _days(cells: pl.Series) -> pl.Series:
    sound = cells.set(~cells.str.contains(_DAY), None)
    return sound.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def _answers(cells: pl.Series) -> pl.Series:
    words = cells.str.to_lowercase()
    yes, no = words.is_in(("true", "yes", "y", "1")), words.is_in(("false", "no", "n", "0"))
    return yes.set(~(yes | no), None)
