"""Who received the agent by the records of exposure (EX), and who cannot have it from there."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from nanoward.clearance.sdtm.data_cutoff import earliest
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import text

INERT = ("PLACEBO", "SHAM", "VEHICLE", "DUMMY")


def first_receipts(domains: Domains) -> dict[str, date | None]:
    """First day on which each person was given anything but a placebo; None: no readable day.

    A dose without an amount counts as given: it may have been the agent.
    """
    ex = domains.get("EX")
    if ex is None or "USUBJID" not in ex.columns:
        return {}
    amount = pl.col("EXDOSE") if "EXDOSE" in ex.columns else pl.lit(None)
    rows = ex.with_columns(
        text(ex, "USUBJID"),
        text(ex, "EXTRT").str.to_uppercase(),
        text(ex, "EXOCCUR").str.to_uppercase(),
        text(ex, "EXSTDTC"),
        _amount=amount.cast(pl.Float64, strict=False),
    )
    inert = pl.any_horizontal(
        pl.col("EXTRT").str.contains(word, literal=True) for word in INERT
    )
    given = rows.filter(
        (pl.col("EXOCCUR") != "N").fill_null(value=True),
        ~inert.fill_null(value=False),
        (pl.col("_amount") != 0).fill_null(value=True),
    )
    days = given.group_by("USUBJID").agg(
        day=earliest("EXSTDTC").min(), unread=earliest("EXSTDTC").is_null().any()
    )
    return {
        str(who): None if unread else day
        for who, day, unread in days.iter_rows()
        if who is not None
    }


def unexplained_carriers(
    profiles: pl.DataFrame, receipts: Mapping[str, date | None], people: frozenset[str]
) -> pl.DataFrame:
    """Samples that carry the agent of people who had not received it by then.

    profiles  table PROFILES: sample, participant, taken, typed_as
    receipts  of `first_receipts`
    people    participants of whom there are clinical records
    returns   participant, sample, taken, by participant and day
    """
    rows = (
        profiles.filter(
            pl.col("typed_as") == "agent", pl.col("participant").is_in(list(people))
        )
        .select("participant", "sample", "taken")
        .sort("participant", "taken", "sample", nulls_last=True)
    )
    keep = [
        who not in receipts
        or (receipts[who] is not None and taken is not None and taken < receipts[who])
        for who, _, taken in rows.iter_rows()
    ]
    return rows.filter(pl.Series("keep", keep, dtype=pl.Boolean))
