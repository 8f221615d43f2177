"""Rows of long tables as data: a tenth of what they take as elements of a page."""

import json
from collections import Counter

from markupsafe import Markup

from nanoward.faces.report.drawing.views import Cell, Table

Packed = str | tuple[str, ...]
_SHORT = 4  # letters of a text that is not worth a number


def further_rows(table: Table, first: int) -> Markup:
    """JSON of the rows from `first` on, for the reader's script.

    kinds  class of the cells of each column
    words  cells that stand there several times
    rows   a cell is its text; its text, mark, tone and hint; or its number among the words
    ids, group  of each row, where the table has them
    """
    cells = [[_packed(cell) for cell in row] for row in table.rows[first:]]
    count = Counter(one for row in cells for one in row)
    words = [one for one, many in count.items() if many > 1 and _is_long(one)]
    number = {one: place for place, one in enumerate(words)}
    told: dict[str, object] = {
        "kinds": ["n" if one.numeric else "w" if one.whole else "" for one in table.headings],
        "words": words,
        "rows": [[number.get(one, one) for one in row] for row in cells],
    }
    for name, values in (("ids", table.ids), ("group", table.group)):
        if values:
            told[name] = list(values[first:])
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no tag can end it or begin


def _packed(cell: Cell) -> Packed:
    parts = [cell.text, cell.mark, cell.tone, cell.hint]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return tuple(parts) if len(parts) > 1 else cell.text


def _is_long(one: Packed) -> bool:
    return not isinstance(one, str) or len(one) > _SHORT
