"""Adaptation over weeks: how far the agent has moved in each host, person by person."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from nanoward.base import tables
from nanoward.faces.report.drawing.drawing import chart, path_of, tag
from nanoward.faces.report.drawing.figures import counted, number
from nanoward.faces.report.drawing.plane import Axis, Plane
from nanoward.faces.report.drawing.views import Figure, found
from nanoward.flows.round.round import Round

_WIDTH, _HEIGHT = 900.0, 270.0
_NAMED = 6  # people at the top of the picture whose names stand in it
_DRAWN = 400  # people who are drawn


def courses(round_: Round) -> dict[str, list[tuple[float, float]]]:
    """Per person (days, differences), from the person's own start at 0.

    The start is the lot that was given where the round knows it (table `departures`), else the
    first sample (ADAPTATION).
    """
    table = round_.tables.get("departures")
    if table is not None and {"participant", "days", "acquired"} <= set(table.columns):
        known = table.select("participant", "days", pl.col("acquired").alias("differences"))
    else:
        known = found(round_, tables.ADAPTATION).select("participant", "days", "differences")
    known = known.drop_nulls().filter(pl.col("differences").is_finite() & (pl.col("days") >= 0))
    people: dict[str, list[tuple[float, float]]] = {}
    for who, days, moved in known.sort("participant", "days", "differences").rows():
        people.setdefault(who, [(0.0, 0.0)]).append((float(days), float(moved)))
    return people


def departures_figure(round_: Round) -> Figure | None:
    """A line per person; None where nobody has a later sample."""
    people = courses(round_)
    if not people:
        return None
    count = len(people)
    ends = {who: way[-1] for who, way in people.items()}
    drawn = sorted(ends, key=lambda who: (-ends[who][1], who))[:_DRAWN]
    some = f", {number(len(drawn))} who went furthest" if len(drawn) < count else ""
    people = {who: people[who] for who in sorted(drawn)}
    longest = max(max(days for days, _ in way) for way in people.values())
    by_week = longest > 28
    unit = 7.0 if by_week else 1.0
    high = max(max(moved for _, moved in way) for way in people.values())
    plane = Plane(
        x=Axis(low=0, high=max(longest / unit, 1.0), start=52, end=_WIDTH - 90),
        y=Axis(low=0, high=max(high, 1.0) * 1.06, start=_HEIGHT - 42, end=24),
        across=f"{'weeks' if by_week else 'days'} from the person's own start",
        up="base differences",
    )
    lines = "".join(
        path_of([plane.at(days / unit, moved) for days, moved in way])
        for way in people.values()
    )
    dots = "".join(
        f"{path_of([plane.at(days / unit, moved)])}h0"
        for way in people.values()
        for days, moved in way[1:]
    )
    furthest = drawn[:_NAMED]
    rate = _rate(round_)
    return Figure(
        caption=f"Adaptation over {'weeks' if by_week else 'days'}: expected base differences "
        f"from {_start(round_)}, a line per person ({number(count)}{some}).{rate}",
        drawing=chart(
            _WIDTH, _HEIGHT,
            f"Adaptation of {counted(count, 'person', 'people')}: at most {number(high)} "
            f"differences within {number(longest)} days",
            *plane.drawn(8),
            tag("path", d=lines, class_="course"),
            tag("path", d=dots, class_="dots small course-dot"),
            *_names(plane, {who: ends[who] for who in furthest}, unit),
        ),
    )  # fmt: skip


def _start(round_: Round) -> str:
    table = round_.tables.get("departures")
    if table is None or "start" not in table.columns:
        return "the person's first sample"
    starts = set(table["start"].drop_nulls())
    return "the lot that was given" if starts == {"lot"} else "the lot or the first sample"


def _rate(round_: Round) -> str:
    """The rate over everybody with its interval, where the round tells one."""
    table = round_.tables.get("rates")
    if table is None or not {"participant", "per_site_year", "low", "high"} <= set(
        table.columns
    ):
        return ""
    rows: list[dict[str, Any]] = table.filter(pl.col("participant") == "*").to_dicts()
    if not rows or rows[0]["per_site_year"] is None:
        return ""
    told = [number(1000 * rows[0][name]) if rows[0][name] is not None else "–"
            for name in ("per_site_year", "low", "high")]  # fmt: skip
    span = f"{told[1]} to {told[2]}"
    return f" Over everybody {told[0]} new alleles per 1000 sites and year ({span})."


def _names(plane: Plane, ends: Mapping[str, tuple[float, float]], unit: float) -> Sequence[Any]:
    """Names of those who moved furthest, pushed apart where they would overlap."""
    taken: list[tuple[float, float]] = []
    marks = []
    for who, (days, moved) in ends.items():
        x, y = plane.at(days / unit, moved)
        while any(abs(x - left) < 60 and abs(y - one) < 12 for left, one in taken):
            y += 12
        taken.append((x, y))
        marks.append(tag("text", who, class_="who start", x=x + 7, y=y + 4))
    return marks
