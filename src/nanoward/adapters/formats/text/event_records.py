"""Rows of an event table as text: comments, repeated headings, decimal commas, clock times.

Conventions of NM-TRAN (NONMEM Users Guide IV): rows that begin with # are comments; a table
that NONMEM wrote repeats `TABLE NO.` and its header; columns may stand apart by spaces.
"""

import re
from dataclasses import replace

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.decimal_commas import with_points
from nanoward.adapters.formats.text.delimited_records import Records, records_of
from nanoward.adapters.formats.text.event_columns import (
    DATES,
    clock_hours,
    day_of,
    elapsed_hours,
)
from nanoward.adapters.formats.text.own_columns import NO_NAMES, Names, under_our_names
from nanoward.adapters.formats.text.plain_text import Text, text_of
from nanoward.adapters.formats.text.whole_table import whole_table

_TABLE = re.compile(r"\s*TABLE\s+NO\.", re.IGNORECASE)
_PEOPLE = ("id", "subject", "participant", "usubjid")


def event_records(
    path: str, content: bytes, remarks: Remarks, names: Names = NO_NAMES
) -> Records | None:
    """Rows of an event table under our names; None where it has no header."""
    whole = whole_table(content, missing=(".",))
    records = whole or _by_lines(text_of(path, content, remarks), remarks)
    if records is None:
        return None
    frame = under_our_names(records.frame, names, remarks, records.header_line)
    if frame is None or frame.is_empty():
        return None if frame is None else replace(records, frame=frame)
    renamed = replace(records, frame=frame)
    return _by_clock(renamed if whole else with_points(renamed, remarks), remarks)


def _by_lines(text: Text, remarks: Remarks) -> Records | None:
    lines = _with_commas(_without_headings(_without_comments(text.lines, remarks), remarks))
    return records_of(replace(text, lines=lines), remarks)


def _without_comments(lines: list[str], remarks: Remarks) -> list[str]:
    """Rows behind the header that begin with # become blank lines, and are told together."""
    found, left, header = [], [], False
    for number, line in enumerate(lines, start=1):
        begins = line.lstrip().lstrip('"').startswith("#")
        if begins and header:
            left.append(number)
        found.append("" if begins and header else line)
        header = header or bool(line.strip())
    remarks.add_together(problems.COMMENT_ROW, "begin with # and are comments", left)
    return found


def _without_headings(lines: list[str], remarks: Remarks) -> list[str]:
    """`TABLE NO.` lines and the headers repeated below them become blank lines."""
    places = [number for number, line in enumerate(lines) if _TABLE.match(line)]
    if not places:
        return lines
    found = list(lines)
    header = next((one for one in lines if one.strip() and not _TABLE.match(one)), "")
    seen = False
    for number, line in enumerate(lines):
        same = line.split() == header.split()
        if number in places or (same and seen):
            found[number] = ""
        seen = seen or same
    remarks.add_together(problems.TABLE_HEADERS, "head tables", [one + 1 for one in places])
    return found


def _with_commas(lines: list[str]) -> list[str]:
    """Columns apart by spaces alone, as NONMEM's own tables have them, apart by commas."""
    first = next((line.strip() for line in lines if line.strip()), "")
    spaced = " " in first and not any(sign in first for sign in (",", ";", "\t", '"'))
    return [",".join(line.split()) for line in lines] if spaced else lines


def _by_clock(records: Records, remarks: Remarks) -> Records:
    """TIME in hours since each person's first record, where DATE or the clock is given."""
    by_name = {name.lower(): name for name in records.frame.columns}
    time = by_name.get("time") or by_name.get("t")
    who = next((by_name[one] for one in _PEOPLE if one in by_name), None)
    day = next((by_name[one.lower()] for one in DATES if one.lower() in by_name), None)
    if time is None or who is None or day is None:
        return records
    order = DATES[day.upper()]
    cells = records.frame[day].to_list()
    days = [None if one is None else day_of(one, order) for one in cells]
    hours = [0.0 if one is None else clock_hours(one) for one in records.frame[time].to_list()]
    found = elapsed_hours(records.frame[who].to_list(), days, hours)
    lost = [line for line, one in zip(records.lines, found, strict=True) if one is None]
    remarks.add_together(problems.NO_CLOCK, f"have no day and time in {day} and {time}", lost)
    if any(one and not re.match(r"\d{4}-", one) for one in cells):
        what = f"{day} was read as {'-'.join(order)}: first example {cells[0]!r}"
        remarks.add(problems.AMBIGUOUS_DAY, what, column=day)
    what = f"{day} and {time} were read as hours since each person's first record"
    remarks.add(problems.BY_CLOCK, what, column=time)
    text = pl.Series(time, [None if one is None else repr(one) for one in found], pl.String)
    return replace(records, frame=records.frame.with_columns(text))
