"""What was known by a day: SDTM domains without anything that lies behind it.

Every answer of this room as of a day is computed from these tables alone, so a record made
later cannot change it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import polars as pl

from nanoward.base.findings import Finding, row_key
from nanoward.maths.distinct_texts import by_distinct

# the column that tells when a row became known, then the one to use where that is empty
_KNOWN_BY: Mapping[str, tuple[str, ...]] = {
    "AE": ("AEDTC", "AESTDTC"),
    "DS": ("DSSTDTC", "DSDTC"),
    "EG": ("EGDTC",),
    "EX": ("EXSTDTC",),
    "LB": ("LBDTC",),
    "QS": ("QSDTC",),
    "RP": ("RPDTC",),
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
_PLANNED = frozenset({"RFENDTC", "RFXENDTC", "EXENDTC"})  # an end may be planned


def earliest(name: str) -> pl.Expr:
    """First day that a --DTC text may mean; null where it cannot be read."""
    return _read(name, _earliest, pl.Date)


def latest(name: str) -> pl.Expr:
    """Last day that a --DTC text may mean; null where it cannot be read."""
    return _read(name, _latest, pl.Date)


def placed_day(name: str) -> pl.Expr:
    """`earliest`, but null where the text may be several days, far apart."""
    return _read(name, lambda told: pl.when(~_unplaced(told)).then(_earliest(told)), pl.Date)


def unplaced(name: str) -> pl.Expr:
    """Whether a --DTC text is there and is no day, or may be several that are far apart."""
    return _read(name, _unplaced, pl.Boolean)


def _read(name: str, told: Callable[[pl.Expr], pl.Expr], kind: type[pl.DataType]) -> pl.Expr:
    return by_distinct(pl.col(name), lambda text: told(text.str.strip_chars()), kind).alias(
        name
    )


def _earliest(told: pl.Expr) -> pl.Expr:
    return _day(told.str.extract(r"^([^/]*)"), "-01-01", "-01")


def _latest(told: pl.Expr) -> pl.Expr:
    text = told.str.extract(r"([^/]*)$").str.slice(0, 10)
    month_end = (text + "-01").str.to_date("%Y-%m-%d", strict=False).dt.month_end()
    whole = _day(text, "-12-31", "")
    return pl.when(text.str.len_chars() == 7).then(month_end).otherwise(whole)


def _unplaced(told: pl.Expr) -> pl.Expr:
    several = told.str.contains("/", literal=True)
    return (told != "").fill_null(value=False) & (several | _earliest(told).is_null())


def _text(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).str.strip_chars()


def _day(told: pl.Expr, after_year: str, after_month: str) -> pl.Expr:
    text = told.str.slice(0, 10)
    whole = (
        pl.when(text.str.len_chars() == 4)
        .then(text + after_year)
        .when(text.str.len_chars() == 7)
        .then(text + after_month)
        .otherwise(text)
    )
    return whole.str.to_date("%Y-%m-%d", strict=False)


def without_future(
    domains: Mapping[str, pl.DataFrame], today: date
) -> tuple[dict[str, pl.DataFrame], tuple[Finding, ...]]:
    """The domains with days after today unplaced ("? 2062-05-24"), and a finding for each.

    What happened on such a day did happen, on a day that nobody knows: what it speaks against
    stays, and it shows no consent, dose or assessment that a standing could rest on.
    """
    found: list[Finding] = []
    tables = dict(domains)
    for name in domains:
        table = tables[name]
        for column in _late_columns(name, table, today):
            late = (earliest(column) > today).fill_null(value=False)
            found += _future(name, column, table.filter(late))
            written = pl.when(late).then("? " + _text(column)).otherwise(pl.col(column))
            tables[name] = tables[name].with_columns(written.alias(column))
    return tables, tuple(found)


def has_future(domains: Mapping[str, pl.DataFrame], today: date) -> bool:
    """Whether any day of what happened lies after today."""
    return any(_late_columns(name, table, today) for name, table in domains.items())


def _late_columns(name: str, table: pl.DataFrame, today: date) -> list[str]:
    """Columns in which a day after today stands: only distinct texts are looked at."""
    columns = {*_KNOWN_BY.get(name, ()), *_TOLD_LATER.get(name, {})} - {"RFPENDTC"}
    return [
        column
        for column in sorted(columns & set(table.columns) - _PLANNED)
        if table.select(pl.col(column).unique()).select((earliest(column) > today).any()).item()
    ]


def _future(domain: str, column: str, rows: pl.DataFrame) -> Iterator[Finding]:
    """One finding for each person: its row, and the day as it is written."""
    for (who,), some in rows.group_by("USUBJID", maintain_order=True):
        number = f"{domain}SEQ"
        first = some[number][0] if number in some.columns else None
        key = {} if first is None else {number: int(float(first))}
        more = f" and {some.height - 1} more" if some.height > 1 else ""
        yield Finding(
            code="CLR-065",
            severity="error",
            message=f"{column} {some[column][0]}{more} of {who} lies in the future",
            next_step="Correct the day; until then it may be any day",
            column=column,
            subject=str(who),
            row=row_key(f"sdtm.{domain}", USUBJID=str(who), **key),
        )


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
