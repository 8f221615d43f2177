"""Charts of recommended settings: what is expected of each, against the target."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from nanoward.faces.report.drawing.drawing import chart
from nanoward.faces.report.drawing.figures import counted, number
from nanoward.faces.report.drawing.palette import LIGHT
from nanoward.faces.report.drawing.plane import Axis
from nanoward.faces.report.drawing.scales import NamedRows, line, mark, names_room, nice
from nanoward.faces.report.drawing.views import Figure

_PEOPLE = 40  # in one chart: more would not fit on a printed page
_DRAWN = ("expected", "low", "high", "target")
_CHARTS = 3  # more say the same: then people are drawn evenly along the recommended values


def setting_chart(advice: pl.DataFrame) -> list[Figure]:
    """Expected exposure (or benefit, where no exposure is aimed at) with its 90 % interval, one
    row per person, by recommended value."""
    known = advice.filter(pl.col("value").is_not_null() & pl.col("expected").is_not_null())
    ordered = known.sort("value", "participant").to_dicts()
    aimed = any(row["target"] is not None for row in ordered)
    what = "exposure" if aimed else "benefit"
    goal = "; the upright stroke is the target" if aimed else ""
    drawn = _evenly(ordered, _PEOPLE * _CHARTS)
    some = (
        ""
        if len(drawn) == len(ordered)
        else (
            f" {number(len(drawn))} of {counted(len(ordered), 'person', 'people')}, evenly "
            "along it; everybody stands in tables/recommendations.parquet."
        )
    )
    pages = [drawn[start : start + _PEOPLE] for start in range(0, len(drawn), _PEOPLE)]
    return [
        Figure(
            caption=f"{what.capitalize()} expected at the recommended setting: point and 90 % "
            f"interval{goal}. People by recommended value.{some}",
            drawing=_drawing(
                page,
                what,
                f"Expected {what} with 90 % interval of each person"
                + (", and the target" if aimed else ""),
            ),
        )
        for page in pages
    ]


def _evenly(rows: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """At most so many of the rows, the first and the last among them."""
    if len(rows) <= most:
        return rows
    return [rows[at * (len(rows) - 1) // (most - 1)] for at in range(most)]


def regimens_svg(rows: Sequence[Mapping[str, Any]], found: str, target: float) -> str:
    """Exposure to a few regimens with its 90 % interval, and the target, as a file of its own.

    rows   of flows/tuning/find_dose.py: participant, `found`, unit, exposure, low, high
    """
    drawn = [
        {
            "participant": row["participant"],
            "value": row[found],
            "unit": row["unit"],
            "expected": row["exposure"],
            "low": row["low"],
            "high": row["high"],
            "target": target,
        }
        for row in rows
    ]
    what = f"exposure ({rows[0]['exposure unit']})" if rows else "exposure"
    label = "Exposure to each regimen with its 90 % interval, and the target"
    return stand_alone(str(_drawing(drawn, what, label)))


def stand_alone(drawing: str) -> str:
    """A drawing with the name space and the colours that a page would give it."""
    for name, colour in LIGHT.items():
        drawing = drawing.replace(f"var(--{name})", colour)
    space = 'xmlns="http://www.w3.org/2000/svg"'
    return drawing if space in drawing else drawing.replace("<svg ", f"<svg {space} ", 1)


def _drawing(rows: Sequence[Mapping[str, Any]], what: str, label: str) -> Markup:
    """A row per person: interval, target and expected value; what is not known is left out."""
    names = [
        f"{row['participant']}: {row['value']:.4g} {row['unit'] or ''}".strip() for row in rows
    ]
    known = [
        row[name] for row in rows for name in _DRAWN if row[name] is not None
        and math.isfinite(row[name])
    ]  # fmt: skip
    low, high = nice(min(known, default=0.0), max(known, default=1.0))
    left = names_room(names)
    lines = NamedRows(names=names, step=18, across=what,
                      x=Axis(low=low, high=high, start=left, end=left + 680))  # fmt: skip
    drawn: list[Markup] = []
    for place, row in enumerate(rows):
        at = {name: lines.x.at(row[name]) for name in _DRAWN if row[name] is not None
              and math.isfinite(row[name])}  # fmt: skip
        y = lines.y(place)
        if "low" in at and "high" in at:
            drawn.append(line(at["low"], at["high"], y, y, "band", 5))
        if "target" in at:
            drawn.append(line(at["target"], at["target"], y - 6, y + 6, "held", 2))
        if "expected" in at:
            drawn.append(mark("circle", at["expected"], y, "accent", 0.9))
    return chart(left + 700, lines.height, label, *lines.drawn(), *drawn)
