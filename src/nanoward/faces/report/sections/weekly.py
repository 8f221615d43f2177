"""What the week asks for: assessments that are due, consents to renew, sites that stand out."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.drawing.figures import counted, day, number
from nanoward.faces.report.drawing.views import Cell, Table, cells, found, headings
from nanoward.flows.round.round import Round

_ROWS = 60
_STATES = ("missed", "late", "due")
_ASKS = ("withdrawn", "renewal", "none", "active")


def due_table(round_: Round) -> Table | None:
    """Assessments and visits that are missed, late or due, in this order."""
    table = found(round_, tables.DUE).filter(pl.col("state").is_in(_STATES))
    if table.is_empty():
        return None
    rows = sorted(
        table.to_dicts(),
        key=lambda row: (_STATES.index(row["state"]), row["planned"], row["participant"]),
    )
    counts = ", ".join(
        f"{number(sum(row['state'] == state for row in rows))} {state}" for state in _STATES
    )
    rest = max(len(rows) - _ROWS, 0)
    return Table(
        caption=f"Assessments and visits: {counts}",
        headings=headings(
            "@Participant", "What", "State", "@Planned", "@From", "@Until", "@Made"
        ),
        rows=[
            cells(
                row["participant"],
                row["name"] or "–",
                Cell(text=row["state"], mark="held" if row["state"] != "due" else ""),
                *(day(row[name]) for name in ("planned", "opens", "closes", "made")),
            )
            for row in rows[:_ROWS]
        ],
        more=f"{counted(rest, 'further row')}: tables/due.parquet." if rest else "",
        folded=f"Due, late or missed: {counts}" if len(rows) > 8 else "",
    )


def consent_table(round_: Round) -> Table | None:
    """Consents that somebody must look at; the others as a number."""
    table = found(round_, tables.CONSENTS)
    if table.is_empty():
        return None
    rows = sorted(
        table.to_dicts(),
        key=lambda row: (
            _ASKS.index(row["status"]) if row["status"] in _ASKS else 0,
            row["participant"],
        ),
    )
    active = sum(row["status"] == "active" for row in rows)
    people = counted(len(rows), "person", "people")
    asked = [row for row in rows if row["status"] != "active"]
    shown = (asked or rows)[:_ROWS]
    rest = len(rows) - len(shown)
    return Table(
        caption=f"Consents of {people}: {number(active)} active",
        headings=headings(
            "@Participant", "Status", "Version", "@Signed", "@Withdrawn",
            "Why it must be signed anew", "Agreed to",
        ),
        rows=[
            cells(
                row["participant"],
                Cell(text=row["status"] or "–",
                     mark="" if row["status"] == "active" else "held"),
                row["version"] or "–",
                day(row["signed"]),
                day(row["withdrawn"]),
                row["renewal"] or "–",
                ", ".join(row["uses"] or []) or "–",
            )
            for row in shown
        ],
        more=f"{counted(rest, 'further consent')}: tables/consents.parquet." if rest else "",
        folded=f"Consents of {people}" if len(shown) > 8 else "",
    )  # fmt: skip


def site_table(round_: Round) -> Table | None:
    """Sites that report or lose far more or fewer than the others; flagged ones first."""
    table = found(round_, tables.SITES)
    if table.is_empty():
        return None
    rows = sorted(
        table.to_dicts(),
        key=lambda row: (-abs(row["flag"] or 0), row["measure"] or "", row["site"] or ""),
    )
    flagged = sum(bool(row["flag"]) for row in rows)
    rest = max(len(rows) - _ROWS, 0)
    return Table(
        caption=f"Sites: {counted(flagged, 'measure')} beyond the limits of the funnel, of "
        f"{number(len(rows))}",
        headings=headings(
            "Measure", "Site", "#Events", "#Of", "#Value", "#All sites", "#z",
            "#z by the others", "Flag",
        ),
        rows=[
            cells(
                row["measure"] or "–",
                row["site"] or "–",
                *(number(row[name]) for name in ("events", "of", "value", "mean", "z")),
                number(row["z_of_others"]),
                _flag(row),
            )
            for row in rows[:_ROWS]
        ],
        more=f"{counted(rest, 'further row')}: tables/sites.parquet." if rest else "",
        folded=f"Sites: {counted(flagged, 'flag')}",
    )  # fmt: skip


def _flag(row: Mapping[str, Any]) -> Cell:
    if row["flag"] is None:
        return Cell(text="too little to say")
    told = {0: "within"}.get(row["flag"], "more" if row["flag"] > 0 else "fewer")
    return Cell(text=told, mark="held" if abs(row["flag"]) > 1 else "")
