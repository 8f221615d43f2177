"""Clocks of seven and fifteen days from the first knowledge, in the sponsor's own calendar.

The day of the first knowledge is day 0; week-ends and holidays count: days are calendar days
(EU CT-3, 7.3 and 7.4; ICH E2A III.B). What was known late counts from when anybody of the
programme knew it, not from when it was written down. A report is in time until the end of its
last day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from nanoward.programme.urgent.reference_safety import (
    NOT_URGENT,
    EventFacts,
    ReferenceSafety,
    Verdict,
    verdict,
)

GRAVE_DAYS, OTHER_DAYS = 7, 15
FOLLOW_UP_DAYS = 8  # after the seven, for what was not yet known (EU CT-3, 7.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFacts:
    """What was known of an event from a moment on (UTC, aware)."""

    at: datetime
    facts: EventFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When a report is due, and of which kind.

    day_zero  day of the first knowledge that the event qualifies, in the sponsor's zone
    """

    verdict: Verdict
    day_zero: date | None
    days: int
    due: date | None


def local_day(moment: datetime, zone: str) -> date:
    """The day of a moment in a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(ZoneInfo(zone)).date()


def clock_of(history: Sequence[KnownFacts], rsi: ReferenceSafety, zone: str) -> Clock:
    """The clock by all that was known, in the order of knowing.

    It begins when the event first may qualify, a doubt counting as yes. When it turns out grave
    later, seven days run from then, and never past the fifteen that run already. Where the last
    word is that it does not qualify, none runs.
    """
    ordered = sorted(history, key=lambda one: one.at)
    last = verdict(ordered[-1].facts, rsi)
    if last.word == NOT_URGENT:
        return Clock(verdict=last, day_zero=None, days=0, due=None)
    begun: date | None = None
    due: date | None = None
    days = OTHER_DAYS
    for one in ordered:
        word = verdict(one.facts, rsi).word
        if word == NOT_URGENT:
            begun, due, days = None, None, OTHER_DAYS
            continue
        day = local_day(one.at, zone)
        if begun is None or due is None:
            begun, days = day, GRAVE_DAYS if one.facts.is_grave else OTHER_DAYS
            due = day + timedelta(days=days)
        elif one.facts.is_grave and days == OTHER_DAYS:
            days, due = GRAVE_DAYS, min(due, day + timedelta(days=GRAVE_DAYS))
    return Clock(verdict=last, day_zero=begun, days=days, due=due)


def is_in_time(sent: datetime, due: date, zone: str) -> bool:
    """Whether a report of a moment is in time: to the end of its last day in the zone."""
    return local_day(sent, zone) <= due
