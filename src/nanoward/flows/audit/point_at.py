"""Pointers on a plain table of people: what looks odd in it, and what else explains that."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from nanoward.audit.pointers.dispersion import people_too_alike, spreads_too_alike
from nanoward.audit.pointers.pointer import INNOCENT, POINTS_AT, Pointer
from nanoward.audit.pointers.records import closed_days, share_of_closed_days, terminal_digits
from nanoward.audit.pointers.rows import INLIER, inliers, repeated_rows
from nanoward.audit.pointers.site_effects import site_pointers
from nanoward.flows.audit.measured_table import BadAuditTableError, rows_of
from nanoward.maths.statistics.e_values import binomial_tail, normal_tail
from nanoward.maths.statistics.false_discovery import benjamini_hochberg

WEEKEND_USUAL = 0.02  # share of visits on closed days that is usual
REPEATED_USUAL = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class PointedTable:
    """Pointers of a table, and the rows (from 1) that would be drawn first.

    seen  pointers whose p is below 0.01 after Benjamini-Hochberg over all of them
    """

    pointers: tuple[Pointer, ...]
    seen: tuple[Pointer, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumns:
    """Which columns hold what; "" where there is none. values: numbers of one row."""

    person: str
    values: tuple[str, ...]
    site: str = ""
    day: str = ""


def point_at(content: bytes, columns: TableColumns, file: str = "") -> PointedTable:
    """Pointers of a CSV in UTF-8; the unit is the person."""
    named = [one for one in (columns.person, *columns.values, columns.site, columns.day) if one]
    rows = rows_of(content, tuple(named), file)
    numbers = np.array(
        [[_number(row[one]) for one in columns.values] for row in rows], dtype=float
    ).reshape(len(rows), len(columns.values))
    odd = repeated_rows(numbers) | inliers(numbers)
    found = [*_row_pointers(numbers), *_person_pointers(rows, numbers, columns)]
    digits = terminal_digits(row[one] for row in rows for one in columns.values)
    found += [] if digits is None else [digits]
    found += _day_pointers(rows, columns)
    p = np.array([one.p for one in found])
    low = benjamini_hochberg(p) < POINTS_AT if len(p) else np.zeros(0, dtype=bool)
    seen = tuple(one for one, is_low in zip(found, low, strict=True) if is_low)
    return PointedTable(
        pointers=tuple(found), seen=seen, rows=tuple((np.flatnonzero(odd) + 1).tolist())
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _row_pointers(numbers: np.ndarray) -> list[Pointer]:
    full = int(np.isfinite(numbers).all(1).sum())
    if numbers.shape[1] < 3 or not full:
        return []
    copies, near = int(repeated_rows(numbers).sum()), int(inliers(numbers).sum())
    return [
        _counted("repeated rows", copies, full, REPEATED_USUAL),
        _counted("inliers", near, full, INLIER),
    ]


def _counted(name: str, hits: int, total: int, usual: float) -> Pointer:
    p = binomial_tail(hits, total, usual)
    told = f"{hits} of {total} rows, {usual:.1%} are usual"
    return Pointer(name=name, about="", p=p, z=math.nan, told=told, innocent=INNOCENT[name])


def _person_pointers(
    rows: Sequence[Mapping[str, str]], numbers: np.ndarray, columns: TableColumns
) -> list[Pointer]:
    """Means and SDs of people: too alike between them, and sites beside each other."""
    people: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        people.setdefault(row[columns.person], []).append(at)
    found: list[Pointer] = []
    for place, column in enumerate(columns.values):
        own = {one: numbers[ats, place] for one, ats in people.items()}
        own = {one: x[np.isfinite(x)] for one, x in own.items()}
        many = [x for x in own.values() if len(x) > 2]
        means = np.array([x.mean() for x in many])
        sds = np.array([x.std(ddof=1) for x in many])
        counts = np.array([float(len(x)) for x in many])
        for name, z in (
            ("spreads too alike", spreads_too_alike(sds, counts) if many else math.nan),
            ("people too alike", people_too_alike(means, sds, counts) if many else math.nan),
        ):
            if not math.isnan(z):
                told = f"{column} of {len(many)} people: z {z:+.1f}"
                found.append(Pointer(name=name, about=column, p=normal_tail(z), z=z, told=told,
                                     innocent=INNOCENT[name]))  # fmt: skip
        if columns.site:
            site = {row[columns.person]: row[columns.site] for row in rows}
            found += site_pointers(_by_site(own, site), f"the mean {column}")
    return found


def _by_site(own: Mapping[str, np.ndarray], site: Mapping[str, str]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for person, x in own.items():
        if len(x):
            found.setdefault(site[person], []).append(float(x.mean()))
    return found


def _day_pointers(rows: Sequence[Mapping[str, str]], columns: TableColumns) -> list[Pointer]:
    if not columns.day:
        return []
    days: dict[str, date] = {}
    for line, row in enumerate(rows, 2):
        if not row[columns.day].strip():
            continue
        try:
            days[str(line)] = date.fromisoformat(row[columns.day].strip()[:10])
        except ValueError:
            raise BadAuditTableError(
                f"{row[columns.day]!r} is no day", line=line, column=columns.day
            ) from None
    closed = closed_days(days, frozenset(range(5)))
    return [share_of_closed_days(len(closed), len(days), WEEKEND_USUAL)] if days else []
