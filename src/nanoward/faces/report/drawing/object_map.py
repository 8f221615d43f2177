"""Tracks and protected zones drawn from above: where they came from, where they are."""

import math
from collections.abc import Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from nanoward.faces.report.drawing.drawing import chart, path_of, tag, ticks
from nanoward.faces.report.drawing.figures import counted, number
from nanoward.faces.report.drawing.views import Figure

_WIDTH, _HEIGHT, _EDGE = 820.0, 460.0, 34.0
_NAMED = 12  # tracks whose names are written beside them
Point = tuple[float, float]


def object_map(rows: pl.DataFrame) -> Figure | None:
    """TRACKS as a map, north up, one scale for both axes; None where there is nothing."""
    if rows.is_empty():
        return None
    tracks = rows.unique("track", keep="first", maintain_order=True).to_dicts()
    zones = rows.unique("zone", keep="first", maintain_order=True).sort("zone").to_dicts()
    outlines = [_points(one["outline"]) for one in zones]
    grave = set(rows.filter(pl.col("state").is_in(["alarm", "unknown"]))["track"])
    shown = [one for one in tracks if one["track"] in grave or one["state"] != "ended"]
    paths = [_points(one["path"]) for one in shown]
    frame = _Frame(outlines, [path for path in paths if path])
    parts = frame.scale()
    for zone, outline in zip(zones, outlines, strict=True):
        drawn = path_of([frame.place(one) for one in outline], closed=True)
        parts.append(tag("path", tag("title", zone["zone"]), d=drawn, class_="safe"))
    for at, (one, path) in enumerate(zip(shown, paths, strict=True)):
        parts += _track(one, path, frame, alarm=one["track"] in grave, named=at < _NAMED)
    return Figure(
        caption="Tracks and protected zones from above, north up: lines where they came from, "
        "dots where they were last seen; those under alarm are filled in the alarm's colour.",
        drawing=chart(_WIDTH, _HEIGHT, f"{counted(len(shown), 'track')}, "
                      f"{counted(len(grave), 'track')} under alarm", *parts),
        legend=(("dot-out", "under alarm"), ("box-safe", "protected zone")),
    )  # fmt: skip


def _points(told: Sequence[str] | None) -> list[Point]:
    """Latitude and longitude of texts like "50.80000 -1.10000"."""
    found = []
    for one in told or ():
        latitude, longitude = one.split(" ")
        found.append((float(latitude), float(longitude)))
    return found


class _Frame:
    """Degrees to the drawing: what lies far out of the zones is cut off at the edge."""

    def __init__(self, outlines: Sequence[list[Point]], paths: Sequence[list[Point]]) -> None:
        core = [one for outline in outlines for one in outline]
        self.latitude = sum(one[0] for one in core) / len(core)
        self.longitude = sum(one[1] for one in core) / len(core)
        self.shrink = math.cos(math.radians(self.latitude))
        ends = sorted(self._far(path[-1]) for path in paths)
        most = ends[min(len(ends) - 1, int(0.9 * len(ends)))] if ends else 0.0
        self.reach = 1.15 * max(most, *(self._far(one) for one in core), 1e-4)  # degrees
        self.per_degree = (_HEIGHT / 2 - _EDGE) / self.reach

    def _far(self, one: Point) -> float:
        east = (one[1] - self.longitude) * self.shrink
        return math.hypot(east, one[0] - self.latitude)

    def place(self, one: Point) -> Point:
        east = (one[1] - self.longitude) * self.shrink * self.per_degree
        north = (one[0] - self.latitude) * self.per_degree
        x = min(max(_WIDTH / 2 + east, 4.0), _WIDTH - 4.0)
        return x, min(max(_HEIGHT / 2 - north, 4.0), _HEIGHT - 4.0)

    def scale(self) -> list[Markup]:
        """A bar of a round number of metres or kilometres."""
        metres = 111_195.0 / self.per_degree
        length = ticks(0.0, 200.0 * metres, 2)[-1]
        told = f"{number(length)} m" if length < 1000 else f"{number(length / 1000)} km"
        x, y = _EDGE, _HEIGHT - 14
        return [
            tag("line", class_="thread", x1=x, x2=x + length / metres, y1=y, y2=y),
            tag("text", told, class_="x", x=x + length / metres / 2, y=y - 6),
        ]


def _track(
    one: dict[str, Any], path: list[Point], frame: _Frame, *, alarm: bool, named: bool
) -> list[Markup]:
    if not path:
        return []
    places = [frame.place(point) for point in path]
    x, y = places[-1]
    title = tag("title", one["told"])
    parts = [
        tag("path", d=path_of(places), class_="thread", fill="none"),
        tag("circle", title, cx=x, cy=y, r=5 if alarm else 3,
            class_="point out" if alarm else "point"),
    ]  # fmt: skip
    if alarm and named:
        parts.append(tag("text", one["track"], class_="who start", x=x + 8, y=y + 4))
    return parts
