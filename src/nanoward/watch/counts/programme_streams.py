"""Counts of what a programme holds: events by site and lot, visits, samples, settings."""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

ROWS = {"stream": pl.String, "day": pl.Date, "count": pl.Int64, "exposure": pl.Float64}
_SEVERE = ("3", "4", "5", "SEVERE", "LIFE THREATENING", "FATAL")


def programme_rows(tables: Mapping[str, pl.DataFrame], as_of: date) -> pl.DataFrame:
    """Rows of COUNTS by week, from tables by role; weeks in which nothing happened are zeros.

    tables  "sdtm.AE", "sdtm.DM", "adjustments", "samples" are looked at; "ledger.visits" (day,
            missed) and "ledger.samples" (day, typed_as) by the day on which they were recorded,
            so that no later entry changes a week that was judged
    Events without a whole day of onset are in no stream. The exposure of events is the people
    in the study in that week, where DM says from when until when they were.
    """
    people = _people(tables.get("sdtm.DM"))
    happened = [*_events(tables.get("sdtm.AE"), people), *_turned_down(tables)]
    rows = [_weekly(name, days, people, site, as_of) for name, site, days in happened]
    rows += [
        _weekly(name, days, there, "", as_of) for name, there, days in _by_lot(tables, people)
    ]
    rows += _shares(tables, as_of)
    rows = [one for one in rows if one.height]
    return pl.concat(rows) if rows else pl.DataFrame(schema=ROWS)


def _day(frame: pl.DataFrame, name: str) -> pl.Expr:
    if name not in frame.columns:
        return pl.lit(None, dtype=pl.Date)
    if frame.schema[name] == pl.Date:
        return pl.col(name)
    return pl.col(name).cast(pl.String).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def _people(dm: pl.DataFrame | None) -> pl.DataFrame:
    """Who was in the study from when until when, and at which site."""
    schema = {"USUBJID": pl.String, "site": pl.String, "start": pl.Date, "end": pl.Date}
    if dm is None or "USUBJID" not in dm.columns:
        return pl.DataFrame(schema=schema)
    site = pl.col("SITEID") if "SITEID" in dm.columns else pl.lit("")
    return dm.select(
        pl.col("USUBJID").cast(pl.String),
        site.cast(pl.String).fill_null("").alias("site"),
        _day(dm, "RFSTDTC").alias("start"),
        _day(dm, "RFENDTC").alias("end"),
    )


def _events(
    ae: pl.DataFrame | None, people: pl.DataFrame
) -> list[tuple[str, str, pl.DataFrame]]:
    """(stream, site, days) of all and of severe events; of all at each of several sites."""
    if ae is None or "USUBJID" not in ae.columns:
        return []
    grades = [
        pl.col(name).cast(pl.String).str.to_uppercase().is_in(_SEVERE)
        for name in ("AETOXGR", "AESEV")
        if name in ae.columns
    ]
    severe = pl.any_horizontal(grades).fill_null(value=False) if grades else pl.lit(value=False)
    rows = (
        ae.select(
            pl.col("USUBJID").cast(pl.String),
            _day(ae, "AESTDTC").alias("day"),
            severe.alias("severe"),
        )
        .drop_nulls("day")
        .join(people.select("USUBJID", "site"), on="USUBJID", how="left")
        .with_columns(pl.col("site").fill_null(""))
    )
    found = [("adverse events", "", rows), ("severe adverse events", "", rows.filter("severe"))]
    sites = [one for one in people["site"].unique().sort().to_list() if one]
    if len(sites) > 1:
        found += [(f"adverse events, site {one}", one, rows.filter(site=one)) for one in sites]
    return [(name, site, table.select("day")) for name, site, table in found]


def _turned_down(tables: Mapping[str, pl.DataFrame]) -> list[tuple[str, str, pl.DataFrame]]:
    moves = tables.get("adjustments")
    if moves is None or not {"value", "before", "day"} <= set(moves.columns):
        return []
    down = moves.filter(pl.col("value") < pl.col("before")).select(
        _day(moves, "day").alias("day")
    )
    return [("settings turned down", "", down.drop_nulls())]


