"""Stopping rules drawn: the staircase of limits, and the way that the people have gone."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from nanoward.base import tables
from nanoward.faces.report.drawing import chart, tag
from nanoward.faces.report.figures import counted, number
from nanoward.faces.report.plane import Axis, Plane
from nanoward.faces.report.views import Cell, Figure, Table, cells, found, headings
from nanoward.flows.round import Round

Row = Mapping[str, Any]
_MOST = 12  # staircases that are drawn; the table has all of them
_WIDTH, _HEIGHT = 430.0, 250.0


def staircases(round_: Round) -> list[Figure]:
    """A staircase per rule and scope, those that say stop first."""
    return [_figure(rows) for rows in grouped(found(round_, tables.STOPPING))[:_MOST]]


def grouped(table: pl.DataFrame) -> list[list[dict[str, Any]]]:
    """Rows of STOPPING by rule and scope, those that say stop first, then the nearest to it."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in table.sort("rule", "scope", "people").to_dicts():
        groups.setdefault((row["rule"], row["scope"]), []).append(row)
    return sorted(
        groups.values(),
        key=lambda rows: (not rows[0]["stops"], -_nearness(rows), rows[0]["rule"],
                          rows[0]["scope"]),
    )  # fmt: skip


def walked(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """(people, events) step by step, as far as people could be judged."""
    return [(row["people"], row["events"]) for row in rows if row["events"] is not None]


def _nearness(rows: Sequence[Row]) -> float:
    """Events over the limit at the last step."""
    way = walked(rows)
    if not way:
        return 0.0
    people, events = way[-1]
    return float(events / max(rows[people - 1]["stop_at"], 1))


def _figure(rows: Sequence[Row]) -> Figure:
    one, way = rows[0], walked(rows)
    limits = [(row["people"], row["stop_at"]) for row in rows if row["stop_at"] is not None]
    reachable = [(people, limit) for people, limit in limits if limit <= people]
    highest = max([limit for _, limit in reachable] + [events for _, events in way] + [3])
    plane = Plane(
        x=Axis(low=0, high=rows[-1]["people"], start=44, end=_WIDTH - 12),
        y=Axis(low=0, high=highest * 1.12, start=_HEIGHT - 42, end=26),
        across="people counted (those within their window in part)",
        up="events",
    )
    drawn = _staircase(plane, reachable, highest * 1.12)
    if way:
        drawn += [
            tag("path", d=plane.line([(0, 0), *_stepped(way)]), class_="way"),
            _here(plane, way[-1], stops=bool(one["stops"])),
        ]
    name = f"{one['rule']}, {one['scope']}"
    return Figure(
        caption=f"{name}: {one['told']}",
        drawing=chart(
            _WIDTH, _HEIGHT, f"Stopping rule {name}: {one['told']}", *plane.drawn(), *drawn
        ),
    )


def _staircase(plane: Plane, limits: Sequence[tuple[int, int]], top: float) -> list[Markup]:
    if not limits:
        return []
    steps = _stepped(limits)
    last = steps[-1][0]
    area = [(steps[0][0], top), *steps, (last, top)]
    return [
        tag("path", d=plane.line(area, closed=True), class_="forbidden"),
        tag("path", d=plane.line(steps), class_="limit"),
    ]


def _stepped(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Corners of a staircase through points: across first, then up."""
    corners = [points[0]]
    for x, y in points[1:]:
        if y != corners[-1][1]:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return corners


def _here(plane: Plane, at: tuple[int, int], *, stops: bool) -> Markup:
    x, y = plane.at(*at)
    kind = "point out" if stops else "point used"
    told = tag("title", f"{at[1]} events of {at[0]} people")
    return tag("circle", told, cx=x, cy=y, r=5, class_=kind)


def stopping_table(round_: Round) -> Table | None:
    """Every rule in words, those that say stop first."""
    groups = grouped(found(round_, tables.STOPPING))
    if not groups:
        return None
    stops = sum(bool(rows[0]["stops"]) for rows in groups)
    return Table(
        caption=f"{counted(len(groups), 'stopping rule')}, {number(stops)} of them saying stop",
        headings=headings("Rule", "Watches", "#People", "#Events", "Where it stands"),
        rows=[
            cells(
                rows[0]["rule"],
                rows[0]["scope"],
                number(len(walked(rows))),
                number(walked(rows)[-1][1] if walked(rows) else 0),
                Cell(text=rows[0]["told"], mark="alarm" if rows[0]["stops"] else ""),
            )
            for rows in groups
        ],
        folded="" if len(groups) <= 15 else f"{counted(len(groups), 'stopping rule')}",
    )
