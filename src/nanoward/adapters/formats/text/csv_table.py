"""CSV files against a shape of base/tables.py: header, kinds, keys, further columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Problem, Remarks
from nanoward.adapters.formats.text.delimited_records import Records, records_of
from nanoward.adapters.formats.text.plain_text import text_of
from nanoward.adapters.formats.values.typed_columns import (
    WORDS,
    empty_table,
    text_or_number,
    typed,
)
from nanoward.base.findings import Finding
from nanoward.base.names import meant, near_names
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
    """

    shape: TableShape
    synonyms: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, Limits] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    strict: frozenset[str] = frozenset()


class Draft:
    """A table in the making: a row that is refused stays until the end, so masks fit."""

    def __init__(self, frame: pl.DataFrame, lines: pl.Series, remarks: Remarks) -> None:
        self.frame = frame
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

    def repeated(self, key: Sequence[str]) -> pl.Series:
        """Sound rows whose key stands on an earlier sound row; missing equals missing."""
        rows = pl.Series(range(len(self.lines)), dtype=pl.UInt32).filter(self._sound)
        first = self.frame.select(pl.struct(key)).filter(self._sound).to_series()
        again = pl.repeat(value=False, n=len(self.lines), dtype=pl.Boolean, eager=True)
        return again.scatter(rows.filter(~first.is_first_distinct()), True)  # noqa: FBT003

    def put(self, name: str, values: pl.Series) -> None:
        self.frame = self.frame.with_columns(values.alias(name))

    @property
    def sound(self) -> pl.Series:
        return self._sound

    def table(self) -> pl.DataFrame:
        """The sound rows, with the line that each stands on."""
        return self.frame.with_columns(self.lines.alias("line")).filter(self._sound)


def read_csv(
    form: CsvFormat,
    path: str,
    content: bytes,
    refine: Callable[[Draft], None] = lambda _draft: None,
) -> ParsedTable:
    """Read a CSV file; `refine` adds what only this table knows, before keys are compared."""
    remarks = Remarks(path)
    draft = draft_of(form, path, content, remarks)
    if draft is None:
        return ParsedTable(table=empty_table(form.shape), findings=remarks.findings())
    _tell_near_columns(draft, form)
    refine(draft)
    refuse_repeats(draft, form.shape.key)
    return ParsedTable(
        table=draft.table(),
        findings=remarks.findings(),
        account=_account(form, draft.frame.columns, remarks.findings()),
    )


CARRIED = "a further column: carried along for whoever names it (strata, filters, colours)"


def _account(
    form: CsvFormat, columns: Sequence[str], findings: Sequence[Finding]
) -> tuple[Use, ...]:
    """What became of each column: read, carried along, or told."""
    own = {column.name for column in form.shape.columns}
    told = {one.column: one.code for one in findings if one.code == problems.NEAR_COLUMN.code}
    return tuple(
        Use(level="column", name=name, use="used")
        if name in own
        else Use(level="column", name=name, use="told", reason=told[name])
        if name in told
        else Use(level="column", name=name, use="ignored", reason=CARRIED)
        for name in columns
    )


def _tell_near_columns(draft: Draft, form: CsvFormat) -> None:
    """Columns that are carried along and are nearly one of ours that the file lacks."""
    own = [column.name for column in form.shape.columns]
    absent = [name for name in own if name not in draft.frame.columns and name != "line"]
    for name in draft.frame.columns:
        near = [one for one in near_names(name, absent) if _is_slip(name, one)]
        if name not in own and near:
            draft.remarks.add(
                problems.NEAR_COLUMN,
                f"column {name!r} is none of ours{meant(near)}",
                line=1,
                column=name,
            )


def _is_slip(name: str, meant_: str) -> bool:
    """Whether a header is so near that chance is no reason: `lat` is no slip for `lot`."""
    return min(len(name), len(meant_)) > 3 or name.lower().startswith(meant_)


def draft_of(form: CsvFormat, path: str, content: bytes, remarks: Remarks) -> Draft | None:
    """Rows in the kinds of the shape; None when the file cannot be such a table."""
    records = records_of(text_of(path, content, remarks), remarks)
    return None if records is None else draft_of_records(form, records, remarks)


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
    return _typed_draft(form, records, names, remarks)


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
