"""Pointers on the record beside the values: edits, instruments' numbers, questions, events."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nanoward.audit.pointers.pointer import INNOCENT, Pointer
from nanoward.audit.pointers.records import (
    bursts,
    late_edits,
    moves_after_asking,
    repeated_numbers,
    skipped_numbers,
)
from nanoward.audit.pointers.site_effects import event_pointers
from nanoward.flows.audit.measured_table import BadAuditTableError
from nanoward.maths.statistics.e_values import binomial_tail

EDITED_USUAL = 0.05  # share of rows edited late that is taken as usual; an assumption
EDIT_DAYS = 14
YES = frozenset({"yes", "y", "true", "1", "x"})
NO = frozenset({"no", "n", "false", "0", ""})
Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordColumns:
    """Columns beside the values; "" where there is none.

    edited      moment of the last edit, ISO 8601
    number      sequence number of an instrument; `instrument` names it where there are several
    before      values before somebody asked, in the order of the values
    asked       whether somebody had asked about the row: yes or no
    events      events of the row; `visits` in which they were told (each row is one without)
    edit_days   after the visit from which on an edit is late
    """

    edited: str = ""
    number: str = ""
    instrument: str = ""
    before: tuple[str, ...] = ()
    asked: str = ""
    events: str = ""
    visits: str = ""
    edit_days: int = EDIT_DAYS

    def named(self) -> tuple[str, ...]:
        """All columns that are named."""
        some = (self.edited, self.number, self.instrument, self.asked, self.events, self.visits)
        return tuple(one for one in (*some, *self.before) if one)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointedRecords:
    """Pointers, and the rows (from 0) that they name."""

    pointers: tuple[Pointer, ...] = ()
    rows: frozenset[int] = frozenset()


def edit_pointers(rows: Rows, columns: RecordColumns, day: str) -> PointedRecords:
    """Rows that were edited long after their visit, and one hour with most of the edits."""
    edits = {
        str(at): moment
        for at, row in enumerate(rows)
        if (moment := _moment(row[columns.edited], at, columns.edited)) is not None
    }
    found: list[Pointer] = []
    late: tuple[str, ...] = ()
    if day:
        days = {
            str(at): seen.date()
            for at, row in enumerate(rows)
            if (seen := _moment(row[day], at, day)) is not None
        }
        both = len(edits.keys() & days.keys())
        late = late_edits(edits, days, columns.edit_days)
        told = (
            f"{len(late)} of {both} rows were edited more than {columns.edit_days} days after "
            f"their visit, {EDITED_USUAL:.1%} are taken as usual"
        )
        found += [_pointer("edit times", told, binomial_tail(len(late), both, EDITED_USUAL))]
        found = found if both else []
    timed = {at: one for at, one in edits.items() if len(rows[int(at)][columns.edited]) > 10}
    if hour := bursts(timed):
        told = f"{len(hour)} of {len(timed)} edits were made in the hour of {timed[hour[0]]}"
        found.append(_pointer("edit times", told))
    return PointedRecords(pointers=tuple(found), rows=frozenset(map(int, late)))


def number_pointers(rows: Rows, columns: RecordColumns) -> PointedRecords:
    """Numbers of each instrument that nobody has, and numbers that several rows share."""
    by: dict[str, dict[str, int]] = {}
    for at, row in enumerate(rows):
        text = row[columns.number].strip()
        if not text:
            continue
        name = row[columns.instrument] if columns.instrument else ""
        try:
            by.setdefault(name, {})[str(at)] = int(text)
        except ValueError:
            raise BadAuditTableError(
                f"{text!r} is no whole number", line=at + 2, column=columns.number
            ) from None
    found: list[Pointer] = []
    shared: set[int] = set()
    for name, numbers in by.items():
        gaps, twice = skipped_numbers(numbers), repeated_numbers(numbers)
        shared |= set(map(int, twice))
        if gaps:
            lost = sum(last - first + 1 for first, last in gaps)
            told = f"{lost} numbers are in no row, {len(gaps)} times, first from {gaps[0][0]}"
            found.append(_pointer("numbers that skip", told, about=name))
        if twice:
            told = f"{len(twice)} rows share their number with another, first row "
            told += f"{int(twice[0]) + 1}"
            found.append(_pointer("numbers that repeat", told, about=name))
    return PointedRecords(pointers=tuple(found), rows=frozenset(shared))


def moved_pointers(
    rows: Rows, columns: RecordColumns, values: tuple[str, ...]
) -> PointedRecords:
    """Values that changed where somebody had asked, and only there, by column."""
    if len(columns.before) != len(values):
        raise BadAuditTableError(
            f"{len(columns.before)} columns of values before, and {len(values)} of values"
        )
    asked = [_answer(row[columns.asked], at, columns.asked) for at, row in enumerate(rows)]
    found: list[Pointer] = []
    moved: set[int] = set()
    for was, now in zip(columns.before, values, strict=True):
        before = [number_or_nan(row[was]) for row in rows]
        after = [number_or_nan(row[now]) for row in rows]
        pointer = moves_after_asking(before, after, asked, now)
        found += [] if pointer is None else [pointer]
        moved |= {
            at
            for at, (one, other) in enumerate(zip(before, after, strict=True))
            if asked[at] and one != other and not (math.isnan(one) and math.isnan(other))
        }
    return PointedRecords(pointers=tuple(found), rows=frozenset(moved))


def reported_pointers(
    rows: Rows, columns: RecordColumns, person: str, site: str
) -> PointedRecords:
    """Sites whose people report fewer events for their visits."""
    events: dict[str, dict[str, float]] = {}
    visits: dict[str, dict[str, float]] = {}
    for row in rows:
        told = number_or_nan(row[columns.events])
        seen = number_or_nan(row[columns.visits]) if columns.visits else 1.0
        if math.isnan(told) or math.isnan(seen):
            continue
        for place, count in ((events, told), (visits, seen)):
            own = place.setdefault(row[site], {})
            own[row[person]] = own.get(row[person], 0.0) + count
    found = event_pointers(
        {name: list(own.values()) for name, own in events.items()},
        {name: list(own.values()) for name, own in visits.items()},
    )
    return PointedRecords(pointers=tuple(found))


def day_of(text: str, at: int, column: str) -> date | None:
    """The day of a cell; None where it is empty, refused where it is none."""
    moment = _moment(text.strip()[:10], at, column)
    return None if moment is None else moment.date()


def number_or_nan(text: str) -> float:
    """The number of a cell; NaN for whatever is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _moment(text: str, at: int, column: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadAuditTableError(
            f"{text!r} is no day or moment", line=at + 2, column=column
        ) from None


def _answer(text: str, at: int, column: str) -> bool:
    word = text.strip().lower()
    if word not in YES | NO:
        raise BadAuditTableError(f"{text!r} is neither yes nor no", line=at + 2, column=column)
    return word in YES


def _pointer(name: str, told: str, p: float = math.nan, *, about: str = "") -> Pointer:
    """A pointer; without a p where honest data have no usual share."""
    return Pointer(name=name, about=about, p=p, z=math.nan, told=told, innocent=INNOCENT[name])
