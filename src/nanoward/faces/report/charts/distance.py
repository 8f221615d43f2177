"""How far samples have moved from the spec, by the day on which they were taken."""

from datetime import date

import polars as pl
from markupsafe import Markup

from nanoward.faces.report.drawing.drawing import chart, path_of, tag
from nanoward.faces.report.drawing.figures import counted, number
from nanoward.faces.report.drawing.plane import Axis, Plane, short
from nanoward.faces.report.drawing.scales import day_marks, line, mark, nice, words
from nanoward.faces.report.drawing.views import Figure

_POINTS = 500  # samples that the chart shows: all of the people who went furthest
_MARKS = {"agent": ("circle", "accent"), "other": ("diamond", "alarm")}
_ELSE = ("cross", "soft")  # hardly readable, or not told
_LEFT, _WIDTH, _TOP, _HEIGHT = 56.0, 900.0, 26.0, 260.0


def distance_figure(profiles: pl.DataFrame) -> Figure | None:
    """Every sample by its day, the samples of a person joined; None where none was measured.

    profiles  PROFILES, sorted by participant and day
    """
    known = profiles.filter(pl.col("distance").is_finite() & pl.col("taken").is_not_null())
    if known.is_empty():
        return None
    drawn = _furthest(known)
    some, people = "", known["participant"].n_unique()
    if drawn.height < known.height:
        shown = counted(drawn["participant"].n_unique(), "person", "people")
        some = (
            f" Drawn are the {shown} who went furthest, of {number(people)}; all stand in "
            "tables/profiles.parquet."
        )
    return Figure(
        caption="Distance from the spec, by day of collection. Each point is a sample; a line "
        f"joins the samples of one participant.{some}",
        drawing=_drawing(drawn),
        legend=(
            ("dot-agent", "typed as the agent"),
            ("dot-other", "something else"),
            ("dot-contact", "hardly readable"),
        ),
    )


def _furthest(known: pl.DataFrame) -> pl.DataFrame:
    """Samples of the people who went furthest, everybody's whole, in the order they had."""
    if known.height <= _POINTS:
        return known
    people = (
        known.group_by("participant").agg(pl.col("distance").max(), pl.len())
        .sort("distance", "participant", descending=[True, False])
        .filter(pl.col("len").cum_sum() <= _POINTS)
    )  # fmt: skip
    return known.join(people, on="participant", how="semi", maintain_order="left")


def _drawing(drawn: pl.DataFrame) -> Markup:
    rows = drawn.select("participant", "taken", "distance", "typed_as").rows()
    days: list[date] = sorted({day for _, day, _, _ in rows})
    low, high = nice(0.0, max(1000 * distance for _, _, distance, _ in rows), 5)
    plane = Plane(
        x=Axis(low=days[0].toordinal(), high=days[-1].toordinal(), start=_LEFT,
               end=_LEFT + _WIDTH),
        y=Axis(low=low, high=high, start=_TOP + _HEIGHT, end=_TOP),
    )  # fmt: skip
    people: dict[str, list[tuple[float, float]]] = {}
    marks = []
    for who, day, distance, typed in rows:
        place = plane.at(day.toordinal(), 1000 * distance)
        people.setdefault(who, []).append(place)
        shape, tone = _MARKS.get(typed, _ELSE)
        marks.append(mark(shape, *place, tone, 0.75))
    lines = "".join(path_of(places) for places in people.values() if len(places) > 1)
    return chart(
        _LEFT + _WIDTH + 20, _TOP + _HEIGHT + 26,
        "Distance of each sample from the spec by day of collection",
        *_axes(plane, days),
        tag("path", d=lines, fill="none", stroke="var(--faint)", stroke_width=1.4),
        tag("g", *marks, opacity="0.8"),
    )  # fmt: skip


def _axes(plane: Plane, days: list[date]) -> list[Markup]:
    floor, end = plane.y.start, plane.x.end
    up = [(one, plane.y.at(one)) for one in plane.y.marks(5)]
    across = [(told, plane.x.at(one.toordinal())) for one, told in day_marks(days[0], days[-1])]
    return [
        *(line(_LEFT, end, y, y, "rule") for _, y in up),
        *(words(short(one), _LEFT - 8, y + 4, anchor="end") for one, y in up),
        *(words(told, x, floor + 18) for told, x in across),
        words("differences per 1000 readable bases", 4, _TOP - 12, anchor="start"),
    ]
