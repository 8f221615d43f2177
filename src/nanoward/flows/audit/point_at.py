"""Pointers on a plain table of people: what looks odd in it, and what else explains that."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from nanoward.audit.pointers.dispersion import (
    baseline_p_value,
    effect_too_large,
    groups_too_alike,
    no_link_of_mean_and_spread,
    people_too_alike,
    pooled_ranks,
    spreads_too_alike,
    too_steady,
)
from nanoward.audit.pointers.pointer import INNOCENT, POINTS_AT, Pointer
from nanoward.audit.pointers.records import closed_days, share_of_closed_days, terminal_digits
from nanoward.audit.pointers.rows import INLIER, inliers, repeated_rows
from nanoward.audit.pointers.site_effects import site_pointers
from nanoward.flows.audit.measured_table import rows_of
from nanoward.flows.audit.point_at_records import (
    PointedRecords,
    RecordColumns,
    day_of,
    edit_pointers,
    moved_pointers,
    number_or_nan,
    number_pointers,
    reported_pointers,
)
from nanoward.maths.statistics.e_values import binomial_tail, normal_tail
from nanoward.maths.statistics.false_discovery import benjamini_hochberg

WEEKEND_USUAL = 0.02  # share of visits on closed days that is usual
REPEATED_USUAL = 0.002
FEW = (
    *("repeated rows", "spreads too alike", "people too alike", "terminal digits"),
    *("site differs", "too steady", "edit times", "fewer events", "groups too alike"),
    "closed days",
)  # pointers that any fit table gives, so that their absence is told


@dataclass(frozen=True, slots=True, kw_only=True)
class PointedTable:
    """Pointers of a table, and the rows (from 1) that would be drawn first.

    seen      pointers whose p is below 0.01 after Benjamini-Hochberg over all that have one
    unlooked  pointers that the table says nothing of, and what they need
    sites     sites by how odd they are (mean rank of three pointers, 0 to 1), oddest first
    """

    pointers: tuple[Pointer, ...]
    seen: tuple[Pointer, ...]
    rows: tuple[int, ...]
    unlooked: Mapping[str, str] = field(default_factory=dict)
    sites: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumns:
    """Which columns hold what; "" where there is none.

    values   numbers of one row
    group    arm of the person
    records  columns beside the values
    """

    person: str
    values: tuple[str, ...]
    site: str = ""
    day: str = ""
    group: str = ""
    records: RecordColumns = field(default_factory=RecordColumns)


def point_at(content: bytes, columns: TableColumns, file: str = "") -> PointedTable:
    """Pointers of a CSV in UTF-8; the unit is the person."""
    named = (columns.person, *columns.values, columns.site, columns.day, columns.group)
    needed = (*(one for one in named if one), *columns.records.named())
    rows = rows_of(content, needed, file)
    numbers = np.array(
        [[number_or_nan(row[one]) for one in columns.values] for row in rows], dtype=float
    ).reshape(len(rows), len(columns.values))
    odd = set(np.flatnonzero(repeated_rows(numbers) | inliers(numbers)).tolist())
    people = _people(rows, columns)
    found = [*_row_pointers(numbers), *_person_pointers(rows, numbers, columns)]
    digits = terminal_digits(row[one] for row in rows for one in columns.values)
    found += [] if digits is None else [digits]
    found += _day_pointers(rows, columns)
    found += _steady_pointers(people, numbers, columns)
    found += _group_pointers(rows, people, numbers, columns)
    for beside in _beside(rows, columns):
        found += beside.pointers
        odd |= beside.rows
    told = [one for one in found if not math.isnan(one.p)]
    low = benjamini_hochberg(np.array([one.p for one in told])) < POINTS_AT
    return PointedTable(
        pointers=tuple(found),
        seen=tuple(one for one, is_low in zip(told, low, strict=True) if is_low),
        rows=tuple(one + 1 for one in sorted(odd)),
        unlooked=_unlooked(rows, columns, {one.name for one in found}),
        sites=_odd_sites(rows, people, numbers, columns),
    )


def _beside(rows: Sequence[Mapping[str, str]], columns: TableColumns) -> list[PointedRecords]:
    """What the columns beside the values say, where there are any."""
    beside = columns.records
    looks: list[tuple[bool, Callable[[], PointedRecords]]] = [
        (bool(beside.edited), lambda: edit_pointers(rows, beside, columns.day)),
        (bool(beside.number), lambda: number_pointers(rows, beside)),
        (
            bool(beside.before and beside.asked),
            lambda: moved_pointers(rows, beside, columns.values),
        ),
        (
            bool(beside.events and columns.site),
            lambda: reported_pointers(rows, beside, columns.person, columns.site),
        ),
    ]
    return [look() for has, look in looks if has]


def _unlooked(
    rows: Sequence[Mapping[str, str]], columns: TableColumns, found: set[str]
) -> dict[str, str]:
    """Pointers that said nothing, and why: no column was named, or the values are too few."""
    beside = columns.records
    needs: dict[str, dict[str, object]] = {
        "repeated rows": {"--value three times": len(columns.values) > 2},
        "site differs": {"--site": columns.site},
        "closed days": {"--day": columns.day},
        "too steady": {"--day": columns.day},
        "edit times": {"--edited": beside.edited, "--day": columns.day},
        "numbers that skip or repeat": {"--number": beside.number},
        "moves after asking": {"--before": beside.before, "--asked": beside.asked},
        "fewer events": {"--events": beside.events, "--site": columns.site},
        "groups too alike": {"--group": columns.group},
        "effect too large": {"--group": columns.group},
    }
    lost = {name: [one for one, has in own.items() if not has] for name, own in needs.items()}
    told = {name: f"no column {', '.join(some)}" for name, some in lost.items() if some}
    few = {one: "too few values" for one in FEW if one not in found}
    others = {
        "no link of mean and spread": "too few values, or some are not above 0",
        "effect too large": "not two groups",
        "moves after asking": "nothing moved, or nobody asked",
    }
    few |= {name: why for name, why in others.items() if name not in found}
    if beside.number and not any(row[beside.number].strip() for row in rows):
        few["numbers that skip or repeat"] = "too few values"
    return {**few, **told}


def _people(rows: Sequence[Mapping[str, str]], columns: TableColumns) -> dict[str, list[int]]:
    """The rows of each person, in the order of their days where there is one."""
    order = list(range(len(rows)))
    if columns.day:
        days = [day_of(row[columns.day], at, columns.day) for at, row in enumerate(rows)]
        order.sort(key=lambda at: days[at] or date.max)  # what has no day comes last
    people: dict[str, list[int]] = {}
    for at in order:
        people.setdefault(rows[at][columns.person], []).append(at)
    return people


def _steady_pointers(
    people: Mapping[str, list[int]], numbers: np.ndarray, columns: TableColumns
) -> list[Pointer]:
    """How alike neighbouring visits of people are; there is no p for it."""
    most = max(map(len, people.values()), default=0)
    if not columns.day or most < 2:
        return []
    found = []
    for place, column in enumerate(columns.values):
        waves = np.full((len(people), most), math.nan)
        for person, ats in enumerate(people.values()):
            waves[person, : len(ats)] = numbers[ats, place]
        with np.errstate(invalid="ignore"):
            r, same = too_steady(waves)
        if not math.isnan(r):
            told = f"{column}, neighbouring visits: r up to {r:.3f}, up to {same:.0%} unchanged"
            found.append(_odd("too steady", column, math.nan, told))
    return found


def _group_pointers(
    rows: Sequence[Mapping[str, str]],
    people: Mapping[str, list[int]],
    numbers: np.ndarray,
    columns: TableColumns,
) -> list[Pointer]:
    """Groups that are too alike at people's first rows, or too far apart over all of theirs."""
    if not columns.group:
        return []
    groups: dict[str, list[list[int]]] = {}
    for ats in people.values():
        groups.setdefault(rows[ats[0]][columns.group], []).append(ats)
    found, p_values = [], []
    names = sorted(one for one in groups if one.strip())
    for place, column in enumerate(columns.values):
        first = [_finite(numbers[[ats[0] for ats in groups[one]], place]) for one in names]
        every = [_finite(numbers[[a for ats in groups[one] for a in ats], place])
                 for one in names]  # fmt: skip
        if len(names) < 2 or min(map(len, first)) < 2:
            continue
        means = np.array([[x.mean() for x in some] for some in (first, every)])
        sds = np.array([[x.std(ddof=1) for x in some] for some in (first, every)])
        counts = np.array([float(len(x)) for x in first])
        p_values.append(baseline_p_value(means[0], sds[0], counts))
        if len(names) == 2:
            wide = np.array([math.sqrt(float((sds[1] ** 2).mean()))])
            gap = effect_too_large(means[1][:1], means[1][1:], wide)
            told = f"{column} of {names[1]} lies {gap:+.2f} SDs from that of {names[0]}"
            found.append(_odd("effect too large", column, math.nan, told))
    z = groups_too_alike(np.array(p_values)) if p_values else math.nan
    if not math.isnan(z):
        told = f"{len(p_values)} first values of {len(names)} groups: z {z:+.1f}"
        found.append(_odd("groups too alike", "", z, told))
    return found


