"""Was the side effect removed and the benefit kept? Before and after, measured and told."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.drawing.figures import counted, number
from nanoward.faces.report.drawing.views import Cell, Table, cells, found, headings
from nanoward.flows.round.round import Round

_ROWS = 80
_GOOD = ("removed", "less", "kept", "better")
_BAD = ("lost", "worse", "more")


def kept_table(round_: Round) -> Table | None:
    """COMPARISONS: everybody together first, then person by person, what was lost first."""
    table = found(round_, tables.COMPARISONS).with_columns(pl.col("participant").fill_null(""))
    if table.is_empty():
        return None
    rows = sorted(
        table.to_dicts(),
        key=lambda row: (row["participant"] != "", row["verdict"] not in _BAD,
                         row["participant"], row["comparison"] or "", row["quantity"] or ""),
    )  # fmt: skip
    rest = max(len(rows) - _ROWS, 0)
    return Table(
        caption="Was the side effect removed, and the benefit kept? Measured, and in people's "
        "own words",
        headings=headings(
            "@Participant", "Comparison", "What", "#Before", "#After", "#Change (95 %)",
            "#Smallest change seen", "Verdict", "What it rests on, or lacks",
        ),
        rows=[_row(row) for row in rows[:_ROWS]],
        more=f"{counted(rest, 'further row')}: tables/comparisons.parquet." if rest else "",
        folded="" if len(rows) <= 12
        else f"Side effect and benefit, {counted(len(rows), 'comparison')}",
    )  # fmt: skip


def _row(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    mark = {True: "cleared"}.get(row["verdict"] in _GOOD, "")
    mark = "alarm" if row["verdict"] in _BAD else mark
    known = row["low"] is not None and row["high"] is not None
    span = f" ({number(row['low'])} to {number(row['high'])})" if known else ""
    return cells(
        row["participant"] or "everybody",
        row["comparison"] or "–",
        f"{row['role'] or ''}: {row['quantity'] or '–'}",
        f"{number(row['before'])} (n = {number(row['measured_before'])})",
        f"{number(row['after'])} (n = {number(row['measured_after'])})",
        f"{number(row['change'])}{span}",
        number(row["detectable"]),
        Cell(text=row["verdict"] or "cannot tell", mark=mark),
        row["reason"] or "–",
    )
