"""One person's time in the programme, drawn in lanes: what was done, found and felt, when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from nanoward.faces.report.drawing.drawing import chart, tag
from nanoward.faces.report.drawing.figures import counted, day

Row = Mapping[str, Any]
WIDTH, LEFT, RIGHT = 800.0, 92.0, 12.0
LANE, EVENT, TOP = 20.0, 9.0, 4.0
_EVENTS, _ROWS = 40, 8  # adverse events that are drawn, and lines they may take
_GRADES = (1, 2, 3, 4)
_SEVERITY = {"mild": 1, "moderate": 2, "severe": 3, "life-threatening": 4, "fatal": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """All that is known of one person, by kind; rows of TIMELINE, GRADES, ADVERSE_EVENTS."""

    participant: str
    steps: Sequence[Row] = field(default_factory=list)
    grades: Sequence[Row] = field(default_factory=list)
    events: Sequence[Row] = field(default_factory=list)

    def of(self, kind: str) -> list[Row]:
        return [row for row in self.steps if row["kind"] == kind]

    def worst(self) -> dict[date, int]:
        """Worst grade of each day on which anything could be graded."""
        found: dict[date, int] = {}
        for row in self.grades:
            when, grade = row["taken"], row["grade"]
            if when is not None and grade is not None and grade >= found.get(when, 0):
                found[when] = grade
        return dict(sorted(found.items()))

    def days(self) -> list[date]:
        """Every day of which anything is told."""
        told = [row[name] for row in self.steps for name in ("day", "until")]
        told += [row["taken"] for row in self.grades]
        told += [row[name] for row in self.events for name in ("started", "ended")]
        return sorted(one for one in told if one is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days that a picture shows."""

    first: date
    last: date
    left: float = LEFT
    width: float = WIDTH

    @property
    def days(self) -> int:
        return max((self.last - self.first).days, 1)

    def x(self, when: date) -> float:
        share = min(max((when - self.first).days / self.days, 0.0), 1.0)
        return self.left + (self.width - self.left - RIGHT) * share


def life_chart(one: Life, last: date) -> Markup | None:
    """The lanes of one person up to a day; None where nothing with a day is known."""
    days = [when for when in one.days() if when <= last]
    if not days:
        return None
    span = Span(first=days[0], last=max(days[-1], days[0] + timedelta(days=13)))
    worst = one.worst()
    lanes = [lane for lane in _lanes(one, span, worst) if lane[1]]
    drawn: list[Markup] = []
    top = TOP
    for name, parts, height in lanes:
        drawn.append(tag("text", name, class_="lane", x=LEFT - 8, y=top + 13))
        drawn.append(tag("g", *parts, transform=f"translate(0 {top:g})"))
        top += height
    return chart(WIDTH, top + 22, _label(one, worst), *_months(span, top), *drawn)


def _label(one: Life, grades: Mapping[date, int]) -> str:
    worst = max(grades.values(), default=None)
    told = [
        counted(len(one.of("dose")), "interval of doses", "intervals of doses"),
        counted(len(one.of("sample")), "sample"),
        counted(len(one.of("consent")), "consent"),
        counted(len(one.events), "adverse event"),
    ]
    grade = "" if worst is None else f", worst laboratory grade {worst}"
    return f"{one.participant} over time: {', '.join(told)}{grade}"


def _lanes(
    one: Life, span: Span, worst: Mapping[date, int]
) -> list[tuple[str, list[Markup], float]]:
    """Name, marks and height of each lane; a lane without marks is left out."""
    events, rows = _events(one.events, span)
    return [
        ("agreed, left", _moments(one, span), LANE),
        ("doses", [_dose(row, span) for row in one.of("dose")], LANE),
        ("samples", _ticks(one.of("sample"), span, "sample"), LANE),
        ("visits", _ticks(one.of("assessment"), span, "visit"), LANE),
        ("grades", _grades(worst, span), LANE),
        ("events", events, max(rows * EVENT + 6, LANE)),
    ]


def _moments(one: Life, span: Span) -> list[Markup]:
    """Consents as upright strokes, leaving as a cross, each with its words."""
    rows = [*one.of("consent"), *one.of("randomised"), *one.of("left")]
    drawn = []
    for row in rows:
        x = span.x(row["day"])
        path = f"M{x - 4:.1f} 6l8 8m0 -8l-8 8" if row["kind"] == "left" else f"M{x:.1f} 4v12"
        told = tag("title", f"{day(row['day'])}: {row['what']}")
        drawn.append(tag("path", told, d=path, class_=f"moment {row['kind']}"))
    return drawn


