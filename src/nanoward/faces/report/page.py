"""The page: sections as values, poured into templates."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from nanoward.faces.report.cases.cases import cases
from nanoward.faces.report.drawing import figures
from nanoward.faces.report.drawing.graded_views import graded_views, page_evidence
from nanoward.faces.report.drawing.paging import further_rows
from nanoward.faces.report.drawing.palette import MARKS, css_variables
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
    undecided_note,
)
from nanoward.faces.report.sections.provenance import provenance
from nanoward.faces.report.sections.relays import relays
from nanoward.faces.report.sections.safety import safety
from nanoward.faces.report.sections.visits import visits
from nanoward.faces.report.template_cache import TemplateCache
from nanoward.flows.repeat.kept_sections import KeptSections
from nanoward.flows.round.round import Round

_PACKAGE = "nanoward.faces.report"
PAGE_ROWS = 50  # of a table that stand in the page; the script turns to the others


Make = Callable[[Round], Mapping[str, object]]


def _problems(round_: Round) -> Mapping[str, object]:
    return {
        "problems": problems(round_),
        "life": finding_life(round_),
        "new_findings": new_findings(round_),
        "severities": severities(round_),
        "undecided": undecided(round_),
    }


SECTIONS: Mapping[str, tuple[Make, str]] = {  # by template: what it shows, room of its doubts
    "head": (lambda one: {"head": head(one)}, ""),
    "changed": (lambda one: {"changed": changed(one)}, ""),
    "board": (lambda one: {"board": board(one)}, ""),
    "people": (lambda one: {"people": people(one)}, ""),
    "bonds": (lambda one: {"bonds": bonds(one)}, "bonds"),
    "drift": (lambda one: {"drift": drift(one)}, "catalogue"),
    "safety": (lambda one: {"safety": safety(one)}, "clearance"),
    "fits": (lambda one: {"fits": fits(one)}, "tuning"),
    "control": (lambda one: {"control": control(one)}, "control"),
    "watch": (lambda one: {"watch": watch(one)}, ""),
    "objects": (lambda one: {"objects": objects(one)}, ""),
    "cases": (lambda one: {"cases": cases(one)}, ""),
    "partners": (lambda one: {"partners": partners(one)}, ""),
    "visits": (lambda one: {"visits": visits(one)}, ""),
    "relays": (lambda one: {"relays": relays(one)}, ""),
    "problems": (_problems, ""),
    "provenance": (
        lambda one: {"as_of": one.as_of, "provenance": provenance(one)},
        "",
    ),
}

EVIDENCE_TOLD = ("head", "provenance")  # the legend of the marks; the table of what made what
NO_VIEWS = ("as_of", "severities")


def render_report(round_: Round, kept: KeptSections | None = None) -> bytes:
    """The report of a round: one HTML file in UTF-8 that asks for nothing from outside.

    The same round gives the same bytes. Sections whose tables are missing or empty say so.
    kept  sections of earlier rounds: those of which nothing changed are taken from there
    """
    parts = page_parts((), round_)

    def made(name: str) -> Markup:
        def make(of: Round) -> str:
            return section_html(parts.templates, name, of)

        text = make(round_) if kept is None else kept.text(name, round_, make)
        return Markup(text)  # noqa: S704 - our own templates escape what they show

    sections = {name: made(name) for name in SECTIONS}
    if kept is not None:
        kept.keep()
    text = parts.templates.get_template("report.html.j2").render(
        plan=round_.plan,
        as_of=round_.as_of,
        marks=MARKS,
        sections=sections,
        style=parts.style,
        script=parts.script,
        script_hash=parts.script_hash,
    )
    return text.encode("utf-8")


def section_html(templates: jinja2.Environment, name: str, round_: Round) -> str:
    """One section as HTML; empty where the round has nothing of its kind to show."""
    shown, room = SECTIONS[name]
    doubts = {room: undecided_note(round_, room)} if room else {}
    macros = templates.get_template("macros.html.j2").module
    template = templates.get_template(f"{name}.html.j2")
    views = graded_views(shown(round_), round_)
    evidence = page_evidence(round_) if name in EVIDENCE_TOLD else None
    return template.render(m=macros, doubts=doubts, evidence=evidence, **views)


def page_sections(round_: Round) -> dict[str, Any]:
    """Every section of the page by its name, as the round gives it."""
    shown = {name: view for make, _ in SECTIONS.values() for name, view in make(round_).items()}
    return {name: view for name, view in shown.items() if name not in NO_VIEWS}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageParts:
    """What every page of ours is made with: templates, style, script, and what is open."""

    templates: jinja2.Environment
    style: Markup
    script: Markup
    script_hash: str
    severities: object
    doubts: Mapping[str, str]


def page_parts(rooms: Sequence[str], round_: Round) -> PageParts:
    """The parts, with what each of the rooms could not decide."""
    places = files(_PACKAGE) / "templates"
    script = places.joinpath("report.js").read_text(encoding="utf-8")
    style = css_variables() + places.joinpath("report.css").read_text(encoding="utf-8")
    return PageParts(
        templates=report_templates(),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        script_hash=_content_hash(script),
        severities=severities(round_),
        doubts={room: undecided_note(round_, room) for room in rooms},
    )


def _content_hash(script: str) -> str:
    """The one script that the page allows itself, by Content-Security-Policy Level 3, 6.7.2."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def report_templates() -> jinja2.Environment:
    """The templates of every page of ours, with their filters."""
    loaded = jinja2.Environment(
        loader=jinja2.PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=TemplateCache("html"),
    )
    loaded.filters.update(
        number=figures.number,
        percent=figures.percent,
        day=figures.day,
        long_day=figures.long_day,
        counted=figures.counted,
        further_rows=further_rows,
    )
    loaded.globals["page_rows"] = PAGE_ROWS
    return loaded
