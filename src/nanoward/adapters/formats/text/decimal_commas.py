"""Decimal commas as points, as spreadsheets of half of Europe write numbers."""

from dataclasses import replace

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.delimited_records import Records
from nanoward.adapters.formats.values.missing import MARKS

_COMMA = r"^[+-]?\d*,\d+([eE][+-]?\d+)?$"
_WHOLE = r"^[+-]?\d+$"
_THOUSANDS = r"^[+-]?[1-9]\d{0,2},\d{3}$"


def with_points(records: Records, remarks: Remarks) -> Records:
    """Decimal commas as points, in columns where every number that has a fraction has one.

    In a table apart by commas a column of nothing but 1,234 may mean thousands: it stays.
    """
    changed = {
        name: records.frame[name].str.replace(",", ".", literal=True)
        for name in records.frame.columns
        if _has_commas(records.frame[name], plain=records.delimiter == ",")
    }
    if not changed:
        return records
    names = ", ".join(repr(one) for one in changed)
    remarks.add(
        problems.DECIMAL_COMMAS, f"decimal commas in {names}", column=next(iter(changed))
    )
    return replace(records, frame=records.frame.with_columns(**changed))


def _has_commas(cells: pl.Series, *, plain: bool) -> bool:
    told = cells.drop_nulls()
    with_comma = told.str.contains(",", literal=True)
    if not with_comma.any():
        return False
    others = told.filter(~with_comma)
    others = others.filter(~others.str.to_uppercase().is_in(MARKS))
    told = told.filter(with_comma)
    if plain and told.str.contains(_THOUSANDS).all():
        return False
    return bool(told.str.contains(_COMMA).all() and others.str.contains(_WHOLE).all())
