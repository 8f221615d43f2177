"""Rows of SDTM that an earlier round had and this one has not, or has otherwise."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from nanoward.clearance.sdtm.later_completions import is_completion
from nanoward.flows.round.round_snapshot import RoundSnapshot
from nanoward.programme.continuity.row_differences import (
    RowDifferences,
    row_differences,
    row_identity,
    value_changes,
)

SEEN = "_seen"  # column of retained rows: day of the last round that had them
Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRow:
    """A row that vanished or was corrected.

    row     as it stood, with file and line
    became  the row that stands there now; None where it is gone
    seen    day of the last round that had it
    """

    id: str
    domain: str
    participant: str
    row: Mapping[str, Any]
    became: Mapping[str, Any] | None
    seen: date

    @property
    def file(self) -> str:
        return str(self.row.get("file") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowComparison:
    """This round's rows against those of the rounds before.

    missing  rows that vanished or were corrected, each once
    touched  people of whom any row is new, gone or another
    """

    missing: tuple[MissingRow, ...]
    touched: frozenset[str]


def compare_rows(
    snapshots: Iterable[RoundSnapshot], present: Tables, files: Mapping[str, str]
) -> RowComparison:
    """Rows of `present` (by domain) against each snapshot.

    files  path to SHA-256 of this round: rows of a file that nobody touched are not missing,
           however they are read now
    """
    missing: dict[str, MissingRow] = {}
    touched: set[str] = set()
    unchanged = frozenset(files.values())
    for snapshot in snapshots:
        shas = {one.path: one.sha256 for one in snapshot.files}
        kept = frozenset(path for path, sha in shas.items() if sha in unchanged)
        for domain in sorted({*_domains(snapshot.tables), *present}):
            before, after = snapshot.tables.get(f"sdtm.{domain}"), present.get(domain)
            if before is None:
                touched |= _people(*([] if after is None else [after]))
                continue
            if after is not None and _is_untouched(before, after, kept):
                continue
            found = _differences(before, after)
            touched |= _people(found.new, found.became, found.gone)
            for one in _missing(domain, found, kept, snapshot.as_of):
                missing[one.id] = one
        for domain, table in snapshot.retained.items():
            for one in _still_missing(domain, table, present.get(domain)):
                missing.setdefault(one.id, one)
    return RowComparison(missing=tuple(missing.values()), touched=frozenset(touched))


def as_tables(missing: Iterable[MissingRow], present: Tables) -> dict[str, pl.DataFrame]:
    """Missing rows by domain, in the kinds that the present tables have, with SEEN."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for one in missing:
        rows.setdefault(one.domain, []).append({**one.row, SEEN: one.seen})
    return {
        domain: _like(pl.DataFrame(some, infer_schema_length=None), present.get(domain))
        for domain, some in rows.items()
    }


def _like(table: pl.DataFrame, other: pl.DataFrame | None) -> pl.DataFrame:
    """Columns cast to the kinds of the other table; those of no kind become text."""
    kinds = {} if other is None else dict(other.schema)
    return table.with_columns(
        pl.col(name).cast(kinds.get(name, pl.String if kind == pl.Null else kind), strict=False)
        for name, kind in table.schema.items()
    )


def _is_untouched(before: pl.DataFrame, after: pl.DataFrame, kept: frozenset[str]) -> bool:
    """Whether both stand in the same files, of which nobody changed one."""
    files = set(before["file"].unique())
    return files <= kept and files == set(after["file"].unique())


def _domains(tables: Tables) -> Iterator[str]:
    return (name[5:] for name in tables if name.startswith("sdtm.") and len(name) == 7)


def _differences(before: pl.DataFrame, after: pl.DataFrame | None) -> RowDifferences:
    return row_differences(before, before.clear() if after is None else after)


def _missing(
    domain: str, found: RowDifferences, kept: frozenset[str], seen: date
) -> Iterator[MissingRow]:
    for row in found.gone.iter_rows(named=True):
        if row.get("file") not in kept:
            yield _row(domain, row, None, seen)
    pairs = zip(
        found.changed.iter_rows(named=True), found.became.iter_rows(named=True), strict=True
    )
    for row, became in pairs:
        if row.get("file") not in kept and not _completed(domain, row, became):
            yield _row(domain, row, became, seen)


def _still_missing(
    domain: str, table: pl.DataFrame, present: pl.DataFrame | None
) -> Iterator[MissingRow]:
    """Retained rows that have not come back; each row's own day stays with it."""
    for day in table[SEEN].unique().sort():
        rows = table.filter(pl.col(SEEN) == day).drop(SEEN)
        yield from _missing(domain, _differences(rows, present), frozenset(), day)


def _completed(domain: str, row: Mapping[str, Any], became: Mapping[str, Any]) -> bool:
    changes = {one.column: (one.before, one.after) for one in value_changes(row, became)}
    return is_completion(domain, changes)


def _row(
    domain: str, row: Mapping[str, Any], became: Mapping[str, Any] | None, seen: date
) -> MissingRow:
    return MissingRow(
        id=row_identity(domain, row),
        domain=domain,
        participant=str(row.get("USUBJID") or ""),
        row=row,
        became=became,
        seen=seen,
    )


def _people(*tables: pl.DataFrame) -> set[str]:
    return {
        str(one)
        for table in tables
        if "USUBJID" in table.columns
        for one in table["USUBJID"].drop_nulls().unique()
    }
