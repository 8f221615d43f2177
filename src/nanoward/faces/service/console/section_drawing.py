"""The report's sections one at a time: the same views, the same templates, the same bytes."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jinja2

from nanoward.faces.report import page
from nanoward.faces.report.cases.cases import cases
from nanoward.faces.report.outside.objects import objects
from nanoward.faces.report.outside.partners import partners
from nanoward.faces.report.outside.watch import watch
from nanoward.faces.report.sections.board import board
from nanoward.faces.report.sections.bonds import bonds
from nanoward.faces.report.sections.changed import changed
from nanoward.faces.report.sections.control import control
from nanoward.faces.report.sections.drift import drift
from nanoward.faces.report.sections.fits import fits
from nanoward.faces.report.sections.head import head
from nanoward.faces.report.sections.people import people
from nanoward.faces.report.sections.problems import (
    finding_life,
    new_findings,
    problems,
    severities,
    undecided,
)
from nanoward.faces.report.sections.provenance import provenance
from nanoward.faces.report.sections.relays import relays
from nanoward.faces.report.sections.safety import safety
from nanoward.faces.report.sections.visits import visits
from nanoward.flows.round.round import Round

View = Callable[[Round], Any]


def _findings(round_: Round) -> dict[str, Any]:
    return {
        "problems": problems(round_),
        "life": finding_life(round_),
        "new_findings": new_findings(round_),
        "severities": severities(round_),
        "undecided": undecided(round_),
    }


# name of a section: its template, and the values that the template asks for
SECTIONS: Mapping[str, tuple[str, Callable[[Round], dict[str, Any]]]] = {
    "head": ("head", lambda one: {"head": head(one)}),
    "changed": ("changed", lambda one: {"changed": changed(one)}),
    "board": ("board", lambda one: {"board": board(one)}),
    "people": ("people", lambda one: {"people": people(one)}),
    "bonds": ("bonds", lambda one: {"bonds": bonds(one)}),
    "drift": ("drift", lambda one: {"drift": drift(one)}),
    "safety": ("safety", lambda one: {"safety": safety(one)}),
    "fits": ("fits", lambda one: {"fits": fits(one)}),
    "control": ("control", lambda one: {"control": control(one)}),
    "watch": ("watch", lambda one: {"watch": watch(one)}),
    "objects": ("objects", lambda one: {"objects": objects(one)}),
    "cases": ("cases", lambda one: {"cases": cases(one)}),
    "partners": ("partners", lambda one: {"partners": partners(one)}),
    "visits": ("visits", lambda one: {"visits": visits(one)}),
    "messages": ("relays", lambda one: {"relays": relays(one)}),
    "findings": ("problems", _findings),
    "provenance": (
        "provenance",
        lambda one: {"provenance": provenance(one), "as_of": one.as_of},
    ),
}


def draw_section(round_: Round, name: str) -> str:
    """One section of the report as HTML, "" where the round has nothing of it."""
    template, values = SECTIONS[name]
    told = values(round_) | {"doubts": page.page_parts(page.ROOMS, round_).doubts}
    text = report_templates().from_string(_ALONE.format(template)).render(told)
    return text.strip()


_ALONE = '{{% import "macros.html.j2" as m %}}\n{{% include "{}.html.j2" %}}\n'


@cache
def report_templates() -> jinja2.Environment:
    """The report's own templates and filters."""
    return page.report_templates()
