"""The SDTM LB domain as results that can be graded: bounds, limits and each one's baseline."""

import polars as pl

from nanoward.clearance.sdtm.baselines import baselines
from nanoward.clearance.sdtm.result_doubts import with_doubts
from nanoward.clearance.sdtm.subject_domains import text

_NEEDED = ("USUBJID", "LBTESTCD")
_TEXT = (
    "USUBJID",
    "LBTESTCD",
    "LBSTRESC",
    "LBSTRESU",
    "LBORRES",
    "LBORRESU",
    "LBDTC",
    "LBBLFL",
    "LBLOBXFL",
    "LBCAT",
    "LBSPEC",
    "LBFAST",
    "LBNRIND",
    "LBSTAT",
)
_NUMBER = ("LBSEQ", "LBSTRESN", "LBSTNRLO", "LBSTNRHI", "LBORNRLO", "LBORNRHI")
_NOT_BLOOD = ("URINE", "URINALYSIS", "STOOL", "CEREBROSPINAL FLUID", "CSF", "SALIVA")
_BOUND_EDGE = 1e-9  # "< 0.2" is just below 0.2, by a share that no comparison calls equal


def results_of(lb: pl.DataFrame, first_doses: pl.DataFrame | None = None) -> pl.DataFrame:
    """LB rows as `grade_results` takes them, one row each, in their order.

    lb           SDTM LB: USUBJID and LBTESTCD at least; standard results (LBSTRESN,
                 LBSTRESU, LBSTNRLO, LBSTNRHI), else the original ones
    first_doses  participant and first_dose (date): without a flagged baseline (LBBLFL) the
                 last result before it is the baseline, by the instant `first_at` where both
                 times are known (see baselines.py); people without a dose have not left
                 their baseline

    What was not done is no result; told as not done beside a result, it is a doubted one. See
    result_doubts.py for `doubt` and `note`.
    """
    told = pl.any_horizontal(pl.col("LBSTRESN", "LBSTRESC", "LBORRES").is_not_null())
    measured = _measured(_with_columns(lb).filter(pl.col("LBSTAT").is_null() | told))
    table = with_doubts(measured).with_row_index("row")
    doses = _no_doses() if first_doses is None else first_doses
    if "first_at" not in doses.columns:
        doses = doses.with_columns(first_at=pl.lit(None, dtype=pl.String))
    doses = doses.select("participant", "first_dose", "first_at")
    table = table.join(doses, on="participant", how="left")
    base = baselines(table)
    return (
        table.join(base, on=["participant", "test"], how="left")
        .with_columns(
            at_baseline=pl.when(pl.col("base_at").is_not_null())
            .then(pl.col("at") <= pl.col("base_at"))
            .otherwise(pl.col("first_dose").is_null())
            .fill_null(value=False)
        )
        .sort("row")
        .drop("row", "at", "flagged", "first_dose", "first_at", "base_at")
    )


def _no_doses() -> pl.DataFrame:
    return pl.DataFrame(schema={"participant": pl.String, "first_dose": pl.Date})


def _with_columns(lb: pl.DataFrame) -> pl.DataFrame:
    """LB with every column that is read here, absent ones null, numbers as numbers."""
    sequence = pl.int_range(1, pl.len() + 1).cast(pl.Float64)
    given = {name: pl.col(name) for name in lb.columns}
    return lb.select(
        *(text(lb, name) for name in _TEXT),
        *(
            given.get(n, sequence if n == "LBSEQ" else pl.lit(None))
            .cast(pl.Float64, strict=False)
            .alias(n)
            for n in _NUMBER
        ),
    )


def _measured(lb: pl.DataFrame) -> pl.DataFrame:
    """Standard results where there are any, else original ones; values as bounds."""
    standard = pl.col("LBSTRESN").is_not_null() | pl.col("LBSTRESC").is_not_null()
    number = pl.col("LBORRES").cast(pl.Float64, strict=False)
    written = pl.when(standard).then("LBSTRESC").otherwise("LBORRES")
    mark = written.str.extract(r"^\s*([<>])", 1)
    bound = written.str.extract(r"^\s*[<>]=?\s*([0-9.]+(?:[eE][-+]?[0-9]+)?)\s*$", 1).cast(
        pl.Float64, strict=False
    )
    value = pl.when(standard).then("LBSTRESN").otherwise(number)
    whole = value.is_not_null() & mark.is_null()
    edge = pl.when(written.str.contains(r"^\s*[<>]=")).then(0.0).otherwise(_BOUND_EDGE)
    return lb.select(
        participant="USUBJID",
        sequence=pl.col("LBSEQ").cast(pl.Int64),
        test="LBTESTCD",
        taken=pl.when(~pl.col("LBDTC").str.contains("/", literal=True)).then(
            pl.col("LBDTC").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        ),
        value=pl.when(whole).then(value),
        unit=pl.when(standard | pl.col("LBORRES").is_null())
        .then("LBSTRESU")
        .otherwise("LBORRESU"),
        low=pl.when(standard).then("LBSTNRLO").otherwise("LBORNRLO"),
        high=pl.when(standard).then("LBSTNRHI").otherwise("LBORNRHI"),
        least=pl.when(whole)
        .then(value)
        .when((mark == ">") & bound.is_not_null())
        .then(bound * (1 + edge))
        .when((mark == "<") & bound.is_not_null())
        .then(float("-inf")),
        most=pl.when(whole)
        .then(value)
        .when((mark == "<") & bound.is_not_null())
        .then(bound * (1 - edge))
        .when((mark == ">") & bound.is_not_null())
        .then(float("inf")),
        blood=~(
            pl.col("LBSPEC").str.to_uppercase().is_in(_NOT_BLOOD).fill_null(value=False)
            | pl.col("LBCAT").str.to_uppercase().is_in(_NOT_BLOOD).fill_null(value=False)
            | _ph_of_urine(value)
        ),
        fasting=(pl.col("LBFAST").str.to_uppercase() == "Y").fill_null(value=False),
        flagged=((pl.col("LBBLFL") == "Y") | (pl.col("LBLOBXFL") == "Y")).fill_null(
            value=False
        ),
        at="LBDTC",
        number=number,
        number_unit="LBORRESU",
        indicator=pl.col("LBNRIND").str.to_uppercase(),
        undone=pl.col("LBSTAT").is_not_null(),
    )


def _ph_of_urine(value: pl.Expr) -> pl.Expr:
    """A pH without a specimen: of urine by its lower limit, else by its value.

    No blood has a lower limit under 7, and nobody lives with one under pH 6.6 or over 8.
    """
    low = pl.coalesce("LBSTNRLO", "LBORNRLO")
    by_value = (value < 6.6) | (value > 8)
    bare = pl.col("LBSPEC").is_null() & (pl.col("LBTESTCD") == "PH")
    other = pl.when(low.is_not_null()).then(low < 7).otherwise(by_value)
    return (bare & other).fill_null(value=False)
