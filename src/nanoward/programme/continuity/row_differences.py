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
    left, right = _behind_the_same(before, after, names, content)
    old, new = _numbered(left, names, content), _numbered(right, names, content)
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


def _whose(names: list[str]) -> list[str]:
    """The column that tells whose a row is, where there is one."""
    known: tuple[str, ...] = ("USUBJID", "participant", "ID", "a")
    return [name for name in known if name in names][:1]


def _behind_the_same(
    before: pl.DataFrame, after: pl.DataFrame, names: list[str], content: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both tables with their rows' numbers, without what each person begins with in both.

    A file that grew holds what it held, person by person in its old order: only what stands
    behind that has to be looked for. Rows are left out in pairs and from the front, so that of
    equal rows the same copies remain.
    """
    left, right = before.with_row_index("_row"), after.with_row_index("_row")
    kinds = [(before.schema.get(name), after.schema.get(name)) for name in content]
    if not content or any(
        one != other or one is None or one.is_nested() for one, other in kinds
    ):
        return left, right
    whose = [name for name in _whose(names) if name in content]
    place = pl.int_range(pl.len()).over(whose) if whose else pl.int_range(pl.len())
    one, other = (
        table.select("_row", *content).with_columns(_place=place) for table in (left, right)
    )
    met = one.join(
        other, on=[*whose, "_place"], how="inner", nulls_equal=True, maintain_order="left"
    )
    same = pl.all_horizontal(
        pl.lit(value=True),
        *(
            pl.col(name).eq_missing(pl.col(f"{name}_right"))
            for name in content
            if name not in whose
        ),
    )
    from_the_front = same.cast(pl.UInt8).cum_min()
    if whose:
        from_the_front = from_the_front.over(whose)
    equal = met.filter(from_the_front == 1).select("_row", "_row_right")
    return (
        left.join(equal.select("_row"), on="_row", how="anti", maintain_order="left"),
        right.join(
            equal.select(_row="_row_right"), on="_row", how="anti", maintain_order="left"
        ),
    )


def _numbered(table: pl.DataFrame, names: list[str], content: list[str]) -> pl.DataFrame:
    """Cells as text, with the row's number (_row), its content, and which copy of it it is."""
    rows = table.select("_row", *(_cell(table, name) for name in names))
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
    whose = _whose(names)
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
