"""What moves when a table of the round is halved names that table."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import polars as pl
import pytest
from rounds import full_round

from nanoward.base import tables
from nanoward.base.tables.lineage import TABLE_STEPS
from nanoward.faces.report import page
from nanoward.faces.report.drawing.graded_views import _own_path
from nanoward.faces.report.drawing.view_sources import UNGRADED, VIEW_SOURCES
from nanoward.faces.report.drawing.views import Figure, Table
from nanoward.faces.report.sections.head import Need, Number
from nanoward.flows.round.round import Round

ROUND = full_round(16)
SECTIONS = tuple(one for one in page.page_sections(ROUND) if one != "life")
# what is laid out, drawn or counted apart from the view's own numbers
APART = {
    # a name and a colour in a picture, nobody's number
    ("bonds.networks", "profiles"),
}


def views(path: str, view: Any) -> Iterator[tuple[str, str]]:
    """(path, everything in it as text) of each table, picture, number and need."""
    if isinstance(view, Table | Figure | Number | Need):
        yield path, repr(view)
    elif isinstance(view, list | tuple):
        for one in view:
            yield from views(_own_path(path, one) if is_dataclass(one) else path, one)
    elif is_dataclass(view):
        for one in fields(view):
            yield from views(f"{path}.{one.name}", getattr(view, one.name))


class TracedTables(dict[str, pl.DataFrame]):
    """A round's tables, with the names of those that were asked for."""

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        super().__init__(tables)
        self.read: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> pl.DataFrame:
        self.read.add(name)
        return super().__getitem__(name)


def section_views(name: str, round_: Round) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, text in views(name, getattr(page, name)(round_)):
        found.setdefault(path, []).append(text)
    return found


def tables_of(path: str) -> set[str]:
    sources = VIEW_SOURCES[path]
    names = [*sources.made_from, *(one for many in sources.columns.values() for one in many)]
    return {one.partition(".")[0] for one in names}


def test_every_name_is_a_table_or_a_column_of_a_round() -> None:
    shapes = {one.name: one for one in tables.FOUND}
    for sources in VIEW_SOURCES.values():
        many = [*sources.made_from, *(x for one in sources.columns.values() for x in one)]
        for name in many:
            table, _, column = name.partition(".")
            assert table in TABLE_STEPS
            if column:
                assert shapes[table].column(column) is not None, name


def test_every_view_of_the_page_says_what_it_was_made_from() -> None:
    assert len(SECTIONS) >= len(page.SECTIONS)
    for name in SECTIONS:
        for path in section_views(name, ROUND):
            assert path in {*VIEW_SOURCES, *UNGRADED}, path


@pytest.mark.hazard("H-246")
@pytest.mark.parametrize("section", [one for one in SECTIONS if one != "provenance"])
def test_a_view_that_moves_with_a_table_names_it(section: str) -> None:
    traced = TracedTables(ROUND.tables)
    before = section_views(section, replace(ROUND, tables=traced))
    for name in sorted(traced.read & set(ROUND.tables)):
        table = ROUND.tables[name]
        halved = {**ROUND.tables, name: table.head(table.height // 2)}
        after = section_views(section, replace(ROUND, tables=halved))
        moved = {path for path in before if after.get(path) != before[path]} - UNGRADED
        for path in moved:
            if (path, name) not in APART:
                assert name in tables_of(path), (path, name)
