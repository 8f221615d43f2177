"""Section: orders, kill codes and drills; who is due for verification, and who escaped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.charts.flushes import by_urgency, code, flush_figure, flush_table
from nanoward.faces.report.drawing.figures import counted, day, listed, number, percent
from nanoward.faces.report.drawing.views import (
    Cell,
    Figure,
    Table,
    absence,
    cells,
    found,
    headings,
)
from nanoward.faces.report.sections.bonds import room_facts
from nanoward.flows.round.round import Round

_OPEN = ("intended", "unanswered", "acknowledged", "doubted")
_ROWS = 60
_MARKS = {"escaped": "alarm", "failed": "alarm", "firing": "alarm", "verifying": "held",
          "requested": "held", "approved": "held", "released": "held",
          "cleared": "cleared"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What the section shows."""

    absent: str
    lead: str
    escaped: Sequence[str]
    flushes: Figure | None
    flush_table: Table | None
    kills: Table | None
    drills: Table | None
    orders: Table | None
    open_orders: Table | None
    facts: Sequence[tuple[str, str]]


def control(round_: Round) -> Control:
    """Orders and flushes of a round."""
    orders, kills = found(round_, tables.ORDERS), found(round_, tables.KILLS)
    rows = by_urgency(found(round_, tables.FLUSHES))
    return Control(
        absent=absence(round_, tables.ORDERS, tables.FLUSHES, tables.KILLS, tables.DRILLS),
        lead=_lead(orders, kills, rows),
        escaped=[
            f"{row['participant']} ({row['mechanism']}): "
            f"{'; '.join(row['reasons'] or []) or 'no reason was given'}"
            for row in rows
            if row["outcome"] == "escaped"
        ],
        flushes=flush_figure(rows, round_.as_of),
        flush_table=flush_table(rows),
        kills=_kills(kills),
        drills=_drills(found(round_, tables.DRILLS)),
        orders=_orders(orders),
        open_orders=_open_orders(orders),
        facts=room_facts(round_, "control"),
    )


def _lead(orders: pl.DataFrame, kills: pl.DataFrame, rows: Sequence[Mapping[str, Any]]) -> str:
    due = sorted({row["participant"] for row in rows if row["outcome"] == "verifying"})
    gone = sorted({row["participant"] for row in rows if row["outcome"] == "escaped"})
    open_ = orders.filter(pl.col("status").is_in(_OPEN)).height
    told = [
        (
            f"{counted(orders.height, 'order')} passed the gate, {number(open_)} of them not "
            f"settled; {counted(kills.height, 'kill code')}."
        ),
        f"Due for verification: {listed(due, 12)}."
        if due
        else "Nobody is due for verification.",
        f"Escaped: {listed(gone, 12)}." if gone else "Nobody escaped.",
    ]
    fired = kills.filter(pl.col("answered") > 0)["expected_escapees"].drop_nulls()
    if len(fired):
        told.append(f"Escapees expected of the codes fired: {number(float(fired.sum()))}.")
    return " ".join(told)


def _kills(kills: pl.DataFrame) -> Table | None:
    if kills.is_empty():
        return None
    rows = kills.sort("asked", "order", descending=[True, False]).to_dicts()
    rest = max(len(rows) - _ROWS, 0)
    return Table(
        caption=f"{counted(len(rows), 'kill code')}, the latest first. Expected escapees: N x "
        "f over all the people named, as the release form shows them.",
        headings=headings(
            "Kill code", "@Asked", "State", "Mechanism", "Lot", "Why, and who asked",
            "Signed", "#People", "#Fired", "#Cleared", "#Escaped", "#Expected escapees",
        ),
        rows=[_kill(row) for row in rows[:_ROWS]],
        more=f"{counted(rest, 'further kill code')}: tables/kills.parquet." if rest else "",
        folded="" if len(rows) <= 15 else f"{counted(len(rows), 'kill code')}",
    )  # fmt: skip


