"""Section: what moves towards a protected zone, in order of arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.drawing.figures import counted, number, probability
from nanoward.faces.report.drawing.object_map import object_map
from nanoward.faces.report.drawing.views import Cell, Figure, Table, cells, found, headings
from nanoward.flows.round.round import Round

_ROWS = 60
_MARKS = {"alarm": "alarm", "unknown": "alarm", "approaching": "held", "clear": "cleared"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedObjects:
    """What the section shows; nothing where the round tracked nothing."""

    shown: bool
    lead: str
    table: Table | None
    map: Figure | None


def objects(round_: Round) -> WatchedObjects:
    """Tracks of a round."""
    rows = found(round_, tables.TRACKS)
    return WatchedObjects(
        shown="tracks" in round_.tables,
        lead=lead_of(rows),
        table=track_table(rows.to_dicts()),
        map=object_map(rows) if "path" in rows.columns else None,
    )


def lead_of(rows: pl.DataFrame) -> str:
    """What there is, in a sentence."""
    tracks = rows["track"].n_unique()
    grave = rows.filter(pl.col("state").is_in(["alarm", "unknown"]))["track"].n_unique()
    first = rows.filter((pl.col("state") == "alarm") & pl.col("arrival").is_not_null())
    told = f"{counted(tracks, 'track')}, {number(grave)} under alarm."
    if first.height:
        row = first.sort("arrival").row(0, named=True)
        told += f" The first to arrive: {row['told']}."
    return told


def track_table(rows: Sequence[dict[str, Any]]) -> Table | None:
    """Rows of TRACKS as they come: by time of arrival, never by a score."""
    if not rows:
        return None
    rest = max(len(rows) - _ROWS, 0)
    return Table(
        caption="Tracks by time of arrival. The interval holds the arrival of nine in ten of "
        "those that would enter.",
        headings=headings(
            "@Track", "Zone", "State", "#Probability", "#Arrives in (90 %)", "#Nearest",
            "#Seen", "What is known",
        ),
        rows=[_row(one) for one in rows[:_ROWS]],
        more=f"{counted(rest, 'further row')}: tables/tracks.parquet." if rest else "",
    )  # fmt: skip


def _row(row: dict[str, Any]) -> tuple[Cell, ...]:
    arrives = "–"
    if row["arrival"] is not None:
        low, high = number(round(row["arrival_low"])), number(round(row["arrival_high"]))
        arrives = f"{number(round(row['arrival']))} s ({low} to {high})"
    return cells(
        row["track"],
        row["zone"],
        Cell(text=row["state"], mark=_MARKS.get(row["state"], "")),
        probability(row["probability"]),
        arrives,
        f"{number(round(max(row['nearest'], 0)))} m",
        number(row["detections"]),
        row["told"],
    )
