"""Whether an arm, or somebody, can be got from the open tables: by cells and by differences.

All pairs of all open tables are looked at, earlier packs too: where the people of one number
are among those of another, the difference is a group too, and must be one that may be shown.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from nanoward.programme.council.pack_tables import (
    LEAST,
    OPEN,
    PackCell,
    PackTable,
    PeopleBits,
    tells_arm,
)

# whole words of a row, column or title that tell an arm, or the visits of one
TELLING = ("arm", "treatment", "dose", "doses", "lot", "visit kind", "kind of visit", "placebo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What could be got, from which cells."""

    what: str  # small cell, arm, difference, arm by difference, label, person
    cells: tuple[str, ...]
    told: str


def disclosures(
    tables: Sequence[PackTable],
    known: PeopleBits,
    earlier: Sequence[PackTable] = (),
) -> tuple[Disclosure, ...]:
    """Every way in which the open tables tell too much; empty: they may be shown.

    earlier  open tables that were shown before; against these a difference may be small, for
             time passes, but never an arm's
    """
    shown = [one for one in tables if one.part == OPEN]
    found = [*_labels(shown, known), *_cells(shown, known)]
    named = _named(shown)
    for first, second in combinations(named, 2):
        found += _difference(first, second, known, small=True)
    before = [(f"earlier {t.name}/{c.row}", c) for t in earlier for c in t.cells if c.people]
    for one in named:
        for other in before:
            found += _difference(one, other, known, small=False)
    found += _remainders(shown, known)
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPack:
    """Open tables of a pack that was made before, and everybody and the arms as they were.

    Its people have the places that they have in the pack that it is compared with.
    """

    name: str
    tables: tuple[PackTable, ...]
    known: PeopleBits


def earlier_disclosures(
    tables: Sequence[PackTable], known: PeopleBits, earlier: EarlierPack
) -> tuple[Disclosure, ...]:
    """What open tables tell together with those of an earlier pack: an arm of now or of then.

    Every pair of a number of now and one of then, and what all rows of a table leave of a
    number of the other pack. A difference may be small, for time passes.
    """
    now = [one for one in tables if one.part == OPEN]
    then = [replace(one, name=f"{earlier.name}: {one.name}") for one in earlier.tables]
    told: dict[tuple[str, ...], Disclosure] = {}
    for arms in (known, earlier.known):
        found: list[Disclosure] = []
        for one in _named(now):
            for other in _named(then):
                found += _difference(one, other, arms, small=False)
        found += _left(now, _named(then), arms, small=False)
        found += _left(then, _named(now), arms, small=False)
        told = {one.cells: one for one in found} | told
    return tuple(told.values())


Named = list[tuple[str, PackCell]]


def _named(tables: Iterable[PackTable]) -> Named:
    return [(f"{t.name}/{c.row}", c) for t in tables for c in t.cells if c.people]


def _labels(tables: Iterable[PackTable], known: PeopleBits) -> Iterator[Disclosure]:
    """A row or column that names an arm, a person, or what tells an arm."""
    arms = {_plain(one) for one in known.arms}
    people = {_plain(one) for one in known.place}
    for table in tables:
        for word in {table.title, *(x for c in table.cells for x in (c.row, c.column))}:
            plain = _plain(word)
            if plain in arms or any(re.search(rf"\b{one}\b", plain) for one in TELLING):
                yield Disclosure(what="label", cells=(f"{table.name}/{word}",),
                                 told=f"{word!r} tells an arm")  # fmt: skip
            if plain in people:
                yield Disclosure(what="person", cells=(f"{table.name}/{word}",),
                                 told="a row for one person")  # fmt: skip


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.strip().lower())


def _cells(tables: Iterable[PackTable], known: PeopleBits) -> Iterator[Disclosure]:
    for table in tables:
        for cell in table.cells:
            place = (f"{table.name}/{cell.row}",)
            if 0 < cell.people.bit_count() < LEAST:
                yield Disclosure(what="small cell", cells=place, told=f"{cell.value:g} people")
            if cell.people and tells_arm(cell.people, known) and not _is_everybody(cell, known):
                yield Disclosure(what="arm", cells=place, told="people of one arm")


def _is_everybody(cell: PackCell, known: PeopleBits) -> bool:
    return cell.people == known.bits(known.place)


def _difference(
    first: tuple[str, PackCell], second: tuple[str, PackCell], known: PeopleBits, *, small: bool
) -> Iterator[Disclosure]:
    """The difference of two numbers of which one holds the other's people."""
    (one, a), (other, b) = first, second
    if a.people & ~b.people and b.people & ~a.people:
        return
    rest = a.people ^ b.people
    if not rest:
        return
    if small and rest.bit_count() < LEAST:
        yield Disclosure(what="difference", cells=(one, other),
                         told=f"{rest.bit_count()} people by subtraction")  # fmt: skip
    if tells_arm(rest, known):
        yield Disclosure(what="arm by difference", cells=(one, other), told="people of one arm")


def _remainders(tables: Sequence[PackTable], known: PeopleBits) -> Iterator[Disclosure]:
    """Of each number what is left when all rows of a table that divide it are taken away."""
    return _left(tables, _named(tables), known, small=True)


def _left(
    tables: Sequence[PackTable], named: Named, known: PeopleBits, *, small: bool
) -> Iterator[Disclosure]:
    for table in tables:
        parts = [cell.people for cell in table.cells if cell.people]
        whole, apart = 0, True
        for part in parts:
            apart = apart and not whole & part
            whole |= part
        if len(parts) < 2 or not apart:
            continue
        for name, cell in named:
            rest = cell.people & ~whole
            if whole & ~cell.people or not rest:
                continue
            if (small and rest.bit_count() < LEAST) or tells_arm(rest, known):
                yield Disclosure(what="difference", cells=(name, f"all of {table.name}"),
                                 told=f"{rest.bit_count()} people are left")  # fmt: skip


def without_disclosures(
    tables: Sequence[PackTable], known: PeopleBits, earlier: Sequence[PackTable] = ()
) -> tuple[tuple[PackTable, ...], tuple[str, ...]]:
    """Tables without the rows that told too much; the names of those rows.

    The row of fewer people goes, again and again, until nothing is told.
    """
    kept, gone = list(tables), []
    while found := disclosures(kept, known, earlier):
        sizes = {
            f"{t.name}/{c.row}": c.people.bit_count() or 1 << 30
            for t in kept
            if t.part == OPEN
            for c in t.cells
        }
        told = [one for each in found for one in each.cells if one in sizes]
        if not told:
            told = [f"{t.name}/{c.row}" for t in kept if t.part == OPEN for c in t.cells]
        out = min(told, key=lambda one: (sizes[one], one))
        gone.append(out)
        kept = [_without(table, {out}) for table in kept]
    return tuple(one for one in kept if one.cells), tuple(gone)


def without_rows(tables: Sequence[PackTable], names: Collection[str]) -> tuple[PackTable, ...]:
    """Tables without open rows that somebody named, TABLE/ROW."""
    kept = (_without(table, names) for table in tables)
    return tuple(one for one in kept if one.cells)


def _without(table: PackTable, names: Collection[str]) -> PackTable:
    if table.part != OPEN:
        return table
    cells = tuple(one for one in table.cells if f"{table.name}/{one.row}" not in names)
    return replace(table, cells=cells)
