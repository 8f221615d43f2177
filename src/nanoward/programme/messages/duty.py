"""Who is on duty: hours of the week by the clock on the wall, and days away."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from nanoward.programme.messages.quiet_hours import minutes_of

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class DutySpan:
    """Hours of some days of the week; an end at or before the beginning is on the next day."""

    days: frozenset[int]  # 0: Monday
    begins: int  # minutes after midnight
    ends: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """When a role is on duty; without spans always, but on the days away."""

    zone: str = "UTC"
    spans: tuple[DutySpan, ...] = ()
    away: tuple[tuple[date, date], ...] = ()  # first and last day


def on_duty(roster: Roster, at: datetime) -> bool:
    """Whether somebody answers for the role at a moment."""
    if not roster.spans and not roster.away:
        return True
    shown = at.astimezone(_zone(roster.zone))
    today = shown.date()
    if any(first <= today <= last for first, last in roster.away):
        return False
    minute, weekday = shown.hour * 60 + shown.minute, shown.weekday()
    return not roster.spans or any(_holds(one, weekday, minute) for one in roster.spans)


def _holds(span: DutySpan, weekday: int, minute: int) -> bool:
    if span.begins < span.ends:
        return weekday in span.days and span.begins <= minute < span.ends
    begun = weekday in span.days and minute >= span.begins
    return begun or ((weekday - 1) % 7 in span.days and minute < span.ends)


def duty_span(text: str) -> DutySpan:
    """Read "mon-fri 08:00-18:00" or "sat 20:00-08:00"; ValueError for anything else."""
    days, _, hours = text.strip().lower().partition(" ")
    begin, dash, end = hours.partition("-")
    if not dash:
        raise ValueError(f"{text!r} is no duty such as 'mon-fri 08:00-18:00'")
    first, to, last = days.partition("-")
    if first not in WEEK or (to and last not in WEEK):
        raise ValueError(f"{text!r} names no days of the week (mon ... sun)")
    start, stop = WEEK.index(first), WEEK.index(last or first)
    named = frozenset((start + n) % 7 for n in range((stop - start) % 7 + 1))
    return DutySpan(days=named, begins=minutes_of(begin), ends=minutes_of(end))


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
