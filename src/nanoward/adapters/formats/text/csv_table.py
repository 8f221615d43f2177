"""CSV files against a shape of base/tables.py: header, kinds, keys, further columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Problem, Remarks
from nanoward.adapters.formats.text.column_account import columns_used
from nanoward.adapters.formats.text.decimal_commas import with_points
from nanoward.adapters.formats.text.delimited_records import Records, records_of
from nanoward.adapters.formats.text.own_columns import NO_NAMES, Names, under_our_names
from nanoward.adapters.formats.text.plain_text import text_of
from nanoward.adapters.formats.text.whole_table import whole_table
from nanoward.adapters.formats.values.typed_columns import (
    WORDS,
    empty_table,
    text_or_number,
    typed,
)
from nanoward.base.tables import Column, TableShape
from nanoward.ports.formats import ParsedTable, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Least and greatest value of a number, both allowed."""

    low: float = float("-inf")
    high: float = float("inf")

    def __str__(self) -> str:
        if self.high == float("inf"):
            return f"at least {self.low:g}"
        return f"from {self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFormat:
    """How a CSV file becomes a table.

    shape     what the table holds
    synonyms  other headers that are understood (lower case) to the shape's column
    limits    allowed numbers by column
    optional  required columns of the shape that the file may lack: the reader fills them
    strict    columns that may be empty, but whose wrong cells make the row useless
    beside    further columns that somebody asks for by name
    kept      what all other columns are kept as
    """

    shape: TableShape
    synonyms: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, Limits] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    strict: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()
    kept: str = "further columns"


class Draft:
    """A table in the making: a row that is refused stays until the end, so masks fit."""

    def __init__(self, frame: pl.DataFrame, lines: pl.Series, remarks: Remarks) -> None:
        self.frame = frame
        self.account: tuple[Use, ...] = ()
        self.lines = lines
        self.remarks = remarks
        self._sound = pl.repeat(value=True, n=len(lines), dtype=pl.Boolean, eager=True)

    def add_finding(
        self,
        where: pl.Series,
        problem: Problem,
        what: str,
        *,
        column: str = "",
        subject: str = "",
    ) -> None:
        """One finding for each row where it holds; `{}` in `what` shows the cell."""
        cells = self.frame[column] if column in self.frame.columns else None
        names = self.frame[subject] if subject in self.frame.columns else None
        for row in (where & self._sound).fill_null(value=False).arg_true():
            self.remarks.add(
                problem,
                what.format(_shown(cells[row])) if cells is not None else what,
                line=self.lines[row],
                column=column,
                subject=str(names[row]) if names is not None and names[row] else "",
            )

    def together(
        self, where: pl.Series, problem: Problem, what: str, *, column: str = ""
    ) -> None:
        """One finding for all rows where it holds."""
        rows = (where & self._sound).fill_null(value=False)
        self.remarks.add_together(problem, what, self.lines.filter(rows), column=column)

    def drop(self, where: pl.Series) -> None:
        """Refuse rows."""
        self._sound = self._sound & ~where.fill_null(value=False)

    def refuse(
        self,
        where: pl.Series,
        problem: Problem,
        what: str,
        *,
        column: str = "",
        subject: str = "",
    ) -> None:
        """Tell each row and refuse it."""
        self.add_finding(where, problem, what, column=column, subject=subject)
        self.drop(where)

    def repeated(self, key: Sequence[str], within: pl.Series | None = None) -> pl.Series:
        """Sound rows whose key stands on an earlier sound row; missing equals missing.

        within  the rows among which repeats can be; None: all
        """
        chosen = self._sound if within is None else self._sound & within
        rows = chosen.arg_true()
        first = self.frame.filter(chosen).select(pl.struct(key)).to_series()
        again = pl.repeat(value=False, n=len(self.lines), dtype=pl.Boolean, eager=True)
        return again.scatter(rows.filter(~first.is_first_distinct()), True)  # noqa: FBT003

    def put(self, name: str, values: pl.Series) -> None:
        self.frame = self.frame.with_columns(values.alias(name))

    @property
    def sound(self) -> pl.Series:
        return self._sound

    def table(self) -> pl.DataFrame:
        """The sound rows, with the line that each stands on."""
        told = self.frame.with_columns(self.lines.alias("line"))
        return told if self._sound.all() else told.filter(self._sound)


def read_csv(
    form: CsvFormat,
    path: str,
    content: bytes,
    refine: Callable[[Draft], None] = lambda _draft: None,
    *,
    names: Names = NO_NAMES,
) -> ParsedTable:
    """Read a CSV file; `refine` adds what only this table knows, before keys are compared.

    names  our names of columns to those in the file, as somebody told (own_columns.py)
    """
    remarks = Remarks(path)
    draft = draft_of(form, path, content, remarks, names)
    if draft is None:
        return ParsedTable(table=empty_table(form.shape), findings=remarks.findings())
    refine(draft)
    refuse_repeats(draft, form.shape.key)
    return ParsedTable(table=draft.table(), findings=remarks.findings(), account=draft.account)


def draft_of(
    form: CsvFormat, path: str, content: bytes, remarks: Remarks, names: Names = NO_NAMES
) -> Draft | None:
    """Rows in the kinds of the shape; None when the file cannot be such a table."""
    records = whole_table(content) or records_of(text_of(path, content, remarks), remarks)
    if records is None:
        return None
    frame = under_our_names(records.frame, names, remarks, records.header_line)
    if frame is None:
        return None
    renamed = with_points(replace(records, frame=frame), remarks)
    return draft_of_records(form, renamed, remarks)


