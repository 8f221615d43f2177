"""Linked people over time: the day of each sample, and the links between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from nanoward.faces.report.charts.network import evidence, is_unexplained, pair_anchor
from nanoward.faces.report.drawing.drawing import chart, tag
from nanoward.faces.report.drawing.figures import counted, day

MOST = 120  # people that are drawn
_ROW, _LEFT, _RIGHT, _TOP, _WIDTH = 20.0, 150.0, 30.0, 34.0, 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedPerson:
    """One line of the picture: a person's cluster and the day of the sample compared."""

    name: str
    cluster: int
    taken: date


def dated_people(
    linked: Sequence[Mapping[str, Any]], seen: Mapping[str, date]
) -> list[DatedPerson]:
    """Linked people whose day is known, by cluster, then by day."""
    told = {}
    for row in linked:
        for side in ("a", "b"):
            when = seen.get(row[f"sample_{side}"])
            if when is not None and row[side] not in told:
                told[row[side]] = DatedPerson(
                    name=row[side], cluster=row["cluster"] or 0, taken=when
                )
    return sorted(told.values(), key=lambda one: (one.cluster, one.taken, one.name))


def bond_timeline(
    linked: Sequence[Mapping[str, Any]],
    seen: Mapping[str, date],
    groups: Mapping[str, int],
) -> Markup | None:
    """A row per person, a dot on the day of the sample, a line for each link; None undated.

    groups  number of the colour of each person
    """
    people = dated_people(linked, seen)[:MOST]
    if not people:
        return None
    first, last = min(one.taken for one in people), max(one.taken for one in people)
    span = max((last - first).days, 1)
    place = {
        one.name: (
            _LEFT + (_WIDTH - _LEFT - _RIGHT) * (one.taken - first).days / span,
            _TOP + _ROW * number,
        )
        for number, one in enumerate(people)
    }
    lines = [_link(row, place) for row in linked if row["a"] in place and row["b"] in place]
    rows = [_person(one, place[one.name], groups) for one in people]
    axis = [
        tag(
            "text",
            day(first + timedelta(days=round(span * part))),
            x=_LEFT + (_WIDTH - _LEFT - _RIGHT) * part,
            y=16,
            class_="tick",
            text_anchor="start" if part == 0 else "end" if part == 1 else "middle",
        )
        for part in (0, 0.5, 1)
    ]
    label = f"{counted(len(people), 'linked person', 'linked people')} by cluster and day"
    return chart(_WIDTH, _TOP + _ROW * len(people), label, *axis, *lines, *rows)


def _link(row: Mapping[str, Any], place: Mapping[str, tuple[float, float]]) -> Markup:
    (x1, y1), (x2, y2) = place[row["a"]], place[row["b"]]
    kind = "alarm" if is_unexplained(row) else "bond"
    ends: dict[str, str | float] = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    line = tag("line", tag("title", evidence(row)), class_=f"edge {kind}", **ends)
    return tag("a", tag("line", class_="touch", **ends), line, href=f"#{pair_anchor(row)}")


def _person(one: DatedPerson, place: tuple[float, float], groups: Mapping[str, int]) -> Markup:
    x, y = place
    told = tag("title", f"{one.name}: {day(one.taken)}, cluster {one.cluster}")
    colour = f"node g{groups[one.name]}" if one.name in groups else "node"
    dot = tag("circle", told, cx=x, cy=y, r=6, class_=colour)
    name = tag("text", one.name, x=_LEFT - 14, y=y + 4, class_="name", text_anchor="end")
    return tag("g", dot, name, class_="person")
