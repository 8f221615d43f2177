"""The eDISH plane: everybody's highest transaminase against their highest bilirubin.

Watkins et al. 2011, Hepatology 53:1760: both in multiples of the upper limit of normal, on
logarithmic scales, with lines at 3 and at 2.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from nanoward.base import tables
from nanoward.faces.report.drawing.drawing import chart, tag
from nanoward.faces.report.drawing.figures import counted, day, number
from nanoward.faces.report.drawing.plane import SHAPES, Axis, Plane, points
from nanoward.faces.report.drawing.views import Cell, Figure, Table, cells, found, headings
from nanoward.flows.round.round import Round

CELLS, BILE = 3.0, 2.0  # multiples of the upper limit that divide the plane
QUADRANTS = {
    "hy": "both high (Hy's law range)",
    "cholestasis": "bilirubin alone (cholestasis)",
    "temple": "transaminase alone (Temple's corollary)",
    "normal": "neither",
}
_ROWS = 40
_NAMED = 25  # people outside the normal corner whose names stand in the picture
_WIDTH, _HEIGHT = 820.0, 430.0


def liver_people(round_: Round) -> pl.DataFrame:
    """LIVER with `arm`, "" where nothing was given."""
    arms = found(round_, tables.STANDINGS).select("participant", "arm")
    joined = found(round_, tables.LIVER).join(arms, on="participant", how="left")
    return joined.with_columns(pl.col("arm").fill_null(""))


def edish_figure(people: pl.DataFrame) -> Figure | None:
    """The plane, one point per person; None where nobody has both tests."""
    known = people.filter(pl.col("transaminase").is_finite() & pl.col("bilirubin").is_finite())
    if known.is_empty():
        return None
    plane = _plane(known)
    arms = sorted(known["arm"].unique(), key=lambda arm: (not arm, arm))
    drawn = [_points(plane, known.filter(pl.col("arm") == arm), at) for at, arm in
             enumerate(arms)]  # fmt: skip
    notable = known.filter(pl.col("quadrant") != "normal").to_dicts()
    counts = {name: known.filter(pl.col("quadrant") == name).height for name in QUADRANTS}
    told = ", ".join(f"{QUADRANTS[name]}: {number(count)}" for name, count in counts.items())
    return Figure(
        caption="Liver (eDISH): the highest ALT or AST of each person against the highest "
        f"bilirubin, in multiples of the upper limit of normal. People: {told}. Peaks may "
        "lie on different days; Hy's law asks for one day and is judged below.",
        drawing=chart(
            _WIDTH,
            _HEIGHT,
            f"eDISH plane of {counted(known.height, 'person', 'people')}. {told}",
            *plane.drawn(),
            *_corners(plane),
            *drawn,
            *_names(plane, notable[:_NAMED]),
        ),
        legend=tuple(
            (f"{SHAPES[at % 4]} arm{at % 4 + 1}", (f"{arm or 'no dose given'} "
             f"(n = {known.filter(pl.col('arm') == arm).height})"))
            for at, arm in enumerate(arms)
        ),
    )  # fmt: skip


def _plane(known: pl.DataFrame) -> Plane:
    """From the lowest peak to the highest, and at least from 0.1 to 10."""
    cells, bile = known["transaminase"].to_list(), known["bilirubin"].to_list()
    x = Axis(low=_low(cells), high=_high(cells), start=64, end=_WIDTH - 20, log=True)
    y = Axis(low=_low(bile), high=_high(bile), start=_HEIGHT - 48, end=28, log=True)
    return Plane(
        x=x,
        y=y,
        across="highest ALT or AST, x upper limit of normal",
        up="highest bilirubin, x upper limit of normal",
    )


def _low(values: Sequence[float]) -> float:
    return max(min(0.1, *values) * 0.9, 0.01)


def _high(values: Sequence[float]) -> float:
    return max(10.0, *values) * 1.15


def _corners(plane: Plane) -> list[Markup]:
    """The four parts, their names, and the two lines between them."""
    x, y = plane.at(CELLS, BILE)
    left, right, floor, top = plane.x.start, plane.x.end, plane.y.start, plane.y.end
    names = (
        (right - 6, top + 14, "end", "Hy's law range"),
        (left + 6, top + 14, "start", "cholestasis"),
        (right - 6, floor - 8, "end", "Temple's corollary"),
        (left + 6, floor - 8, "start", "normal or near"),
    )
    return [
        tag("rect", class_="corner", x=x, y=top, width=right - x, height=y - top),
        tag("path", d=f"M{x:.1f} {floor:.1f}V{top:.1f}M{left:.1f} {y:.1f}H{right:.1f}",
            class_="limit"),
        *(tag("text", told, class_=f"corner-name {side}", x=at, y=up)
          for at, up, side, told in names),
    ]  # fmt: skip


def _points(plane: Plane, people: pl.DataFrame, place: int) -> Markup:
    places = [plane.at(x, y) for x, y in people.select("transaminase", "bilirubin").rows()]
    return points(places, SHAPES[place % 4], f"arm{place % 4 + 1}")


def _names(plane: Plane, rows: Sequence[Mapping[str, Any]]) -> list[Markup]:
    told = []
    for row in rows:
        x, y = plane.at(row["transaminase"], row["bilirubin"])
        side = "end" if x > plane.x.end - 90 else "start"
        told.append(
            tag(
                "text",
                row["participant"],
                class_=f"who {side}",
                x=x + (-8 if side == "end" else 8),
                y=y + 4,
            )
        )
    return told


def edish_table(people: pl.DataFrame) -> Table | None:
    """People outside the normal corner, or who meet a criterion of Hy's law."""
    if people.is_empty():
        return None
    meets = pl.col("fda").fill_null(value=False) | pl.col("pilot").fill_null(value=False)
    asked = people.filter((pl.col("quadrant") != "normal").fill_null(value=True) | meets)
    order = {name: place for place, name in enumerate(QUADRANTS)}
    rows = sorted(
        asked.to_dicts(), key=lambda row: (order.get(row["quadrant"], 9), row["participant"])
    )
    law = {name: people.filter(pl.col(name).fill_null(value=False)).height
           for name in ("fda", "pilot")}  # fmt: skip
    open_ = people.filter(pl.col("fda").is_null()).height
    rest = max(len(rows) - _ROWS, 0)
    doubt = f" Open for {number(open_)}, of whom a test is missing." if open_ else ""
    return Table(
        caption=f"Liver, people outside the normal corner. Hy's law on one day: "
        f"{number(law['fda'])} by FDA 2009, {number(law['pilot'])} by the pilot's criteria."
        f"{doubt}",
        headings=headings(
            "@Participant",
            "Arm",
            "Where",
            "#ALT or AST (x ULN)",
            "#Bilirubin (x ULN)",
            "#ALP (x ULN)",
            "#R",
            "@Peak on",
            "Hy's law, FDA",
            "pilot",
        ),
        rows=[_row(row) for row in rows[:_ROWS]],
        more=f"{counted(rest, 'further person', 'further people')}: tables/liver.parquet."
        if rest
        else "",
        folded="" if len(rows) <= 12 else f"Liver: {counted(len(rows), 'person', 'people')}",
    )


def _row(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    return cells(
        row["participant"],
        row["arm"] or "–",
        QUADRANTS.get(row["quadrant"] or "", "not both measured"),
        *(number(_finite(row[name])) for name in ("transaminase", "bilirubin", "phosphatase")),
        number(_finite(row["ratio"])),
        day(row["peak"]),
        *(_law(row[name]) for name in ("fda", "pilot")),
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _law(met: bool | None) -> Cell:  # noqa: FBT001 - true, false, or not known
    if met:
        return Cell(text="met", mark="alarm")
    return Cell(text="no" if met is not None else "open: a test is missing")
