"""What was known by a day: SDTM domains without anything that lies behind it.

Every answer of this room as of a day is computed from these tables alone, so a record made
later cannot change it.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

# the column that tells when a row became known, then the one to use where that is empty
_KNOWN_BY: Mapping[str, tuple[str, ...]] = {
    "AE": ("AEDTC", "AESTDTC"),
    "DS": ("DSSTDTC", "DSDTC"),
    "EG": ("EGDTC",),
    "EX": ("EXSTDTC",),
    "LB": ("LBDTC",),
    "QS": ("QSDTC",),
    "SV": ("SVSTDTC",),
    "VS": ("VSDTC",),
}
# facts of a row that may come later than the row itself: date column to what it tells
_TOLD_LATER: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "AE": {"AEENDTC": ("AEENDTC", "AEOUT", "AESDTH")},
    "EX": {"EXENDTC": ("EXENDTC",)},
    "DM": {
        "RFICDTC": ("RFICDTC",),
        "DTHDTC": ("DTHDTC", "DTHFL"),
        "RFENDTC": ("RFENDTC",),
        "RFXSTDTC": ("RFXSTDTC",),
        "RFXENDTC": ("RFXENDTC",),
        "RFPENDTC": ("RFPENDTC",),
    },
}


def earliest(name: str) -> pl.Expr:
    """First day that a --DTC text may mean; null where it cannot be read."""
    return _day(name, "-01-01", "-01")


def latest(name: str) -> pl.Expr:
    """Last day that a --DTC text may mean; null where it cannot be read."""
    text = pl.col(name).cast(pl.String).str.strip_chars().str.slice(0, 10)
    month_end = (text + "-01").str.to_date("%Y-%m-%d", strict=False).dt.month_end()
    return (
        pl.when(text.str.len_chars() == 7).then(month_end).otherwise(_day(name, "-12-31", ""))
    )


def _day(name: str, after_year: str, after_month: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String).str.strip_chars().str.slice(0, 10)
    whole = (
        pl.when(text.str.len_chars() == 4)
        .then(text + after_year)
        .when(text.str.len_chars() == 7)
        .then(text + after_month)
        .otherwise(text)
    )
    return whole.str.to_date("%Y-%m-%d", strict=False)


def at_data_cutoff(domains: Mapping[str, pl.DataFrame], as_of: date) -> dict[str, pl.DataFrame]:
    """The domains (by two letters) with later rows left out and later facts blanked.

    A row without a readable day stays: it may well be old, and what stops must not wait.
    A partial day counts from its earliest meaning. A person of DM is known from the first
    day that DM or another domain tells of them; without any such day, always.
    """
    known = {name: _known(name, table, as_of) for name, table in domains.items()}
    if "DM" in domains:
        known["DM"] = _people_seen(domains, known, as_of)
    return known


def _people_seen(
    domains: Mapping[str, pl.DataFrame], known: Mapping[str, pl.DataFrame], as_of: date
) -> pl.DataFrame:
    dm = known["DM"]
    days = [earliest(name) for name in ("DMDTC", "RFICDTC") if name in dm.columns]
    told = pl.coalesce([*days, pl.lit(None, dtype=pl.Date)])
    seen, ever = (_named(tables) for tables in (known, domains))
    return dm.filter(
        (told <= as_of).fill_null(value=False)
        | pl.col("USUBJID").is_in(seen.implode())
        | (told.is_null() & ~pl.col("USUBJID").is_in(ever.implode()))
    )


def _named(tables: Mapping[str, pl.DataFrame]) -> pl.Series:
    """Everybody whom a domain other than DM names."""
    none = pl.Series("USUBJID", [], dtype=pl.String)
    others = [
        table["USUBJID"].cast(pl.String)
        for name, table in tables.items()
        if name in _KNOWN_BY and "USUBJID" in table.columns
    ]
    return pl.concat([none, *others]).unique()


def _known(name: str, table: pl.DataFrame, as_of: date) -> pl.DataFrame:
    days = [earliest(column) for column in _KNOWN_BY.get(name, ()) if column in table.columns]
    if days:
        table = table.filter((pl.coalesce(days) <= as_of).fill_null(value=True))
    for column, told in _TOLD_LATER.get(name, {}).items():
        if column in table.columns:
            later = (earliest(column) > as_of).fill_null(value=False)
            table = table.with_columns(
                pl.when(~later).then(one).alias(one) for one in told if one in table.columns
            )
    return table
