"""Charts of safety: worst grade by analyte and week, and events by arm."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from nanoward.faces.report.drawing.drawing import chart, tag
from nanoward.faces.report.drawing.figures import number
from nanoward.faces.report.drawing.palette import GRADE_MEANING
from nanoward.faces.report.drawing.plane import Axis
from nanoward.faces.report.drawing.scales import (
    NamedRows,
    line,
    mark,
    names_room,
    nice,
    row_name,
    text_width,
    words,
)
from nanoward.faces.report.drawing.views import Figure

_COLUMNS = 28  # periods at most side by side
_TERMS = 16
_ROOM = 20.0  # at the right, for a reader's wider letters
_ROW = 26.0
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
        drawing=_grade_map(
            cells, since, f"Worst laboratory grade by term and {name} since {since}"
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


def _grade_map(cells: list[dict[str, Any]], since: str, label: str) -> Markup:
    """A rectangle for each term and period that was measured, with its number."""
    periods = sorted({(row["order"], row["week"]) for row in cells})
    terms = sorted({row["term"] for row in cells})
    wide = min(680 / max(len(periods), 12), 46)
    left = names_room(terms)
    column = {name: left + wide * place for place, (_, name) in enumerate(periods)}
    line_of = {term: 4 + _ROW * place for place, term in enumerate(terms)}
    right, floor = left + wide * len(periods), 4 + _ROW * len(terms)
    drawn = []
    for row in cells:
        x, y = column[row["week"]], line_of[row["term"]]
        drawn.append(tag("rect", x=x + 1, y=y + 1, width=wide - 2, height=_ROW - 2, rx=3,
                         fill=f"var(--grade{row['worst']})"))  # fmt: skip
        if row["people"]:
            at, tone = (x + wide / 2, y + _ROW / 2 + 4), f"on-{row['tone']}"
            drawn.append(words(row["people"], *at, tone=tone))
    names = [row_name(term, left - 8, y + _ROW / 2 + 4) for term, y in line_of.items()]
    across = words(f"weeks since {since}", (left + right) / 2, floor + 36)
    size = right + _ROOM, floor + 42
    return chart(*size, label, *drawn, *names, *_period_names(column, wide, floor), across)


def _period_names(column: Mapping[str, float], wide: float, floor: float) -> list[Markup]:
    """Names of periods under their columns, those that would touch the one before left out."""
    told, free = [], -1.0
    for name, x in column.items():
        middle, half = x + wide / 2, text_width(name, 11.5) / 2
        if middle - half > free:
            told.append(words(name, middle, floor + 16))
            free = middle + half + 4
    return told


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
        [100 * count.get((term, arm), 0) / size for arm, size in sizes.items()]
        for term in terms
    ]
    arms = list(sizes)
    return Figure(
        caption=f"The {len(terms)} commonest treatment-emergent events, as the share of each "
        "arm that had them.",
        drawing=_shares(values, [_sentence(term) for term in terms]),
        legend=tuple(
            (f"{_SHAPES[place % 4]} arm{place % 4 + 1}", f"{arm} (n = {sizes[arm]})")
            for place, arm in enumerate(arms)
        ),
    )


def _sentence(term: str) -> str:
    return term.capitalize() if term.isupper() else term


def _shares(values: Sequence[Sequence[float]], terms: Sequence[str]) -> Markup:
    """A row for each term, with a mark for each arm.

    values  share of each arm in per cent, by term
    """
    highest = max((share for row in values for share in row), default=0.0)
    low, high = nice(0.0, highest)
    left = names_room(terms)
    rows = NamedRows(
        names=terms, step=24, across="per cent of the people in the arm",
        x=Axis(low=low, high=high, start=left, end=left + 660),
    )  # fmt: skip
    drawn = []
    for place, shares in enumerate(values):
        y, at = rows.y(place), [rows.x.at(share) for share in shares]
        if at:
            drawn.append(line(min(at), max(at), y, y, "rule", 5))
        drawn += [mark(_SHAPES[arm % 4], x, y, f"arm{arm % 4 + 1}") for arm, x in enumerate(at)]
    label = "Share of each arm with each of the commonest adverse events"
    return chart(left + 660 + _ROOM, rows.height, label, *rows.drawn(), *drawn)
