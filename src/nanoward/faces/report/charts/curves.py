"""One person's course, drawn small: what was observed, what is predicted, and the band."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from nanoward.faces.report.drawing.drawing import chart, path_of, tag, ticks
from nanoward.faces.report.drawing.figures import number

Row = Mapping[str, Any]
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 10.0, 20.0, 24.0
_PARTS = 126  # of a band's points: more cannot be seen at this size


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The window that all people's panels of one quantity share."""

    quantity: str
    last: float
    low: float
    high: float
    width: float = 252.0
    height: float = 140.0

    def x(self, time: float) -> float:
        return _LEFT + (self.width - _LEFT - _RIGHT) * min(time / self.last, 1.0)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        inside = min(max(share, 0.0), 1.0)
        return self.height - _BOTTOM - (self.height - _TOP - _BOTTOM) * inside


def frame_of(quantity: str, bands: Sequence[Row], observed: Sequence[Row]) -> Frame:
    """A window wide enough for every median and observation; a band may be cut at its edge."""
    values = [row["median"] for row in bands] + [row["value"] for row in observed]
    known = [value for value in values if value is not None] or [1.0]
    times = [row["time"] for row in (*bands, *observed) if row["time"] is not None]
    low, high = min(*known, 0.0), max(*known, 0.0)
    return Frame(
        quantity=quantity,
        last=max([*times, 1e-9]),
        low=low,
        high=low + 1.12 * ((high - low) or 1.0),
    )


def panel(
    who: str, frame: Frame, bands: Sequence[Row], observed: Sequence[Row], unit: str = "h"
) -> Markup:
    """One person and quantity, over time in `unit`. Observations that were held back are open,
    those outside the band are diamonds."""
    course = _thinned([row for row in bands if _whole(row, "low", "median", "high")])
    typical = [row for row in course if row["typical"] is not None]
    upper = [(frame.x(row["time"]), frame.y(row["high"])) for row in course]
    lower = [(frame.x(row["time"]), frame.y(row["low"])) for row in reversed(course)]
    points = [row for row in observed if row["value"] is not None]
    fine = " fine" if len(course) > _PARTS else ""  # many doses: the band shows through
    return chart(
        frame.width,
        frame.height,
        f"{who}, {frame.quantity}: {len(points)} observations, "
        f"{sum(is_outside(row) for row in points)} outside the 90 % band",
        *_axes(frame),
        tag("path", d=path_of([*upper, *lower], closed=True), class_="band"),
        tag("path", d=_curve(frame, typical, "typical"), class_=f"typical{fine}"),
        tag("path", d=_curve(frame, course, "median"), class_=f"median{fine}"),
        *(_point(frame, row, unit) for row in points),
    )


def is_outside(row: Row) -> bool:
    """An observation outside the band of its prediction; not so where there is no band."""
    if not _whole(row, "low", "high", "value"):
        return False
    return not row["low"] <= row["value"] <= row["high"]


def _whole(row: Row, *names: str) -> bool:
    return all(row[name] is not None for name in names)


def _thinned(rows: Sequence[Row]) -> Sequence[Row]:
    """At most twice as many as there are parts: of each part its highest and its lowest."""
    size = -(-len(rows) // _PARTS)
    if size < 3:
        return rows
    kept: list[Row] = []
    for begin in range(0, len(rows), size):
        part = range(begin, min(begin + size, len(rows)))
        ends = {
            min(part, key=lambda at: rows[at]["median"]),
            max(part, key=lambda at: rows[at]["median"]),
        }
        kept += [rows[at] for at in sorted(ends)]
    return kept if kept[-1] is rows[-1] else [*kept, rows[-1]]


def _curve(frame: Frame, rows: Sequence[Row], name: str) -> str:
    return path_of([(frame.x(row["time"]), frame.y(row[name])) for row in rows])


def _point(frame: Frame, row: Row, unit: str) -> Markup:
    x, y = frame.x(row["time"]), frame.y(row["value"])
    kind = "held-back" if row["held_back"] else "used"
    told = tag(
        "title",
        f"{number(row['time'])} {unit}: observed {number(row['value'])}, predicted "
        f"{number(row['predicted'])}{', held back' if row['held_back'] else ''}"
        f"{', outside the band' if is_outside(row) else ''}",
    )
    if is_outside(row):
        corners = [(x, y - 4.6), (x + 4.6, y), (x, y + 4.6), (x - 4.6, y)]
        return tag("path", told, d=path_of(corners, closed=True), class_=f"point out {kind}")
    return tag("circle", told, cx=x, cy=y, r=3, class_=f"point {kind}")


def _axes(frame: Frame) -> list[Markup]:
    floor, left = frame.height - _BOTTOM, _LEFT
    told = tag("text", frame.quantity, class_="quantity", x=frame.width - _RIGHT, y=_TOP - 8)
    heights = [(value, frame.y(value)) for value in ticks(frame.low, frame.high, 4)]
    return [
        told,
        *(tag("line", class_="grid", x1=left, x2=frame.width - _RIGHT, y1=y, y2=y)
          for _, y in heights),
        *(tag("text", number(value), class_="y", x=left - 6, y=y + 4) for value, y in heights),
        *(tag("text", number(value), class_="x", x=frame.x(value), y=floor + 17)
          for value in ticks(0.0, frame.last, 4)),
    ]  # fmt: skip
