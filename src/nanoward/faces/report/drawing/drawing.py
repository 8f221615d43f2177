"""Small SVG by hand, for what is drawn many times: marks, curves, nodes and edges."""

import re
from collections.abc import Sequence
from functools import cache

from markupsafe import Markup, escape

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tag(name: str, *children: Markup | str, **attributes: str | float) -> Markup:
    """One element. `class_` and `stroke_width` are written class and stroke-width; texts are
    escaped; numbers have at most one decimal."""
    told = "".join([f' {_key(key)}="{_short(value)}"' for key, value in attributes.items()])
    inner = "".join([_inner(child) for child in children])
    closed = f"<{name}{told}>{inner}</{name}>" if inner else f"<{name}{told}/>"
    return Markup(closed)  # noqa: S704 - every attribute and child was escaped above


def escaped(text: str) -> str:
    """A text as an element or attribute holds it, without characters that XML has not (2.2)."""
    return str(
        escape(text if text.isascii() and text.isprintable() else _NO_XML.sub("\ufffd", text))
    )


def _inner(child: Markup | str) -> str:
    return child if isinstance(child, Markup) else escaped(child)


@cache
def _key(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _short(value: str | float) -> str:
    """A number with at most one decimal; a text escaped."""
    return escaped(value) if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def path_of(points: Sequence[tuple[float, float]], *, closed: bool = False) -> str:
    """The d attribute of a line through points, one decimal each."""
    told = "L".join([f"{x:.1f} {y:.1f}" for x, y in points])
    whole = told.replace(".0 ", " ").replace(".0L", "L").removesuffix(".0")
    return f"M{whole}{'Z' if closed else ''}" if told else ""


def chart(
    width: float, height: float, label: str, *children: Markup, role: str = "img"
) -> Markup:
    """The outer element of a drawing, scaled to its room, with a label.

    role  "group" where links within are to be reached by name
    """
    return tag(
        "svg",
        *children,
        class_="chart",
        role=role,
        aria_label=label,
        width=width,
        height=height,
        viewBox=f"0 0 {_short(width)} {_short(height)}",
    )


def ticks(low: float, high: float, most: int = 4) -> list[float]:
    """Round numbers between two limits, at most that many plus one."""
    if not high > low:
        return [low]
    raw = (high - low) / most
    power = _decade(raw)
    step = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= raw * 0.999)
    first = -(-low // step)
    return [
        round((first + place) * step, 10)
        for place in range(most + 2)
        if (first + place) * step <= high * (1 + 1e-9)
    ]


def _decade(value: float) -> float:
    power = 1.0
    while power > value:
        power /= 10
    while power * 10 <= value:
        power *= 10
    return power
