"""What was done with a person and when: consents, doses, samples, assessments, leaving."""

import polars as pl

from nanoward.base.tables import TIMELINE
from nanoward.clearance.sdtm.data_cutoff import earliest, latest
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import (
    assessments,
    consents,
    dispositions,
    randomised,
    texts,
)
from nanoward.maths.frames import schema_of

SCHEMA = schema_of(TIMELINE)


def timeline(domains: Domains, samples: pl.DataFrame | None = None) -> pl.DataFrame:
    """Rows of base/tables TIMELINE, by person and day.

    domains  SDTM by two letters, as known by the day of the round
    samples  sample, participant, taken; None where the programme keeps none
    """
    parts = [
        _told(consents(domains).rename({"signed": "day"}), "consent", pl.lit("signed")),
        _told(randomised(domains), "randomised", pl.lit("randomised")),
        _doses(domains.get("EX")),
        _told(assessments(domains), "assessment", pl.col("kind")),
        _told(dispositions(domains), "left", pl.col("event").str.to_lowercase()),
    ]
    if samples is not None:
        taken = samples.select("participant", "sample", day="taken")
        parts.append(_told(taken, "sample", pl.col("sample")))
    return (
        pl.concat(parts)
        .drop_nulls(["participant", "day"])
        .unique()
        .sort(TIMELINE.key, maintain_order=True)
    )


def _told(table: pl.DataFrame, kind: str, what: pl.Expr) -> pl.DataFrame:
    return table.select(
        "participant",
        "day",
        until=pl.lit(None, dtype=pl.Date),
        kind=pl.lit(kind),
        what=what.cast(pl.String),
    )


def _doses(ex: pl.DataFrame | None) -> pl.DataFrame:
    """A row per interval of EX, with treatment, amount and unit; those not given are left out.

    An interval without an end counts by its start.
    """
    if ex is None:
        return pl.DataFrame(schema=SCHEMA)
    names = ("USUBJID", "EXSTDTC", "EXENDTC", "EXOCCUR", "EXTRT", "EXDOSE", "EXDOSU")
    rows = (
        texts(ex, *names)
        .with_columns(pl.col("EXDOSE").cast(pl.Float64, strict=False))
        .filter((pl.col("EXOCCUR").str.to_uppercase() != "N").fill_null(value=True))
    )
    amount = pl.format("{} {}", pl.col("EXDOSE").round_sig_figs(4), "EXDOSU")
    whole = pl.col("EXDOSE").cast(pl.Int64).cast(pl.Float64) == pl.col("EXDOSE")
    plain = pl.format("{} {}", pl.col("EXDOSE").cast(pl.Int64), "EXDOSU")
    return rows.select(
        participant="USUBJID",
        day=earliest("EXSTDTC"),
        until=latest("EXENDTC"),
        kind=pl.lit("dose"),
        what=pl.concat_str(
            pl.col("EXTRT").fill_null("dose"),
            pl.when(whole).then(plain).otherwise(amount),
            separator=" ",
            ignore_nulls=True,
        ),
    )
