"""Rows of counts as arrays: streams by periods, on one grid of days or weeks."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from jaxtyping import Float

from nanoward.base.findings import Finding, row_key

_MONDAY = date(1970, 1, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Streams on one grid.

    names     (M,) streams, sorted
    counts    (M, T) NaN where nothing was reported
    exposure  (M, T) 1 where none was stated
    first     first day of the first period
    period    days to the next
    stated    whether exposures were stated
    """

    names: tuple[str, ...]
    counts: Float[np.ndarray, "M T"]
    exposure: Float[np.ndarray, "M T"]
    first: date
    period: int
    stated: bool

    def day(self, time: int) -> date:
        """First day of a period."""
        return self.first + timedelta(days=self.period * time)

    def time(self, day: date) -> int:
        """The period in which a day lies."""
        return (day - self.first).days // self.period

    @property
    def keys(self) -> np.ndarray:
        """(M,) a number for each name, the same wherever it stands."""
        digests = (hashlib.sha256(one.encode()).digest()[:8] for one in self.names)
        return np.array([int.from_bytes(one, "little") for one in digests], dtype=np.uint64)


def series_of(
    rows: pl.DataFrame, *, as_of: date, period: int = 0
) -> tuple[Series | None, tuple[Finding, ...]]:
    """Rows of COUNTS as series, and what could not be placed; None where nothing is left.

    period  7 or 1 day; 0: weekly unless a stream usually reports more often
    A period that had not ended on `as_of` is left out: its count may still grow.
    """
    period = period or _usual_period(rows)
    late = rows.filter(pl.col("day") + pl.duration(days=period - 1) > as_of)
    rows = rows.join(late, on=["stream", "day"], how="anti")
    findings = [*_unfinished(late, as_of)]
    if rows.is_empty():
        return None, tuple(findings)
    first = rows["day"].min()
    assert isinstance(first, date)
    if period == 7:
        first -= timedelta(days=(first - _MONDAY).days % 7)
    placed = rows.with_columns(
        time=((pl.col("day") - pl.lit(first)).dt.total_days() // period).cast(pl.Int64)
    ).sort("stream", "time", "day")
    again = pl.struct("stream", "time").is_first_distinct()
    more = placed.filter(~again).group_by("stream", maintain_order=True)
    counted = more.agg(pl.len().alias("rows"), pl.col("day").first())
    findings += [_second(row, period) for row in counted.iter_rows(named=True)]
    placed = placed.filter(again)
    end = (as_of - first).days + 1
    return _filled(placed, first, period, max(end // period, 1)), tuple(findings)


def _usual_period(rows: pl.DataFrame) -> int:
    gaps = rows.sort("stream", "day").select(
        pl.col("day").diff().over("stream").dt.total_days().alias("gap")
    )["gap"]
    usual = gaps.drop_nulls().median()
    return 1 if isinstance(usual, int | float) and usual < 4 else 7


def _filled(rows: pl.DataFrame, first: date, period: int, periods: int) -> Series:
    names: Sequence[str] = rows["stream"].unique().sort().to_list()
    place = {one: at for at, one in enumerate(names)}
    counts = np.full((len(names), periods), np.nan)
    exposure = np.ones_like(counts)
    stated = "exposure" in rows.columns and rows["exposure"].is_not_null().any()
    at = np.array([place[one] for one in rows["stream"]])
    time = rows["time"].to_numpy()
    inside = time < periods
    counts[at[inside], time[inside]] = rows["count"].cast(pl.Float64).to_numpy()[inside]
    if stated:
        exposure[at[inside], time[inside]] = rows["exposure"].to_numpy()[inside]
        counts[~(exposure > 0)] = np.nan
    return Series(
        names=tuple(names),
        counts=counts,
        exposure=exposure,
        first=first,
        period=period,
        stated=bool(stated),
    )


def _unfinished(late: pl.DataFrame, as_of: date) -> list[Finding]:
    if late.is_empty():
        return []
    return [
        Finding(
            code="WCH-001",
            severity="note",
            message=f"{late.height} counts belong to periods that had not ended on {as_of}",
            next_step="Nothing; they are judged once their period is over",
        )
    ]


def _second(row: dict[str, object], period: int) -> Finding:
    """One finding a stream: a sensor that floods fills no list of findings."""
    return Finding(
        code="WCH-002",
        severity="error",
        message=f"{row['stream']} has {row['rows']} counts beyond the first of a "
        f"{'week' if period == 7 else 'day'}, first in that of {row['day']}",
        next_step="Keep one count a period; the first one is used",
        subject=str(row["stream"]),
        row=row_key("counts", stream=str(row["stream"]), day=str(row["day"])),
    )


def overdue(
    series: Series, as_of: date, derived: frozenset[str] = frozenset()
) -> dict[int, tuple[int, float]]:
    """Streams that are silent: place to (periods since the last count, their usual gap).

    derived  streams that are counted from records and report nothing themselves
    A stream is due again after its median gap; it is overdue half a gap and a period later.
    """
    now = series.time(as_of + timedelta(days=1))  # first period that has not ended
    found = {}
    for at, row in enumerate(series.counts):
        seen = np.flatnonzero(np.isfinite(row))
        if not len(seen) or series.names[at] in derived:
            continue
        usual = float(np.median(np.diff(seen))) if len(seen) > 1 else 1.0
        missed = now - int(seen[-1]) - 1
        if missed >= 1.5 * usual:
            found[at] = (missed, usual)
    return found
