"""The report of a round as a document: the page's sections, their tables and their pictures.

What is drawn for a reader's hands (filters, sliders, one person at a time) stays on the page;
every table, picture with a caption, number and need of it is here, with the same grades.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from importlib.resources import files
from typing import Any

from nanoward.faces.document.typst_text import TypstDocument
from nanoward.faces.report.drawing.figures import listed
from nanoward.faces.report.drawing.graded_views import MARKS, graded_views, page_evidence
from nanoward.faces.report.drawing.palette import LIGHT
from nanoward.faces.report.drawing.views import Cell, Figure, Heading, Table
from nanoward.faces.report.page import page_sections
from nanoward.faces.report.sections.head import Head
from nanoward.flows.round.round import Round

# section to its heading, in the order of the page
TITLES = {
    "changed": "Changed since the last round", "board": "Board of participants",
    "bonds": "Network of bonds", "drift": "Adaptation over time",
    "safety": "Safety: laboratory grades and adverse events",
    "fits": "Individual fits and recommended settings",
    "control": "Control: orders, kill codes and flushes", "watch": "Watch: what arrives",
    "objects": "Objects: what comes near",
    "cases": "Cases: pregnancies, exposed people, urgent reports",
    "partners": "Partners: claims and audits",
    "visits": "Visits: the coming weeks, beds and pay", "relays": "Messages and sites",
    "new_findings": "New findings", "problems": "Findings in the data",
    "undecided": "What could not be decided, and why", "provenance": "Provenance",
}  # fmt: skip
_PAGE = 1100.0  # width of a drawing that fills the page, in its own units
_LINES = ("absent", "lead", "alarms", "escaped", "coverage", "ungraded", "without", "rest")


def round_document(round_: Round) -> TypstDocument:
    """The document of a round: a function of the round, as the page is."""
    day = round_.as_of
    title = f"{round_.plan.title or round_.plan.name}: ward round as of {day}"
    made = TypstDocument(
        title, day, foot=f"{round_.plan.name}, ward round as of {day}", landscape=True
    )
    sections = graded_views(page_sections(round_), round_)
    evidence = page_evidence(round_)
    if evidence.shown:
        guesses = listed(evidence.guesses, 12) or "none does here"
        made.paragraph(
            f"A number without a mark was measured; {MARKS['inferred']} is inferred by a "
            f"model; {MARKS['guessed']} rests on a guess ({guesses})."
        )
    _head(made, sections["head"])
    for name, heading in TITLES.items():
        _section(made, heading, sections[name])
    if evidence.table is not None:
        _shown_table(made, evidence.table)
    return made


def _head(made: TypstDocument, head: Head) -> None:
    made.heading("The round in a few numbers")
    people = _with_mark("{}", head.grade)
    rows = [
        (f"participants {one.standing}", people.format(one.people), "") for one in head.shares
    ]
    rows += [(one.label, _with_mark(one.value, one.grade), one.detail) for one in head.numbers]
    made.table("Numbers", ("", "Number", "Of which"), rows, numeric=(False, True, False))
    made.heading("What needs you this week")
    made.bullets([f"{_with_mark(one.title, one.grade)}: {one.detail}" for one in head.needs])
    if not head.needs:
        made.paragraph(head.calm)


def _section(made: TypstDocument, heading: str, section: Any) -> None:
    parts = list(_parts(section))
    if not parts or getattr(section, "shown", True) is False:
        return
    made.heading(heading)
    for part in parts:
        if isinstance(part, str):
            made.paragraph(part)
        elif isinstance(part, Table):
            _shown_table(made, part)
        else:
            _shown_figure(made, part)


def _parts(view: Any, name: str = "") -> Iterator[str | Table | Figure]:
    """Lines, tables and pictures in the order of the section's fields."""
    if isinstance(view, Table | Figure):
        yield view
    elif isinstance(view, str):
        if view and name in _LINES:
            yield view
    elif isinstance(view, list | tuple):
        for one in view:
            yield from _parts(one, name)
    elif is_dataclass(view):
        for one in fields(view):
            yield from _parts(getattr(view, one.name), one.name)


def _with_mark(text: str, grade: str) -> str:
    return f"{text} {MARKS.get(grade, '')}".strip()


def _shown_table(made: TypstDocument, table: Table) -> None:
    tops = [_with_mark(one.title, one.grade) for one in table.headings]
    rows = [_row(row, table.headings) for row in table.rows]
    made.table(
        _with_mark(table.caption, table.grade), tops, rows,
        numeric=[one.numeric for one in table.headings],
    )  # fmt: skip
    made.paragraph(table.more)


def _row(row: Sequence[Cell], headings: Sequence[Heading]) -> list[str]:
    """Texts of a row; a number that is not measured bears its mark itself."""
    return [
        _with_mark(cell.text, top.grade) if top.numeric else cell.text
        for cell, top in zip(row, headings, strict=True)
    ]


def _shown_figure(made: TypstDocument, figure: Figure) -> None:
    caption = _with_mark(figure.caption, figure.grade)
    if figure.legend:
        caption += f" Legend: {'; '.join(text for _, text in figure.legend)}."
    drawing = str(figure.drawing)
    width = re.search(r'<svg [^>]*?width="([\d.]+)"', drawing)
    share = min(float(width[1]) / _PAGE, 1.0) if width else 1.0
    made.picture(alone(drawing), caption, words=figure.caption, width=f"{share:.0%}")


def alone(svg: str) -> str:
    """A drawing of the page as an SVG of its own: its colours and classes written out."""
    styled = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    first = styled.index(">") + 1
    return _plain(f"{styled[:first]}<style>{_style()}</style>{styled[first:]}")


def _style() -> str:
    """Rules of the page's style for what is drawn: classes alone, no page around them."""
    text = files("nanoward.faces.report").joinpath("templates/report.css").read_text("utf-8")
    start = text.index("/* figures */")
    rules = re.findall(r"([^{}@]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", text[start:]))
    kept = [
        f"{_selector(names)}{{{body}}}"
        for names, body in rules
        if re.search(r"fill|stroke", body)
    ]
    return "text{font-family:'Libertinus Serif';font-size:11px}" + "".join(kept)


def _selector(names: str) -> str:
    return names.strip().replace("svg.chart ", "").replace(".chart ", "")


def _plain(svg: str) -> str:
    """Colours in the place of the page's variables; of an unknown one its second choice."""
    known: Mapping[str, str] = LIGHT
    while found := re.search(r"var\(--([\w-]+)(?:,\s*([^()]*))?\)", svg):
        colour = known.get(found[1], (found[2] or "").strip() or known["ink"])
        svg = svg.replace(found[0], colour)
    return svg
