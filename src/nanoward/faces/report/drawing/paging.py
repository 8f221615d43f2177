"""Rows of long tables as data: a tenth of what they take as elements of a page."""

import json

from markupsafe import Markup

from nanoward.faces.report.drawing.views import Cell, Table


def further_rows(table: Table, first: int) -> Markup:
    """JSON of the rows from `first` on, for the reader's script: kinds, rows, ids, group.

    kinds  class of the cells of each column
    rows   a cell is its text, or text, mark, tone and hint
    ids, group  of each row, where the table has them
    """
    told: dict[str, object] = {
        "kinds": ["n" if one.numeric else "w" if one.whole else "" for one in table.headings],
        "rows": [[_packed(cell) for cell in row] for row in table.rows[first:]],
    }
    for name, values in (("ids", table.ids), ("group", table.group)):
        if values:
            told[name] = list(values[first:])
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no tag can end it or begin


def _packed(cell: Cell) -> str | list[str]:
    parts = [cell.text, cell.mark, cell.tone, cell.hint]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts if len(parts) > 1 else cell.text
