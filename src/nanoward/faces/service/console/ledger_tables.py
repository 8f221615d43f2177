"""Rows of the ledger as tables of a page: redacted as the round's are, then drawn."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from nanoward.faces.report.drawing.figures import plain
from nanoward.faces.report.drawing.views import Cell, Table, cells, headings
from nanoward.faces.service.console.looking import Looking
from nanoward.faces.service.console.redacted_round import WITHHELD
from nanoward.programme.access.redaction import redact
from nanoward.programme.access.rights import Grant, Role, Scope

MOST_ROWS = 200


def redacted_rows(looking: Looking, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows as somebody may see them; what was taken out says "withheld"."""
    told = [{name: _text(value) for name, value in row.items()} for row in rows]
    near, reach = looking.site_people(), looking.reach
    if not told or reach.scope is Scope.ALL or (reach.scope is Scope.SITE and near is None):
        return told
    table = pl.DataFrame(told, infer_schema_length=None)
    grant = Grant(right=reach.right, role=Role.MONITOR, scope=reach.scope)
    seen = redact(
        table, grant, me=reach.me, site_people=near or frozenset(), key=looking.key
    ).to_dicts()
    return [{name: row.get(name, WITHHELD) for name in table.columns} for row in seen]


def ledger_table(
    looking: Looking,
    caption: str,
    columns: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    *,
    marks: str = "",
    folded: str = "",
) -> Table | None:
    """A table of a page; None without rows.

    columns  name of a column to its heading (# before numbers, @ before days and names)
    marks    the column whose word is a state with a mark of its own
    """
    seen = redacted_rows(looking, ({name: row.get(name) for name in columns} for row in rows))
    if not seen:
        return None
    shown = seen[:MOST_ROWS]
    left = len(seen) - len(shown)
    return Table(
        caption=caption,
        headings=headings(*columns.values()),
        rows=[cells(*(_cell(name, row[name], marks) for name in columns)) for row in shown],
        more=f"{left} more: nanoward's commands and the API list all of them." if left else "",
        folded=folded,
    )


def _cell(name: str, value: Any, marks: str) -> str | Cell:
    text = str(value)
    if name == marks:
        return Cell(text=text, mark=text if text in KNOWN_MARKS else "screened")
    if len(text) == 64 and set(text) <= set("0123456789abcdef"):
        return Cell(text=text, tone="hash")
    return text


KNOWN_MARKS = frozenset({"held", "recalled", "cleared", "withdrawn", "completed", "alarm"})


def _text(value: Any) -> str:
    return plain(value) if not hasattr(value, "isoformat") else _moment(value)


def _moment(value: Any) -> str:
    if hasattr(value, "hour"):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value.isoformat())


def some(*tables: Table | None) -> Sequence[Table]:
    """Those of the tables that have rows."""
    return [one for one in tables if one is not None]
