"""Change within a person, drawn: weekly scores, where they changed, and the agent's load."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from markupsafe import Markup

from nanoward.base import tables
from nanoward.faces.report.charts.life import Span
from nanoward.faces.report.drawing.drawing import chart, path_of, tag
from nanoward.faces.report.drawing.figures import counted, day, number, probability
from nanoward.faces.report.drawing.plane import Axis, short
from nanoward.faces.report.drawing.views import Cell, Figure, Table, cells, found, headings
from nanoward.flows.round.round import Round

Row = Mapping[str, Any]
_MOST = 12  # people who are drawn
_ROWS = 60
_LEFT, _WIDTH, _PANEL, _GAP = 44.0, 430.0, 92.0, 12.0
_TONES = ("arm1", "arm2", "arm3", "arm4")


def changed_first(round_: Round) -> list[dict[str, Any]]:
    """Who changed, the latest first, then by the height of the scan."""
    rows = found(round_, tables.CHANGES).to_dicts()
    return sorted(
        rows,
        key=lambda row: (
            not row["changed"],
            -(row["seen"] or date.min).toordinal(),
            -(row["highest"] or 0.0),
            row["participant"],
        ),
    )


def change_figures(round_: Round) -> list[Figure]:
    """Everybody who changed, or, where nobody did, the one who came nearest to it."""
    rows = changed_first(round_)
    shown = [row for row in rows if row["changed"]][:_MOST] or rows[:1]
    names = [row["participant"] for row in shown]
    weeks = found(round_, tables.COURSES).filter(pl.col("participant").is_in(names))
    doses = found(round_, tables.TIMELINE).filter(
        pl.col("participant").is_in(names) & (pl.col("kind") == "dose")
    )
    return [
        figure
        for row in shown
        if (figure := _figure(row, _of(weeks, row), _of(doses, row))) is not None
    ]


def _of(table: pl.DataFrame, row: Row) -> list[dict[str, Any]]:
    part = table.filter(pl.col("participant") == row["participant"])
    return part.sort("day").to_dicts()


def _figure(row: Row, weeks: Sequence[Row], doses: Sequence[Row]) -> Figure | None:
    weeks = [one for one in weeks if one["value"] is not None and one["day"] is not None]
    scores = [one for one in weeks if one["what"] not in ("statistic", "load")]
    if not scores:
        return None
    days = [one["day"] for one in weeks]
    span = Span(first=min(days), last=max(days), left=_LEFT, width=_WIDTH)
    scales = sorted({one["what"] for one in scores})
    load = [one for one in weeks if one["what"] == "load"]
    panels = [
        _scores(span, scores, scales),
        _scan(span, [one for one in weeks if one["what"] == "statistic"], row["limit"]),
        _load(span, load) if load else _doses(span, doses),
    ]
    drawn, top = [], 14.0
    for title, marks, height in panels:
        if marks:
            drawn.append(tag("text", title, class_="panel-name", x=_LEFT, y=top))
            drawn.append(tag("g", *marks, transform=f"translate(0 {top + 6:g})"))
            top += height + _GAP + 14
    ends = [span.first, span.last]
    axis = [tag("text", day(one), class_=f"x {side}", x=span.x(one), y=top + 4)
            for one, side in zip(ends, ("start", "end"), strict=True)]  # fmt: skip
    change = _change(span, row, top - 10)
    name = row["participant"]
    return Figure(
        caption=f"{name}: {row['told']}{_with_load(row)}",
        drawing=chart(_WIDTH, top + 10, f"Change within {name}: {row['told']}", *change,
                      *drawn, *axis),
        legend=tuple((f"circle {_TONES[at % 4]}", scale) for at, scale in enumerate(scales)),
    )  # fmt: skip


def _with_load(row: Row) -> str:
    """Whether the scales go with the measured load; nothing where none was measured."""
    if row["load_p"] is None:
        return ""
    verb = "follow" if row["load_p"] <= 0.05 else "do not follow"
    return f"; the scores {verb} the load of the agent (p {probability(row['load_p'])})"


def _scores(
    span: Span, rows: Sequence[Row], scales: Sequence[str]
) -> tuple[str, list[Markup], float]:
    axis = _axis([row["value"] for row in rows])
    marks = _heights(axis)
    for at, scale in enumerate(scales):
        places = [(span.x(row["day"]), axis.at(row["value"]))
                  for row in rows if row["what"] == scale]  # fmt: skip
        tone = _TONES[at % 4]
        marks.append(tag("path", d=path_of(places), class_=f"score {tone}"))
        dots = "".join(f"{path_of([place])}h0" for place in places)
        marks.append(tag("path", d=dots, class_=f"dots small {tone}"))
    return "weekly scores", marks, _PANEL


def _scan(
    span: Span, rows: Sequence[Row], limit: float | None
) -> tuple[str, list[Markup], float]:
    if not rows:
        return "", [], 0.0
    values = [row["value"] for row in rows]
    axis = _axis([*values, *([limit] if limit is not None else [])])
    marks = _heights(axis)
    marks.append(
        tag("path", d=path_of([(span.x(row["day"]), axis.at(row["value"])) for row in rows]),
            class_="median")
    )  # fmt: skip
    if limit is not None:
        y = axis.at(limit)
        marks.append(tag("path", d=f"M{_LEFT:.1f} {y:.1f}H{span.x(span.last):.1f}",
                         class_="limit"))  # fmt: skip
    return "scan against the own past, and its limit", marks, _PANEL


def _load(span: Span, rows: Sequence[Row]) -> tuple[str, list[Markup], float]:
    """The measured load as a filled course."""
    axis = _axis([row["value"] for row in rows])
    floor = axis.at(0.0)
    places = [(span.x(row["day"]), axis.at(row["value"])) for row in rows]
    around = [(places[0][0], floor), *places, (places[-1][0], floor)]
    marks = [*_heights(axis), tag("path", d=path_of(around, closed=True), class_="load")]
    return "load of the agent, as measured", marks, _PANEL


def _doses(span: Span, rows: Sequence[Row]) -> tuple[str, list[Markup], float]:
    """Where no load is measured, what was given."""
    marks = [
        tag("rect", tag("title", f"{day(row['day'])} to {day(row['until'] or row['day'])}: "
                                 f"{row['what']}"),
            x=span.x(row["day"]), y=2, height=12, rx=2, class_="dose",
            width=max(span.x(row["until"] or row["day"]) - span.x(row["day"]) - 1, 2))
        for row in rows
    ]  # fmt: skip
    return "doses given (the load was not measured)", marks, 18.0


def _axis(values: Sequence[float]) -> Axis:
    high = max([*values, 1e-9])
    return Axis(low=min(0.0, *values), high=high * 1.08, start=_PANEL, end=4)


def _heights(axis: Axis) -> list[Markup]:
    marks: list[Markup] = []
    for value in axis.marks(3):
        y = axis.at(value)
        marks.append(tag("line", class_="grid", x1=_LEFT, x2=_WIDTH - 12, y1=y, y2=y))
        marks.append(tag("text", short(value), class_="y", x=_LEFT - 6, y=y + 4))
    return marks


def _change(span: Span, row: Row, floor: float) -> list[Markup]:
    """The change point, and the day on which it was seen."""
    marks = []
    for when, kind, told in (
        (row["began"], "began", "changed from about"),
        (row["seen"], "seen", "seen on"),
    ):
        if when is not None:
            x = span.x(when)
            title = tag("title", f"{told} {day(when)}")
            marks.append(
                tag("path", title, d=f"M{x:.1f} 16V{floor:.1f}", class_=f"turn {kind}")
            )
    return marks


def change_table(round_: Round) -> Table | None:
    """Everybody who was judged; every "no" says what would have been seen."""
    rows = changed_first(round_)
    if not rows:
        return None
    changed = sum(bool(row["changed"]) for row in rows)
    rest = max(len(rows) - _ROWS, 0)
    return Table(
        caption=f"Change within {counted(len(rows), 'person', 'people')}: {number(changed)} "
        "changed against their own past",
        headings=headings(
            "@Participant", "Changed", "@From about", "@Seen on", "#Weeks", "#Highest",
            "#Limit", "#Follows the load, p", "In words",
        ),
        rows=[
            cells(
                row["participant"],
                Cell(text="yes", mark="held") if row["changed"] else "no",
                day(row["began"]),
                day(row["seen"]),
                number(row["weeks"]),
                number(row["highest"]),
                number(row["limit"]),
                probability(row["load_p"]),
                row["told"] or "–",
            )
            for row in rows[:_ROWS]
        ],
        more=f"{counted(rest, 'further person', 'further people')}: tables/changes.parquet."
        if rest else "",
        folded=f"Change within {counted(len(rows), 'person', 'people')}"
        if len(rows) > 8 else "",
    )  # fmt: skip
