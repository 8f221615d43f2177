"""Clinical records that cannot all be true: each with the rows that contradict each other.

Partial dates are read in favour of the record: something is told only where no day that the
text may mean would do. Seriousness criteria against the flag, ends before beginnings and
partial starts of adverse events are told by events.py, with the events themselves.
"""

from collections.abc import Iterator

import polars as pl

from nanoward.base.findings import Finding, row_key
from nanoward.clearance.sdtm.data_cutoff import earliest, latest
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import dispositions, text, texts

_STANDARD = ("LBSTRESN", "LBSTNRLO", "LBSTNRHI")
_CORRECT = "Correct one of the two at the source."


def edit_checks(domains: Domains) -> tuple[Finding, ...]:
    """A finding for each pair of records that cannot both be true.

    Doses, visits, results and events after a death; doses after the person had left; doses
    that end before they begin; deaths that one domain tells and another does not; an
    indicator of the laboratory (LBNRIND) that its own limits contradict.
    """
    return (
        *_after_death(domains),
        *_doses_after_leaving(domains),
        *_backward_doses(domains),
        *_unreported_deaths(domains),
        *_indicators(domains),
    )


def _deaths(domains: Domains) -> pl.DataFrame:
    """participant, died: the last day that the death may mean, where any day is told."""
    dead = dispositions(domains).filter(pl.col("event") == "DEATH").drop_nulls("day")
    dm = texts(domains.get("DM", _nobody()), "USUBJID", "DTHDTC")
    told = dm.select(participant="USUBJID", died=latest("DTHDTC")).drop_nulls()
    both = pl.concat([told, dead.select("participant", died="day")])
    return both.group_by("participant").agg(pl.col("died").max())


def _after_death(domains: Domains) -> Iterator[Finding]:
    deaths = _deaths(domains)
    if deaths.is_empty():
        return
    for domain, column, what, code in (
        ("EX", "EXSTDTC", "a dose was given", "CLR-050"),
        ("SV", "SVSTDTC", "a visit was made", "CLR-052"),
        ("AE", "AESTDTC", "an adverse event began", "CLR-054"),
    ):
        rows = _rows(domains, domain, column).join(deaths, on="participant")
        for row in rows.filter(pl.col("day") > pl.col("died")).iter_rows(named=True):
            told = f"{what} on {row['told']}, after the death of {row['died']}"
            yield _finding(code, row, domain, column, told)


def _doses_after_leaving(domains: Domains) -> Iterator[Finding]:
    left = (
        dispositions(domains)
        .filter(pl.col("event") != "SCREEN FAILURE", pl.col("day").is_not_null())
        .group_by("participant")
        .agg(left=pl.col("day").max(), event=pl.col("event").last())
    )
    if left.is_empty():
        return
    rows = _rows(domains, "EX", "EXSTDTC").join(left, on="participant")
    late = (pl.col("day") > pl.col("left")) & (pl.col("event") != "DEATH")
    for row in rows.filter(late).iter_rows(named=True):
        told = f"a dose was given on {row['told']}, after {row['event'].lower()}"
        yield _finding("CLR-051", row, "EX", "EXSTDTC", f"{told} on {row['left']}")


def _backward_doses(domains: Domains) -> Iterator[Finding]:
    doses = _rows(domains, "EX", "EXSTDTC", "EXENDTC")
    for row in doses.filter(pl.col("end") < pl.col("day")).iter_rows(named=True):
        told = f"a dose of {row['told']} ended on {row['end']}, before it began"
        yield _finding("CLR-053", row, "EX", "EXENDTC", told)


def _unreported_deaths(domains: Domains) -> Iterator[Finding]:
    """A fatal event or a death in DS of somebody whom DM does not call dead."""
    if "DM" not in domains or not {"DTHFL", "DTHDTC"} & set(domains["DM"].columns):
        return
    dm = texts(domains["DM"], "USUBJID", "DTHFL", "DTHDTC")
    dead = dm.filter((pl.col("DTHFL") == "Y") | pl.col("DTHDTC").is_not_null())["USUBJID"]
    sources = (
        ("DS", "DSDECOD", pl.col("DSDECOD").str.to_uppercase() == "DEATH"),
        ("AE", "AEOUT", pl.col("AEOUT").str.to_uppercase() == "FATAL"),
    )
    for domain, column, is_death in sources:
        if column not in domains.get(domain, _nobody()).columns:
            continue
        rows = _rows(domains, domain, column).with_columns(pl.col("told").alias(column))
        for row in rows.filter(
            is_death & ~pl.col("participant").is_in(dead.implode())
        ).iter_rows(named=True):
            told = f"{domain} tells a death ({row['told'].lower()}) that DM does not"
            yield _finding("CLR-055", row, domain, column, told)


def _indicators(domains: Domains) -> Iterator[Finding]:
    """In the units of the laboratory: limits that were converted and rounded prove nothing."""
    lb = domains.get("LB", _nobody())
    originals = ("LBORRES", "LBORNRLO", "LBORNRHI")
    names = originals if set(originals) <= set(lb.columns) else _STANDARD
    if not {"LBNRIND", *names} <= set(lb.columns):
        return
    value, low, high = (text(lb, name).cast(pl.Float64, strict=False) for name in names)
    says = text(lb, "LBNRIND").str.to_uppercase()
    wrong = (
        ((says == "NORMAL") & ((value < low) | (value > high)))
        | ((says == "LOW") & (value >= low))
        | ((says == "HIGH") & (value <= high))
        | ((says == "ABNORMAL") & (value >= low) & (value <= high))
    )
    rows = _rows(domains, "LB", "LBNRIND").with_columns(
        lb.select(wrong.fill_null(value=False).alias("wrong"), value.alias("value"))
    )
    for row in rows.filter("wrong").iter_rows(named=True):
        told = f"the result {row['value']:g} is called {row['told'].lower()} against its limits"
        yield _finding("CLR-056", row, "LB", "LBNRIND", told)


def _rows(domains: Domains, domain: str, column: str, end: str | None = None) -> pl.DataFrame:
    """participant, sequence, told (text of the column), day (its earliest), end, by row."""
    table = domains.get(domain, _nobody())
    named = table.lazy().with_columns(
        text(table, "USUBJID"), text(table, column), text(table, end or column).alias("end")
    )
    number = f"{domain}SEQ"
    sequence = (
        pl.col(number).cast(pl.Float64, strict=False).cast(pl.Int64)
        if number in table.columns
        else pl.lit(None, dtype=pl.Int64)
    )
    dated = column.endswith("DTC")
    return named.select(
        sequence.alias("sequence"),
        participant="USUBJID",
        told=column,
        day=earliest(column) if dated else pl.lit(None, dtype=pl.Date),
        end=latest("end") if end else pl.lit(None, dtype=pl.Date),
    ).collect()


def _finding(code: str, row: dict[str, object], domain: str, column: str, told: str) -> Finding:
    who, number = str(row["participant"]), row["sequence"]
    return Finding(
        code=code,
        severity="warning",
        message=f"{domain} {'' if number is None else number} of {who}: {told}".replace(
            "  ", " "
        ),
        next_step=_CORRECT,
        column=column,
        subject=who,
        row=row_key(
            f"sdtm.{domain}",
            USUBJID=who,
            **({f"{domain}SEQ": number} if isinstance(number, int) else {}),
        ),
    )


def _nobody() -> pl.DataFrame:
    return pl.DataFrame(schema={"USUBJID": pl.String})
