"""Files and people of two rounds: what is gone, what shrank, what was renamed.

A file is renamed when its content stands under another name; it is gone when neither its
content nor its rows stand anywhere. A person is renamed when most of what was known of them
stands under a name that was not known before.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from nanoward.programme.continuity.row_differences import PLACE, plain

MOST_ALIKE = 0.5  # share of a person's rows under a new name from which it is a renaming


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialFile:
    """A file that a round read."""

    path: str
    role: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file of the earlier round that is gone, renamed, changed, or holds fewer rows.

    how   gone, renamed, shrank
    rows  how many it held; rows_now how many it or its new name holds
    now   its new name, where it was renamed
    """

    path: str
    role: str
    how: str
    rows: int
    rows_now: int
    now: str = ""


def file_changes(
    before: Iterable[MaterialFile], after: Iterable[MaterialFile]
) -> list[FileChange]:
    """Files that are gone, renamed or shorter than in the earlier round, by path."""
    now = {one.path: one for one in after}
    old = list(before)
    known = {one.path for one in old}
    named = {one.sha256: one.path for one in now.values() if one.path not in known}
    changes = []
    for one in old:
        there = now.get(one.path)
        if there is not None and there.rows >= one.rows:
            continue
        if there is not None:
            how, rows, name = "shrank", there.rows, ""
        elif one.sha256 in named:
            how, rows, name = "renamed", one.rows, named[one.sha256]
        else:
            how, rows, name = "gone", 0, ""
        changes.append(
            FileChange(
                path=one.path, role=one.role, how=how, rows=one.rows, rows_now=rows, now=name
            )
        )
    return sorted(changes, key=lambda one: one.path)


def people_of(tables: Mapping[str, pl.DataFrame], column: str = "USUBJID") -> frozenset[str]:
    """Everybody whom any of the tables names."""
    named = [
        table[column].cast(pl.String) for table in tables.values() if column in table.columns
    ]
    return frozenset(one for series in named for one in series.drop_nulls().unique())


def renamed_people(
    before: Mapping[str, pl.DataFrame],
    after: Mapping[str, pl.DataFrame],
    fresh: Collection[str],
) -> dict[str, str]:
    """Old name to new name of people most of whose rows stand under a new name.

    before, after  tables by domain with USUBJID
    fresh          names that the earlier round did not know; only they can be new names
    Whoever is still on the roster (DM, where there is one) was not renamed.
    """
    if not fresh:
        return {}
    whose: dict[tuple[str, ...], str] = {}
    for domain, table in after.items():
        rows = table.filter(pl.col("USUBJID").is_in(list(fresh)))
        whose |= {content: who for who, content in _contents(domain, rows)}
    roster = people_of({"DM": after["DM"]} if "DM" in after else after)
    alike: dict[str, Counter[str]] = {}
    total: Counter[str] = Counter()
    for domain, table in before.items():
        for who, content in _contents(domain, table):
            if who in roster:
                continue
            total[who] += 1
            if content in whose:
                alike.setdefault(who, Counter())[whose[content]] += 1
    found = {}
    for who, names in sorted(alike.items()):
        name, count = names.most_common(1)[0]
        if count > MOST_ALIKE * total[who]:
            found[who] = name
    return found


def _contents(domain: str, table: pl.DataFrame) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Each row's person, and its content without any name or number."""
    for row in table.iter_rows(named=True):
        who = row.get("USUBJID")
        if who is None:
            continue
        cells = (
            f"{name}={text}"
            for name, value in sorted(row.items())
            if name not in PLACE
            and name not in ("USUBJID", "SUBJID")
            and not (len(name) == 5 and name.endswith("SEQ"))
            and (text := plain(value)) is not None
        )
        yield str(who), (domain, *cells)
