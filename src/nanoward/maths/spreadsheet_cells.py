"""Tables whose cells no spreadsheet takes for a formula: no lists, numbers as numbers."""

import json
from typing import Any

import polars as pl

# What makes a cell a formula to a spreadsheet (OWASP, CSV injection), in full width too.
FORMULA = r"^[=+@\t\r\n\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}-]"
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def safe_table(table: pl.DataFrame) -> pl.DataFrame:
    """The table without nested values, and with an apostrophe before text that is a formula.

    Lists are joined by "; ", other nested values are JSON. A number that stands as text, and
    the minus sign alone (a deleted letter), stay as they are.
    """
    text = (pl.String, pl.Categorical, pl.Enum)
    columns: list[pl.Expr | pl.Series] = []
    for name, kind in table.schema.items():
        if isinstance(kind, pl.List | pl.Array) and not kind.inner.is_nested():
            columns.append(pl.col(name).cast(pl.List(pl.String)).list.join("; "))
        elif kind.is_nested() or kind == pl.Object:
            told = [_json(one) for one in table[name]]
            columns.append(pl.Series(name, told, dtype=pl.String))
        elif kind == pl.Binary:
            columns.append(pl.col(name).bin.encode("hex"))
        elif isinstance(kind, text):
            columns.append(pl.col(name).cast(pl.String))
        else:
            columns.append(pl.col(name))
    flat = table.select(columns)
    return flat.select(
        _plain(pl.col(name)).alias(_plain_name(name)) if kind == pl.String else pl.col(name)
        for name, kind in flat.schema.items()
    )


def _plain(column: pl.Expr) -> pl.Expr:
    formula = column.str.contains(FORMULA) & ~column.str.contains(NUMBER) & (column != "-")
    return pl.when(formula).then(pl.lit("'") + column).otherwise(column)


def _plain_name(name: str) -> str:
    return f"'{name}" if name[:1] in ("=", "+", "@", "\t", "\r") else name


def _json(value: Any) -> str | None:
    if value is None:
        return None
    plain = value.to_list() if hasattr(value, "to_list") else value
    return json.dumps(plain, default=str, ensure_ascii=False)
