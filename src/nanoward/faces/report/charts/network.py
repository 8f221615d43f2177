"""The network of bonds, drawn: people as dots, evidence as lines, missing contact as alarm.

A line is the thicker the closer the two are, and bears an arrow where a direction was told.
Every line and dot carries the day from which it is known (data-day, days since 1970), so that
the reader's script can go through time; without it all of them stand.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from nanoward.faces.report.charts.layout import Layout, lay_out
from nanoward.faces.report.drawing.drawing import chart, path_of, tag
from nanoward.faces.report.drawing.figures import counted, day, number, probability
from nanoward.faces.report.drawing.views import anchor

Row = Mapping[str, Any]
_EPOCH = date(1970, 1, 1)
_THIN, _THICK = 2.0, 6.5  # of a line, in pixels


def network(
    stratum: str,
    rows: Sequence[Row],
    standings: Mapping[str, str],
    seen: Mapping[str, date] | None = None,
    groups: Mapping[str, int] | None = None,
) -> Markup:
    """One stratum: rows of BONDS that are linked, or that have a recorded contact.

    seen    day of each sample, by its name; empty where days are not told
    groups  number of the colour of each person; those without one keep that of their standing
    """
    days = seen or {}
    pairs = [(row["a"], row["b"]) for row in rows]
    layout = lay_out(pairs, width=900, gap=98, margin=36)
    order = {name: place for place, name in enumerate(sorted(layout.places))}
    widths = line_widths(rows)
    alarms = [row for row in rows if is_unexplained(row)]
    place = _Place(layout=layout, order=order, days=days)
    lines = [
        _line(row, place, width)
        for row, width in sorted(
            zip(rows, widths, strict=True), key=lambda one: is_unexplained(one[0])
        )
    ]
    signs = [_sign(row, place) for row in alarms]
    below = _leaning(pairs, layout)
    first = _first_days(rows, days)
    nodes = [
        _node(
            name,
            place,
            _look(name, standings, groups or {}),
            first.get(name),
            above=below[name] > 15,
        )
        for name in order
    ]
    linked = sum(bool(row["linked"]) for row in rows)
    told = sum(arrow_of(row) != 0 for row in rows)
    label = (
        f"{stratum or 'All'}: {counted(len(layout.places), 'person', 'people')}, "
        f"{counted(linked, 'bond')}, {len(alarms)} of them without a recorded contact, "
        f"{number(told)} with a direction"
    )
    return chart(layout.width, layout.height, label, *lines, *signs, *nodes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where people stand, their numbers in the picture, and the days of samples."""

    layout: Layout
    order: Mapping[str, int]
    days: Mapping[str, date]

    def marks(self, row: Row) -> dict[str, str]:
        """Whom a line joins, and from when on."""
        pair = f"{self.order[row['a']]} {self.order[row['b']]}"
        when = day_of(row, self.days)
        return {"data_pair": pair} | ({} if when is None else {"data_day": _number(when)})


def line_widths(rows: Sequence[Row]) -> list[float]:
    """Thickness of each line: by score, from the least of the linked to the largest."""
    known = [row["score"] for row in rows if row["linked"] and _finite(row["score"])]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return [
        (_THIN + _THICK) / 2
        if not row["linked"] or not _finite(row["score"]) or high <= low
        else _THIN + (_THICK - _THIN) * (row["score"] - low) / (high - low)
        for row in rows
    ]


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def arrow_of(row: Row) -> int:
    """1: from a to b, -1: from b to a, 0: undecided, or no bond."""
    if not row["linked"]:
        return 0
    return {"a to b": 1, "b to a": -1}.get(row.get("direction") or "", 0)


def day_of(row: Row, days: Mapping[str, date]) -> date | None:
    """From when on a line is known: a contact's first day, the later sample of a bond."""
    if not row["linked"] and row.get("contact_first") is not None:
        first: date = row["contact_first"]
        return first
    both = [days.get(row.get(name) or "") for name in ("sample_a", "sample_b")]
    known = [one for one in both if one is not None]
    return max(known) if len(known) == 2 else None


def _first_days(rows: Sequence[Row], days: Mapping[str, date]) -> dict[str, date]:
    """The first day on which each person is in the picture: a sample, or a contact's begin."""
    found: dict[str, date] = {}
    for row in rows:
        for who, sample in (("a", "sample_a"), ("b", "sample_b")):
            told = [days.get(row.get(sample) or ""), row.get("contact_first")]
            for when in told:
                if when is not None:
                    found[row[who]] = min(when, found.get(row[who], when))
    return found


def _number(when: date) -> str:
    return str((when - _EPOCH).days)


def is_unexplained(row: Row) -> bool:
    """A bond for which no contact is recorded."""
    return bool(row["linked"]) and not row["contact"]


def evidence(row: Row) -> str:
    """The evidence for a pair in one line, with the contacts behind it."""
    return (
        f"{row['a']} – {row['b']}: {number(row['shared'])} shared, "
        f"{number(row['differing'])} differing of {number(row['compared'])} compared, "
        f"score {number(row['score'])}, p {probability(row['p_value'])}, "
        f"q {probability(row['q_value'])}, contact: {contact_text(row)}{_direction(row)}"
    )


