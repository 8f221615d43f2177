"""Rows to data frames of the shapes that base/tables.py gives."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from nanoward.base.tables import TableShape

DTYPES: dict[str, Any] = {
    "text": pl.String,
    "int": pl.Int64,
    "float": pl.Float64,
    "bool": pl.Boolean,
    "date": pl.Date,
    "list": pl.List(pl.String),
}


def schema_of(shape: TableShape) -> dict[str, Any]:
    """Column name to polars type, in the order of the shape."""
    return {column.name: DTYPES[column.kind] for column in shape.columns}


def frame_of(shape: TableShape, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """A table of that shape, sorted by its key; columns that the shape lacks are left out."""
    schema = schema_of(shape)
    table = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema)
    return table.sort(shape.key, nulls_last=True)
