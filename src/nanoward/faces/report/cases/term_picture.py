"""The learnt length of gestation in one picture that is read in ten seconds.

One bar for what is ordinary, one for what was learnt, a mark for each pregnancy: where it
ended, or how far it has come. The title says the answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from nanoward.faces.report.drawing.drawing import chart, tag, ticks

WIDTH, LEFT, RIGHT = 640.0, 116.0, 620.0
TOP, BAR, STEP, MOST = 44.0, 16.0, 12.0, 40
ORDINARY = (266.0, 252.0, 280.0)  # days from conception: middle, and 14 days either way
GREY, BLUE, RED, INK = "#8a8f98", "#2166ac", "#b2182b", "#222222"


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTerm:
    """What is drawn.

    words      the answer in a sentence
    mean, low, high   days from conception; None where not yet estimable
    pregnancies       (days at least, days at most, kind): kind is birth, loss, induced, ongoing
    """

    words: str
    mean: float | None
    low: float | None
    high: float | None
    pregnancies: Sequence[tuple[float, float, str]]


def term_picture(told: PictureTerm) -> Markup:
    """One SVG that stands alone."""
    rows = sorted(told.pregnancies, key=lambda one: (one[2] != "birth", one[2], one[0]))[:MOST]
    height = TOP + 3 * BAR * 1.6 + STEP * len(rows) + 40
    most = max([ORDINARY[2], told.high or 0.0, *(one[1] for one in rows)]) / 7 + 2
    high = 5.0 * (1 + int(most / 5))

    def at(days: float) -> float:
        return LEFT + (RIGHT - LEFT) * min(max(days / 7 / high, 0.0), 1.0)

    parts = [
        tag("rect", x=0, y=0, width=WIDTH, height=height, fill="#ffffff"),
        _text(LEFT, 22, f"Length of pregnancy: {told.words}", size="14", weight="bold"),
    ]
    for week in ticks(0.0, high, 8):
        x = at(week * 7)
        parts.append(tag("line", x1=x, x2=x, y1=TOP - 8, y2=height - 30, stroke="#e2e2e2"))
        parts.append(_text(x, height - 14, f"{week:g}", anchor="middle"))
    parts.append(_text(RIGHT, height - 2, "weeks from conception", anchor="end"))
    parts += _bar(at, TOP, "ordinary", ORDINARY, GREY)
    if told.mean is not None and told.low is not None and told.high is not None:
        parts += _bar(at, TOP + BAR * 1.6, "learnt", (told.mean, told.low, told.high), BLUE)
    else:
        parts.append(_text(8, TOP + BAR * 1.6 + 12, "learnt: not yet"))
    begin = TOP + BAR * 3.6
    for place, row in enumerate(rows):
        parts += _pregnancy(at, begin + place * STEP, row, is_first=_is_first(rows, place))
    return chart(WIDTH, height, f"Length of pregnancy: {told.words}", *parts)


def _is_first(rows: Sequence[tuple[float, float, str]], place: int) -> bool:
    return place == 0 or rows[place - 1][2] != rows[place][2]


def _bar(
    at: Callable[[float], float],
    y: float,
    name: str,
    told: tuple[float, float, float],
    colour: str,
) -> list[Markup]:
    middle, low, high = told
    x, width = at(low), max(at(high) - at(low), 2.0)
    return [
        _text(8, y + 12, name),
        tag("rect", x=x, y=y, width=width, height=BAR, fill=colour, fill_opacity="0.35"),
        tag("rect", x=at(middle) - 1.5, y=y, width=3, height=BAR, fill=colour),
        _text(at(high) + 5, y + 12, f"{middle / 7:.1f} weeks"),
    ]


def _pregnancy(
    at: Callable[[float], float], y: float, row: tuple[float, float, str], *, is_first: bool
) -> list[Markup]:
    least, most, kind = row
    colour = {"birth": BLUE, "ongoing": GREY}.get(kind, RED)
    parts = [tag("line", x1=at(least), x2=at(most), y1=y, y2=y, stroke=colour, stroke_width=3)]
    if kind == "ongoing":  # an arrow: it goes on
        x = at(most)
        parts.append(tag("path", d=f"M{x} {y - 4}L{x + 7} {y}L{x} {y + 4}Z", fill=colour))
    else:
        parts.append(tag("circle", cx=at((least + most) / 2), cy=y, r=3.5, fill=colour))
    if is_first:
        parts.append(_text(8, y + 4, {"birth": "births seen"}.get(kind, kind)))
    return parts


def _text(
    x: float, y: float, words: str, *, size: str = "12", anchor: str = "start",
    weight: str = "normal",
) -> Markup:  # fmt: skip
    return tag(
        "text", words, x=x, y=y, fill=INK, font_size=size, text_anchor=anchor,
        font_weight=weight, font_family="sans-serif",
    )  # fmt: skip