def contact_text(row: Row) -> str:
    """The contacts behind a pair: kinds, hours and days, as far as they are recorded."""
    if not row["contact"]:
        return "none recorded"
    hours, first, last = (row.get(f"contact_{name}") for name in ("hours", "first", "last"))
    told: list[str] = [row["contact"]]
    if hours is not None:
        told.append(f"{number(hours)} h")
    if first is not None:
        told.append(f"{day(first)} to {day(last)}" if last else f"from {day(first)}")
    return ", ".join(told)


def _direction(row: Row) -> str:
    way = arrow_of(row)
    if not way:
        return ", direction undecided" if row.get("direction") == "undecided" else ""
    first, then = (row["a"], row["b"]) if way > 0 else (row["b"], row["a"])
    chance = row.get("p_direction")
    sure = (
        "" if chance is None else f" (probability {number(chance if way > 0 else 1 - chance)})"
    )
    return f", from {first} to {then}{sure}"


def _line(row: Row, place: _Place, width: float) -> Markup:
    (x1, y1), (x2, y2) = (place.layout.places[row[name]] for name in ("a", "b"))
    kind = "alarm" if is_unexplained(row) else "bond" if row["linked"] else "contact"
    told = tag("title", evidence(row))
    thick = {"stroke_width": width} if row["linked"] else {}
    ends: dict[str, str | float] = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    line = tag("line", told, class_=f"edge {kind}", **ends, **thick)
    arrow = _arrow(row, (x1, y1), (x2, y2), width)
    parts = [line, arrow] if arrow else [line]
    if row["linked"]:  # a finger hits a broad line; the row with the evidence is where it leads
        broad = tag("line", class_="touch", **ends)
        parts = [tag("a", broad, *parts, href=f"#{pair_anchor(row)}")]
    return tag("g", *parts, class_="link", **place.marks(row))


def pair_anchor(row: Row) -> str:
    """The id of a pair's row in the table of evidence."""
    return anchor("pair", row["a"], row["b"], row.get("stratum") or "")


def _arrow(
    row: Row, a: tuple[float, float], b: tuple[float, float], width: float
) -> Markup | None:
    """A head two thirds along the line, at whom it was passed to."""
    way = arrow_of(row)
    if not way:
        return None
    (x1, y1), (x2, y2) = (a, b) if way > 0 else (b, a)
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    size = 6.0 + width
    tip_x, tip_y = x1 + 0.7 * (x2 - x1), y1 + 0.7 * (y2 - y1)
    corners = [
        (tip_x, tip_y),
        (tip_x - size * ux - 0.6 * size * uy, tip_y - size * uy + 0.6 * size * ux),
        (tip_x - size * ux + 0.6 * size * uy, tip_y - size * uy - 0.6 * size * ux),
    ]
    kind = "alarm" if is_unexplained(row) else "bond"
    return tag("path", d=path_of(corners, closed=True), class_=f"arrow {kind}")


def _sign(row: Row, place: _Place) -> Markup:
    (x1, y1), (x2, y2) = (place.layout.places[row[name]] for name in ("a", "b"))
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    disc = tag("circle", class_="sign", cx=x, cy=y, r=9)
    told = tag("title", evidence(row))
    sign = tag("a", told, disc, tag("text", "!", x=x, y=y + 4.5), href=f"#{pair_anchor(row)}")
    return tag("g", sign, **place.marks(row))


def _leaning(pairs: Sequence[tuple[str, str]], layout: Layout) -> dict[str, float]:
    """How far below each person the others of its lines stand, on average, in pixels."""
    falls: dict[str, list[float]] = {name: [] for name in layout.places}
    for a, b in pairs:
        fall = layout.places[b][1] - layout.places[a][1]
        falls[a].append(fall)
        falls[b].append(-fall)
    return {name: sum(some) / max(len(some), 1) for name, some in falls.items()}


def _look(
    name: str, standings: Mapping[str, str], groups: Mapping[str, int]
) -> tuple[str, str]:
    """Standing of a person, and the class of their colour."""
    return standings.get(name, ""), f" g{groups[name]}" if name in groups else ""


def _node(
    name: str, place: _Place, look: tuple[str, str], first: date | None, *, above: bool
) -> Markup:
    x, y = place.layout.places[name]
    standing, colour = look
    told = tag("title", f"{name}: {standing}" if standing else name)
    kind = (f"node s-{standing}" if standing else "node") + colour
    dot = tag("circle", told, cx=x, cy=y, r=9, class_=kind)
    parts = [dot]
    if standing:
        parts.append(tag("use", href=f"#m-{standing}", x=x - 6, y=y - 6, width=12, height=12))
    parts.append(tag("text", name, x=x, y=y - 15 if above else y + 23, class_="name"))
    marks = {"data_who": str(place.order[name])}
    if first is not None:
        marks["data_day"] = _number(first)
    return tag("g", *parts, class_=f"person s-{standing}" if standing else "person", **marks)
