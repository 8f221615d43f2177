"""The eDISH plane with Hy's law by both criteria: a row per person (see liver.py)."""

import polars as pl

from nanoward.base.tables import LIVER
from nanoward.clearance.monitoring.liver import edish, liver_visits
from nanoward.maths.frames import schema_of


def liver_peaks(results: pl.DataFrame) -> pl.DataFrame:
    """Rows of base/tables LIVER.

    results  of `results_of`
    A criterion is null where no day meets it and a missing test leaves a day open.
    """
    visits = liver_visits(results, "fda")
    pilot = liver_visits(results, "pilot").select("participant", "taken", pilot="hys_law")
    highest = pl.max_horizontal("ALT", "AST")
    people = (
        visits.join(pilot, on=["participant", "taken"], nulls_equal=True)
        .with_columns(highest=highest)
        .sort(
            "participant", "highest", "taken", descending=[False, True, False], nulls_last=True
        )
        .group_by("participant", maintain_order=True)
        .agg(
            phosphatase=pl.col("ALP").max(),
            peak=pl.col("taken").filter(pl.col("highest").is_not_null()).first(),
            ratio=pl.col("ratio").filter(pl.col("highest").is_not_null()).first(),
            fda=pl.col("hys_law").any(ignore_nulls=False),
            pilot=pl.col("pilot").any(ignore_nulls=False),
        )
    )
    schema = schema_of(LIVER)
    return edish(visits).join(people, on="participant").select(*schema).sort("participant")
