"""Each person's baseline of each test: by instant where times are known, bounds too."""

import polars as pl

from nanoward.clearance.sdtm.data_cutoff import placed_day
from nanoward.clearance.sdtm.subject_domains import given_doses
from nanoward.maths.distinct_texts import by_distinct


def first_doses(ex: pl.DataFrame | None) -> pl.DataFrame:
    """participant, first_dose (date), first_at (text: the first instant of that day).

    first_at has no time where a dose of the first day has none. Somebody who was given a dose
    on a day that cannot be read has no first dose: nobody knows what came before it.
    """
    day = placed_day("EXSTDTC")
    rows = given_doses(ex).with_columns(day=day)
    unread = rows.filter(pl.col("day").is_null()).select("USUBJID")
    return (
        rows.join(unread, on="USUBJID", how="anti")
        .filter(pl.col("day") == pl.col("day").min().over("USUBJID"))
        .group_by(participant="USUBJID")
        .agg(first_dose=pl.col("day").min(), first_at=pl.col("EXSTDTC").min())
        .sort("participant")
    )


def instant(text: pl.Expr) -> pl.Expr:
    """A --DTC text with a time as an instant in UTC; one without an offset as it stands."""
    return by_distinct(text, _instant, pl.Datetime)


def _instant(text: pl.Expr) -> pl.Expr:
    clock = text.str.slice(0, 19).str.head(19)
    local = pl.coalesce(
        clock.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False),
        clock.str.slice(0, 16).str.to_datetime("%Y-%m-%dT%H:%M", strict=False),
    )
    sign = text.str.extract(r"T.*([+-])[0-9]{2}:?[0-9]{2}$")
    hours = text.str.extract(r"T.*[+-]([0-9]{2}):?[0-9]{2}$").cast(pl.Int64, strict=False)
    minutes = text.str.extract(r"T.*[+-][0-9]{2}:?([0-9]{2})$").cast(pl.Int64, strict=False)
    shift = (hours * 60 + minutes) * pl.when(sign == "-").then(-1).otherwise(1)
    return local - pl.duration(minutes=shift.fill_null(0))


def before_first_dose() -> pl.Expr:
    """Whether a result of the table was taken before the first dose, or may have been.

    On the day of the first dose a result without a time counts as taken before it.
    """
    earlier = pl.col("taken") < pl.col("first_dose")
    same = pl.col("taken") == pl.col("first_dose")
    after = (instant(pl.col("at")) > instant(pl.col("first_at"))).fill_null(value=False)
    return earlier | (same & ~after)


def baselines(table: pl.DataFrame) -> pl.DataFrame:
    """Per person and test: the flagged result, else the last one before the first dose.

    A flag on a result that was surely taken after the first dose is not believed. A result
    known as a bound tells the state (low, normal, high) and no number.
    """
    before = pl.col("before")
    later = (pl.col("first_dose").is_not_null() & ~before).fill_null(value=False)
    state = (
        pl.when(pl.col("least") > pl.col("high"))
        .then(pl.lit("high"))
        .when(pl.col("most") < pl.col("low"))
        .then(pl.lit("low"))
        .when((pl.col("most") <= pl.col("high")) | (pl.col("least") >= pl.col("low")))
        .then(pl.lit("normal"))
    )
    return (
        table.with_columns(before=before_first_dose())
        .filter(
            pl.col("least").is_not_null()
            & pl.col("blood")
            & ~later
            & (pl.col("flagged") | before)
        )
        .sort("flagged", "at", "row")
        .group_by("participant", "test", maintain_order=True)
        .last()
        .select(
            "participant",
            "test",
            base=pl.when(pl.col("least") == pl.col("most")).then("value"),
            base_unit="unit",
            base_state=state,
            base_at="at",
        )
    )
