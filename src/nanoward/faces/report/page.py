"""The page: sections as values, poured into templates."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import jinja2
from markupsafe import Markup

from nanoward.faces.report.cases.cases import cases
from nanoward.faces.report.drawing import figures
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
from nanoward.flows.round.round import Round

_PACKAGE = "nanoward.faces.report"
ROOMS = ("bonds", "catalogue", "clearance", "tuning", "control")


def render_report(round_: Round) -> bytes:
    """The report of a round: one HTML file in UTF-8 that asks for nothing from outside.

    The same round gives the same bytes. Sections whose tables are missing or empty say so.
    """
    parts = page_parts(ROOMS, round_)
    text = parts.templates.get_template("report.html.j2").render(
        plan=round_.plan,
        as_of=round_.as_of,
        marks=MARKS,
        head=head(round_),
        changed=changed(round_),
        board=board(round_),
        bonds=bonds(round_),
        drift=drift(round_),
        safety=safety(round_),
        people=people(round_),
        fits=fits(round_),
        control=control(round_),
        relays=relays(round_),
        visits=visits(round_),
        watch=watch(round_),
        objects=objects(round_),
        cases=cases(round_),
        partners=partners(round_),
        problems=problems(round_),
        life=finding_life(round_),
        new_findings=new_findings(round_),
        severities=parts.severities,
        undecided=undecided(round_),
        doubts=parts.doubts,
        provenance=provenance(round_),
        style=parts.style,
        script=parts.script,
        script_hash=parts.script_hash,
    )
    return text.encode("utf-8")


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
    )
    loaded.filters.update(
        number=figures.number,
        percent=figures.percent,
        day=figures.day,
        long_day=figures.long_day,
        counted=figures.counted,
    )
    return loaded
