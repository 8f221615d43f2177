"""A site's half-days in its own zone: what is open, when it begins in UTC, and what is told.

Days of clock change have 23 or 25 hours; a local time that is skipped is no time, and of a
time that comes twice the first is meant (PEP 495, fold 0).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from nanoward.base.errors import InputError
from nanoward.base.findings import Finding
from nanoward.base.plan_keys.keys import key_names
from nanoward.programme.programme_keys import SiteSection

HALVES = ("morning", "afternoon")
# resources that are beds, counted by the night, to the kind of bed; one in a shared room is one
BED_KINDS: Mapping[str, str] = {
    "bed": "single",
    "bed_shared": "shared",
    "bed_apart": "apart",
    "bed_family": "family",
}
BED_APART, BED_SHARED = "bed_apart", "bed_shared"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class SkippedHourError(InputError):
    """A local time that the clock skips on that day."""

    code = "PRG-110"
    next_step = "Choose a time that there is on that day."


class SiteError(InputError):
    """[programme.sites] states a site that cannot be understood."""

    code = "PRG-111"
    next_step = "Correct the site; docs/reference/programme.md lists the keys."


@dataclass(frozen=True, slots=True, order=True)
class HalfDay:
    """Half a day of a site, in its own zone."""

    day: date
    half: str

    @property
    def number(self) -> int:
        """0 in the morning, 1 in the afternoon."""
        return HALVES.index(self.half)

    def __str__(self) -> str:
        return f"{self.day} {self.half}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Days on which nothing opens."""

    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One place where people are seen.

    capacity   resource to units in each half-day
    beds       kind to beds in each night that are kept for visits
    room_beds  kind to beds of the rooms: what is left of them is for visits, where `beds` does
               not say otherwise
    """

    name: str
    zone: str
    open_days: tuple[str, ...] = WEEKDAYS[:5]
    morning: time = time(8)
    afternoon: time = time(13)
    closures: tuple[Closure, ...] = ()
    capacity: Mapping[str, int] = field(default_factory=dict)
    beds: Mapping[str, int] = field(default_factory=dict)
    restricted_half: str = "afternoon"
    restricted_at_once: int = 1
    room_beds: Mapping[str, int] = field(default_factory=dict)
    people: frozenset[str] = frozenset()  # who come here, where there are several sites

    def is_open(self, day: date) -> bool:
        """Whether anybody is seen on a day."""
        shut = any(one.first <= day <= one.last for one in self.closures)
        return WEEKDAYS[day.weekday()] in self.open_days and not shut

    def starts(self, half_day: HalfDay) -> datetime:
        """When a half-day begins, UTC; SkippedHourError where the clock skips it."""
        at = self.morning if half_day.half == HALVES[0] else self.afternoon
        return moment_at(half_day.day, at, self.zone)

    def half_days(self, first: date, days: int) -> tuple[HalfDay, ...]:
        """Open half-days of so many days, in order."""
        each = (first + timedelta(days=one) for one in range(days))
        return tuple(HalfDay(day, half) for day in each if self.is_open(day) for half in HALVES)


def moment_at(day: date, at: time, zone: str) -> datetime:
    """A local time as UTC; SkippedHourError for one that there is not on that day."""
    local = datetime.combine(day, at, ZoneInfo(zone))
    moment = local.astimezone(UTC)
    back = moment.astimezone(ZoneInfo(zone))
    if (back.hour, back.minute) != (at.hour, at.minute):
        raise SkippedHourError(f"there is no {at:%H:%M} on {day} in {zone}")
    return moment


def sites_of(section: Mapping[str, Any], zone: str) -> dict[str, Site]:
    """The sites of [programme.sites]; SiteError names the key that is not understood."""
    said = section.get("sites", {})
    if not isinstance(said, Mapping):
        raise SiteError("[programme.sites] is no table", file="programme.toml")
    sites = {str(name): _site(str(name), one, zone) for name, one in said.items()}
    counts = Counter(who for one in sites.values() for who in one.people)
    twice = sorted(who for who, count in counts.items() if count > 1)
    if twice:
        raise SiteError(
            f"{twice[0]} comes to two sites", file="programme.toml", column="people"
        )
    return sites


def _site(name: str, said: Any, zone: str) -> Site:
    if not isinstance(said, Mapping) or set(said) - key_names(SiteSection):
        known = ", ".join(sorted(key_names(SiteSection)))
        raise SiteError(f"site {name!r} has other keys than {known}")
    try:
        own = str(said.get("time_zone", zone))
        ZoneInfo(own)
        site = Site(
            name=name,
            zone=own,
            open_days=_open_days(said.get("open", WEEKDAYS[:5])),
            morning=_time(said.get("morning", "08:00")),
            afternoon=_time(said.get("afternoon", "13:00")),
            closures=tuple(_closure(one) for one in _list(said, "closed")),
            capacity=_units(said.get("capacity", {})),
            beds=_units(said.get("beds", {})),
            restricted_half=str(said.get("restricted_half", HALVES[1])),
            restricted_at_once=_count(said.get("restricted_at_once", 1)),
            people=_people(said.get("people", [])),
        )
    except (ValueError, LookupError, OSError, TypeError, AttributeError) as fault:
        raise SiteError(f"site {name!r}: {fault}", file="programme.toml") from None
    odd = sorted(set(site.beds) - set(BED_KINDS.values()))
    if odd:
        raise SiteError(f"site {name!r}: no bed is {odd[0]!r}", file="programme.toml")
    if site.restricted_half not in HALVES or site.morning >= site.afternoon:
        raise SiteError(f"site {name!r}: its halves are not a morning and an afternoon")
    return site


def _people(said: Any) -> frozenset[str]:
    if not isinstance(said, list) or any(not isinstance(one, str) for one in said):
        raise ValueError(f"people = {said!r} is no list of people")
    return frozenset(said)


def _list(said: Mapping[str, Any], key: str) -> list[Any]:
    value = said.get(key, [])
    if not isinstance(value, list):
        raise ValueError(f"{key} = {value!r} is no list")  # noqa: TRY004 - a SiteError follows
    return value


def _open_days(said: Sequence[str]) -> tuple[str, ...]:
    days = tuple(str(one).lower()[:3] for one in said)
    if not days or set(days) - set(WEEKDAYS):
        raise ValueError(f"open = {said!r}")
    return days


def _time(said: object) -> time:
    return said if isinstance(said, time) else time.fromisoformat(str(said))


def _closure(said: object) -> Closure:
    """ "2026-12-24/2027-01-01 holidays", or one day."""
    days, _, reason = str(said).partition(" ")
    first, _, last = days.partition("/")
    found = Closure(
        first=date.fromisoformat(first), last=date.fromisoformat(last or first), reason=reason
    )
    if found.last < found.first:
        raise ValueError(f"closed = {said!r} ends before it begins")
    return found


def _units(said: Mapping[str, Any]) -> dict[str, int]:
    return {str(name): _count(units) for name, units in said.items()}


def _count(units: Any) -> int:
    if type(units) is not int or units < 0:
        raise ValueError(f"{units!r} is no number of units")
    return int(units)


def closure_findings(sites: Iterable[Site]) -> tuple[Finding, ...]:
    """A note for closures of one site that overlap: the day is closed once."""
    found = []
    for site in sites:
        many = sorted(site.closures, key=lambda one: (one.first, one.last))
        for before, after in pairwise(many):
            if after.first <= before.last:
                told = f"{before.first}/{before.last} and {after.first}/{after.last}"
                found.append(
                    Finding(
                        code="PRG-040",
                        severity="warning",
                        message=f"closed days of {site.name} overlap: {told}",
                        next_step="Both are kept closed; join them in the plan.",
                        file="programme.toml",
                        column="closed",
                    )
                )
    return tuple(found)
