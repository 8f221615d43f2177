"""Calcium corrected for albumin, which is what CTCAE's limits for total calcium mean.

corrected = measured + 0.02 mmol/L for each g/L of albumin below 40 (0.8 mg/dL per g/dL below
4.0): Payne, Little, Williams and Milner 1973, BMJ 4:643, in the form of CTCAE v3.0 (2006),
remark to hypocalcaemia. Nothing is corrected where albumin reaches 40 g/L, or was not
measured in the same person on the same day: such calcium is graded as measured, and says so.
"""

import polars as pl

from nanoward.base.units import ANALYTES, UnknownUnit, conversion

ENOUGH_G_PER_L = 40.0
PER_G = 0.02  # mmol/L of calcium for each g/L of albumin
AS_MEASURED = "not corrected: no albumin of that day"


def with_corrected_calcium(results: pl.DataFrame) -> pl.DataFrame:
    """Results of `results_of`; for calcium `least` and `most` corrected, and a `note`.

    `value` stays as measured, so that it is found again in the source.
    """
    if not (results["test"] == "CA").any():
        none = pl.lit(None, dtype=pl.String).alias("note")
        return results if "note" in results.columns else results.with_columns(none)
    blood = pl.col("blood").fill_null(value=True)
    rows = results.with_row_index("row").rename({"note": "doubted"}, strict=False)
    albumin = (
        rows.filter((pl.col("test") == "ALB") & blood & pl.col("value").is_not_null())
        .with_columns(albumin=pl.col("value") * _factors(pl.col("unit"), rows, "g/L"))
        .drop_nulls(["albumin", "taken"])
        .sort("row")
        .group_by("participant", "taken")
        .agg(pl.col("albumin").last())
    )
    calcium = (
        rows.filter((pl.col("test") == "CA") & blood)
        .select("row", "participant", "taken", "unit")
        .join(albumin, on=["participant", "taken"], how="left")
        .with_columns(in_mmol=_factors(pl.col("unit"), rows, "mmol/L", "calcium"))
        .select("row", *_shift_and_note())
    )
    joined = rows.join(calcium, on="row", how="left", maintain_order="left")
    shift = pl.col("shift").fill_null(0.0)
    notes = [pl.col("note"), *([pl.col("doubted")] if "note" in results.columns else [])]
    return joined.with_columns(
        least=pl.col("least") + shift,
        most=pl.col("most") + shift,
        note=pl.concat_str(notes, separator="; ", ignore_nulls=True).replace("", None),
    ).drop("row", "shift", *(["doubted"] if "note" in results.columns else []))


def _shift_and_note() -> tuple[pl.Expr, pl.Expr]:
    """What is added in the result's own unit, and how it is told."""
    lack = (ENOUGH_G_PER_L - pl.col("albumin")).clip(lower_bound=0.0)
    shift = (PER_G * lack / pl.col("in_mmol")).fill_null(0.0)
    told = pl.format("corrected for albumin of {} g/L", pl.col("albumin").round_sig_figs(4))
    note = (
        pl.when(pl.col("albumin").is_null() | pl.col("in_mmol").is_null())
        .then(pl.lit(AS_MEASURED))
        .when(shift > 0)
        .then(told)
    )
    return shift.alias("shift"), note.alias("note")


def _factors(unit: pl.Expr, rows: pl.DataFrame, target: str, analyte: str = "") -> pl.Expr:
    """What turns each unit into the target; null for a unit that does not become it."""
    known: dict[str, float] = {}
    for one in rows["unit"].drop_nulls().unique():
        factor = conversion(one, target, ANALYTES.get(analyte))
        if not isinstance(factor, UnknownUnit):
            known[one] = factor
    return unit.replace_strict(known, default=None, return_dtype=pl.Float64)
