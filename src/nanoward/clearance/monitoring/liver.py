"""Hy's law: liver injury with jaundice, by two criteria, and the eDISH plane.

"fda"    ALT or AST >= 3 x ULN, bilirubin >= 2 x ULN, alkaline phosphatase < 2 x ULN
         (FDA 2009, Drug-Induced Liver Injury: Premarketing Clinical Evaluation)
"pilot"  ALT or AST > 1.5 x ULN and bilirubin > 1.5 x ULN at one visit, as the CDISC pilot's
         own analysis file ADLBHY has it

R = (ALT / ULN) / (ALP / ULN); above 5 the injury is of the liver cells, below 2 of the bile
(Benichou 1990, J Hepatol 11:272).

P_ALT estimates the share of liver cells that an injury cost: the area under ALT (U/L x h) times
its peak to the power 0.18, over 100,000, in per cent (Chung and others 2019, Clin Pharmacol
Ther 105:746; as the eDISH explorer computes it). It needs a sample from before the injury.
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from nanoward.base.units import ANALYTES, conversion


@dataclass(frozen=True, slots=True, kw_only=True)
class LiverCriteria:
    """Limits in multiples of the upper limit; `reaching` counts the limit itself."""

    name: str
    transaminase: float
    bilirubin: float
    phosphatase_below: float | None
    reaching: bool


CRITERIA = {
    "fda": LiverCriteria(
        name="fda", transaminase=3, bilirubin=2, phosphatase_below=2, reaching=True
    ),
    "pilot": LiverCriteria(
        name="pilot",
        transaminase=1.5,
        bilirubin=1.5,
        phosphatase_below=None,
        reaching=False,
    ),
}
_ALT = "alanine aminotransferase"
_TESTS = ("ALT", "AST", "BILI", "ALP")


def liver_visits(results: pl.DataFrame, criteria: Literal["fda", "pilot"]) -> pl.DataFrame:
    """A row per person and day with any liver test: multiples of ULN and what they meet.

    results  of `results_of`: participant, taken, test, least, most, high; blood alone counts
    returns  participant, taken (null: results of days that cannot be read, taken as one),
             ALT, AST, BILI, ALP (x ULN, the highest of the day; of a bound the bound), ratio
             (R), transaminase, bilirubin, hys_law: true, false, or null where a missing test
             or a bound leaves it open (nobody is cleared of Hy's law by a test not made)
    """
    rule = CRITERIA[criteria]
    if "least" not in results.columns:  # numbers alone, no bounds
        results = results.with_columns(least="value", most="value")
    blood = pl.col("blood").fill_null(value=True) if "blood" in results.columns else pl.lit(1)
    liver = results.filter(
        pl.col("test").is_in(_TESTS) & blood.cast(pl.Boolean) & (pl.col("high") > 0)
    ).filter(pl.col("least").is_not_null())
    days = _wide(liver)
    cells = _beyond("ALT", rule.transaminase, rule) | _beyond("AST", rule.transaminase, rule)
    jaundice = _beyond("BILI", rule.bilirubin, rule)
    law = cells & jaundice
    if rule.phosphatase_below is not None:
        low = pl.col("ALP most") < rule.phosphatase_below
        high = pl.col("ALP least") >= rule.phosphatase_below
        law &= pl.when(low).then(pl.lit(value=True)).when(high).then(pl.lit(value=False))
    return (
        days.with_columns(
            ratio=pl.col("ALT") / pl.col("ALP"),
            transaminase=cells,
            bilirubin=jaundice,
            hys_law=law,
        )
        .select(
            "participant", "taken", *_TESTS, "ratio", "transaminase", "bilirubin", "hys_law"
        )
        .sort("participant", "taken")
    )


def _wide(liver: pl.DataFrame) -> pl.DataFrame:
    """participant, taken, and of each test the multiple of its limit, its least and most."""
    least, most = (pl.col(name) / pl.col("high") for name in ("least", "most"))
    shown = pl.when(least.is_finite()).then(least).otherwise(most)
    table = liver.select("participant", "taken").unique(maintain_order=True)
    for name in _TESTS:
        one = (
            liver.filter(pl.col("test") == name)
            .group_by("participant", "taken")
            .agg(
                shown.max().alias(name),
                least.max().alias(f"{name} least"),
                most.max().alias(f"{name} most"),
            )
        )
        table = table.join(one, on=["participant", "taken"], how="left", nulls_equal=True)
    return table


def _beyond(name: str, limit: float, rule: LiverCriteria) -> pl.Expr:
    """True, false, or null where the bounds of the day leave it open."""
    edge = limit * 1e-11
    least, most = pl.col(f"{name} least"), pl.col(f"{name} most")
    sure = least >= limit - edge if rule.reaching else least > limit + edge
    never = most < limit - edge if rule.reaching else most <= limit + edge
    return pl.when(sure).then(pl.lit(value=True)).when(never).then(pl.lit(value=False))


def edish(visits: pl.DataFrame) -> pl.DataFrame:
    """A row per person for the eDISH plane: peaks of transaminase and bilirubin, and where.

    returns  participant, transaminase, bilirubin (peaks, x ULN), quadrant: "hy" (>= 3 and
             >= 2), "temple" (>= 3 alone), "cholestasis" (>= 2 alone), "normal"; null where one
             of the two was never measured
    """
    peaks = visits.group_by("participant").agg(
        transaminase=pl.max_horizontal(pl.col("ALT").max(), pl.col("AST").max()),
        bilirubin=pl.col("BILI").max(),
    )
    high, yellow = pl.col("transaminase") >= 3, pl.col("bilirubin") >= 2
    return peaks.with_columns(
        quadrant=pl.when(high.is_null() | yellow.is_null())
        .then(None)
        .when(high & yellow)
        .then(pl.lit("hy"))
        .when(high)
        .then(pl.lit("temple"))
        .when(yellow)
        .then(pl.lit("cholestasis"))
        .otherwise(pl.lit("normal"))
    ).sort("participant")


def hepatocyte_loss(results: pl.DataFrame) -> pl.DataFrame:
    """P_ALT per person, per cent of liver cells; null for people with ALT of one day alone.

    results  of `results_of`: participant, taken, test, value, unit, blood
    returns  participant, samples (days with ALT in units that become U/L), peak (U/L),
             area (U/L x h, trapezoids between the days), p_alt
    """
    blood = pl.col("blood").fill_null(value=True) if "blood" in results.columns else pl.lit(1)
    rows = results.filter((pl.col("test") == "ALT") & blood.cast(pl.Boolean))
    daily = (
        rows.with_columns(alt=pl.col("value") * _in_units_per_litre(rows["unit"]))
        .drop_nulls(["alt", "taken"])
        .group_by("participant", "taken")
        .agg(pl.col("alt").max())
        .sort("participant", "taken")
    )
    hours = pl.col("taken").diff().over("participant").dt.total_days() * 24
    between = (pl.col("alt") + pl.col("alt").shift(1).over("participant")) / 2
    return (
        daily.with_columns(part=between * hours)
        .group_by("participant")
        .agg(
            samples=pl.len(),
            peak=pl.col("alt").max(),
            area=pl.when(pl.len() > 1).then(pl.col("part").sum()),
        )
        .with_columns(p_alt=pl.col("area") * pl.col("peak").pow(0.18) / 1e5)
        .sort("participant")
    )


def _in_units_per_litre(unit: pl.Series) -> pl.Expr:
    """What turns each unit into U/L; null for a unit that does not become it."""
    known = {
        one: factor
        for one in unit.drop_nulls().unique()
        if isinstance(factor := conversion(one, "U/L", ANALYTES[_ALT]), float)
    }
    return pl.col("unit").replace_strict(known, default=None, return_dtype=pl.Float64)
