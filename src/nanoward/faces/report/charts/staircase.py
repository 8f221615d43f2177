"""Stopping rules drawn: the staircase of limits, and where each group of people stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from nanoward.base import tables
from nanoward.faces.report.drawing.drawing import chart, tag
from nanoward.faces.report.drawing.figures import counted, number
from nanoward.faces.report.drawing.plane import Axis, Plane
from nanoward.faces.report.drawing.views import Cell, Figure, Table, cells, found, headings
from nanoward.flows.round.round import Round

Row = Mapping[str, Any]
_MOST = 12  # staircases that are drawn; the table has all of them
_WIDTH, _HEIGHT = 430.0, 250.0


def states(round_: Round) -> list[dict[str, Any]]:
    """Rules and groups, those that say stop first, then the nearest to it."""
    rows = found(round_, tables.STOPPING).to_dicts()
    return sorted(
        rows,
        key=lambda row: (
            not row["stop"],
            -(row["events"] or 0) / max(row["limit"] or 1, 1),
            row["rule"],
            row["group"] or "",
        ),
    )


def staircases(round_: Round) -> list[Figure]:
    """A staircase per rule and group, those that say stop first."""
    steps: dict[str, list[tuple[int, int]]] = {}
    for row in found(round_, tables.STAIRS).sort("rule", "people").to_dicts():
        if row["people"] is not None and row["stops_at"] is not None:
            steps.setdefault(row["rule"], []).append((row["people"], row["stops_at"]))
    return [_figure(row, steps[row["rule"]]) for row in states(round_) if row["rule"] in steps][
        :_MOST
    ]


def _figure(row: Row, steps: Sequence[tuple[int, int]]) -> Figure:
    people, events = row["people"] or 0.0, row["events"] or 0
    reachable = [(count, limit) for count, limit in steps if limit <= count]
    top = 1.12 * max([limit for _, limit in reachable] + [events, 3])
    plane = Plane(
        x=Axis(low=0, high=max(steps[-1][0], people), start=44, end=_WIDTH - 12),
        y=Axis(low=0, high=top, start=_HEIGHT - 42, end=26),
        across="people counted (those who are waiting in part)",
        up="people with the event",
    )
    told = f"{row['rule']}, {row['group'] or 'programme'}: {row['told']}"
    return Figure(
        caption=told,
        drawing=chart(
            _WIDTH,
            _HEIGHT,
            f"Stopping rule {told}",
            *plane.drawn(),
            *_staircase(plane, reachable, top),
            *_here(plane, people, events, stops=bool(row["stop"])),
        ),
    )


def _staircase(plane: Plane, limits: Sequence[tuple[int, int]], top: float) -> list[Markup]:
    if not limits:
        return []
    steps = stepped(limits)
    area = [(steps[0][0], top), *steps, (steps[-1][0], top)]
    return [
        tag("path", d=plane.line(area, closed=True), class_="forbidden"),
        tag("path", d=plane.line(steps), class_="limit"),
    ]


def stepped(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Corners of a staircase through points: across first, then up."""
    corners = [points[0]]
    for x, y in points[1:]:
        if y != corners[-1][1]:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return corners


def _here(plane: Plane, people: float, events: int, *, stops: bool) -> list[Markup]:
    """Where the group stands, with a thread down to the number of people."""
    x, y = plane.at(people, events)
    told = tag("title", f"{number(events)} of {number(people)}")
    kind = "point out" if stops else "point used"
    return [
        tag("line", class_="thread", x1=x, x2=x, y1=plane.y.start, y2=y),
        tag("circle", told, cx=x, cy=y, r=5, class_=kind),
    ]


def stopping_table(round_: Round) -> Table | None:
    """Every rule in words, those that say stop first."""
    rows = states(round_)
    if not rows:
        return None
    stops = sum(bool(row["stop"]) for row in rows)
    return Table(
        caption=f"{counted(len(rows), 'stopping rule')}, {number(stops)} of them saying stop",
        headings=headings(
            "Rule", "Watches", "#People", "#Events", "#Stops at", "Where it stands"
        ),
        rows=[
            cells(
                row["rule"],
                row["group"] or "programme",
                number(row["people"]),
                number(row["events"]),
                number(row["limit"]),
                Cell(text=row["told"] or "–", mark="alarm" if row["stop"] else ""),
            )
            for row in rows
        ],
        folded="" if len(rows) <= 15 else f"{counted(len(rows), 'stopping rule')}",
    )
