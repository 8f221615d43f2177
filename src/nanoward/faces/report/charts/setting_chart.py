"""Charts of recommended settings: what is expected of each, against the target."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from nanoward.faces.report.drawing.figures import counted, number
from nanoward.faces.report.drawing.palette import LIGHT
from nanoward.faces.report.drawing.vega import Spec, draw
from nanoward.faces.report.drawing.views import Figure

_PEOPLE = 40  # in one chart: more would not fit on a printed page
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
            drawing=draw(
                _spec(page, what),
                name=f"settings{place}",
                label=f"Expected {what} with 90 % interval of each person"
                + (", and the target" if aimed else ""),
            ),
        )
        for place, page in enumerate(pages)
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
    return stand_alone(str(draw(_spec(drawn, what), name="regimens", label=label)))


def stand_alone(drawing: str) -> str:
    """A drawing with the name space and the colours that a page would give it."""
    for name, colour in LIGHT.items():
        drawing = drawing.replace(f"var(--{name})", colour)
    space = 'xmlns="http://www.w3.org/2000/svg"'
    return drawing if space in drawing else drawing.replace("<svg ", f"<svg {space} ", 1)


def _spec(rows: list[dict[str, object]], what: str) -> Spec:
    values = [
        {
            "who": f"{row['participant']}: {_short(row['value'])} {row['unit'] or ''}".strip(),
            "expected": row["expected"],
            "low": row["low"],
            "high": row["high"],
            "target": row["target"],
        }
        for row in rows
    ]
    y = {"field": "who", "type": "nominal", "title": None,
         "sort": [one["who"] for one in values],
         "axis": {"domain": False, "ticks": False, "labelColor": LIGHT["ink"]}}  # fmt: skip
    x = {
        "type": "quantitative",
        "title": what,
        "scale": {"zero": False, "nice": True},
        "axis": {"tickCount": 8},
    }
    interval: Spec = {
        "mark": {
            "type": "rule",
            "strokeWidth": 5,
            "strokeCap": "round",
            "color": LIGHT["band"],
        },
        "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
    }
    point: Spec = {
        "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1,
                 "color": LIGHT["accent"]},
        "encoding": {"y": y, "x": {**x, "field": "expected"}},
    }  # fmt: skip
    target: Spec = {
        "mark": {"type": "tick", "thickness": 2, "color": LIGHT["held"]},
        "encoding": {"y": y, "x": {**x, "field": "target"}},
    }
    return {
        "data": {"values": values},
        "padding": {"left": 30, "right": 12, "top": 4, "bottom": 4},
        "width": 680,
        "height": {"step": 18},
        "layer": [interval, target, point],
    }


def _short(value: object) -> str:
    return f"{value:.4g}"
