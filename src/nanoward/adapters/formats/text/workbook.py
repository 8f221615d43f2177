"""Workbooks (.xlsx, .xlsm) as the CSV text that holds the same, row for row.

A line of the text is a row of the sheet, so findings name rows as a spreadsheet numbers them.
Days and times become ISO 8601 (also from serials, by either epoch), numbers keep all digits,
text stays text, a number shown with leading zeros keeps them, errors (#N/A) stay as they are
written: whoever reads the column takes them for unreadable. Formulas give the results that the
file holds; without one the formula itself stands there, which no column understands.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.ports.formats import Use

ENDINGS = (".xlsx", ".xlsm")
MOST_BYTES = 1 << 30  # that a workbook may unpack to
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# sheets for people, ignored on purpose
FOR_PEOPLE = re.compile(
    r"(read ?me|notes?|comments?|legend|codebook|dictionary|data ?dictionary|define|info"
    r"|about|instructions?|lists?|lookup|changelog|version)s?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetText:
    """A sheet as CSV, and what became of every sheet of the file; text is None where none can
    be read."""

    text: bytes | None
    account: tuple[Use, ...] = ()


def is_workbook(path: str, content: bytes) -> bool:
    """Whether the content is a workbook, or a file of the formats before .xlsx."""
    if content.startswith(_OLE):
        return True
    return path.lower().endswith(ENDINGS) or (
        content.startswith(_ZIP) and b"[Content_Types].xml" in content[:4096]
    )


def sheet_text(content: bytes, names: Sequence[str], remarks: Remarks) -> SheetText:
    """The sheet that holds the table.

    names  of the table (its role, domain, the file's own name): they choose among several
    """
    books = _opened(content, remarks)
    if books is None:
        return SheetText(text=None)
    book, formulas = books
    filled = [one for one in book.worksheets if _is_filled(one)]
    chosen, account = _chosen(filled, names, remarks)
    account += [
        Use(level="sheet", name=one.title, use="ignored", reason="it is empty")
        for one in book.worksheets
        if one not in filled
    ]
    if chosen is None:
        return SheetText(text=None, account=tuple(account))
    _tell_hidden(chosen, remarks)
    text = _rows_as_text(chosen, formulas[chosen.title], remarks)
    return SheetText(text=text.encode(), account=tuple(account))


def _opened(content: bytes, remarks: Remarks) -> tuple[Any, Any] | None:
    """The workbook with results, and with formulas."""
    import openpyxl

    if content.startswith(_OLE):
        what = "this is a workbook of the old kind (.xls), or one locked by a password"
        remarks.add(problems.OLD_WORKBOOK, what)
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(one.file_size for one in parts.infolist()) > MOST_BYTES:
                remarks.add(problems.BAD_WORKBOOK, f"unpacks to more than {MOST_BYTES:,} bytes")
                return None
        found = [
            openpyxl.load_workbook(io.BytesIO(content), data_only=results)
            for results in (True, False)
        ]
    except Exception:  # noqa: BLE001 - whatever the library says of a damaged file
        remarks.add(problems.BAD_WORKBOOK, "this is no workbook (.xlsx), or it is damaged")
        return None
    return found[0], found[1]


def _is_filled(sheet: Any) -> bool:
    return any(cell.value is not None for row in sheet.iter_rows() for cell in row)


def _chosen(
    filled: Sequence[Any], names: Sequence[str], remarks: Remarks
) -> tuple[Any | None, list[Use]]:
    """The only sheet with a table, or the one that is named for it; others are told."""
    told = [one for one in filled if not FOR_PEOPLE.fullmatch(one.title.strip())]
    account = [
        Use(level="sheet", name=one.title, use="ignored", reason="a sheet for people")
        for one in filled
        if one not in told
    ]
    wanted = [name.lower() for name in names]
    named = [one for one in told if one.title.strip().lower() in wanted]
    shown = [one for one in told if one.sheet_state == "visible"]
    chosen = named[0] if len(named) == 1 else None
    if chosen is None and not named and len(shown) == 1:
        chosen = shown[0]
    if not told:
        remarks.add(problems.EMPTY, "the workbook holds no table")
    elif chosen is None:
        listed = ", ".join(repr(one.title) for one in told)
        remarks.add(problems.WHICH_SHEET, f"which of the sheets {listed} is meant?")
    for one in told:
        if chosen is None:
            code = problems.WHICH_SHEET.code
            account.append(Use(level="sheet", name=one.title, use="told", reason=code))
        elif one is chosen:
            account.append(Use(level="sheet", name=one.title, use="used"))
        else:
            code = problems.UNREAD_SHEET.code
            account.append(Use(level="sheet", name=one.title, use="told", reason=code))
            hidden = "" if one.sheet_state == "visible" else "hidden "
            what = f"the {hidden}sheet {one.title!r} is not read"
            remarks.add(problems.UNREAD_SHEET, what, column=one.title)
    return chosen, account


def _tell_hidden(sheet: Any, remarks: Remarks) -> None:
    rows = [at for at, one in sheet.row_dimensions.items() if one.hidden]
    remarks.add_together(problems.HIDDEN, "are hidden", [at for at in rows if at > 0])
    columns = sorted(name for name, one in sheet.column_dimensions.items() if one.hidden)
    if columns:
        remarks.add(problems.HIDDEN, f"hidden columns: {', '.join(columns)}")
    if sheet.sheet_state != "visible":
        remarks.add(problems.HIDDEN, f"the sheet {sheet.title!r} is hidden")


def _rows_as_text(sheet: Any, formulas: Any, remarks: Remarks) -> str:
    repeated = _merged(sheet, remarks)
    computed, lost, struck, noted = [], [], [], []
    rows: list[list[str]] = []
    for row in sheet.iter_rows():
        cells = []
        for cell in row:
            place = (cell.row, cell.column)
            source = repeated.get(place, cell)
            formula = formulas.cell(source.row, source.column).value
            is_formula = isinstance(formula, str) and formula.startswith("=")
            value = source.value
            if is_formula or type(formula).__name__.endswith("Formula"):
                computed.append(cell.row)
                if value is None:
                    lost.append(cell.row)
                    value = formula if isinstance(formula, str) else "=?"
            text = cell_text(value, str(source.number_format or ""))
            if text and cell.has_style and cell.font is not None and cell.font.strike:
                struck.append(cell.row)
            if cell.__class__.__name__ == "Cell" and cell.comment is not None:
                noted.append(cell.row)
            cells.append(text)
        rows.append(cells)
    remarks.add_together(problems.FORMULAS, "hold formulas", set(computed) - set(lost))
    remarks.add_together(problems.NO_RESULT, "hold a formula without a result", set(lost))
    remarks.add_together(problems.STRUCK, "hold struck-out cells", set(struck))
    remarks.add_together(problems.NOTES, "hold notes", set(noted))
    return _csv(rows)


def _merged(sheet: Any, remarks: Remarks) -> dict[tuple[int, int], Any]:
    """Place of each cell that a merged range covers to the cell that holds its value."""
    found: dict[tuple[int, int], Any] = {}
    for span in sheet.merged_cells.ranges:
        first = sheet.cell(span.min_row, span.min_col)
        for row, column in span.cells:
            if (row, column) != (span.min_row, span.min_col):
                found[row, column] = first
        if first.value is not None:
            what = f"the cells {span.coord} are merged; {cell_text(first.value, '')!r} was"
            remarks.add(problems.MERGED, f"{what} read in each", line=span.min_row)
    return found


def _csv(rows: Iterable[Sequence[str]]) -> str:
    """Rows as wide as the header, or as wide as what stands in them; blank ones stay blank."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    width = 0
    for row in rows:
        kept = list(row)
        while kept and not kept[-1]:
            kept.pop()
        if kept:
            width = width or len(kept)
            writer.writerow([*kept, *[""] * (width - len(kept))])
        else:
            out.write("\n")
    return out.getvalue()


def cell_text(value: Any, shown_as: str) -> str:
    """A cell's value as the text that CSV would hold; `shown_as` is its number format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value, shown_as)
    if isinstance(value, date | time | timedelta):
        return _moment_text(value)
    return " ".join(str(value).split())


def _number_text(value: float, shown_as: str) -> str:
    """All digits; leading zeros that the cell shows (007), so that a number keeps its name."""
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
    if not whole:
        return repr(value)
    zeros = len(shown_as) if re.fullmatch(r"0+", shown_as) else 1
    return f"{int(value):0{zeros}d}"


def _moment_text(value: date | time | timedelta) -> str:
    """ISO 8601: a day alone where no time of the day is told; hours and minutes of a span."""
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        behind = f":{seconds:02d}" if seconds else ""
        return f"{minutes // 60:02d}:{minutes % 60:02d}{behind}"
    if isinstance(value, datetime):
        near = value.replace(microsecond=0) + timedelta(seconds=round(value.microsecond / 1e6))
        if near.time() == time():
            return near.date().isoformat()
        return near.isoformat(timespec="seconds" if near.second else "minutes")
    if isinstance(value, time):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    return value.isoformat()
