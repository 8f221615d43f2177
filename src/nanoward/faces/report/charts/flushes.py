"""Flushes drawn: from the shot to when it can be known that the agent is gone, per person."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
from markupsafe import Markup

from nanoward.faces.report.charts.life import Span
from nanoward.faces.report.drawing.drawing import chart, tag
from nanoward.faces.report.drawing.figures import counted, day, number, probability
from nanoward.faces.report.drawing.views import Cell, Figure, Table, cells, headings

Row = Mapping[str, Any]
ORDER = ("escaped", "unanswered", "intended", "verifying", "cleared")
MARKED = {"escaped": "alarm", "unanswered": "alarm", "intended": "held", "verifying": "held",
          "cleared": "cleared"}  # fmt: skip
SAID = {
    "intended": "owed to the driver",
    "unanswered": "fired? the driver did not answer",
    "verifying": "due for verification",
    "cleared": "cleared",
    "escaped": "escaped",
}
_PEOPLE = 60  # in the picture; the table has everybody up to its own limit
_ROWS = 200
_LEFT, _STEP, _WIDTH = 130.0, 22.0, 820.0


def by_urgency(flushes: pl.DataFrame) -> list[dict[str, Any]]:
    """Flushes, who escaped first, then by the day on which they can be cleared."""
    rows = flushes.to_dicts()
    return sorted(
        rows,
        key=lambda row: (
            ORDER.index(row["outcome"]) if row["outcome"] in ORDER else len(ORDER),
            row["earliest"] or date.max,
            row["participant"],
            row["order"],
        ),
    )


def flush_figure(rows: Sequence[Row], as_of: date) -> Figure | None:
    """A line per person: fired, the interval in which clearance can be declared, today."""
    known = [row for row in rows if row["fired"] is not None][:_PEOPLE]
    if not known:
        return None
    days = [row[name] for row in known for name in ("fired", "earliest", "latest")]
    told = [one for one in days if one is not None] + [as_of]
    span = Span(first=min(told), last=max(told), left=_LEFT, width=_WIDTH)
    height = 26 + _STEP * len(known)
    counts = ", ".join(
        f"{number(sum(row['outcome'] == name for row in known))} {SAID[name]}"
        for name in ORDER
        if any(row["outcome"] == name for row in known)
    )
    marks = [span.first + timedelta(days=round(span.days * at / 5)) for at in range(6)]
    axis = [
        part
        for when in dict.fromkeys(marks)
        for part in (
            tag("line", class_="grid", x1=span.x(when), x2=span.x(when), y1=4, y2=height - 20),
            tag("text", day(when), class_="x", x=span.x(when), y=height - 5),
        )
    ]
    lines = [part for at, row in enumerate(known) for part in _line(row, 16 + at * _STEP, span)]
    now = tag("path", tag("title", f"the round: {day(as_of)}"),
              d=f"M{span.x(as_of):.1f} 2V{height - 20:.1f}", class_="now")  # fmt: skip
    return Figure(
        caption="Time to clearance: a dot where the kill code was fired, a bar over the days "
        "in which clearance can be declared (95 in 100 of the people who are clear), the "
        "upright line is the day of this round."
        + (f" The first {_PEOPLE} of {len(rows)}." if len(rows) > _PEOPLE else ""),
        drawing=chart(_WIDTH, height, f"Flushes: {counts}", *axis, now, *lines),
        legend=(("dot-used", "fired"), ("box-wait", "may be declared cleared"),
                ("dot-out", "escaped"), ("box-clear", "cleared")),
    )  # fmt: skip


def _line(row: Row, y: float, span: Span) -> list[Markup]:
    x = span.x
    told = tag("title", f"{row['participant']}: {SAID.get(row['outcome'], row['outcome'])}; "
                        f"{clearance(row)}")  # fmt: skip
    parts = [
        tag("text", row["participant"], class_="lane", x=_LEFT - 12, y=y + 4),
        tag("circle", told, cx=x(row["fired"]), cy=y, r=4, class_="point used"),
    ]
    if row["earliest"] is not None:
        end = row["latest"] or row["earliest"]
        kind = "wait clear" if row["outcome"] == "cleared" else "wait"
        parts.insert(0, tag("line", class_="thread", x1=x(row["fired"]),
                            x2=x(row["earliest"]), y1=y, y2=y))  # fmt: skip
        parts.append(tag("rect", class_=kind, x=x(row["earliest"]), y=y - 6, height=12, rx=3,
                         width=max(x(end) - x(row["earliest"]), 4)))  # fmt: skip
    if row["outcome"] == "escaped":
        at = x(row["fired"]) + 14
        parts.append(
            tag("path", d=f"M{at:.1f} {y - 6:.1f}l6 6 -6 6 -6 -6z", class_="point out")
        )
        parts.append(tag("text", "escaped", class_="who start", x=at + 11, y=y + 4))
    return parts


def code(order: str) -> Cell:
    """A kill code by its first letters; the whole of it where the reader points."""
    return Cell(text=order if len(order) <= 12 else f"{order[:8]}…", hint=order)


def clearance(row: Row) -> str:
    """When clearance can be declared: the earliest day, and the latest in 95 of 100."""
    if row["outcome"] == "escaped":
        return "no: use the second route"
    if row["earliest"] is None:
        return "not with the samples planned"
    if row["latest"] is None or row["latest"] == row["earliest"]:
        return day(row["earliest"])
    return f"{day(row['earliest'])} to {day(row['latest'])}"


def flush_table(rows: Sequence[Row]) -> Table | None:
    """Everybody at whom a kill code was fired or is owed."""
    if not rows:
        return None
    rest = max(len(rows) - _ROWS, 0)
    return Table(
        caption=f"Flushes of {counted(len(rows), 'person', 'people')}, who escaped first",
        headings=headings(
            "@Participant", "Outcome", "Kill code", "Mechanism", "@Fired", "Response",
            "#Residual", "#Samples", "Cleared on (95 %)", "What is lacking, or why",
        ),
        rows=[
            cells(
                row["participant"],
                Cell(text=SAID.get(row["outcome"], row["outcome"] or "–"),
                     mark=MARKED.get(row["outcome"], "")),
                code(row["order"]),
                row["mechanism"] or "–",
                day(row["fired"]),
                row["response"] or "unknown",
                probability(row["residual"]),
                number(row["samples"]),
                clearance(row),
                "; ".join(row["reasons"] or []) or "–",
            )
            for row in rows[:_ROWS]
        ],
        more=f"{counted(rest, 'further flush', 'further flushes')}: tables/flushes.parquet."
        if rest else "",
        folded=""
        if len(rows) <= 25
        else f"Flushes of {counted(len(rows), 'person', 'people')}",
    )  # fmt: skip
