"""Section: what partners claimed, what was measured again, and what we could not have seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nanoward.base import tables
from nanoward.faces.report.drawing.figures import counted, number
from nanoward.faces.report.drawing.views import Cell, Table, cells, found, headings
from nanoward.faces.report.sections.bonds import room_facts
from nanoward.flows.round.round import Round

_ORDER = (
    *("contradiction", "pattern", "missing", "differs", "cannot tell", "not audited"),
    *("overturned", "agrees"),
)
_MARKS = {"contradiction": "alarm", "pattern": "alarm", "missing": "held", "differs": "held",
          "agrees": "cleared"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerPage:
    """One partner: what it claimed and how that stands, type by type."""

    name: str
    lead: str
    types: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Partners:
    """What the section shows; nothing where the plan has no [audit]."""

    shown: bool
    lead: str
    pages: Sequence[PartnerPage]
    facts: Sequence[tuple[str, str]]


def partners(round_: Round) -> Partners:
    """Every partner of a round."""
    rows = found(round_, tables.PARTNER_CLAIMS).to_dicts()
    names = sorted({row["partner"] for row in rows})
    pages = [_page(name, [row for row in rows if row["partner"] == name]) for name in names]
    severe = sum(row["verdict"] in ("pattern", "contradiction") for row in rows)
    audited = sum(row["audited"] > 0 for row in rows)
    lead = (
        f"{counted(len(names), 'partner')}, {counted(len(rows), 'type')} of claims, of which "
        f"{number(audited)} were measured again: {number(severe)} patterns or contradictions. "
        "An isolated difference accuses nobody. What was not measured again says nothing."
    )
    return Partners(
        shown="partner_claims" in round_.tables,
        lead=lead if rows else "No claims were received.",
        pages=pages,
        facts=room_facts(round_, "audit"),
    )


def _page(name: str, rows: list[dict[str, Any]]) -> PartnerPage:
    rows = sorted(rows, key=lambda row: (_ORDER.index(row["verdict"]), row["type"]))
    audited = sum(row["audited"] for row in rows)
    differing = sum(row["differing"] for row in rows)
    lead = (
        f"{counted(sum(row['claims'] for row in rows), 'claim')} received; {number(audited)} "
        f"items measured again, {number(differing)} of them differ."
    )
    return PartnerPage(name=name, lead=lead, types=_table(name, rows))


def _table(name: str, rows: list[dict[str, Any]]) -> Table:
    return Table(
        caption=f"What {name} claimed, by type. Seen from: the smallest share of false items "
        "that the audit would have shown with 95 %.",
        headings=headings(
            "Type", "Verdict", "#Claims", "#Expected", "#Audited", "#Differ", "#Missing",
            "#Evidence", "#Accuses from", "Seen from", "What is known", "Its answer", "Appeal",
        ),
        rows=[
            cells(
                row["type"],
                Cell(text=row["verdict"], mark=_MARKS.get(row["verdict"], "")),
                *(number(row[one]) for one in _NUMBERS),
                number(row["evidence"]),
                number(row["threshold"]),
                _seen(row["seen_from"]),
                row["told"],
                row["answer"],
                row["appeal"],
            )
            for row in rows
        ],
        more="",
    )  # fmt: skip


_NUMBERS = ("claims", "expected", "audited", "differing", "missing")


def _seen(share: float | None) -> str:
    return "nothing for sure" if share is None else f"{share:.0%}"