def _by_lot(
    tables: Mapping[str, pl.DataFrame], people: pl.DataFrame
) -> list[tuple[str, pl.DataFrame, pl.DataFrame]]:
    """(stream, people, days) of events by lot, where people received several lots."""
    samples, ae = tables.get("samples"), tables.get("sdtm.AE")
    if samples is None or ae is None or "USUBJID" not in ae.columns:
        return []
    if not {"lot", "participant"} <= set(samples.columns):
        return []
    lots = samples.select(pl.col("participant").alias("USUBJID"), "lot").drop_nulls().unique()
    events = ae.select(pl.col("USUBJID").cast(pl.String), _day(ae, "AESTDTC").alias("day"))
    names = lots["lot"].unique().sort().to_list()
    if len(names) < 2:
        return []
    told = []
    for name in names:
        given = lots.filter(lot=name).select("USUBJID")
        days = events.drop_nulls("day").join(given, on="USUBJID", how="semi").select("day")
        there = people.join(given, on="USUBJID", how="semi")
        told.append((f"adverse events, lot {name}", there, days))
    return told


def _shares(tables: Mapping[str, pl.DataFrame], as_of: date) -> list[pl.DataFrame]:
    """Counts among others of their week: visits missed of those due, samples of those typed."""
    visits, samples = tables.get("ledger.visits"), tables.get("ledger.samples")
    told = []
    if visits is not None and visits.height:
        told.append(_share("visits missed", visits, pl.col("missed"), as_of))
    if samples is not None and samples.height:
        typed = pl.col("typed_as")
        told.append(_share("samples with the agent", samples, typed == "agent", as_of))
        told.append(_share("samples with another", samples, typed == "other", as_of))
    return told


def _share(name: str, rows: pl.DataFrame, which: pl.Expr, as_of: date) -> pl.DataFrame:
    """A row for each week in which there was anything; its exposure is all there was."""
    return (
        rows.filter(pl.col("day") <= as_of)
        .with_columns(pl.col("day") - pl.duration(days=pl.col("day").dt.weekday() - 1))
        .group_by("day")
        .agg(count=which.sum().cast(pl.Int64), exposure=pl.len().cast(pl.Float64))
        .with_columns(stream=pl.lit(name))
        .select(list(ROWS))
        .sort("day")
    )


def _weekly(
    name: str, days: pl.DataFrame, people: pl.DataFrame, site: str, as_of: date
) -> pl.DataFrame:
    """Counts of each week from the first that anybody was there, or that anything happened."""
    there = people.filter(site=site) if site else people
    begins = [one for one in (there["start"].min(), days["day"].min()) if isinstance(one, date)]
    if not begins:
        return pl.DataFrame(schema=ROWS)
    first = min(begins) - timedelta(days=min(begins).weekday())
    weeks = pl.DataFrame({"day": pl.date_range(first, as_of, "1w", eager=True)})
    counted = (
        days.filter(pl.col("day") <= as_of)
        .with_columns(pl.col("day") - pl.duration(days=pl.col("day").dt.weekday() - 1))
        .group_by("day")
        .len("count")
    )
    known = there.drop_nulls("start")
    present = [
        float(
            known.filter(
                (pl.col("start") < week + timedelta(days=7))
                & (pl.col("end").is_null() | (pl.col("end") >= week))
            ).height
        )
        for week in weeks["day"]
    ]
    stated = bool(known.height)
    return (
        weeks.join(counted, on="day", how="left")
        .with_columns(
            stream=pl.lit(name),
            count=pl.col("count").fill_null(0).cast(pl.Int64),
            exposure=pl.Series(present if stated else [1.0] * weeks.height),
        )
        .filter(pl.col("exposure") > 0)
        .select(list(ROWS))
    )
