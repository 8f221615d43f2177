"""The bonds of plain files as a page of their own: network, null, timeline and contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from markupsafe import Markup

from nanoward.base.errors import UsageError
from nanoward.base.findings import Finding, Undecided
from nanoward.base.plan import Plan
from nanoward.base.tables import EVIDENCE
from nanoward.bonds import NodeMetadata
from nanoward.faces.report.charts.bond_timeline import bond_timeline
from nanoward.faces.report.drawing.graded_views import graded_views, page_evidence
from nanoward.faces.report.drawing.palette import MARKS
from nanoward.faces.report.page import page_parts
from nanoward.faces.report.sections.bond_metadata import colour_columns, contact_table
from nanoward.faces.report.sections.bonds import bonds
from nanoward.faces.report.sections.problems import problems, undecided
from nanoward.flows.round.round import Round
from nanoward.flows.steps.evidence_rows import evidence_rows
from nanoward.flows.steps.finding_rows import finding_rows, undecided_rows
from nanoward.flows.steps.stated_grades import plan_lineage


class NoSuchColourError(UsageError):
    """The network is to be coloured by a column that nobody has."""

    code = "BND-017"
    next_step = "Name a column of the samples that has more than one value, or `cluster`."


@dataclass(frozen=True, slots=True, kw_only=True)
class BondsOfFiles:
    """What the page shows.

    tables    of the comparison: bonds, profiles
    known     metadata of people and samples; contacts as they were read
    facts     figures by name
    """

    title: str
    as_of: date | None
    tables: dict[str, pl.DataFrame]
    known: NodeMetadata
    contacts: pl.DataFrame | None
    facts: dict[str, str | int | float | bool | None]
    findings: Sequence[Finding] = ()
    undecided: Sequence[Undecided] = ()


def render_bonds(shown: BondsOfFiles, colour: str = "cluster") -> bytes:
    """One HTML file in UTF-8 that asks for nothing from outside; the same input, same bytes.

    colour  column of the samples, or "cluster", by which people are coloured at first
    """
    columns = colour_columns(shown.known)
    if colour not in columns and colour != "cluster":
        raise NoSuchColourError(f"{colour!r} is none of {', '.join(columns) or 'no column'}")
    day = shown.as_of or max(shown.known.taken.values(), default=date(1970, 1, 1))
    plan = Plan(name="bonds", title=shown.title, sha256="")
    round_ = Round(
        plan=plan,
        as_of=day,
        tables={
            **shown.tables,
            EVIDENCE.name: evidence_rows(shown.tables, plan_lineage(plan)),
            "findings": finding_rows(shown.findings),
            "undecided": undecided_rows(shown.undecided),
        },
        facts={"bonds": shown.facts},
    )
    groups = columns[colour].of if colour in columns else {}
    linked = shown.tables["bonds"].filter(pl.col("linked").fill_null(value=False))
    rows = linked.sort("q_value", "a", "b").to_dicts()
    drawn = bond_timeline(rows, dict(shown.known.taken), groups)
    parts = page_parts(("bonds",), round_)
    text = parts.templates.get_template("bonds_page.html.j2").render(
        plan=round_.plan,
        as_of=day,
        marks=MARKS,
        bonds=graded_views({"bonds": bonds(round_, groups)}, round_)["bonds"],
        evidence=page_evidence(round_),
        timeline=drawn or Markup(""),
        contacts=contact_table(shown.contacts, shown.tables["bonds"]),
        columns={name: one.as_json() for name, one in columns.items()},
        colour=colour,
        legend=columns[colour].labels if colour in columns else (),
        problems=problems(round_),
        life="",  # there is no round before
        new_findings=None,
        severities=parts.severities,
        undecided=undecided(round_),
        doubts=parts.doubts,
        style=parts.style,
        script=parts.script,
        script_hash=parts.script_hash,
    )
    return text.encode("utf-8")
