"""Site indicators of a programme: adverse events, people who stopped, grave results, by site.

People belong to the site of DM.SITEID. Days at risk run from the first dose to the last, or to
the day asked for; an interval of doses that is left open lasts to RFENDTC, else to that day.
A site with too little to judge has its value and no flag (see sites.py).
"""

from datetime import date
from typing import Literal

import polars as pl

from nanoward.base.findings import Finding
from nanoward.base.tables import SITES
from nanoward.clearance.monitoring.site_indicators import site_scores
from nanoward.clearance.sdtm.data_cutoff import latest
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import dispositions, doses, given_doses, texts
from nanoward.maths.frames import schema_of

_NO_FAULT = ("COMPLETED", "SCREEN FAILURE")
GRAVE = 3


def monitored_sites(
    domains: Domains, grades: pl.DataFrame, events: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """Table SITES; without rows where DM tells no site of anybody who was dosed.

    domains  SDTM by two letters, as known by the day
    """
    dm = domains.get("DM", pl.DataFrame(schema={"USUBJID": pl.String}))
    sites = texts(dm, "USUBJID", "SITEID").drop_nulls()
    people = doses(domains.get("EX")).join(
        sites.select(participant="USUBJID", site="SITEID").unique("participant", keep="first"),
        on="participant",
    )
    if people.is_empty():
        return pl.DataFrame(schema=schema_of(SITES))
    parts = [
        _scored(
            _events(_closed(people, domains, as_of), events, as_of),
            "rate",
            "adverse events per day",
            30,
        ),
        _scored(_stopped(people, domains), "share", "discontinued", 3),
        _scored(_grave(people, grades), "share", "grade 3 results", 30),
    ]
    schema = schema_of(SITES)
    return pl.concat(parts).select(pl.col(name).cast(kind) for name, kind in schema.items())


def open_intervals(
    domains: Domains, severity: Literal["warning", "note"] = "warning"
) -> tuple[Finding, ...]:
    """What is told of everybody whose doses have no end: the rates of their sites rest on it.

    severity  a round, in which people are still treated, tells it as a note
    """
    doses_ = given_doses(domains.get("EX")).filter(pl.col("EXENDTC").is_null())
    people = doses_["USUBJID"].unique().sort().to_list()
    if not people:
        return ()
    shown = ", ".join(people[:5]) + (" ..." if len(people) > 5 else "")
    return (
        Finding(
            code="CLR-072",
            severity=severity,
            message=f"doses of {len(people)} people have no end (EXENDTC): {shown}",
            next_step="Enter the end; until then they last to RFENDTC, else to the day",
            column="EXENDTC",
        ),
    )


def _closed(people: pl.DataFrame, domains: Domains, as_of: date) -> pl.DataFrame:
    """People with the last day of their doses; an interval left open lasts to RFENDTC.

    Where DM tells no end of the reference period either, it lasts to the day asked for.
    """
    dm = domains.get("DM", pl.DataFrame(schema={"USUBJID": pl.String}))
    ends = texts(dm, "USUBJID", "RFENDTC").select(
        participant="USUBJID", closed=pl.coalesce(latest("RFENDTC"), pl.lit(as_of))
    )
    open_ = given_doses(domains.get("EX")).filter(pl.col("EXENDTC").is_null())
    closed = (
        open_.select(participant="USUBJID")
        .unique()
        .join(ends.unique("participant", keep="first"), on="participant")
    )
    return people.join(closed, on="participant", how="left").with_columns(
        last_dose=pl.max_horizontal("last_dose", "closed")
    )


def _events(people: pl.DataFrame, events: pl.DataFrame, as_of: date) -> pl.DataFrame:
    counted = events.filter("emergent").group_by("participant").agg(events=pl.len())
    until = pl.min_horizontal(pl.col("last_dose"), pl.lit(as_of))
    return people.join(counted, on="participant", how="left").select(
        "site",
        events=pl.col("events").fill_null(0),
        of=(until - pl.col("first_dose")).dt.total_days() + 1,
    )


def _stopped(people: pl.DataFrame, domains: Domains) -> pl.DataFrame:
    left = dispositions(domains).filter(~pl.col("event").is_in(_NO_FAULT))
    gone = left.select("participant", events=pl.lit(1)).unique("participant")
    return people.join(gone, on="participant", how="left").select(
        "site", pl.col("events").fill_null(0), of=pl.lit(1)
    )


def _grave(people: pl.DataFrame, grades: pl.DataFrame) -> pl.DataFrame:
    rated = grades.filter(pl.col("term") != "", pl.col("grade").is_not_null())
    return people.join(rated, on="participant").select(
        "site", events=(pl.col("grade") >= GRAVE).cast(pl.Int64), of=pl.lit(1)
    )


def _scored(rows: pl.DataFrame, kind: str, measure: str, least: float) -> pl.DataFrame:
    counts = rows.group_by("site").agg(pl.col("events").sum(), pl.col("of").sum())
    told = site_scores(
        counts,
        "rate" if kind == "rate" else "share",
        flags=(-2.0, 2.0),
        least_denominator=least,
    )
    return told.with_columns(measure=pl.lit(measure)).select(
        "measure",
        "site",
        pl.col("events").cast(pl.Int64),
        pl.col("of").cast(pl.Float64),
        "value",
        "mean",
        "z",
        "z_of_others",
        "spread",
        "flag",
    )
