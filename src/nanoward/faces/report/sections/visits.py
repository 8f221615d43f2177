"""The coming weeks: bookings by day, who waits, capacity, beds and sums of pay.

No kind of visit is shown: a visit that one arm alone has would tell the arm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.drawing.figures import counted, day, number
from nanoward.faces.report.drawing.views import Cell, Table, absence, cells, found, headings
from nanoward.flows.round.round import Round

_ROWS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """What the section shows."""

    absent: str
    lead: str
    days: Table | None
    unplaced: Table | None
    capacity: Table | None
    beds: Table | None
    pay: Table | None


def visits(round_: Round) -> Visits:
    """The section of the coming weeks of a round."""
    rows = found(round_, tables.VISITS).to_dicts()
    booked = [row for row in rows if row["day"] is not None]
    waiting = [row for row in rows if row["day"] is None]
    return Visits(
        absent=absence(round_, tables.VISITS, tables.CAPACITY, tables.BEDS, tables.PAY_TOTALS),
        lead=f"{counted(len(booked), 'visit')} booked in the coming four weeks,"
        f" {number(len(waiting))} without a place.",
        days=_days(booked),
        unplaced=_unplaced(waiting),
        capacity=_capacity(round_),
        beds=_beds(round_),
        pay=_pay(round_),
    )


def _days(rows: Sequence[Mapping[str, Any]]) -> Table | None:
    if not rows:
        return None
    order = sorted(rows, key=lambda row: (row["day"], row["half"] != "morning"))
    slots: dict[tuple[Any, str, str], list[str]] = {}
    for row in order:
        key = (row["day"], row["half"], row["site"])
        slots.setdefault(key, []).append(row["participant"])
    shown = list(slots.items())[:_ROWS]
    rest = len(slots) - len(shown)
    return Table(
        caption=f"Who comes when: {counted(len(rows), 'booking')}",
        headings=headings("@Day", "Half", "Site", "#People", "Who"),
        rows=[
            cells(day(at), half, site, number(len(who)), ", ".join(sorted(who)))
            for (at, half, site), who in shown
        ],
        more=f"{counted(rest, 'further half-day')}: tables/visits.parquet." if rest else "",
    )


def _unplaced(rows: Sequence[Mapping[str, Any]]) -> Table | None:
    if not rows:
        return None
    order = sorted(rows, key=lambda row: (str(row["planned"]), row["participant"]))
    rest = max(len(order) - _ROWS, 0)
    return Table(
        caption=f"Without a place: {counted(len(rows), 'visit')}",
        headings=headings("@Participant", "@Meant for", "State", "Why"),
        rows=[
            cells(
                row["participant"],
                day(row["planned"]),
                Cell(text=row["state"], mark="held" if row["why"] else ""),
                row["why"] or "not planned yet",
            )
            for row in order[:_ROWS]
        ],
        more=f"{counted(rest, 'further visit')}: tables/visits.parquet." if rest else "",
        folded=f"Without a place: {counted(len(rows), 'visit')}" if len(rows) > 12 else "",
    )


def _capacity(round_: Round) -> Table | None:
    table = found(round_, tables.CAPACITY)
    if table.is_empty():
        return None
    rows = sorted(
        table.to_dicts(), key=lambda row: (-row["short"], row["first"], row["resource"])
    )
    impossible = table.filter(pl.col("short") > 0).height
    return Table(
        caption=f"Use of what there is, week by week; {counted(impossible, 'impossible run')}",
        headings=headings("Site", "Resource", "@From", "@Until", "#Taken", "#There", "Mend"),
        rows=[
            cells(
                row["site"],
                Cell(text=row["resource"], mark="alarm" if row["short"] else ""),
                day(row["first"]),
                day(row["last"]),
                number(row["taken"]),
                number(row["there"]),
                row["mend"] or "–",
            )
            for row in rows[:_ROWS]
        ],
    )


def _beds(round_: Round) -> Table | None:
    table = found(round_, tables.BEDS)
    if table.is_empty():
        return None
    return Table(
        caption="Beds tonight",
        headings=headings("Kind", "#Taken", "#There"),
        rows=[
            cells(row["kind"], number(row["taken"]), number(row["there"]))
            for row in table.to_dicts()
        ],
    )


def _pay(round_: Round) -> Table | None:
    table = found(round_, tables.PAY_TOTALS)
    if table.is_empty():
        return None
    names = ("earned", "paid", "pending", "owed", "refunds")
    return Table(
        caption="Sums of all statements; leaving changes nothing of what was earned",
        headings=headings(
            "Currency", "#Earned", "#Paid", "#On its way", "#Owed", "#Refunds, apart", "#Late",
            "#Disputes",
        ),
        rows=[
            cells(
                row["currency"],
                *(row[name] or "–" for name in names),
                Cell(text=number(row["late"]), mark="alarm" if row["late"] else ""),
                number(row["disputed"]),
            )
            for row in table.to_dicts()
        ],
    )  # fmt: skip
