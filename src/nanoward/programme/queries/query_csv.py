"""Findings as the CSV that data managers send to sites as queries."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from nanoward.maths.spreadsheet_cells import safe_table

COLUMNS = (
    "query",
    "status",
    "code",
    "severity",
    "subject",
    "file",
    "line",
    "field",
    "record",
    "query text",
    "action requested",
    "opened",
    "age in days",
    "assigned to",
    "answer",
    "answered by",
    "accepted until",
)


def query_csv(rows: Iterable[Mapping[str, Any]], as_of: date) -> str:
    """One line per finding, UTF-8 text with a heading; no cell is taken for a formula.

    rows  of the table FINDING_STATES
    """
    lines = [_line(row, as_of) for row in rows]
    table = pl.DataFrame(lines, schema=dict.fromkeys(COLUMNS, pl.String))
    return safe_table(table).write_csv()


def _line(row: Mapping[str, Any], as_of: date) -> dict[str, str]:
    opened = row["first_seen"]
    age = (as_of - opened).days if isinstance(opened, date) else ""
    cells = (
        *(row["id"], row["state"], row["code"], row["severity"], row["subject"], row["file"]),
        *(row["line"], row["column"], row["row"], row["message"], row["next_step"], opened),
        *(age, row["role"], row["answer"], row["by"], row["until"]),
    )
    told = ("" if cell is None else str(cell) for cell in cells)
    return dict(zip(COLUMNS, told, strict=True))