def _dose(row: Row, span: Span) -> Markup:
    end = row["until"] or row["day"]
    x, wide = span.x(row["day"]), span.x(end) - span.x(row["day"])
    told = tag("title", f"{day(row['day'])} to {day(end)}: {row['what']}")
    name = tag("text", row["what"], x=x + 5, y=13.5) if wide > 7.5 * len(row["what"]) else ""
    bar = tag("rect", told, x=x, y=3, width=max(wide - 1, 2), height=14, rx=2, class_="dose")
    return tag("g", bar, name) if name else bar


def _ticks(rows: Sequence[Row], span: Span, kind: str) -> list[Markup]:
    """Many short strokes as one path."""
    places = sorted({span.x(row["day"]) for row in rows if row["day"] is not None})
    if not places:
        return []
    stroke = "v8" if kind == "visit" else "m-3.5 4l3.5 -4 3.5 4 -3.5 4z"
    d = "".join(f"M{x:.1f} 6{stroke}" for x in places)
    return [tag("path", d=d, class_=kind)]


def _grades(worst: Mapping[date, int], span: Span) -> list[Markup]:
    """A tick for a day without any grade above 0, a box with the number for the others."""
    drawn = []
    plain = "".join(f"M{span.x(when):.1f} 7v6" for when, grade in worst.items() if not grade)
    if plain:
        drawn.append(tag("path", d=plain, class_="visit"))
    for grade in _GRADES:
        days = [when for when, one in worst.items() if one == grade]
        if not days:
            continue
        d = "".join(f"M{span.x(when) - 5:.1f} 3h10v14h-10z" for when in days)
        texts = [tag("text", str(grade), x=span.x(when), y=14) for when in days if grade > 1]
        drawn.append(tag("g", tag("path", d=d), *texts, class_=f"graded g{grade}"))
    return drawn


def _events(rows: Sequence[Row], span: Span) -> tuple[list[Markup], int]:
    """Bars from first to last day, stacked where they overlap, the graver ones first."""
    known = [row for row in rows if row["started"] is not None]
    known.sort(key=lambda row: (-_SEVERITY.get(row["severity"] or "", 0), row["started"],
                                row["term"] or ""))  # fmt: skip
    ends: list[list[tuple[float, float]]] = [[] for _ in range(_ROWS)]
    drawn = []
    for row in known[:_EVENTS]:
        x, end = span.x(row["started"]), span.x(row["ended"] or span.last)
        wide = max(end - x, 4.0)
        line = next(
            (at for at, taken in enumerate(ends)
             if all(x + wide < a or x > b for a, b in taken)), None,
        )  # fmt: skip
        if line is None:
            continue
        ends[line].append((x - 2, x + wide + 2))
        drawn.append(_event(row, x, wide, 3 + line * EVENT))
    return drawn, sum(bool(one) for one in ends)


def _event(row: Row, x: float, wide: float, y: float) -> Markup:
    told = tag(
        "title",
        f"{day(row['started'])} to {day(row['ended']) if row['ended'] else 'not told to end'}: "
        f"{row['term'] or 'unnamed'}, {row['severity'] or 'severity not told'}"
        f"{', serious' if row['serious'] else ''}",
    )
    grade = _SEVERITY.get(row["severity"] or "", 0)
    kind = (
        f"event g{grade}{'' if row['ended'] else ' open'}{' serious' if row['serious'] else ''}"
    )
    return tag("rect", told, x=x, y=y, width=wide, height=6, rx=2, class_=kind)


def _months(span: Span, floor: float) -> list[Markup]:
    """Upright lines at the first days of months, or of weeks in a short time."""
    whole = (span.last - span.first).days
    if whole <= 70:
        step = 7 if whole > 14 else 2
        marks = [span.first + timedelta(days=at) for at in range(0, whole + 1, step)]
    else:
        step = next((one for one in (1, 2, 3, 6, 12, 24) if whole / (30.4 * one) <= 9), 60)
        months = range(span.first.year * 12 + span.first.month,
                       span.last.year * 12 + span.last.month)  # fmt: skip
        marks = [date(at // 12, at % 12 + 1, 1) for at in months if at % step == 0]
    lines = "".join(f"M{span.x(when):.1f} {TOP:g}V{floor:g}" for when in marks)
    return [
        tag("path", d=lines, class_="grid"),
        *(tag("text", day(when), class_="x", x=span.x(when), y=floor + 14) for when in marks),
    ]
