"""What each setting would do for one person: benefit against side effect, and what if.

Two kinds of question have an answer here. Under a goal (FRONTIER) every setting has a benefit
with its interval, a probability of the side effect, and is allowed or not. Under a target
(OUTLOOK) every dose has an exposure with its interval and a probability to lie in the range.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from markupsafe import Markup

from nanoward.base import tables
from nanoward.faces.report.drawing.drawing import chart, tag
from nanoward.faces.report.drawing.figures import number, percent
from nanoward.faces.report.drawing.plane import Axis, Plane, short
from nanoward.faces.report.drawing.views import Table, cells, found, headings
from nanoward.flows.round.round import Round

Row = Mapping[str, Any]
ALL, SOME = 60, 16  # everybody is drawn, about four kilobytes each, up to so many; else some
_POINTS = 40  # settings of one person in the picture
_WIDTH, _HEIGHT = 430.0, 210.0
_MARKED = {"chosen": "recommended", "present": "now", "lower": "one step lower",
           "higher": "one step higher"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """One person's settings: picture, the chosen one and its neighbours in words.

    steps  JSON for the reader's script: per setting its place across, and its sentence
    start  place in it of the setting that is shown first; last: of the last setting
    told   the recommendation explained in words
    """

    participant: str
    drawing: Markup
    words: Table
    safe: str
    steps: str
    start: int
    last: int
    told: str = ""


def what_ifs(round_: Round) -> list[WhatIf]:
    """Everybody with a frontier or an outlook, in the order of their names."""
    under_goal = grouped(found(round_, tables.FRONTIER))
    under_target = grouped(found(round_, tables.OUTLOOK))
    limits = _range(round_)
    told = _explained(round_)
    names = sorted({**under_target, **under_goal}, key=_natural)
    made = (
        _under_goal(who, under_goal[who])
        if who in under_goal
        else _under_target(who, under_target[who], limits)
        for who in names[: len(names) if len(names) <= ALL else SOME]
    )
    return [replace(one, told=told.get(one.participant, "")) for one in made]


def people_with_settings(round_: Round) -> int:
    """How many people `what_ifs` would show if it showed everybody."""
    shown = (found(round_, shape) for shape in (tables.FRONTIER, tables.OUTLOOK))
    return len({who for table in shown for who in grouped(table)})


def _explained(round_: Round) -> dict[str, str]:
    """The recommendation of each person in words, where the round explains it."""
    table = found(round_, tables.RECOMMENDATIONS)
    if "words" not in table.columns:
        return {}
    return dict(table.select("participant", "words").drop_nulls().rows())


def grouped(table: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Rows by person, settings rising; those that could not be followed are left out."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in table.sort("participant", "setting").to_dicts():
        known = row.get("benefit") is not None or row.get("expected") is not None
        if row["setting"] is not None and known:
            groups.setdefault(row["participant"], []).append(row)
    return {who: _thinned(rows) for who, rows in groups.items()}


def _thinned(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At most some settings, always with those that have a name."""
    step = -(-len(rows) // _POINTS)
    return [row for at, row in enumerate(rows) if at % step == 0 or row["place"]]


def _natural(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdecimal() else (10**12, name)


def _range(round_: Round) -> tuple[float, float] | None:
    """The target range of the plan, where it states one."""
    target = round_.plan.section("tuning").get("target")
    if not isinstance(target, Mapping):
        return None
    limits = [target.get("low"), target.get("high")]
    low, *rest = [float(one) for one in limits if isinstance(one, int | float)] or [0.0]
    return (low, rest[0]) if rest else None


def _under_goal(who: str, rows: Sequence[Row]) -> WhatIf:
    """Benefit with its interval above, side effect with its own below, over all settings."""
    unit = rows[0]["unit"] or ""
    across = _across(rows)
    gains = [one for row in rows for one in _whole(row, "low", "benefit", "high")]
    harms = [one for row in rows for one in _whole(row, "harm", "harm_high")]
    benefit = _plane(across, gains, top=24)
    harm = _plane(across, harms, top=_HEIGHT + 30, height=130, title=f"setting, {unit}")
    drawn = [
        *_safe_set(rows, across, 14, _HEIGHT + 118),
        *benefit.drawn(4),
        *_band(benefit, rows, _BandColumns(low="low", middle="benefit", high="high")),
        *harm.drawn(3),
        *_band(harm, rows, _BandColumns(low="harm_low", middle="harm", high="harm_high"),
               kind="harm"),
        tag("text", "benefit", class_="panel-name", x=46, y=10),
        tag("text", "probability of the side effect", class_="panel-name", x=46,
            y=_HEIGHT + 18),
        *_named(rows, across, _HEIGHT + 118),
    ]  # fmt: skip
    allowed = sum(bool(row["allowed"]) for row in rows)
    return _what_if(
        who, rows, drawn, _HEIGHT + 160,
        safe=f"{number(allowed)} of {number(len(rows))} settings shown keep every limit"
        + _certified(rows),
        sentence=_goal_sentence,
    )  # fmt: skip


def _certified(rows: Sequence[Row]) -> str:
    """From where to where, and for how long, a person may move alone."""
    kept = [row for row in rows if row["allowed"]]
    if not kept:
        return "."
    days = [row["days"] for row in kept if row.get("days") is not None]
    span = dict.fromkeys(number(one) for one in (min(days), max(days))) if days else {}
    last = f", each for {' to '.join(span)} days" if span else ""
    unit = kept[0]["unit"] or ""
    return f": from {short(kept[0]['setting'])} to {short(kept[-1]['setting'])} {unit}{last}."


def _under_target(who: str, rows: Sequence[Row], limits: tuple[float, float] | None) -> WhatIf:
    """Exposure with its interval over all doses, and the range that is aimed at."""
    unit = rows[0]["unit"] or ""
    across = _across(rows)
    seen = [one for row in rows for one in _whole(row, "low", "expected")]
    top = max([*seen, *(limits or ())]) * 1.1
    high = Axis(low=0, high=top, start=_HEIGHT - 42, end=24)
    plane = Plane(x=across, y=high, across=f"dose, {unit}")
    drawn = [
        *_aim(plane, limits),
        *plane.drawn(5),
        *_band(plane, rows, _BandColumns(low="low", middle="expected", high="high")),
        tag("text", "exposure", class_="panel-name", x=46, y=10),
        *_named(rows, across, _HEIGHT - 42),
    ]
    return _what_if(who, rows, drawn, _HEIGHT, safe="", sentence=_target_sentence)


def _aim(plane: Plane, limits: tuple[float, float] | None) -> list[Markup]:
    if limits is None:
        return []
    low, high = plane.y.at(limits[0]), plane.y.at(limits[1])
    told = tag("title", f"aimed at: {short(limits[0])} to {short(limits[1])}")
    return [
        tag("rect", told, class_="aim", x=plane.x.start, y=high, height=low - high,
            width=plane.x.end - plane.x.start)
    ]  # fmt: skip


def _across(rows: Sequence[Row]) -> Axis:
    low, high = rows[0]["setting"], rows[-1]["setting"]
    pad = 0.03 * ((high - low) or 1.0)
    return Axis(low=low - pad, high=high + pad, start=46, end=_WIDTH - 12)


def _plane(
    x: Axis, values: Sequence[float], *, top: float, height: float = _HEIGHT, title: str = ""
) -> Plane:
    low, high = min([*values, 0.0]), max([*values, 0.0])
    reach = (high - low) or 1.0
    y = Axis(low=low, high=high + 0.06 * reach, start=top + height - 42, end=top)
    return Plane(x=x, y=y, across=title)


def _whole(row: Row, *names: str) -> list[float]:
    return [row[name] for name in names if row.get(name) is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _BandColumns:
    """Columns of a curve and of the limits of its band."""

    low: str
    middle: str
    high: str


def _band(
    plane: Plane, rows: Sequence[Row], columns: _BandColumns, kind: str = ""
) -> list[Markup]:
    low, middle, high = columns.low, columns.middle, columns.high
    both = [row for row in rows if len(_whole(row, low, high)) == 2]
    known = [row for row in rows if row.get(middle) is not None]
    edge = [(row["setting"], row[high]) for row in both]
    edge += [(row["setting"], row[low]) for row in reversed(both)]
    return [
        tag("path", d=plane.line(edge, closed=True), class_=f"band {kind}".strip()),
        tag("path", d=plane.line([(row["setting"], row[middle]) for row in known]),
            class_=f"median {kind}".strip()),
    ]  # fmt: skip


def _safe_set(rows: Sequence[Row], across: Axis, top: float, floor: float) -> list[Markup]:
    """Runs of allowed settings, as upright stripes behind both panels."""
    half = (rows[1]["setting"] - rows[0]["setting"]) / 2 if len(rows) > 1 else 0.5
    runs: list[list[float]] = []
    for before, row in zip([None, *rows], rows, strict=False):
        if not row["allowed"]:
            continue
        if before is not None and before["allowed"] and runs:
            runs[-1][1] = row["setting"]
        else:
            runs.append([row["setting"], row["setting"]])
    return [
        tag("rect", tag("title", f"allowed: {short(low)} to {short(high)}"), class_="safe",
            x=across.at(low - half), y=top, height=floor - top,
            width=across.at(high + half) - across.at(low - half))
        for low, high in runs
    ]  # fmt: skip


def _named(rows: Sequence[Row], across: Axis, floor: float) -> list[Markup]:
    """The recommended setting, the present one, and the line that the script moves."""
    marks = []
    for row in rows:
        if row["place"] in ("chosen", "present"):
            x = across.at(row["setting"])
            told = tag("title", f"{_MARKED[row['place']]}: {short(row['setting'])}")
            marks.append(tag("path", told, d=f"M{x:.1f} 16V{floor:.1f}",
                             class_=f"setting {row['place']}"))  # fmt: skip
    return [*marks, tag("path", d=f"M0 16V{floor:.1f}", class_="cursor")]


def _what_if(
    who: str, rows: Sequence[Row], drawn: Sequence[Markup], height: float, *,
    safe: str, sentence: Any,
) -> WhatIf:  # fmt: skip
    across = _across(rows)
    named = [row for row in rows if row["place"]]
    judged = "allowed" in rows[0]
    shown = named or [rows[0], rows[len(rows) // 2], rows[-1]]
    start = next(
        (at for at, row in enumerate(rows) if row["place"] == "chosen"), len(rows) // 2
    )
    told = "; ".join(
        f"{_MARKED[row['place']]} {short(row['setting'])} {row['unit'] or ''}".strip()
        for row in named
    )
    return WhatIf(
        participant=who,
        drawing=chart(_WIDTH, height, f"What if, {who}: {told or 'no setting is recommended'}",
                      *drawn),
        words=Table(
            caption=f"{who}: this setting and its neighbours",
            headings=headings("Setting", "What we expect", *(["Allowed"] if judged else [])),
            rows=[
                cells(
                    f"{short(row['setting'])} {row['unit'] or ''}".strip()
                    + (f" ({_MARKED[row['place']]})" if row["place"] else ""),
                    sentence(row),
                    *([_allowed(row)] if judged else []),
                )
                for row in shown
            ],
        ),
        safe=safe,
        steps=json.dumps(
            [[round(across.at(row["setting"]), 1),
              f"{short(row['setting'])} {row['unit'] or ''}: {sentence(row)}"
              + _forbidden(row)] for row in rows],
            ensure_ascii=False, separators=(",", ":"),
        ),
        start=start,
        last=len(rows) - 1,
    )  # fmt: skip


def _goal_sentence(row: Row) -> str:
    benefit = f"benefit {number(row['benefit'])} ({_span(row, 'low', 'high')})"
    harm = f"side effect at most {percent(row['harm'])}"
    own = [percent(row[name]) for name in ("harm_low", "harm_high") if row[name] is not None]
    return f"{benefit}, {harm}" + (f" ({' to '.join(own)})" if len(own) == 2 else "")


def _target_sentence(row: Row) -> str:
    return (
        f"exposure {number(row['expected'])} ({_span(row, 'low', 'high')}), in the target "
        f"range with probability {percent(row['within'])}"
    )


def _span(row: Row, low: str, high: str) -> str:
    return f"{number(row[low])} to {number(row[high])}"


_NO_REASON = "it cannot be followed"


def _allowed(row: Row) -> str:
    if "allowed" not in row:
        return "–"
    if row["allowed"]:
        return "yes"
    return f"no: {row['reason'] or _NO_REASON}"


def _forbidden(row: Row) -> str:
    if "allowed" not in row or row["allowed"]:
        return ""
    return f"; not allowed, {row['reason'] or _NO_REASON}"
