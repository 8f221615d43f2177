"""Days of results against the visit that they name: a mistyped year hides what it says.

Where results of a numbered visit are dated more than two months from that visit, the day is
taken as unknown: what the result speaks against stays, and it is no assessment of that day.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

import polars as pl

from nanoward.base.findings import Finding, row_key
from nanoward.clearance.sdtm.data_cutoff import earliest
from nanoward.clearance.sdtm.subject_domains import text

APART_DAYS = 60  # no window of a visit is as wide, and no wrong year is as near
_SOURCES = {"LB": "LBDTC", "VS": "VSDTC", "EG": "EGDTC", "QS": "QSDTC"}


def without_misplaced(
    domains: Mapping[str, pl.DataFrame],
) -> tuple[dict[str, pl.DataFrame], tuple[Finding, ...]]:
    """The domains with misplaced days unknown ("? 2025-05-25"), and a finding for each person.

    A visit's days are those of SV and of the person's other results of its number, the median.
    """
    tables = dict(domains)
    found: list[Finding] = []
    if not _any_apart(domains):
        return tables, ()
    dated = {
        name: _dated(domains[name], column)
        for name, column in (*_SOURCES.items(), ("SV", "SVSTDTC"))
        if name in domains and {"VISITNUM", column} <= set(domains[name].columns)
    }
    middle = _middles(dated.values())
    for name, column in _SOURCES.items():
        if name not in dated:
            continue
        table, far = tables[name], _far(dated[name], middle)
        rows = table.filter(far)
        if rows.is_empty():
            continue
        found += _findings(name, column, rows)
        written = pl.when(far).then("? " + pl.col(column).cast(pl.String))
        tables[name] = table.with_columns(written.otherwise(pl.col(column)).alias(column))
    return tables, tuple(found)


def _any_apart(domains: Mapping[str, pl.DataFrame]) -> bool:
    """Whether the days of any visit lie too far apart: else none is far from their median."""
    parts = [
        _dated(domains[name].select("USUBJID", "VISITNUM", column).unique(), column)
        for name, column in (*_SOURCES.items(), ("SV", "SVSTDTC"))
        if name in domains and {"USUBJID", "VISITNUM", column} <= set(domains[name].columns)
    ]
    if not parts:
        return False
    days = pl.concat(parts).drop_nulls()
    apart = pl.col("day").max() - pl.col("day").min() > timedelta(days=APART_DAYS)
    return bool(days.group_by("USUBJID", "visit").agg(apart=apart)["apart"].any())


def _middles(dated: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """USUBJID, visit, middle: the median of all days of a visit."""
    days = pl.concat(dated).drop_nulls()
    return days.group_by("USUBJID", "visit").agg(middle=pl.col("day").cast(pl.Int32).median())


def _dated(table: pl.DataFrame, column: str) -> pl.DataFrame:
    return table.select(
        text(table, "USUBJID"),
        visit=pl.col("VISITNUM").cast(pl.Float64, strict=False),
        day=earliest(column),
    )


def _far(dated: pl.DataFrame, middle: pl.DataFrame) -> pl.Series:
    """Of each row, whether its day lies far from its visit."""
    joined = dated.join(middle, on=["USUBJID", "visit"], how="left", maintain_order="left")
    apart = (pl.col("day").cast(pl.Int32) - pl.col("middle")).abs() > APART_DAYS
    return joined.select(apart.fill_null(value=False).alias("far"))["far"]


def _findings(domain: str, column: str, rows: pl.DataFrame) -> Iterator[Finding]:
    for (who,), some in rows.group_by("USUBJID", maintain_order=True):
        number = f"{domain}SEQ"
        first = some[number][0] if number in some.columns else None
        key = {} if first is None else {number: int(float(first))}
        more = f" and {some.height - 1} more rows" if some.height > 1 else ""
        yield Finding(
            code="CLR-066",
            severity="warning",
            message=f"{column} {some[column][0]} of {who}{more} is months away from visit"
            f" {some['VISITNUM'][0]}",
            next_step="Correct the day or the visit; until then it may be any day",
            column=column,
            subject=str(who),
            row=row_key(f"sdtm.{domain}", USUBJID=str(who), **key),
        )
