"""Tables as answers: JSON in pages, CSV that no spreadsheet takes for formulas, Parquet.

What a grant does not reach is gone before a table comes here.
"""

import io
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import Query
from fastapi.responses import Response
from pydantic import BaseModel
from pydantic_core import to_json

from nanoward.faces.service.api.parts.cursors import BadCursorError, cursor, place
from nanoward.maths.spreadsheet_cells import safe_table

Form = Annotated[
    Literal["json", "csv", "parquet"],
    Query(alias="format", description="csv and parquet are whole; json comes in pages."),
]
NAME = re.compile(r"[^A-Za-z0-9._-]+")


class Rows(BaseModel):
    """A page of a table: its columns, and its rows by them."""

    name: str
    columns: list[str]
    items: list[dict[str, Any]]
    next: str | None


def table_answer(
    table: pl.DataFrame,
    name: str,
    form: str,
    page: tuple[str | None, int],
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A table in the form that is asked for; BadCursorError."""
    extra = dict(headers or {})
    if form == "csv":
        return attachment(csv_bytes(table), f"{name}.csv", "text/csv; charset=utf-8", extra)
    if form == "parquet":
        return attachment(
            parquet_bytes(table), f"{name}.parquet", "application/vnd.apache.parquet", extra
        )
    return Response(
        to_json(rows_page(table, name, *page), inf_nan_mode="null"), 200, extra,
        "application/json",
    )  # fmt: skip


def rows_page(table: pl.DataFrame, name: str, after: str | None, limit: int) -> dict[str, Any]:
    """A page of rows, by their place in the table."""
    start = place(f"rows {name}", after)
    if start is not None and (not isinstance(start, int) or start < 0):
        raise BadCursorError("the cursor is of another list")
    first = start or 0
    shown = table.slice(first, limit)
    more = first + limit < table.height
    return {
        "name": name,
        "columns": table.columns,
        "items": shown.to_dicts(),
        "next": cursor(f"rows {name}", first + limit) if more else None,
    }


def csv_bytes(table: pl.DataFrame) -> bytes:
    """CSV in UTF-8; text that a spreadsheet would run has an apostrophe before it.

    OWASP, CSV injection: quoting does not help. Numbers below zero stay numbers.
    """
    text = [name for name, kind in table.schema.items() if kind == pl.String]
    clean = table.with_columns(pl.col(text).str.replace_all("\x00", "", literal=True))
    target = io.BytesIO()
    safe_table(clean).write_csv(target, line_terminator="\r\n")
    return target.getvalue()


def parquet_bytes(table: pl.DataFrame) -> bytes:
    """The table as it is: a program reads it, no spreadsheet."""
    target = io.BytesIO()
    table.write_parquet(target)
    return target.getvalue()


def attachment(
    content: bytes, name: str, kind: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A file that a browser keeps and does not show (ASVS 5.4.1, 5.4.2)."""
    plain = NAME.sub("_", name).strip("._") or "file"
    told = {"Content-Disposition": f'attachment; filename="{plain}"', **(headers or {})}
    return Response(content, 200, told, kind)
