"""Quiet hours by the clock on a person's own wall, with summer time right.

Quiet is an interval of moments: it begins where the clock first shows its beginning and ends
where the clock last shows its end. An hour that the clock jumps over is not waited for: the
first minute after the jump stands for it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
JUMP = 180  # minutes: no clock was ever set forward by more at once, but for whole days


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When somebody is not to be disturbed; minutes after midnight, equal: never quiet.

    zone  IANA name
    """

    zone: str
    begins: int = 21 * 60
    ends: int = 8 * 60


def quiet_end(hours: QuietHours, now: datetime) -> datetime | None:
    """The first moment after the quiet in which `now` lies, UTC; None where it is not quiet."""
    if hours.begins == hours.ends:
        return None
    today = now.astimezone(_zone(hours.zone)).date()
    for day in (today - DAY, today):
        begin, end = _interval(hours, day)
        if begin <= now < end:
            return end
    return None


@lru_cache(maxsize=4096)
def _interval(hours: QuietHours, day: date) -> tuple[datetime, datetime]:
    zone = _zone(hours.zone)
    last = day if hours.ends > hours.begins else day + DAY
    return (
        wall_moment(day, hours.begins, zone, last=False),
        wall_moment(last, hours.ends, zone, last=True),
    )


def wall_moment(day: date, minute: int, zone: ZoneInfo, *, last: bool) -> datetime:
    """When the clock on the wall shows a minute of a day, UTC.

    last  the second time, where it is shown twice
    Where it is never shown, the first moment at which the clock shows a later one.
    """
    shown = datetime.combine(day, time(minute // 60, minute % 60))
    found = shown.replace(tzinfo=zone, fold=int(last)).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == shown:
        return found
    before = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
    for step in range(JUMP + 1):
        moment = before + timedelta(minutes=step)
        if moment.astimezone(zone).replace(tzinfo=None) >= shown:
            return moment
    return found


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def minutes_of(text: str) -> int:
    """Minutes after midnight of "HH:MM"; ValueError for anything else."""
    hours, colon, minutes = text.partition(":")
    if not colon or len(minutes) != 2 or not (hours.isdecimal() and minutes.isdecimal()):
        raise ValueError(f"{text!r} is no time HH:MM")
    found = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or not 0 <= found < 1440:
        raise ValueError(f"{text!r} is no time HH:MM")
    return found