def _finite(x: np.ndarray) -> np.ndarray:
    told: np.ndarray = x[np.isfinite(x)]
    return told


def _odd(name: str, about: str, z: float, told: str) -> Pointer:
    p = math.nan if math.isnan(z) else normal_tail(z)
    return Pointer(name=name, about=about, p=p, z=z, told=told, innocent=INNOCENT[name])


def _spreads(own: Sequence[np.ndarray]) -> dict[str, float]:
    """z by pointer of the values of people, each with more than 2."""
    if not own:
        return {}
    means = np.array([x.mean() for x in own])
    sds = np.array([x.std(ddof=1) for x in own])
    counts = np.array([float(len(x)) for x in own])
    positive = all((x > 0).all() for x in own)
    return {
        "spreads too alike": spreads_too_alike(sds, counts),
        "people too alike": people_too_alike(means, sds, counts),
        "no link of mean and spread": (
            no_link_of_mean_and_spread(means, sds) if positive else math.nan
        ),
    }


def _odd_sites(
    rows: Sequence[Mapping[str, str]],
    people: Mapping[str, list[int]],
    numbers: np.ndarray,
    columns: TableColumns,
) -> tuple[tuple[str, float], ...]:
    """Sites by the mean rank of how alike their people and spreads are; 3 sites or more."""
    if not columns.site:
        return ()
    sites: dict[str, list[list[int]]] = {}
    for ats in people.values():
        sites.setdefault(rows[ats[0]][columns.site], []).append(ats)
    scores = []
    for own in sites.values():
        told: list[float] = []
        for place in range(len(columns.values)):
            many = [x for ats in own if len(x := _finite(numbers[ats, place])) > 2]
            z = _spreads(many)
            told += list(z.values()) if z else [math.nan] * 3
        scores.append(told)
    if len(sites) < 3 or not np.isfinite(scores).any():
        return ()
    ranks = pooled_ranks(np.array(scores))
    return tuple(sorted(zip(sites, ranks.tolist(), strict=True), key=lambda one: -one[1]))


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
        for name, z in _spreads(many).items():
            if not math.isnan(z):
                told = f"{column} of {len(many)} people: z {z:+.1f}"
                found.append(_odd(name, column, z, told))
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
    told = {
        str(at): day
        for at, row in enumerate(rows)
        if (day := day_of(row[columns.day], at, columns.day)) is not None
    }
    closed = closed_days(told, frozenset(range(5)))
    return [share_of_closed_days(len(closed), len(told), WEEKEND_USUAL)] if told else []