def _kill(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    signed = "; ".join(row["signed"] or []) or "nobody"
    if row["break_glass"]:
        seen = "reviewed" if row["reviewed"] else "NOT reviewed yet"
        signed += f" (break-glass: one person, {seen})"
    return cells(
        code(row["order"]),
        day(row["asked"]),
        Cell(text=row["status"] or "–", mark=_MARKS.get(row["status"] or "", "")),
        row["mechanism"] or "–",
        row["lot"] or "–",
        f"{row['reason'] or 'no reason'}; {row['requested_by'] or 'not told'}",
        signed,
        *(number(row[name]) for name in ("people", "answered", "cleared", "escaped")),
        number(row["expected_escapees"]),
    )


def _drills(drills: pl.DataFrame) -> Table | None:
    if drills.is_empty():
        return None
    rows = drills.sort("held", "drill", descending=[True, False]).to_dicts()
    rest = max(len(rows) - _ROWS, 0)
    return Table(
        caption=f"{counted(len(rows), 'drill')}, the latest first: a mechanism tried on "
        "simulated agents, all the way from request to effect",
        headings=headings(
            "@Held", "Mechanism", "#Tries", "#Failures", "#Failure rate below (95 %)"
        ),
        rows=[
            cells(
                day(row["held"]),
                row["mechanism"],
                number(row["tries"]),
                Cell(text=number(row["failures"]), mark="alarm") if row["failures"] else "0",
                percent(row["upper"]),
            )
            for row in rows[:_ROWS]
        ],
        more=f"{counted(rest, 'further drill')}: tables/drills.parquet." if rest else "",
        folded="" if len(rows) <= 10 else f"{counted(len(rows), 'drill')}",
    )


def _orders(orders: pl.DataFrame) -> Table | None:
    """How many orders of each kind and setting stand where."""
    if orders.is_empty():
        return None
    counts = orders.group_by("kind", "setting", "status").len().to_dicts()
    count = {(row["kind"], row["setting"], row["status"]): row["len"] for row in counts}
    statuses = sorted(
        {row["status"] for row in counts}, key=lambda one: (one not in _OPEN, one)
    )
    kinds = sorted({(row["kind"], row["setting"]) for row in counts})
    return Table(
        caption=f"{counted(orders.height, 'order')} by kind and what became of them",
        headings=headings("Order", "Setting", *(f"#{one}" for one in statuses)),
        rows=[
            cells(
                kind or "–",
                "everything" if setting == "*" else setting or "–",
                *(number(count.get((kind, setting, one), 0)) for one in statuses),
            )
            for kind, setting in kinds
        ],
    )


def _open_orders(orders: pl.DataFrame) -> Table | None:
    """Orders of which nobody knows yet what they did, and those that were cut."""
    cut = pl.col("reasons").list.len().fill_null(0) > 0
    asked = orders.filter(pl.col("status").is_in(_OPEN) | cut)
    if asked.is_empty():
        return None
    rows = asked.sort("participant", "order").to_dicts()
    rows.sort(key=lambda row: row["status"] not in _OPEN)
    rest = max(len(rows) - _ROWS, 0)
    return Table(
        caption=f"{counted(len(rows), 'order')} not settled, or sent with less than was asked",
        headings=headings(
            "@Participant", "Order", "Setting", "#Value", "Unit", "State",
            "Why less than was asked for",
        ),
        rows=[
            cells(
                row["participant"],
                row["kind"] or "–",
                row["setting"] or "–",
                number(row["value"]),
                row["unit"] or "–",
                Cell(text=row["status"], mark="alarm" if row["status"] in _OPEN else ""),
                "; ".join(row["reasons"] or []) or "–",
            )
            for row in rows[:_ROWS]
        ],
        more=f"{counted(rest, 'further order')}: tables/orders.parquet." if rest else "",
        folded="" if len(rows) <= 15 else f"{counted(len(rows), 'order')} to look at",
    )  # fmt: skip