def draft_of_records(form: CsvFormat, records: Records, remarks: Remarks) -> Draft | None:
    """As `draft_of`, of rows that were read already."""
    names = _understood(form, records, remarks)
    missing = [
        column.name
        for column in form.shape.columns
        if column.required and column.name not in names and column.name not in form.optional
    ]
    for name in missing:
        remarks.add(
            problems.NO_COLUMN,
            f"there is no column {name!r}; the header has {_listed(records.frame.columns)}",
            line=records.header_line,
            column=name,
        )
    if missing:
        return None
    if records.frame.is_empty():
        remarks.add(problems.NO_ROWS, "there is a header, but no row that could be read")
    draft = _typed_draft(form, records, names, remarks)
    known = {theirs: ours for ours, theirs in names.items()}
    header = {name.casefold() for name in records.frame.columns}
    absent = [one.name for one in form.shape.columns if one.name not in names]
    absent += [one for one in form.beside if one.casefold() not in header]
    draft.account = columns_used(records.frame.columns, known, absent, remarks, kept=form.kept)
    return draft


def refuse_repeats(draft: Draft, key: Sequence[str]) -> None:
    """The first row of a key is used, each later one is an error."""
    known = [name for name in key if name in draft.frame.columns]
    again = draft.repeated(known)
    if not again.any():
        return
    first: dict[tuple[object, ...], int] = {}
    for row, line in zip(draft.frame.select(known).iter_rows(), draft.lines, strict=True):
        first.setdefault(row, line)
    for row in again.arg_true():
        values = draft.frame.select(known).row(row)
        shown = " / ".join("-" if value is None else str(value) for value in values)
        draft.remarks.add(
            problems.TWICE,
            f"{' / '.join(known)} {shown!r} stands on line {first[values]} already",
            line=draft.lines[row],
            column=known[0],
            subject=str(values[0]),
        )
    draft.drop(again)


def _understood(form: CsvFormat, records: Records, remarks: Remarks) -> dict[str, str]:
    """Column of the shape to the header of the file; a synonym is told once."""
    lower: dict[str, str] = {}
    wanted = {column.name.lower() for column in form.shape.columns} | {"line"}
    for name in records.frame.columns:
        if lower.setdefault(name.lower(), name) != name and name.lower() in wanted:
            remarks.add(
                problems.TWICE_COLUMN,
                f"{name!r} is another {lower[name.lower()]!r}",
                line=records.header_line,
                column=name,
            )
    names = {
        column.name: lower[column.name.lower()]
        for column in form.shape.columns
        if column.name.lower() in lower and column.name != "line"
    }
    for other, ours in form.synonyms.items():
        if other in lower and ours not in names:
            names[ours] = lower[other]
            remarks.add(
                problems.SYNONYM,
                f"column {lower[other]!r} was read as {ours!r}",
                line=records.header_line,
                column=ours,
            )
    return names


def _typed_draft(
    form: CsvFormat, records: Records, names: Mapping[str, str], remarks: Remarks
) -> Draft:
    draft = Draft(records.frame, records.lines, remarks)
    told = [column for column in form.shape.columns if column.name in names]
    columns = [_checked(draft, form, column, names[column.name]) for column in told]
    taken = {name.lower() for name in (*names, *names.values(), "line")}
    if "line" in {name.lower() for name in records.frame.columns}:
        remarks.add(
            problems.NO_NAME,
            "a column 'line' would hide the line of the file and is not used",
            line=records.header_line,
            column="line",
        )
    extras = [
        text_or_number(records.frame[name])
        for name in records.frame.columns
        if name.lower() not in taken
    ]
    draft.frame = pl.DataFrame([*columns, *extras])
    return draft


def _checked(draft: Draft, form: CsvFormat, column: Column, source: str) -> pl.Series:
    """One column in its kind; bad cells are told, and their rows refused where it matters."""
    cells = draft.frame[source]
    result = typed(cells, column.kind)
    needed = column.required and column.name not in form.optional
    grave = needed or column.name in form.strict
    how = problems.BAD_VALUE if grave else problems.DOUBTFUL_VALUE
    values = result.values
    _report_cells(
        draft, cells, result.bad, how, column.name, f"is not {WORDS.get(column.kind)}"
    )
    limits = form.limits.get(column.name)
    bad = result.bad
    if limits is not None:
        outside = ((values < limits.low) | (values > limits.high)).fill_null(value=False)
        _report_cells(draft, cells, outside, how, column.name, f"is not {limits}")
        values, bad = values.set(outside, None), bad | outside
    if needed:
        absent = values.is_null() & ~bad
        for line in draft.lines.filter(absent & draft.sound):
            draft.remarks.add(
                problems.NO_VALUE, f"no {column.name!r} is told", line=line, column=column.name
            )
        draft.drop(absent)
    if grave:
        draft.drop(bad)
    return values.alias(column.name)


def _report_cells(
    draft: Draft, cells: pl.Series, where: pl.Series, problem: Problem, name: str, what: str
) -> None:
    for row in (where & draft.sound).arg_true():
        draft.remarks.add(
            problem, f"{_shown(cells[row])} {what}", line=draft.lines[row], column=name
        )


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:50]} ... ({len(text)} characters)"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:40]) for name in names[:20])
    return f"{shown} ..." if len(names) > 20 else shown or "no names"
