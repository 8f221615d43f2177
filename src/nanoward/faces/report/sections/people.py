"""One person at a time: timeline and words, those with something to decide first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from markupsafe import Markup

from nanoward.base import tables
from nanoward.faces.report.charts.life import Life, life_chart
from nanoward.faces.report.drawing.figures import counted, day, number
from nanoward.faces.report.drawing.views import absence, found
from nanoward.faces.report.sections.board import standing_rows
from nanoward.flows.round.round import Round

MOST = 60  # people who are drawn, about four kilobytes each, the most urgent first
QUIET = 24  # of the others; everybody has a page of their own (person_page.py)
RECENT = 28  # days for which a standing asks for a decision
_TOLD = 14  # lines in words of one person
_ASKS = {"recalled": RECENT, "held": 3660, "died": 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person's file: `urgent` where there is something to decide."""

    participant: str
    standing: str
    summary: str
    urgent: bool
    drawing: Markup | None
    told: Sequence[tuple[str, str]]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What the section shows."""

    absent: str
    lead: str
    files: Sequence[Person]
    quiet: str
    rest: str


def people(round_: Round) -> People:
    """Everybody's time in the programme, by urgency."""
    known = _known(round_)
    standing = {row["participant"]: row for row in standing_rows(round_)}
    urgent = to_decide(round_)
    ordered = list(dict.fromkeys([*urgent, *standing, *known]))
    drawn = min(MOST, len(urgent) + QUIET)
    lives = _lives(round_, ordered[:drawn])
    files = [
        _file(lives.get(who, Life(participant=who)), standing.get(who), urgent, round_.as_of)
        for who in ordered[:drawn]
    ]
    rest, quiet = len(ordered) - len(files), sum(not one.urgent for one in files)
    waiting = max(len(urgent) - drawn, 0)
    absent = "" if known else absence(round_, tables.TIMELINE)
    return People(
        absent=absent,
        lead=f"{counted(len(ordered), 'person', 'people')}: "
        + (f"{number(len(urgent))} with something to decide stand first."
           if urgent else "nobody has anything to decide this week."),
        files=[] if absent else files,
        quiet=counted(quiet, "person", "people") + " with nothing to decide" if quiet else "",
        rest=f"{counted(rest, 'further person', 'further people')}: each on a page of their "
        "own by nanoward report PROGRAMME PARTICIPANT, all in tables/timeline.parquet."
        + (f" {number(waiting)} of them have something to decide: the board has them first."
           if waiting else "")
        if rest else "",
    )  # fmt: skip


def person_file(round_: Round, who: str) -> Person | None:
    """One person's file; None where the round knows nothing of them.

    round_  its tables may hold the rows of this person alone
    """
    known = _lives(round_, [who]).get(who)
    standing = {row["participant"]: row for row in standing_rows(round_)}.get(who)
    if known is None and standing is None:
        return None
    life = known or Life(participant=who)
    return _file(life, standing, to_decide(round_), round_.as_of)


def to_decide(round_: Round) -> dict[str, str]:
    """Who has something to decide, and what, in order of urgency."""
    asked: dict[str, str] = {}
    rows = standing_rows(round_)
    gone = {row["participant"] for row in rows if row["standing"] in ("died", "completed")}
    for row in found(round_, tables.FLUSHES).to_dicts():
        here = row["participant"] not in gone
        if row["outcome"] == "escaped" or (row["outcome"] == "unanswered" and here):
            asked[row["participant"]] = f"kill code {row['outcome']}"
    for row in rows:
        days = _ASKS.get(row["standing"])
        if days is None:
            continue
        since = row["since"]
        if since is None or since > round_.as_of - timedelta(days=days):
            asked.setdefault(row["participant"], row["standing"])
    return asked


def _known(round_: Round) -> list[str]:
    """Everybody of whom a day is known, in order."""
    parts = (
        found(round_, tables.TIMELINE)["participant"],
        _graded(round_)["participant"],
        found(round_, tables.ADVERSE_EVENTS)["participant"],
    )
    return sorted(set().union(*(part.unique() for part in parts)))


def _graded(round_: Round) -> pl.DataFrame:
    grades = found(round_, tables.GRADES)
    return grades.filter(pl.col("grade").is_not_null() & pl.col("taken").is_not_null())


def _lives(round_: Round, people: Collection[str]) -> dict[str, Life]:
    """Those of some people of whom a day is known, with the rows of each kind."""
    own = pl.col("participant").is_in(list(people))
    timeline, events = (
        found(round_, shape).filter(own) for shape in (tables.TIMELINE, tables.ADVERSE_EVENTS)
    )
    parts = {
        "steps": _grouped(timeline.sort("participant", "day", "kind")),
        "grades": _grouped(_gradable(found(round_, tables.GRADES).filter(own))),
        "events": _grouped(events.sort("participant", "started", "sequence")),
    }
    names = sorted({who for part in parts.values() for who in part})
    return {
        who: Life(participant=who, **{kind: part.get(who, []) for kind, part in parts.items()})
        for who in names
    }


