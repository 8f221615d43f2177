"""Results and limits that cannot be as they are written, and what is taken instead.

A result that its own row contradicts is a range that has both numbers in it, so that what both
would prove is proven and nothing else; a limit that no laboratory has for the test is none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from nanoward.base.findings import Finding, row_key
from nanoward.base.units import ANALYTES, Analyte, UnknownUnit, conversion

MARKS_OF_MISSING = (999.0, 9999.0, 99999.0, 888.0)
_MAY_BE_NEGATIVE = ("BASEEXC", "ANIONG", "ANIONGAP")
_APART = 0.1  # share by which two statements of one result may differ by rounding
_EXTREMES = ("CRITICAL", "HIGH HIGH", "LOW LOW")
_INDICATORS = ("NORMAL", "LOW", "HIGH", "ABNORMAL")
_ENZYME = Analyte(name="enzyme", is_enzyme=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualLimits:
    """Where the limits of normal of adults' blood lie in any laboratory, widely taken.

    upper  least and greatest upper limit, in `unit`; a limit outside is a mistake
    lower  the same of the lower limit; None where it may be anything
    """

    test: str
    unit: str
    upper: tuple[float, float]
    lower: tuple[float, float] | None = None
    analyte: str = ""


# Widely drawn around the intervals of Tietz, Clinical Guide to Laboratory Tests, 4th edition,
# and of the NORIP and CALIPER studies for children; only errors of unit or digit lie outside.
_E = "alanine aminotransferase"  # stands for every enzyme: none has a molar mass
USUAL = (
    UsualLimits(test="ALT", unit="U/L", upper=(12, 150), analyte=_E),
    UsualLimits(test="AST", unit="U/L", upper=(12, 200), analyte=_E),
    UsualLimits(test="ALP", unit="U/L", upper=(40, 1000), analyte=_E),
    UsualLimits(test="GGT", unit="U/L", upper=(8, 300), analyte=_E),
    UsualLimits(test="CK", unit="U/L", upper=(50, 1000), analyte=_E),
    UsualLimits(test="LDH", unit="U/L", upper=(90, 1000), analyte=_E),
    UsualLimits(test="BILI", unit="umol/L", upper=(8, 250), analyte="bilirubin"),
    UsualLimits(test="CREAT", unit="umol/L", upper=(25, 250), analyte="creatinine"),
    UsualLimits(test="K", unit="mmol/L", upper=(4, 7.5), lower=(2.5, 4.5), analyte="potassium"),
    UsualLimits(
        test="SODIUM", unit="mmol/L", upper=(138, 160), lower=(120, 142), analyte="sodium"
    ),
    UsualLimits(
        test="CA", unit="mmol/L", upper=(2.2, 3.2), lower=(1.6, 2.5), analyte="calcium"
    ),
    UsualLimits(
        test="GLUC", unit="mmol/L", upper=(4.5, 15), lower=(1.5, 5.5), analyte="glucose"
    ),
    UsualLimits(
        test="HGB", unit="g/L", upper=(105, 260), lower=(70, 170), analyte="haemoglobin"
    ),
    UsualLimits(test="PLAT", unit="10*9/L", upper=(250, 900), lower=(70, 280)),
    UsualLimits(test="WBC", unit="10*9/L", upper=(7, 40), lower=(2, 10)),
    UsualLimits(test="NEUT", unit="10*9/L", upper=(4, 30), lower=(0.5, 5)),
)
_BY_TEST: Mapping[str, UsualLimits] = {one.test: one for one in USUAL}


def with_doubts(rows: pl.DataFrame) -> pl.DataFrame:
    """Results with `note` (why one is doubted) and `doubt` (whether it may clear nobody).

    rows  test, value, unit, low, high, least, most, and as they stand in the source: number,
          number_unit (LBORRES, LBORRESU), indicator (LBNRIND), undone (LBSTAT)
    """
    rows = _with_sound_limits(_with_both_statements(rows))
    named = pl.col("test").str.contains(r"^[A-Z]") & ~pl.col("test").is_in(_MAY_BE_NEGATIVE)
    negative = (pl.col("value") < 0) & named
    negative = negative.fill_null(value=False)
    mark = pl.col("value").is_in(MARKS_OF_MISSING).fill_null(value=False)
    extreme = pl.col("indicator").is_in(_EXTREMES).fill_null(value=False)
    unread = (~pl.col("indicator").is_in((*_EXTREMES, *_INDICATORS))).fill_null(value=False)
    called = pl.lit("the laboratory calls it ") + pl.col("indicator")
    gone = [pl.when(~negative).then(name).alias(name) for name in ("least", "most")]
    notes = (
        (negative, pl.lit("a result below 0 is a mark for a missing one")),
        (mark, pl.lit("it may be a mark for a missing result")),
        (pl.col("undone"), pl.lit("it is told as not done")),
        (extreme, called),
        (unread, called + ", which is no term"),
        (pl.col("apart"), pl.lit("the result as reported says something else")),
        (pl.col("odd_limit"), pl.lit("its limits cannot be those of this test and unit")),
    )
    told = [pl.when(where).then(words) for where, words in notes]
    return rows.with_columns(
        *gone,
        doubt=negative | mark | extreme | unread | pl.col("undone"),
        note=pl.concat_str(told, separator="; ", ignore_nulls=True).replace("", None),
    ).drop("apart", "odd_limit", "number", "number_unit", "indicator", "undone")


def doubted_results(results: pl.DataFrame) -> Iterator[Finding]:
    """A finding for each person, test and cause for which a result is doubted.

    results  of `results_of`
    """
    rows = (
        results.filter(pl.col("note").is_not_null())
        .group_by("participant", "test", "note", maintain_order=True)
        .agg(pl.len(), pl.col("sequence").first(), pl.col("value").first())
    )
    for who, test, note, count, first, value in rows.iter_rows():
        several = f"{count} results, the first " if count > 1 else ""
        yield Finding(
            code="CLR-070",
            severity="warning",
            message=f"{several}{test} {'' if value is None else f'{value:g} '}of {who}: {note}",
            next_step="Correct the result, its unit or its limits at the source.",
            column="LBSTRESN",
            subject=who,
            row=row_key("sdtm.LB", USUBJID=who, LBSEQ=first),
        )


BEYOND = 5.0  # times a limit: what no rule grades is told from here on


def beyond_every_rule(grades: pl.DataFrame) -> Iterator[Finding]:
    """A warning for each person and test far beyond its own limits that no rule grades.

    grades  of `grade_results`: a lactate of 15 mmol/L, or a glucose of 40 by CTCAE 5.0
    """
    high = (pl.col("value") > BEYOND * pl.col("high")) & (pl.col("high") > 0)
    low = (pl.col("value") < pl.col("low") / BEYOND) & (pl.col("value") > 0)
    way = pl.when(high).then(pl.lit("high")).when(low).then(pl.lit("low"))
    ruled = (pl.col("term") != "") & (pl.col("direction") == pl.col("way"))
    rows = (
        grades.with_columns(way=way)
        .filter(pl.col("way").is_not_null(), pl.col("blood").fill_null(value=True))
        .group_by("participant", "test", "sequence", maintain_order=True)
        .agg(ruled.any().alias("ruled"), pl.col("value", "low", "high", "taken").first())
        .filter(~pl.col("ruled"))
        .group_by("participant", "test", maintain_order=True)
        .agg(pl.len(), pl.col("sequence", "value", "low", "high", "taken").last())
    )
    for one in rows.iter_rows(named=True):
        beyond = one["high"] is not None and one["value"] > one["high"]
        limit = one["high"] if beyond else one["low"]
        yield Finding(
            code="CLR-074",
            severity="warning",
            message=f"{one['test']} {one['value']:g} of {one['participant']} on"
            f" {one['taken'] or 'an unknown day'} lies far beyond its limit {limit:g}, and no"
            " rule grades that",
            next_step="Let a physician see the result, or correct it; no standing rests on it.",
            column="LBSTRESN",
            subject=one["participant"],
            row=row_key("sdtm.LB", USUBJID=one["participant"], LBSEQ=one["sequence"]),
        )


def _with_both_statements(rows: pl.DataFrame) -> pl.DataFrame:
    """`least` and `most` around the original result, where it says something else."""
    pairs = rows.select("unit", "number_unit").drop_nulls().unique()
    factors = [
        {"unit": unit, "number_unit": other, "factor": _factor(other, unit)}
        for unit, other in pairs.iter_rows()
    ]
    table = pl.DataFrame(
        factors, schema={"unit": pl.String, "number_unit": pl.String, "factor": pl.Float64}
    )
    joined = rows.join(table, on=["unit", "number_unit"], how="left", maintain_order="left")
    other = pl.col("number") * pl.col("factor")
    difference = (other - pl.col("value")).abs()
    size = pl.max_horizontal(other.abs(), pl.col("value").abs())
    apart = (difference > _APART * size) & (difference > _APART)
    exact = pl.col("least") == pl.col("most")
    return (
        joined.with_columns(apart=(apart & exact).fill_null(value=False))
        .with_columns(
            least=pl.when("apart").then(pl.min_horizontal("least", other)).otherwise("least"),
            most=pl.when("apart").then(pl.max_horizontal("most", other)).otherwise("most"),
        )
        .drop("factor")
    )


def _factor(source: str, target: str) -> float | None:
    """Between units of one dimension; mass and amount need the analyte and are not compared."""
    if source == target:
        return 1.0
    found = conversion(source, target, _ENZYME)
    return None if isinstance(found, UnknownUnit) else found


def _with_sound_limits(rows: pl.DataFrame) -> pl.DataFrame:
    """Limits that are swapped, or that no laboratory has, are none."""
    kinds = rows.select("test", "unit", "low", "high").unique()
    odd = [_odd_limits(*row) for row in kinds.iter_rows()]
    wrong = kinds.with_columns(
        wrong_low=pl.Series([low for low, _ in odd], dtype=pl.Boolean),
        wrong_high=pl.Series([high for _, high in odd], dtype=pl.Boolean),
    ).filter(pl.col("wrong_low") | pl.col("wrong_high"))
    if wrong.is_empty():
        return rows.with_columns(odd_limit=pl.lit(value=False))
    joined = rows.join(
        wrong,
        on=["test", "unit", "low", "high"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    ).with_columns(pl.col("wrong_low", "wrong_high").fill_null(value=False))
    return joined.with_columns(
        low=pl.when(~pl.col("wrong_low")).then("low"),
        high=pl.when(~pl.col("wrong_high")).then("high"),
        odd_limit=pl.col("wrong_low") | pl.col("wrong_high"),
    ).drop("wrong_low", "wrong_high")


def _odd_limits(
    test: str | None, unit: str | None, low: float | None, high: float | None
) -> tuple[bool, bool]:
    """Whether the lower and the upper limit of a test cannot be what they say."""
    if low is not None and high is not None and low > high:
        return True, True
    no_upper = high is not None and high <= 0 and test not in _MAY_BE_NEGATIVE
    usual = _BY_TEST.get(test or "")
    if usual is None or unit is None:
        return False, no_upper
    factor = conversion(unit, usual.unit, ANALYTES.get(usual.analyte))
    if isinstance(factor, UnknownUnit):
        return False, no_upper
    return (
        usual.lower is not None and low is not None and not _within(low * factor, usual.lower),
        no_upper or (high is not None and not _within(high * factor, usual.upper)),
    )


def _within(number: float, ends: tuple[float, float]) -> bool:
    return ends[0] <= number <= ends[1]
