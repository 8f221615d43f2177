"""One person's page: their time in the programme, their course and recommended setting."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.base.errors import UsageError
from nanoward.faces.report.charts.frontier import what_ifs
from nanoward.faces.report.drawing.graded_views import graded_views, page_evidence
from nanoward.faces.report.drawing.palette import MARKS
from nanoward.faces.report.drawing.views import found
from nanoward.faces.report.page import page_parts
from nanoward.faces.report.sections.fits import person_card, time_unit
from nanoward.faces.report.sections.people import person_file
from nanoward.flows.round.round import Round

# tables with rows of people that the page shows
SHOWN = (
    tables.STANDINGS, tables.TIMELINE, tables.GRADES, tables.ADVERSE_EVENTS, tables.FLUSHES,
    tables.FITS, tables.BANDS, tables.OBSERVED, tables.RECOMMENDATIONS, tables.FRONTIER,
    tables.OUTLOOK,
)  # fmt: skip


class UnknownPersonError(UsageError):
    """The round knows nobody of this name."""

    code = "PRG-036"
    next_step = "Write the participant as the report does; names are compared letter by letter."


def render_person(round_: Round, who: str) -> bytes:
    """One HTML file in UTF-8 that asks for nothing from outside; the same round, same bytes.

    UnknownPersonError where no table has a row of the person.
    """
    values = person_values(round_, who)
    parts = page_parts((), alone(round_, who))
    text = parts.templates.get_template("person.html.j2").render(
        plan=round_.plan, as_of=round_.as_of, marks=MARKS, style=parts.style, **values
    )
    return text.encode("utf-8")


def alone(round_: Round, who: str) -> Round:
    """The round with the rows of one person alone."""
    own = {
        shape.name: found(round_, shape).filter(pl.col("participant") == who) for shape in SHOWN
    }
    return Round(
        plan=round_.plan,
        as_of=round_.as_of,
        tables={**_empty(round_.tables), **own},
        facts=round_.facts,
        provenance=round_.provenance,
    )


def person_values(round_: Round, who: str) -> Mapping[str, Any]:
    """What person_sections.html.j2 shows of a person; UnknownPersonError."""
    own = alone(round_, who)
    file, card = person_file(own, who), person_card(own)
    if file is None and card is None:
        raise UnknownPersonError(f"the round of {round_.as_of} has no row of {who!r}")
    graded = graded_views({"people.files": file, "fits.cards": card}, round_)
    return {
        "who": who,
        "one": graded["people.files"],
        "card": graded["fits.cards"],
        "what_if": next(iter(what_ifs(own)), None),
        "across": time_unit(round_)[1],
        "evidence": page_evidence(round_),
        "findings": _findings(round_, who),
    }


def _empty(known: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """What page_parts asks of every round, without a row."""
    return {name: known[name].head(0) for name in ("findings", "undecided") if name in known}


def _findings(round_: Round, who: str) -> list[Mapping[str, Any]]:
    """Findings whose subject is the person, gravest first."""
    told = round_.tables.get("findings")
    if told is None:
        return []
    order = {"error": 0, "warning": 1, "note": 2}
    rows = told.filter(pl.col("subject") == who).to_dicts()
    return sorted(rows, key=lambda row: (order.get(row["severity"], 3), row["code"]))