def _gradable(grades: pl.DataFrame) -> pl.DataFrame:
    """What a timeline shows: every term above grade 0 by day, one row of a day without any."""
    known = grades.lazy().filter(pl.col("grade").is_not_null() & pl.col("taken").is_not_null())
    key = ["participant", "taken", "term"]
    above = known.filter(pl.col("grade") > 0).group_by(key).agg(pl.col("grade").max())
    plain = known.group_by("participant", "taken").agg(
        pl.lit(None, dtype=pl.String).alias("term"), pl.col("grade").max()
    )
    return (
        pl.concat([above, plain.filter(pl.col("grade") == 0)])
        .sort("participant", "taken", "grade", "term", descending=[False, False, True, False])
        .collect()
    )


def _grouped(table: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in table.to_dicts():
        groups.setdefault(row["participant"], []).append(row)
    return groups


def _file(
    life: Life, row: Mapping[str, Any] | None, urgent: Mapping[str, str], last: date
) -> Person:
    who = life.participant
    standing = row["standing"] if row else ""
    arm = (row["arm"] or "") if row else ""
    reasons = "; ".join((row["reasons"] or [])[:2]) if row else ""
    events = in_words(life, last)
    rest = max(len(events) - _TOLD, 0)
    return Person(
        participant=who,
        standing=standing,
        summary=_joined(arm, _first(urgent.get(who, ""), reasons)) or _counted(life),
        urgent=who in urgent,
        drawing=life_chart(life, last),
        told=[(day(one.day), one.words) for one in _most_important(events)],
        more=f"{counted(rest, 'smaller thing')} left out." if rest else "",
    )


def _counted(life: Life) -> str:
    """What there is of somebody of whom no standing is known."""
    seen = sum(row["kind"] == "sample" for row in life.steps)
    return counted(seen, "sample") if seen else ""


def _first(asked: str, reasons: str) -> str:
    """What is asked of the reader before the reasons of the standing."""
    if not asked or asked in _ASKS:  # a standing alone, which the reasons explain
        return reasons or asked
    return f"{asked}; {reasons}" if reasons else asked


def _joined(*parts: str) -> str:
    return ": ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEvent:
    """A line of a person's life in words; the heaviest are shown."""

    day: date
    words: str
    weight: int


def in_words(life: Life, last: date) -> list[LifeEvent]:
    """What a person who does not see the picture should know: day, words, weight."""
    events: list[LifeEvent] = []
    for row in life.steps:
        if row["kind"] in ("consent", "left", "randomised"):
            before = {"consent": "consent ", "left": "left: "}.get(row["kind"], "")
            what = f"{before}{row['what']}"
            events.append(LifeEvent(day=row["day"], words=what, weight=9))
    events += [
        LifeEvent(day=row["day"], words=f"{row['what']}{_until(row)}", weight=5)
        for row in life.of("dose")
    ]
    for row in life.grades:
        if row["grade"] >= 1:
            events.append(
                LifeEvent(
                    day=row["taken"],
                    words=f"grade {row['grade']}: {row['term']}",
                    weight=row["grade"] * 2,
                )
            )
    for row in life.events:
        if row["started"] is not None:
            graver = 3 * ("mild", "moderate").index(row["severity"]) if row["severity"] in (
                "mild", "moderate") else 8  # fmt: skip
            events.append(
                LifeEvent(
                    day=row["started"],
                    words=(
                        f"{(row['term'] or 'unnamed event').lower()}, "
                        f"{row['severity'] or 'severity not told'}"
                        f"{', serious' if row['serious'] else ''}"
                    ),
                    weight=9 if row["serious"] else graver,
                )
            )
    samples = [row["day"] for row in life.of("sample")]
    if samples:
        events.append(
            LifeEvent(
                day=min(samples),
                words=f"first of {counted(len(samples), 'sample')}",
                weight=6,
            )
        )
    return sorted(
        {one for one in events if one.day <= last}, key=lambda one: (one.day, one.words)
    )


def _until(row: Mapping[str, Any]) -> str:
    return f" until {day(row['until'])}" if row["until"] else ""


def _most_important(events: Sequence[LifeEvent]) -> list[LifeEvent]:
    """The few that weigh most, in the order of their days."""
    kept = sorted(events, key=lambda one: (-one.weight, one.day, one.words))[:_TOLD]
    return sorted(kept, key=lambda one: (one.day, one.words))
