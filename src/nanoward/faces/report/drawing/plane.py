"""A plane with two axes, drawn by hand: where a value stands, grid, numbers and points."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from nanoward.faces.report.drawing.drawing import path_of, tag, ticks
from nanoward.faces.report.drawing.figures import number

SHAPES = ("circle", "square", "triangle-up", "diamond")
_DECADES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def short(value: float) -> str:
    """A number at an axis: 0.5, 12, 1 500."""
    return number(value) if abs(value) >= 1000 else f"{value:.4g}".replace("-", "−")


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Values from low to high onto pixels from start to end; beyond them, the edge."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        low, high = self.low, self.high
        if self.log:
            low, high, value = self._scaled(low), self._scaled(high), self._scaled(value)
        share = (value - low) / ((high - low) or 1.0)
        return self.start + (self.end - self.start) * min(max(share, 0.0), 1.0)

    def marks(self, most: int = 6) -> list[float]:
        """Round values within the axis."""
        if not self.log:
            return ticks(self.low, self.high, most)
        return [one for one in _DECADES if self.low <= one <= self.high]

    def _scaled(self, value: float) -> float:
        return math.log10(max(value, 1e-9))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """Two axes with what they measure, and how their numbers are written."""

    x: Axis
    y: Axis
    across: str = ""
    up: str = ""
    write: Callable[[float], str] = field(default=short)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.x.at(x), self.y.at(y)

    def line(self, points: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
        """The d attribute of a line through values."""
        return path_of([self.at(x, y) for x, y in points], closed=closed)

    def drawn(self, most: int = 6) -> list[Markup]:
        """Grid, numbers and titles of both axes."""
        left, right, floor = self.x.start, self.x.end, self.y.start
        heights = [(one, self.y.at(one)) for one in self.y.marks(most)]
        across = [(one, self.x.at(one)) for one in self.x.marks(most)]
        return [
            *(tag("line", class_="grid", x1=left, x2=right, y1=y, y2=y) for _, y in heights),
            *(tag("text", short(one), class_="y", x=left - 6, y=y + 4) for one, y in heights),
            *(
                tag("text", self.write(one), class_="x", x=x, y=floor + 16)
                for one, x in across
            ),
            *([tag("text", self.across, class_="x title", x=(left + right) / 2, y=floor + 34)]
              if self.across else []),
            *([tag("text", self.up, class_="up title", x=left - 30, y=self.y.end - 10)]
              if self.up else []),
        ]  # fmt: skip


def points(places: Sequence[tuple[float, float]], shape: str, tone: str) -> Markup:
    """Many points as one path, so that a thousand people take a few kilobytes.

    shape  of SHAPES; tone: a class that sets the colour --k
    """
    steps = {
        "square": "m-3.5 -3.5h7v7h-7z",
        "triangle-up": "m0 -4.6l4.4 8h-8.8z",
        "diamond": "m0 -5l4.6 5 -4.6 5 -4.6 -5z",
    }
    step = steps.get(shape, "h0")
    d = "".join(f"{path_of([place])}{step}" for place in places)
    kind = "shapes" if shape in steps else "dots"
    return tag("path", d=d, class_=f"{kind} {tone}")
