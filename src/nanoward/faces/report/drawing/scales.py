"""Scales of charts that stand alone: round ends, days, names in rows, single marks.

Nothing here rests on the page's style sheet: sizes, anchors and tones are attributes, so that
a drawing may also be a file of its own.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from nanoward.faces.report.drawing.drawing import path_of, tag, ticks
from nanoward.faces.report.drawing.plane import Axis, short

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun",
           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # fmt: skip
_LETTERS = 38  # of a name beside a row
_BY_MONTH = 90  # days from which months are told


def nice(low: float, high: float, most: int = 8) -> tuple[float, float]:
    """The same stretch, widened to round numbers; one unit where it has no length."""
    marks = ticks(low, high, most)
    if len(marks) < 2:
        return (low, low + 1.0) if not high > low else (low, high)
    step = marks[1] - marks[0]
    ends = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return round(ends[0], 10), round(ends[1], 10)


def day_marks(first: date, last: date, most: int = 8) -> list[tuple[date, str]]:
    """Days to stand at an axis, with their words: first days of months in a long time."""
    span = (last - first).days
    if span > _BY_MONTH:
        steps = (1, 2, 3, 6, 12, 24, 60, 120)
        step = next((one for one in steps if span / (30.4 * one) <= most), 240)
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        days = [date(at // 12, at % 12 + 1, 1) for at in months if at % step == 0]
        return [(one, f"{_MONTHS[one.month - 1]} {one.year}") for one in days if one >= first]
    apart = next((one for one in (1, 2, 7, 14) if span / one <= most), 28)
    days = [first + timedelta(days=at) for at in range(0, span + 1, apart)]
    return [(one, f"{one.day:02d} {_MONTHS[one.month - 1]} {one.year}") for one in days]


def text_width(told: str, size: float = 12.0) -> float:
    """Room that a text takes, in pixels: a little more than in Liberation Sans."""
    return sum(0.72 if one.isupper() else 0.57 for one in told) * size


def words(
    told: str, x: float, y: float, *, anchor: str = "middle", tone: str = "soft"
) -> Markup:
    """A text at a place. anchor: start, middle, end; tone: of the palette."""
    return tag(
        "text", told, x=x, y=y, text_anchor=anchor, font_size=11.5, fill=f"var(--{tone})"
    )


def line(x1: float, x2: float, y1: float, y2: float, tone: str, wide: float = 1.0) -> Markup:
    """A stroke with round ends."""
    return tag("line", x1=x1, x2=x2, y1=y1, y2=y2, stroke=f"var(--{tone})",
               stroke_width=wide, stroke_linecap="round")  # fmt: skip


def mark(shape: str, x: float, y: float, tone: str, size: float = 1.0) -> Markup:
    """One filled mark with a rim in the paper's tone.

    shape  circle, square, triangle-up, diamond or cross; size: times the usual one
    """
    if shape == "circle":
        return tag("circle", cx=x, cy=y, r=4.6 * size, fill=f"var(--{tone})", **_RIM)
    corners = path_of(_corners(shape, x, y, size), closed=True)
    return tag("path", d=corners, fill=f"var(--{tone})", **_RIM)


_RIM: dict[str, str | float] = {"stroke": "var(--paper)", "stroke_width": 0.8}
_OUTLINES = {
    "square": ((-4, -4), (4, -4), (4, 4), (-4, 4)),
    "triangle-up": ((0, -5.2), (5, 3.9), (-5, 3.9)),
    "diamond": ((0, -5.6), (5, 0), (0, 5.6), (-5, 0)),
    "cross": ((-1.7, -5), (1.7, -5), (1.7, -1.7), (5, -1.7), (5, 1.7), (1.7, 1.7), (1.7, 5),
              (-1.7, 5), (-1.7, 1.7), (-5, 1.7), (-5, -1.7), (-1.7, -1.7)),
}  # fmt: skip


def _corners(shape: str, x: float, y: float, size: float) -> list[tuple[float, float]]:
    return [(x + size * right, y + size * down) for right, down in _OUTLINES[shape]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRows:
    """Names one under the other, each with a row of its own beside one axis across.

    step  height of a row in pixels; across: what the axis measures
    """

    names: Sequence[str]
    x: Axis
    step: float
    across: str
    top: float = 6.0

    @property
    def floor(self) -> float:
        return self.top + self.step * len(self.names)

    @property
    def height(self) -> float:
        return self.floor + 42

    def y(self, place: int) -> float:
        """The middle of a row."""
        return self.top + self.step * (place + 0.5)

    def drawn(self, most: int = 8) -> list[Markup]:
        """Grid, numbers, the axis' title and the names."""
        marks = [(one, self.x.at(one)) for one in self.x.marks(most)]
        middle = (self.x.start + self.x.end) / 2
        return [
            *(line(x, x, self.top, self.floor, "rule") for _, x in marks),
            *(words(short(one), x, self.floor + 17) for one, x in marks),
            words(self.across, middle, self.floor + 37),
            *(row_name(one, self.x.start - 8, self.y(at) + 4)
              for at, one in enumerate(self.names)),
        ]  # fmt: skip


def row_name(told: str, x: float, y: float) -> Markup:
    """A name that ends at a place; a long one is cut, and whole when pointed at."""
    if len(told) <= _LETTERS:
        return words(told, x, y, anchor="end", tone="ink")
    return tag("text", f"{told[: _LETTERS - 1]}…", tag("title", told), x=x, y=y,
               text_anchor="end", font_size=11.5, fill="var(--ink)")  # fmt: skip


def names_room(names: Sequence[str]) -> float:
    """Pixels that the longest of some names takes beside its row."""
    return 16 + max((text_width(one[:_LETTERS], 11.5) for one in names), default=0.0)
