"""Columns of event tables as NM-TRAN reads them: points, comment rows, clock times.

NONMEM Users Guide IV (NM-TRAN): a lone point is a missing number in any column; a row that
begins with # is a comment unless the control stream says otherwise; DATE, DAT1, DAT2 and DAT3
are days, and TIME beside them may be the time of the clock, hh:mm.
"""

import re
from datetime import date, timedelta

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.text.csv_table import Draft

MISSING = (".", "NA", "N/A", "NAN")  # and SAS .A to .Z, in capitals
_SAS = re.compile(r"\.[A-Z_]")
# data items of NONMEM, Monolix and nlmixr2 that are numbers: text in them refuses the row
NUMBERS = ("CENS", "LLOQ", "LIMIT", "SS", "OCC", "RATE", "II", "ADDL")
DATES = {"DATE": "mdy", "DAT1": "dmy", "DAT2": "ymd", "DAT3": "ydm"}
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}(?:\.\d*)?))?")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PARTS = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})")


def is_missing(text: str) -> bool:
    """Whether a cell marks a number that was not measured."""
    told = text.strip().upper()
    return told in ("", *MISSING) or bool(_SAS.fullmatch(told))


def numbers_and_marks(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Finite numbers, null where there is none; and which cells hold neither a number nor a
    mark of a missing one."""
    numbers = cells.cast(pl.Float64, strict=False)
    numbers = numbers.set(~numbers.is_finite(), None)
    rest = cells.filter(numbers.is_null() & cells.is_not_null()).unique().to_list()
    strange = [one for one in rest if not is_missing(one)]
    if not strange:
        return numbers, pl.repeat(value=False, n=len(cells), dtype=pl.Boolean, eager=True)
    return numbers, cells.is_in(strange).fill_null(value=False)


def number_columns(draft: Draft, known: frozenset[str]) -> None:
    """Every further column that holds numbers and marks of missing ones becomes numbers.

    known  columns of the shape, which have their kinds. A column of NUMBERS refuses the rows
    that hold something else in it; any other column with something else stays text.
    """
    for name in draft.frame.columns:
        cells = draft.frame[name]
        if name in known or cells.dtype != pl.String:
            continue
        numbers, wrong = numbers_and_marks(cells)
        if name in NUMBERS:
            draft.refuse(
                wrong, problems.BAD_VALUE, "{} is not a number", column=name, subject="ID"
            )
        if name in NUMBERS or not wrong.any():
            draft.put(name, numbers)


def is_like_comment(person: str) -> bool:
    """Whether a person's name is what a comment row by IGNORE=C or IGNORE=@ leaves there."""
    return bool(re.fullmatch(r"[Cc@]\s*-?\d+\.?\d*", person.strip()))


def day_of(text: str, order: str) -> date | None:
    """A day as NM-TRAN writes it; ISO 8601 under every name. None where it is none.

    order  mdy (DATE), dmy (DAT1), ymd (DAT2), ydm (DAT3); two digits of a year are 1950 to 2049
    """
    told = text.strip()
    if iso := _ISO.fullmatch(told[:10]):
        parts = dict(zip("ymd", map(int, iso.groups()), strict=True))
    elif other := _PARTS.fullmatch(told):
        parts = dict(zip(order, map(int, other.groups()), strict=True))
    else:
        return None
    if parts["y"] < 100:
        parts["y"] += 1900 if parts["y"] >= 50 else 2000
    try:
        return date(parts["y"], parts["m"], parts["d"])
    except ValueError:
        return None


def clock_hours(text: str) -> float | None:
    """Hours of hh:mm, hh:mm:ss or a plain number; None where it is neither."""
    told = text.strip()
    if clock := _CLOCK.fullmatch(told):
        minutes, seconds = int(clock[2]), float(clock[3] or 0)
        if minutes < 60 and seconds < 60:
            return int(clock[1]) + minutes / 60 + seconds / 3600
        return None
    return float(told) if _NUMBER.fullmatch(told) else None


def elapsed_hours(
    people: list[str | None], days: list[date | None], hours: list[float | None]
) -> list[float | None]:
    """Hours since each person's first record; null where the day or the clock is unknown."""
    first: dict[str, float] = {}
    found: list[float | None] = []
    for who, day, hour in zip(people, days, hours, strict=True):
        if who is None or day is None or hour is None:
            found.append(None)
            continue
        at = (day - date(1950, 1, 1)) / timedelta(hours=1) + hour
        found.append(at - first.setdefault(who, at))
    return found
