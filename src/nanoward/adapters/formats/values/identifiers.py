"""Identifiers as a file holds them; near misses are named by base/identifiers.py."""

import polars as pl


def whole_numbers_as_text(cells: pl.Series) -> pl.Series:
    """Identifiers that a file holds as numbers, without a decimal point."""
    return cells.cast(pl.Int64, strict=False).cast(pl.String)
