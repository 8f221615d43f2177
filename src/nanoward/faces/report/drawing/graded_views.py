"""The page's views with the grade of what each was made from: a mark, never colour alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from nanoward.base.evidence import GRADES, GUESSED, INFERRED, MEASURED, worst
from nanoward.base.tables import EVIDENCE
from nanoward.faces.report.drawing.figures import counted, listed
from nanoward.faces.report.drawing.view_sources import VIEW_SOURCES, ViewSources
from nanoward.faces.report.drawing.views import Cell, Figure, Table, cells, headings
from nanoward.flows.round.round import Round

MARKS = {MEASURED: "", INFERRED: "≈", GUESSED: "(?)"}  # as templates/macros.html.j2 draws them


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEvidence:
    """The legend of the marks, and the table that tells what everything was made from.

    shown    whether the round tells how good its numbers are
    shares   grade, and how many columns of the round's tables have it
    guesses  inputs that are guessed
    """

    shown: bool
    shares: Sequence[tuple[str, str]]
    guesses: Sequence[str]
    table: Table | None


def page_evidence(round_: Round) -> PageEvidence:
    """What the page says of its own numbers."""
    rows = _rows(round_)
    whole = [row for row in rows if not row["column"]]
    own = [row for row in rows if row["column"]]
    count = {grade: sum(row["grade"] == grade for row in own) for grade in GRADES}
    shares = [(grade, f"{count[grade]} of {counted(len(own), 'column')}") for grade in GRADES]
    guesses = sorted({one for row in rows for one in row["guesses"]})
    return PageEvidence(
        shown=bool(rows), shares=shares, guesses=guesses, table=_table(whole) if whole else None
    )


def _rows(round_: Round) -> list[dict[str, Any]]:
    table = round_.tables.get(EVIDENCE.name)
    return [] if table is None else table.to_dicts()


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        caption="What each table was made from, and how good that makes it",
        headings=headings("@Table", "Grade", "Made from", "Guessed behind it"),
        rows=[
            cells(
                row["table"],
                Cell(text=f"{row['grade']} {MARKS[row['grade']]}".strip()),
                listed(row["made_from"], 12) or "–",
                listed(row["guesses"], 12) or "–",
            )
            for row in rows
        ],
        folded=f"How good the numbers of {counted(len(rows), 'table')} are, and why",
    )


def graded_views(sections: Mapping[str, Any], round_: Round) -> dict[str, Any]:
    """The sections of a page, every view with its grade; as they are where none is told."""
    grades = {
        f"{row['table']}.{row['column']}" if row["column"] else row["table"]: row["grade"]
        for row in _rows(round_)
    }
    if not grades:
        return dict(sections)
    return {name: _graded(name, section, grades) for name, section in sections.items()}


def _graded(path: str, view: Any, grades: Mapping[str, str]) -> Any:
    """The same view with its grade, and everything in it with theirs."""
    sources = VIEW_SOURCES.get(path)
    if isinstance(view, str):
        return _marked(view, sources, grades)
    if isinstance(view, Table):
        return _graded_table(view, sources, grades)
    if isinstance(view, Figure):
        return replace(view, grade=_grade(sources, grades))
    if _is_pair(view):
        return view[0], _marked(view[1], sources, grades)
    if isinstance(view, list | tuple):
        return [_graded(_own_path(path, one), one, grades) for one in view]
    if not is_dataclass(view) or isinstance(view, type):
        return view
    own = {
        one.name: _graded(f"{path}.{one.name}", getattr(view, one.name), grades)
        for one in fields(view)
        if one.name != "grade"
    }
    if any(one.name == "grade" for one in fields(view)):
        own["grade"] = _grade(sources, grades)
    return replace(view, **own)


def _own_path(path: str, view: Any) -> str:
    """Numbers and needs at the top stand for a section, needs for a mark too."""
    if path == "head.numbers":
        return f"{path}/{view.section}"
    return f"{path}/{view.section}/{view.mark}" if path == "head.needs" else path


def _is_pair(view: Any) -> bool:
    return isinstance(view, tuple) and len(view) == 2 and all(isinstance(x, str) for x in view)


def _marked(text: str, sources: ViewSources | None, grades: Mapping[str, str]) -> str:
    mark = MARKS[_grade(sources, grades) or MEASURED] if sources and text else ""
    return f"{text} {mark}" if mark else text


def _graded_table(
    table: Table, sources: ViewSources | None, grades: Mapping[str, str]
) -> Table:
    columns = sources.columns if sources is not None else {}
    tops = [
        replace(
            one,
            grade=_worst(columns[one.title], grades)
            if one.title in columns
            else _grade(sources, grades),
        )
        for one in table.headings
    ]
    return replace(table, headings=tops, grade=_grade(sources, grades))


def _grade(sources: ViewSources | None, grades: Mapping[str, str]) -> str:
    return "" if sources is None else _worst(sources.made_from, grades)


def _worst(names: Sequence[str], grades: Mapping[str, str]) -> str:
    """The worst of some names; of a table that the round lacks nothing was taken."""
    return worst(grades[one] for one in names if one in grades)
