"""Section 1: everybody at a glance, by standing, with the reasons."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.drawing.figures import counted, day, number
from nanoward.faces.report.drawing.palette import MARKS, STANDING_ORDER
from nanoward.faces.report.drawing.views import (
    Cell,
    Table,
    absence,
    anchor,
    cells,
    found,
    headings,
)
from nanoward.flows.round.round import Round

_MANY = 60  # above this many people the tiles carry marks only
_TILES = 400  # over all arms, the most urgent of each; the table has everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One person on the wall; `row` is where the reasons stand."""

    participant: str
    standing: str
    told: str
    find: str
    row: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """The tiles of one arm."""

    title: str
    tiles: Sequence[Tile]
    people: int
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many people have one standing."""

    standing: str
    people: int
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What the section shows; `absent` says why where there is nothing."""

    absent: str
    shares: Sequence[Share]
    walls: Sequence[Wall]
    table: Table
    small: bool
    people: int
    grade: str = ""


def board(round_: Round) -> Board:
    """The board of participants."""
    rows = standing_rows(round_)
    return Board(
        absent=absence(round_, tables.STANDINGS),
        shares=shares(round_),
        walls=_walls(rows),
        table=_table(rows),
        small=len(rows) <= _MANY,
        people=len(rows),
    )


def shares(round_: Round) -> tuple[Share, ...]:
    """People by standing, the most urgent standing first; those that nobody has left out."""
    rows = standing_rows(round_)
    known = {mark.name: mark.meaning for mark in MARKS}
    names = [*STANDING_ORDER, *sorted({row["standing"] for row in rows} - set(STANDING_ORDER))]
    counts = {name: sum(row["standing"] == name for row in rows) for name in names}
    return tuple(
        Share(standing=name, people=count, meaning=known.get(name, ""))
        for name, count in counts.items()
        if count
    )


def standing_rows(round_: Round) -> list[dict[str, Any]]:
    """STANDINGS by urgency of standing, then by participant."""
    table = found(round_, tables.STANDINGS).with_columns(
        pl.col("standing").fill_null("not told"), pl.col("arm").fill_null("")
    )
    order = {name: place for place, name in enumerate(STANDING_ORDER)}
    return sorted(
        table.to_dicts(),
        key=lambda row: (order.get(row["standing"], len(order)), row["participant"]),
    )


def _walls(rows: Sequence[dict[str, Any]]) -> list[Wall]:
    arms = sorted({row["arm"] for row in rows}, key=lambda arm: (not arm, arm))
    walls = []
    for arm in arms:
        own = [row for row in rows if row["arm"] == arm]
        most = max(_TILES * len(own) // max(len(rows), _TILES), 1)
        left = Counter(row["standing"] for row in own[most:])
        walls.append(
            Wall(
                title=arm or "No dose given",
                tiles=[_tile(row) for row in own[:most]],
                people=len(own),
                rest=", ".join(f"{number(count)} {name}" for name, count in left.items()),
            )
        )
    return walls


def _tile(row: dict[str, Any]) -> Tile:
    why = "; ".join(row["reasons"] or [])
    since = f" since {day(row['since'])}" if row["since"] else ""
    return Tile(
        participant=row["participant"],
        standing=row["standing"],
        told=f"{row['participant']}: {row['standing']}{since}{'. ' if why else ''}{why}",
        find=_words(row),
        row=anchor("who", row["participant"]),
    )


def _words(row: dict[str, Any]) -> str:
    told = [row["participant"], row["standing"], row["arm"], *(row["reasons"] or [])]
    return " ".join(told).lower()


def _table(rows: Sequence[dict[str, Any]]) -> Table:
    return Table(
        caption=f"Standing of {counted(len(rows), 'participant')}, the most urgent first",
        headings=headings(
            "@Participant",
            "Standing",
            "@Since",
            "Arm",
            "Reasons, the deciding one first",
            "@Last dose",
            "#Worst grade",
            "#Emergent events",
        ),
        rows=[_row(row) for row in rows],
        find=[_words(row) for row in rows],
        group=[row["standing"] for row in rows],
        ids=[anchor("who", row["participant"]) for row in rows],
    )


def _row(row: dict[str, Any]) -> tuple[Cell, ...]:
    grade = row["worst_grade"]
    return cells(
        row["participant"],
        Cell(text=row["standing"], mark=row["standing"]),
        day(row["since"]),
        row["arm"] or "–",
        "; ".join(row["reasons"] or []) or "–",
        day(row["last_dose"]),
        Cell(text=number(grade), tone=f"grade{grade}" if grade else ""),
        number(row["emergent_events"]),
    )
