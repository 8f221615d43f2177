"""Charts of safety: worst grade by analyte and week, and events by arm."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from nanoward.faces.report.drawing.figures import number
from nanoward.faces.report.drawing.palette import GRADE_MEANING, LIGHT, arm_tones
from nanoward.faces.report.drawing.vega import Spec, draw
from nanoward.faces.report.drawing.views import Figure

_COLUMNS = 28  # periods at most side by side
_TERMS = 16
_ROOM = {"left": 30, "right": 12, "top": 4, "bottom": 4}  # for a reader's wider letters
_SHAPES = ("circle", "square", "triangle-up", "diamond")


def grade_chart(grades: pl.DataFrame) -> Figure | None:
    """Heat map: term by period, coloured by the worst grade, numbered by the people at it.

    grades  GRADES with `day`, days since the first dose; calendar weeks where nobody has one
    """
    graded = grades.filter(pl.col("grade").is_not_null() & (pl.col("term").fill_null("") != ""))
    dosed = graded.filter(pl.col("day").is_not_null())
    if graded.is_empty():
        return None
    by_dose = dosed.height > 0
    used = dosed if by_dose else _from_first_sample(graded)
    span = max(int(str(used["day"].max() or 0)), 0)
    weeks = next((one for one in (1, 2, 4, 13, 26) if span / (7 * one) < _COLUMNS), 52)
    cells = _cells(used, weeks)
    name = "week" if weeks == 1 else f"period of {weeks} weeks"
    since = "the first dose" if by_dose else "the first sample"
    return Figure(
        caption=f"Worst laboratory grade (CTCAE) by {name} since {since}. The number says how "
        "many people reached that grade; an empty place was not measured.",
        drawing=draw(
            _grade_spec(cells, since),
            name="grades",
            label=f"Worst laboratory grade by term and {name} since {since}",
        ),
        legend=tuple(
            (f"box-grade{grade}", f"{grade} {meaning}")
            for grade, meaning in enumerate(GRADE_MEANING)
        ),
    )


def _from_first_sample(graded: pl.DataFrame) -> pl.DataFrame:
    return graded.with_columns(
        (pl.col("taken") - pl.col("taken").min()).dt.total_days().alias("day")
    )


def _cells(used: pl.DataFrame, weeks: int) -> list[dict[str, Any]]:
    start = (pl.col("day") // (7 * weeks)) * weeks
    slot = pl.when(pl.col("day") <= 0).then(-1).otherwise(start)
    per_person = (
        used.with_columns(slot.alias("week"))
        .group_by("term", "direction", "week", "participant")
        .agg(pl.col("grade").max())
    )
    worst = (
        per_person.group_by("term", "week")
        .agg(
            pl.col("grade").max().alias("worst"),
            (pl.col("grade") == pl.col("grade").max()).sum().alias("people"),
        )
        .sort("term", "week")
    )
    return [
        {
            "term": row["term"],
            "week": "before" if row["week"] < 0 else str(row["week"]),
            "order": row["week"],
            "worst": str(row["worst"]),
            "people": number(row["people"]) if row["worst"] else "",
            "tone": "deep" if row["worst"] >= 3 else "pale",
        }
        for row in worst.to_dicts()
    ]


def _grade_spec(cells: list[dict[str, Any]], since: str) -> Spec:
    weeks = sorted({(row["order"], row["week"]) for row in cells})
    wide = 680 / max(len(weeks), 12)
    x = {
        "field": "week",
        "type": "ordinal",
        "sort": [name for _, name in weeks],
        "title": f"weeks since {since}",
        "axis": {"labelAngle": 0, "labelOverlap": "greedy", "domain": False, "ticks": False},
    }
    y = {"field": "term", "type": "nominal", "title": None,
         "axis": {"domain": False, "ticks": False, "labelColor": LIGHT["ink"]}}  # fmt: skip
    grades = [str(grade) for grade in range(5)]
    rect: Spec = {
        "mark": {"type": "rect", "stroke": LIGHT["paper"], "strokeWidth": 2, "cornerRadius": 3},
        "encoding": {
            "x": x,
            "y": y,
            "color": {"field": "worst", "type": "ordinal", "legend": None,
                      "scale": {"domain": grades,
                                "range": [LIGHT[f"grade{grade}"] for grade in grades]}},
        },
    }  # fmt: skip
    text: Spec = {
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {
            "x": x,
            "y": y,
            "text": {"field": "people"},
            "color": {"field": "tone", "type": "nominal", "legend": None,
                      "scale": {"domain": ["pale", "deep"],
                                "range": [LIGHT["on-pale"], LIGHT["on-deep"]]}},
        },
    }  # fmt: skip
    return {
        "data": {"values": cells},
        "padding": _ROOM,
        "width": {"step": min(wide, 46)},
        "height": {"step": 26},
        "layer": [rect, text],
        "resolve": {"scale": {"color": "independent"}},
    }


def event_chart(events: pl.DataFrame, sizes: Mapping[str, int]) -> Figure | None:
    """The commonest treatment-emergent events as the share of each arm that had them."""
    if events.is_empty():
        return None
    people = events.group_by("term", "arm").agg(pl.col("participant").n_unique().alias("n"))
    common = (
        people.group_by("term").agg(pl.col("n").sum())
        .sort(["n", "term"], descending=[True, False]).head(_TERMS)
    )  # fmt: skip
    terms = common["term"].to_list()
    count = {(row["term"], row["arm"]): row["n"] for row in people.to_dicts()}
    values = [
        {"term": _sentence(term), "arm": arm, "share": 100 * count.get((term, arm), 0) / size}
        for term in terms
        for arm, size in sizes.items()
    ]
    arms = list(sizes)
    return Figure(
        caption=f"The {len(terms)} commonest treatment-emergent events, as the share of each "
        "arm that had them.",
        drawing=draw(
            _event_spec(values, [_sentence(term) for term in terms], arms),
            name="events",
            label="Share of each arm with each of the commonest adverse events",
        ),
        legend=tuple(
            (f"{_SHAPES[place % 4]} arm{place % 4 + 1}", f"{arm} (n = {sizes[arm]})")
            for place, arm in enumerate(arms)
        ),
    )


def _sentence(term: str) -> str:
    return term.capitalize() if term.isupper() else term


def _event_spec(values: list[dict[str, Any]], terms: list[str], arms: list[str]) -> Spec:
    y = {
        "field": "term",
        "type": "nominal",
        "sort": terms,
        "title": None,
        "axis": {"domain": False, "ticks": False, "labelColor": LIGHT["ink"], "grid": False},
    }
    x = {
        "field": "share",
        "type": "quantitative",
        "title": "per cent of the people in the arm",
        "scale": {"zero": True, "nice": True},
    }
    span: Spec = {
        "mark": {
            "type": "rule",
            "color": LIGHT["rule"],
            "strokeWidth": 5,
            "strokeCap": "round",
        },
        "encoding": {
            "y": y,
            "x": {**x, "aggregate": "min"},
            "x2": {"field": "share", "aggregate": "max"},
        },
    }
    shapes = [_SHAPES[place % 4] for place in range(len(arms))]
    points: Spec = {
        "mark": {"type": "point", "filled": True, "size": 85, "opacity": 1,
                 "stroke": LIGHT["paper"], "strokeWidth": 0.8},
        "encoding": {
            "y": y,
            "x": x,
            "color": {"field": "arm", "type": "nominal", "legend": None,
                      "scale": {"domain": arms, "range": arm_tones(len(arms))}},
            "shape": {"field": "arm", "type": "nominal", "legend": None,
                      "scale": {"domain": arms, "range": shapes}},
        },
    }  # fmt: skip
    return {
        "data": {"values": values},
        "padding": _ROOM,
        "width": 660,
        "height": {"step": 24},
        "layer": [span, points],
    }
