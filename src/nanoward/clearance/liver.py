"""Hy's law: liver injury with jaundice, by two criteria, and the eDISH plane.

"fda"    ALT or AST >= 3 x ULN, bilirubin >= 2 x ULN, alkaline phosphatase < 2 x ULN
         (FDA 2009, Drug-Induced Liver Injury: Premarketing Clinical Evaluation)
"pilot"  ALT or AST > 1.5 x ULN and bilirubin > 1.5 x ULN at one visit, as the CDISC pilot's
         own analysis file ADLBHY has it

R = (ALT / ULN) / (ALP / ULN); above 5 the injury is of the liver cells, below 2 of the bile
(Benichou 1990, J Hepatol 11:272).
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl


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
_TESTS = ("ALT", "AST", "BILI", "ALP")


def liver_visits(results: pl.DataFrame, criteria: Literal["fda", "pilot"]) -> pl.DataFrame:
    """A row per person and day with any liver test: multiples of ULN and what they meet.

    results  of `results_of`: participant, taken, test, value, high; blood samples alone count
    returns  participant, taken, ALT, AST, BILI, ALP (x ULN, the highest of the day), ratio (R),
             transaminase, bilirubin, hys_law: true, false, or null where a missing test leaves
             it open (nobody is cleared of Hy's law by a test that was not made)
    """
    rule = CRITERIA[criteria]
    blood = pl.col("blood").fill_null(value=True) if "blood" in results.columns else pl.lit(1)
    multiples = (
        results.filter(pl.col("test").is_in(_TESTS) & blood.cast(pl.Boolean))
        .filter(pl.col("value").is_not_null() & (pl.col("high") > 0))
        .group_by("participant", "taken", "test")
        .agg((pl.col("value") / pl.col("high")).max().alias("x"))
        .pivot("test", index=["participant", "taken"], values="x")
    )
    wide = multiples.with_columns(
        pl.lit(None, dtype=pl.Float64).alias(name)
        for name in _TESTS
        if name not in multiples.columns
    )
    cells = _beyond("ALT", rule.transaminase, rule) | _beyond("AST", rule.transaminase, rule)
    jaundice = _beyond("BILI", rule.bilirubin, rule)
    law = cells & jaundice
    if rule.phosphatase_below is not None:
        law &= pl.col("ALP") < rule.phosphatase_below
    return (
        wide.with_columns(
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


def _beyond(name: str, limit: float, rule: LiverCriteria) -> pl.Expr:
    edge = limit * 1e-11
    x = pl.col(name)
    return x >= limit - edge if rule.reaching else x > limit + edge


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
