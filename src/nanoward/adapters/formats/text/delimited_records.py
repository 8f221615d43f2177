"""Delimited text to rows of fields, each with the true line that it begins on."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.plain_text import Text

LONGEST = 100  # lines that one quoted field may run over; beyond, the quote was never closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Fields as text without blanks around them, null where empty.

    header_line  line that the header stands on
    frame        one text column for each column of the file, names as written
    lines        line that each row begins on
    delimiter    what parts the columns
    """

    header_line: int
    frame: pl.DataFrame
    lines: pl.Series
    delimiter: str = ","


def records_of(text: Text, remarks: Remarks) -> Records | None:
    """Rows of a CSV file; None when it has no header. Ragged rows become findings.

    Lines without quotation marks are split at the delimiter, which is what RFC 4180 says of
    them; the others go through the parser of the standard library, strictly.
    """
    top = next((at for at, line in enumerate(text.lines) if line.strip()), None)
    if top is None:
        if text.lines:
            remarks.add(problems.EMPTY, "the file holds blank lines only")
        return None
    delimiter = _delimiter(text.lines[top])
    if delimiter != ",":
        name = "tab" if delimiter == "\t" else delimiter
        remarks.add(problems.OTHER_DELIMITER, f"columns are parted by {name!r}", line=top + 1)
    first, used = _fields(text.lines, top, delimiter)
    if first is None:
        remarks.add(
            problems.BAD_QUOTE, "the header's quotation marks do not close", line=top + 1
        )
        return None
    header = [name.strip() for name in first]
    header[0] = header[0].removeprefix("#").strip()
    plain = _plain_columns(text, top + used, delimiter, len(header))
    if plain is not None:
        return replace(_records(header, top + 1, *plain, remarks), delimiter=delimiter)
    rows, lines = _rows(text, top + used, delimiter, len(header), remarks)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    return replace(_records(header, top + 1, columns, lines, remarks), delimiter=delimiter)


def _delimiter(line: str) -> str:
    return max((",", ";", "\t"), key=line.count)


def _plain_columns(
    text: Text, start: int, delimiter: str, width: int
) -> tuple[list[pl.Series], list[int]] | None:
    """All columns at once where every row is whole and no quotation mark stands anywhere."""
    rows = pl.Series(text.lines[start:], dtype=pl.String)
    if width < 2 or text.damaged or rows.is_empty():
        return None
    if rows.str.contains('"', literal=True).any():
        return None
    whole = rows.str.count_matches(delimiter, literal=True) == width - 1
    if not (whole | (rows.str.strip_chars() == "")).all():
        return None
    parts = rows.filter(whole).str.split_exact(delimiter, width - 1).struct.unnest()
    return parts.get_columns(), [start + at + 1 for at in whole.arg_true()]


def _rows(
    text: Text, start: int, delimiter: str, width: int, remarks: Remarks
) -> tuple[list[list[str]], list[int]]:
    rows: list[list[str]] = []
    places: list[int] = []
    at, end, lines = start, len(text.lines), text.lines
    while at < end:
        line = lines[at]
        fields, used = (
            (line.split(delimiter), 1) if '"' not in line else _fields(lines, at, delimiter)
        )
        if fields is None:
            remarks.add(problems.BAD_QUOTE, "quotation marks do not close", line=at + 1)
        elif len(fields) == width:
            sound = text.damaged.isdisjoint(range(at + 1, at + 1 + used))
            if sound and (width > 1 or any(fields)):
                rows.append(fields)
                places.append(at + 1)
        elif line.strip():
            used = 1  # a wrong quote may have swallowed sound rows: go on with the next line
            _report_ragged(fields, width, at + 1, remarks)
        at += used
    return rows, places


def _report_ragged(fields: list[str], width: int, line: int, remarks: Remarks) -> None:
    count = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
    remarks.add(problems.RAGGED, f"the row has {count}, the header has {width}", line=line)


def _fields(lines: list[str], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    """Fields of the record that begins here, and how many lines it takes."""
    ahead = (line + "\n" for line in lines[at : at + LONGEST])
    reader = csv.reader(ahead, delimiter=delimiter, strict=True)
    try:
        return next(reader), reader.line_num
    except (csv.Error, StopIteration):
        return None, 1


def _records(
    header: list[str],
    line: int,
    columns: Sequence[tuple[str, ...] | pl.Series],
    lines: list[int],
    remarks: Remarks,
) -> Records:
    kept: dict[str, pl.Series] = {}
    for place, (name, values) in enumerate(zip(header, columns, strict=True), 1):
        if not name:
            remarks.add(problems.NO_NAME, f"column {place} has no name", line=line)
        elif name in kept:
            remarks.add(
                problems.TWICE_COLUMN, f"column {name!r} stands twice", line=line, column=name
            )
        else:
            kept[name] = _cells(name, values)
    return Records(
        header_line=line,
        frame=pl.DataFrame([*kept.values()]),
        lines=pl.Series("line", lines, dtype=pl.Int64),
    )


def _cells(name: str, values: tuple[str, ...] | pl.Series) -> pl.Series:
    cells = pl.Series(name, values, dtype=pl.String).str.strip_chars()
    return cells.set(cells == "", None)
