"""Section: what arrives, what would have been missed, and which incidents go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nanoward.base import tables
from nanoward.base.tables.facts import PROMISED
from nanoward.faces.report.drawing.figures import counted, day, number
from nanoward.faces.report.drawing.views import Cell, Table, cells, found, headings
from nanoward.faces.report.sections.bonds import room_facts
from nanoward.flows.round.round import Round

_ROWS = 60
_ORDER = ("alarm", "silent", "quiet", "new")
_MARKS = {"alarm": "alarm", "silent": "held", "quiet": "cleared", "new": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What the section shows; nothing where the plan has no [watch]."""

    shown: bool
    lead: str
    alarms: Sequence[str]
    streams: Table | None
    facts: Sequence[tuple[str, str]]


def watch(round_: Round) -> Watched:
    """Streams and alarms of a round."""
    streams = found(round_, tables.STREAMS).to_dicts()
    alarms = found(round_, tables.WATCH_ALARMS).sort("day", descending=True).to_dicts()
    return Watched(
        shown="streams" in round_.tables,
        lead=_lead(round_, streams, alarms),
        alarms=[f"{day(row['day'])}: {row['told']}" for row in alarms[:10]],
        streams=_streams(streams),
        facts=room_facts(round_, "watch"),
    )


def _lead(round_: Round, streams: list[dict[str, Any]], alarms: list[dict[str, Any]]) -> str:
    count = {state: sum(row["state"] == state for row in streams) for state in _ORDER}
    facts = round_.facts.get("watch", {})
    length = next((facts[name] for name in PROMISED if name in facts), None)
    told = [
        (
            f"{counted(len(streams), 'stream')}: {number(count['alarm'])} under alarm, "
            f"{number(count['silent'])} silent, {number(count['new'])} too new to judge."
        ),
        f"{counted(len(alarms), 'alarm')} in all that was judged.",
    ]
    if isinstance(length, int | float):
        told.append(
            f"All streams together alarm falsely once in {number(float(length))} periods on "
            "average, or less often."
        )
    if not count["alarm"]:
        told.append("Nothing was seen; the table says what would have been.")
    return " ".join(told)


def _streams(rows: list[dict[str, Any]]) -> Table | None:
    if not rows:
        return None
    rows = sorted(
        rows,
        key=lambda row: (_ORDER.index(row["state"]), -(row["evidence"] or 0), row["stream"]),
    )
    rest = max(len(rows) - _ROWS, 0)
    return Table(
        caption=f"{counted(len(rows), 'stream')}, those under alarm first. Evidence of all "
        "streams together alarms at the threshold; the limit is the count that alarms when it "
        "comes in each of four periods.",
        headings=headings(
            "Stream", "State", "@Last period", "#Count", "#Expected", "#Evidence", "#Threshold",
            "#Limit", "What is known",
        ),
        rows=[
            cells(
                row["stream"],
                Cell(text=row["state"], mark=_MARKS.get(row["state"], "")),
                day(row["last"]),
                *(
                    number(row[name])
                    for name in ("count", "expected", "evidence", "threshold", "limit")
                ),
                row["told"],
            )
            for row in rows[:_ROWS]
        ],
        more=f"{counted(rest, 'further stream')}: tables/streams.parquet." if rest else "",
    )  # fmt: skip
