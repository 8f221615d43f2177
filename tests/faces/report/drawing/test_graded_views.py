"""One input guessed marks exactly the views that rest on it, and no mark is colour alone."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from rounds import full_round

from nanoward.base.evidence import GUESSED, INFERRED, MEASURED
from nanoward.base.tables.lineage import TABLE_STEPS, lineage_of_tables
from nanoward.faces.report import page
from nanoward.faces.report.drawing.graded_views import (
    MARKS,
    _own_path,
    graded_views,
    page_evidence,
)
from nanoward.faces.report.drawing.view_sources import VIEW_SOURCES
from nanoward.faces.report.drawing.views import Table
from nanoward.flows.round.round import Round
from nanoward.flows.steps.evidence_rows import evidence_rows

ROUND = full_round(16)
NAMES = ("head", "board", "bonds", "safety", "fits", "control", "drift", "problems")
SECTIONS = {name: getattr(page, name)(ROUND) for name in NAMES}
INPUTS = sorted(
    {one for step in TABLE_STEPS.values() for one in step.inputs} - set(TABLE_STEPS)
)
Place = tuple[str, str]  # path of a view, and the heading of a column; "" for the view


def with_grades(stated: dict[str, str]) -> Round:
    rows = evidence_rows(ROUND.tables, lineage_of_tables(stated))
    return replace(ROUND, tables={**ROUND.tables, "evidence": rows})


def grades_of(path: str, view: Any) -> Iterator[tuple[Place, str]]:
    if isinstance(view, Table):
        yield from (((path, one.title), one.grade) for one in view.headings)
        yield (path, ""), view.grade
    elif isinstance(view, list | tuple):
        for one in view:
            yield from grades_of(_own_path(path, one) if is_dataclass(one) else path, one)
    elif is_dataclass(view):
        if hasattr(view, "grade"):
            yield (path, ""), view.grade
        for one in fields(view):
            yield from grades_of(f"{path}.{one.name}", getattr(view, one.name))


def page_grades(stated: dict[str, str]) -> dict[Place, str]:
    shown = graded_views(SECTIONS, with_grades(stated))
    return {place: one for name, view in shown.items() for place, one in grades_of(name, view)}


def rests(name: str, wanted: str) -> bool:
    """Walked apart from Lineage: whether a name rests on an input."""
    table = name.partition(".")[0]
    step = TABLE_STEPS.get(name) or TABLE_STEPS.get(table)
    inputs = () if step is None else ((table,) if name not in TABLE_STEPS else step.inputs)
    return name == wanted or any(rests(one, wanted) for one in inputs)


def expected(places: set[Place], changed: str) -> set[Place]:
    told = set()
    for path, title in places:
        sources = VIEW_SOURCES.get(path)
        if sources is None:
            continue
        names = sources.columns.get(title, sources.made_from)
        there = [one for one in names if one.partition(".")[0] in ROUND.tables]
        if any(rests(one, changed) for one in there):
            told.add((path, title))
    return told


@pytest.mark.hazard("H-246")
@pytest.mark.parametrize("changed", INPUTS)
def test_one_input_guessed_marks_exactly_the_views_that_rest_on_it(changed: str) -> None:
    before, after = page_grades({}), page_grades({changed: GUESSED})
    assert before.keys() == after.keys()
    moved = {place for place in after if after[place] != before[place]}
    assert moved == expected(set(after), changed)
    assert all(after[place] == GUESSED for place in moved)


def test_a_model_is_marked_and_a_measurement_is_not() -> None:
    told = page_grades({})
    assert told["fits.parameters", ""] == INFERRED
    assert told["safety.severe", "Value"] == told["safety.severe", ""] == MEASURED
    assert told["bonds.table", "Shared"] == MEASURED
    assert told["bonds.table", "Score"] == INFERRED
    assert set(MARKS.values()) == {"", "≈", "(?)"}


@pytest.mark.hazard("H-246")
def test_the_page_draws_each_mark_with_words_and_a_legend() -> None:
    plain = page.render_report(with_grades({})).decode()
    text = page.render_report(with_grades({"sdtm.LB": GUESSED})).decode()
    assert "rests on a guess (none does here)" in plain
    assert re.search(r"rests on a guess: sdtm\.LB", text)
    assert plain.count(">(?)</abbr>") == 1  # the legend's own
    severe = re.search(r"Results of grade 3 or 4.*?</caption>", text, re.DOTALL)
    assert severe is not None
    assert "(?)" in severe[0]
    assert 'class="n ev-guessed"' in text
    assert 'class="n ev-guessed"' not in plain
    assert 'title="guessed: it rests on a guess"' in text
    cell = r'<td class="n ev-guessed"'
    assert len(re.findall(cell, text)) > 20
    assert "What each table was made from" in text


def test_a_round_without_grades_is_shown_as_it_was() -> None:
    assert graded_views(SECTIONS, ROUND) == SECTIONS
    assert not page_evidence(ROUND).shown
    assert "evidence-key" not in page.render_report(ROUND).decode().split("</style>")[1]
    told = page_evidence(with_grades({"sdtm.LB": GUESSED}))
    assert told.guesses == ["sdtm.LB"]
    assert told.table is not None
    assert [one for one, _ in told.shares] == [MEASURED, INFERRED, GUESSED]
