"""Rows of one table in two rounds: which are unchanged, changed, gone and new.

A row is known by its content, not by its place: order, file names, line numbers and --SEQ
numbers do not count. What is left on both sides is paired within a person, first by --SEQ
and natural key, then by natural key alone (test and day, term and start); a pair is a changed
row, and what finds no partner is gone or new.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from nanoward.base.canonical import canonical_json, sha256_of

PLACE = frozenset({"file", "line"})  # where a row stands says nothing of what it says
_NATURAL = ("TESTCD", "DECOD", "TERM", "TRT", "STDTC", "DTC")  # endings of a natural key
_PLAIN_KEYS = ("sample", "participant", "a", "b", "kind", "ID", "TIME", "EVID")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDifferences:
    """The differences of one table between two rounds.

    gone     rows of the earlier round without a partner, as they stood
    changed  rows of the earlier round whose partner says something else, as they stood
    became   their partners, in the same order as `changed`
    new      rows that the earlier round did not have
    """

    gone: pl.DataFrame
    changed: pl.DataFrame
    became: pl.DataFrame
    new: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChange:
    """One column of a changed row: what stood there, and what stands there now."""

    column: str
    before: str | None
    after: str | None


def row_differences(before: pl.DataFrame, after: pl.DataFrame) -> RowDifferences:
    """Compare the rows of one role in two rounds.

    before, after  tables of one role; columns may differ, a missing one is as good as blank
    """
    names = sorted((set(before.columns) | set(after.columns)) - PLACE)
    content = [name for name in names if not _is_number_of_row(name)]
    old, new = (_numbered(table, names, content) for table in (before, after))
    key = ["_content", "_copy"]
    gone = old.join(new.select(key), on=key, how="anti")
    fresh = new.join(old.select(key), on=key, how="anti")
    pairs = _pairs(gone, fresh, names)
    rows, others = pairs["_row"], pairs["_row_right"]
    return RowDifferences(
        gone=_taken(before, gone.filter(~pl.col("_row").is_in(rows.implode()))["_row"]),
        changed=_taken(before, rows),
        became=_taken(after, others),
        new=_taken(after, fresh.filter(~pl.col("_row").is_in(others.implode()))["_row"]),
    )


def value_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ValueChange]:
    """The columns in which a row and its partner differ; --SEQ and place do not count."""
    names = sorted((before.keys() | after.keys()) - PLACE)
    changes = [
        ValueChange(column=name, before=plain(before.get(name)), after=plain(after.get(name)))
        for name in names
        if not _is_number_of_row(name)
    ]
    return [one for one in changes if one.before != one.after]


def row_identity(role: str, row: Mapping[str, Any]) -> str:
    """A row's name across rounds: 16 hexadecimal digits over its role and content."""
    content = {
        name: text
        for name, value in row.items()
        if name not in PLACE
        and not _is_number_of_row(name)
        and (text := plain(value)) is not None
    }
    return sha256_of(canonical_json([role, content]).encode())[:16]


def plain(value: Any) -> str | None:
    """A cell as text, the same for 7, 7.0 and "7"; None where it is blank."""
    if value is None:
        return None
    text = str(value).strip()
    return (text.removesuffix(".0") if isinstance(value, float) else text) or None


def _is_number_of_row(name: str) -> bool:
    return len(name) == 5 and name.endswith("SEQ")


def _numbered(table: pl.DataFrame, names: list[str], content: list[str]) -> pl.DataFrame:
    """Cells as text, with the row's number, its content, and which copy of it the row is."""
    cells = [_cell(table, name) for name in names]
    rows = table.select(cells).with_row_index("_row")
    told = [pl.col(name).fill_null("") for name in content] or [pl.lit("")]
    joined = pl.concat_str(told, separator="\x1f").alias("_content")
    return rows.with_columns(joined).with_columns(_copy=pl.int_range(pl.len()).over("_content"))


def _cell(table: pl.DataFrame, name: str) -> pl.Expr:
    if name not in table.columns:
        return pl.lit(None, dtype=pl.String).alias(name)
    kind = table.schema[name]
    column = pl.col(name).list.join(";") if kind == pl.List(pl.String) else pl.col(name)
    text = column.cast(pl.String).str.strip_chars()
    text = text.str.strip_suffix(".0") if kind.is_float() else text
    return pl.when(text != "").then(text).alias(name)


def _pairs(gone: pl.DataFrame, fresh: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """_row and _row_right of rows that are the same row, each used once."""
    whose = [name for name in ("USUBJID", "participant", "ID", "a") if name in names][:1]
    natural = [name for name in names if name not in whose and _is_natural(name)]
    number = [name for name in names if _is_number_of_row(name)][:1]
    firm = [name for name in natural if name.endswith(("TESTCD", "TRT", "DECOD"))]
    tiers = [[*whose, *number, *natural], [*whose, *natural], [*whose, *number, *firm[:1]]]
    if number:
        tiers.append([*whose, *number])
    found = pl.DataFrame(schema={"_row": pl.UInt32, "_row_right": pl.UInt32})
    if not whose:
        return found
    for keys in tiers:
        left = _once(gone.filter(~pl.col("_row").is_in(found["_row"].implode())), keys)
        right = _once(fresh.filter(~pl.col("_row").is_in(found["_row_right"].implode())), keys)
        met = left.join(right, on=keys, nulls_equal=True).select("_row", "_row_right")
        found = pl.concat([found, met])
    return found.sort("_row")


def _is_natural(name: str) -> bool:
    return name in _PLAIN_KEYS or (len(name) > 4 and name[2:] in _NATURAL)


def _once(table: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Rows whose key no other row of the table has."""
    return table.filter(pl.len().over(keys) == 1)


def _taken(table: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    return table[rows.to_list()] if len(rows) else table.clear()
