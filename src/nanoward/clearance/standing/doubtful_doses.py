"""Doses that nobody can have meant: below 0, or far beyond everybody else's.

Agents that multiply are often given in tenfold steps (the first person of a step has ten times
anybody else's dose), so only what lies beyond such a step holds; from five times on it is told.
A dose of 0 is how SDTM writes a placebo (SDTMIG 3.4, 6.1): of anything else it is told.
"""

from collections.abc import Iterator

import polars as pl

from nanoward.base.units import UnknownUnit, conversion
from nanoward.clearance.sdtm.agent_recipients import INERT
from nanoward.clearance.sdtm.data_cutoff import earliest
from nanoward.clearance.sdtm.subject_domains import given_doses
from nanoward.clearance.standing.standing_rules import CLEARED, HELD

TOLD_BEYOND, HELD_BEYOND = 5.0, 10.0  # times the largest dose of anybody else


def doubtful_doses(
    ex: pl.DataFrame | None,
) -> Iterator[tuple[str, str, None, int, str, str, str]]:
    """participant, series, day (none: until corrected), level, told, code, column.

    Compared with the largest dose of the treatment that anybody else was given, in units that
    convert; where nobody else was, with the median of the person's own.
    """
    rows = _amounts(ex)
    others = _largest_of_others(rows)
    own = rows.group_by("treatment", "USUBJID").agg(own=pl.col("amount").median())
    compared = rows.join(others, on=["treatment", "USUBJID"], how="left").join(
        own, on=["treatment", "USUBJID"]
    )
    usual = pl.when(pl.col("usual") > 0).then("usual").otherwise("own")
    compared = compared.with_columns(times=pl.when(usual > 0).then(pl.col("amount") / usual))
    for one in compared.iter_rows(named=True):
        what = f"{one['EXDOSE']:g} {one['EXDOSU'] or ''}".rstrip()
        dose = f"a dose of {what} of {one['EXTRT'] or 'a treatment without a name'}"
        when = f"on {one['day'] or 'an unknown day'}"
        series, times = f"dose {one['treatment']}", one["times"] or 0.0
        if one["EXDOSE"] < 0:
            told = f"{dose} {when}: nobody is given less than nothing"
        elif times >= TOLD_BEYOND:
            told = f"{dose} {when} is {times:.3g} times any other"
        else:
            continue
        held = one["EXDOSE"] < 0 or times > HELD_BEYOND
        level = HELD if held else CLEARED
        yield one["USUBJID"], series, None, level, told, "CLR-077", "EXDOSE"


def _largest_of_others(rows: pl.DataFrame) -> pl.DataFrame:
    """treatment, USUBJID, usual: the largest dose that anybody else was given, of each person.

    It is the treatment's largest, but for the person who was given that one.
    """
    largest = (
        rows.group_by("treatment", "USUBJID")
        .agg(most=pl.col("amount").max())
        .sort("most", "USUBJID", descending=True, nulls_last=True)
    )
    first = pl.int_range(pl.len()).over("treatment") == 0
    next_to_it = pl.col("most").get(1, null_on_oob=True).over("treatment")
    most = pl.col("most").first().over("treatment")
    others = largest.with_columns(usual=pl.when(first).then(next_to_it).otherwise(most))
    several = pl.len().over("treatment") > 1
    return others.filter(several).select("treatment", "USUBJID", "usual")


def zero_doses(ex: pl.DataFrame | None) -> Iterator[str]:
    """One sentence for each treatment, not a placebo, of which some doses were 0."""
    rows = _amounts(ex)
    named = pl.any_horizontal(
        pl.col("treatment").str.contains(one, literal=True) for one in INERT
    )
    zero = rows.filter((pl.col("EXDOSE") == 0) & ~named)
    for treatment, people in (
        zero.group_by("treatment", maintain_order=True)
        .agg(pl.col("USUBJID").unique(maintain_order=True))
        .iter_rows()
    ):
        more = f" and {len(people) - 1} more" if len(people) > 1 else ""
        whom = f"{people[0]}{more}"
        yield f"doses of 0 of {treatment}, which is no placebo by its name, to {whom}"


def _amounts(ex: pl.DataFrame | None) -> pl.DataFrame:
    """USUBJID, EXTRT, EXDOSE, EXDOSU, day, treatment, amount: in one unit of the treatment.

    A unit that does not convert makes a treatment of its own.
    """
    table = pl.DataFrame(schema={"USUBJID": pl.String}) if ex is None else ex
    rows = given_doses(table, "EXDOSE", "EXTRT", "EXDOSU")
    rows = rows.with_columns(pl.col("EXDOSE").cast(pl.Float64, strict=False)).drop_nulls(
        "EXDOSE"
    )
    rows = rows.with_columns(treatment=pl.col("EXTRT").str.to_uppercase().fill_null(""))
    pairs = rows.group_by("treatment", "EXDOSU").len().sort("len", "EXDOSU", descending=True)
    kept: dict[str, str | None] = {}
    factors = []
    for treatment, unit, _ in pairs.iter_rows():
        first = kept.setdefault(treatment, unit)
        factor = _factor(unit, first)
        name = treatment if factor is not None else f"{treatment} in {unit}"
        factors.append((treatment, unit, 1.0 if factor is None else factor, name))
    schema = {
        "treatment": pl.String,
        "EXDOSU": pl.String,
        "factor": pl.Float64,
        "name": pl.String,
    }
    known = pl.DataFrame(factors, schema=schema, orient="row")
    return rows.join(known, on=["treatment", "EXDOSU"], nulls_equal=True, how="left").select(
        *("USUBJID", "EXTRT", "EXDOSE", "EXDOSU"),
        day=earliest("EXSTDTC"),
        treatment="name",
        amount=pl.col("EXDOSE") * pl.col("factor"),
    )


def _factor(unit: str | None, first: str | None) -> float | None:
    if unit == first:
        return 1.0
    found = UnknownUnit if unit is None or first is None else conversion(unit, first)
    return found if isinstance(found, float) else None
