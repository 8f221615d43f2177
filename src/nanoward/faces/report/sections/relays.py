"""Section: messages that are not settled, and how other sites are reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.drawing.figures import counted, listed, number
from nanoward.faces.report.drawing.views import Cell, Table, absence, cells, found, headings
from nanoward.flows.round.round import Round

_ROWS = 60
_MARKS = {"overdue": "alarm", "escalated": "alarm", "refused": "held"}
_UNSEEN = 14  # days after which a site that was not seen is marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Relays:
    """What the section shows."""

    absent: str
    lead: str
    sites: Table | None
    messages: Table | None


def relays(round_: Round) -> Relays:
    """Messages and sites of a round."""
    messages, sites = found(round_, tables.MESSAGES), found(round_, tables.RELAY_SITES)
    return Relays(
        absent=absence(round_, tables.MESSAGES, tables.RELAY_SITES),
        lead=_lead(messages, sites),
        sites=_sites(sites),
        messages=_messages(messages),
    )


def _lead(messages: pl.DataFrame, sites: pl.DataFrame) -> str:
    late = messages.filter(pl.col("overdue").fill_null(value=False))
    many = counted(messages.height, "message is", "messages are")
    told = [f"{many} not settled, {number(late.height)} of them late."]
    if sites.height:
        waits = sites.filter(pl.col("safety_days").is_not_null())
        gone = sites.filter(pl.col("days_since").fill_null(_UNSEEN + 1.0) > _UNSEEN)
        told.append(
            f"Safety messages without a receipt: {listed(waits['site'].to_list(), 12)}."
            if waits.height
            else "Every safety message to another site has its receipt."
        )
        if gone.height:
            told.append(f"Not seen for {_UNSEEN} days: {listed(gone['site'].to_list(), 12)}.")
    return " ".join(told)


def _sites(sites: pl.DataFrame) -> Table | None:
    if sites.is_empty():
        return None
    rows = sites.sort("site").to_dicts()
    return Table(
        caption=f"{counted(len(rows), 'other site')}: how far the exchange of files has come",
        headings=headings(
            "@Site", "@Last seen (UTC)", "#Days since", "#Without receipt",
            "#Oldest safety message, days", "#Gaps", "#Too late", "#Clock ahead, h",
            "#Restored from a copy", "#Acts told of",
        ),
        rows=[_site(row) for row in rows],
    )  # fmt: skip


def _site(row: Mapping[str, Any]) -> Sequence[Cell]:
    gone = row["days_since"] is None or row["days_since"] > _UNSEEN
    return cells(
        row["site"],
        Cell(text=row["last_seen"] or "never", mark="alarm" if gone else ""),
        number(row["days_since"]),
        number(row["unreceipted"]),
        Cell(text=number(row["safety_days"]), mark="alarm" if row["safety_days"] else ""),
        Cell(text=number(row["gaps"]), mark="held" if row["gaps"] else ""),
        Cell(text=number(row["late"]), mark="held" if row["late"] else ""),
        Cell(text=number(row["clock_ahead_h"]), mark="held" if row["clock_ahead_h"] else ""),
        Cell(text=number(row["went_back"]), mark="alarm" if row["went_back"] else ""),
        number(row["acts"]),
    )


def _messages(messages: pl.DataFrame) -> Table | None:
    if messages.is_empty():
        return None
    rows = messages.sort(["overdue", "act_by", "message"], descending=[True, False, False])
    shown = rows.head(_ROWS).to_dicts()
    rest = max(rows.height - _ROWS, 0)
    return Table(
        caption=f"{counted(rows.height, 'message')} not settled, late ones first",
        headings=headings(
            "@Message", "Kind", "State", "For", "@Participant", "Site", "@Act by (UTC)",
            "Wanted", "Turned to",
        ),
        rows=[_message(row) for row in shown],
        more=f"{counted(rest, 'further message')}: tables/messages.parquet." if rest else "",
        folded="" if rows.height <= 15 else f"{counted(rows.height, 'message')} not settled",
    )  # fmt: skip


def _message(row: Mapping[str, Any]) -> Sequence[Cell]:
    late = bool(row["overdue"])
    word = f"{row['state']}, late" if late and row["state"] != "overdue" else row["state"]
    return cells(
        Cell(text=row["message"][:12], tone="hash"),
        f"{row['kind']} ({row['urgency']})",
        Cell(text=word, mark="alarm" if late else _MARKS.get(row["state"], "")),
        row["to"],
        row["participant"] or "–",
        row["site"] or "here",
        row["act_by"],
        row["wants"],
        row["turned_to"] or row["reason"] or "–",
    )
