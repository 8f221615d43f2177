"""Changed since the last round: what began, ended, vanished, was corrected or given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.base.tables.facts import COMPARED_WITH, NO_ROUND_BEFORE
from nanoward.faces.report.drawing.figures import counted, day
from nanoward.faces.report.drawing.palette import STANDING_ORDER
from nanoward.faces.report.drawing.views import Cell, Table, cells, found, headings
from nanoward.flows.round.round import Round

_MOST = 40  # rows of one kind that are listed
_KINDS = {  # in the order in which a reader needs them
    "carrier": "The agent in somebody who never received it",
    "dose while held": "Doses given while held",
    "serious event": "New serious adverse events",
    "standing": "Standings that began and ended",
    "person": "People who are gone, or held until somebody confirms",
    "file": "Files that are gone, shorter or renamed",
    "row": "Rows that are gone",
    "value": "Values that were changed",
    "rules": "Rules that changed, and standings that differ for it",
    "software": "Software that changed, and standings that differ for it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The section: one sentence, what waits for a person, and a table for each kind."""

    lead: str
    waiting: str
    tables: Sequence[Table]
    calm: str


def changed(round_: Round) -> Changed:
    """What differs from the round before; says so where there was none."""
    table = found(round_, tables.ROUND_CHANGES)
    facts = round_.facts.get("programme", {})
    compared = str(facts.get(COMPARED_WITH, NO_ROUND_BEFORE))
    waiting = table.filter("open")
    return Changed(
        lead=_lead(compared, table.height),
        waiting=_waiting(waiting) if waiting.height else "",
        tables=[
            _of_kind(title, table.filter(pl.col("kind") == kind))
            for kind, title in _KINDS.items()
            if table.filter(pl.col("kind") == kind).height
        ],
        calm="" if table.height else _calm(compared),
    )


def _lead(compared: str, count: int) -> str:
    if compared == NO_ROUND_BEFORE:
        return (
            f"There is no earlier round; {counted(count, 'thing stands', 'things stand')} out."
        )
    return f"Compared with {compared}: {counted(count, 'change')}."


def _calm(compared: str) -> str:
    if compared == NO_ROUND_BEFORE:
        return "There is no earlier round to compare this one with."
    return "Nothing vanished, nothing was corrected, and no standing changed."


def _waiting(rows: pl.DataFrame) -> str:
    people = rows["participant"].unique().sort().to_list()
    few = ", ".join(people[:12]) + (" and more" if len(people) > 12 else "")
    return (
        f"{counted(rows['id'].n_unique(), 'change')} of {few} keep their consequence until a"
        " named person confirms: nanoward clearance confirm PROGRAMME PARTICIPANT --by NAME"
        " --reason WHY"
    )


def _of_kind(title: str, rows: pl.DataFrame) -> Table:
    ordered = rows.sort("open", "participant", "file", descending=[True, False, False])
    rest = max(ordered.height - _MOST, 0)
    more = f"{rest} further: tables/round_changes.parquet." if rest else ""
    return Table(
        caption=f"{title}: {ordered.height}",
        headings=headings("@who", "where", "what", "before", "now", "why", "@waits for"),
        rows=[_row(row) for row in ordered.head(_MOST).iter_rows(named=True)],
        more=more,
    )


def _row(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    place = ":".join(str(one) for one in (row["file"], row["line"]) if one)
    waits = "confirmation" if row["open"] else ""
    seen = f"last in the round of {day(row['seen'])}" if row["seen"] else ""
    why = "; ".join(dict.fromkeys(one for one in (row["reason"], seen) if one))
    cause = row["cause"] if row["kind"] == "standing" else ""
    return cells(
        row["participant"] or "–",
        place or "–",
        row["item"] or "",
        _standing(row["before"]),
        _standing(row["after"]),
        f"{cause}: {why}" if cause else why,
        waits,
    )


def _standing(text: str | None) -> Cell:
    told = text or "–"
    return Cell(text=told, mark=told if told in STANDING_ORDER else "")
