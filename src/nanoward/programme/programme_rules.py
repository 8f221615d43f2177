"""The rules of visits, lodging, agreements and books, as the plan's [programme] states them.

```toml
[programme]
currency = "EUR"                 # in which the programme keeps its books
leave_cost_share = "0.10"        # most that leaving may cost, as a share of pay
country = "US"                   # of the payer, for the tax table
apart = ["P01 P02"]              # pairs of people who must not meet
restricted = ["P03"]             # people who come apart from all others
[programme.people]               # who may sign agreements: name to public key
director = "ab12..."
[programme.sites.ward]           # any number; see site_calendar.py
time_zone = "Europe/Berlin"
open = ["mon", "tue", "wed", "thu", "fri"]
morning = "08:00"
afternoon = "13:00"
closed = ["2026-12-24/2027-01-01 holidays"]
capacity = { clinician = 6, psychologist = 4, room = 6, scanner = 1 }
beds = { single = 4, apart = 1 }
[programme.needs.weekly]         # what a visit of a kind needs
clinician = 1
[programme.schedule.weekly]      # what comes again, from the day of consent
kind = "weekly"
every = 7
before = 2
after = 2
[[programme.rooms]]              # where people sleep
site = "ward"
name = "r1"
kind = "single"                  # single, shared, apart, family
beds = 1
own_air = true
[programme.return]               # how somebody who leaves gets home
transport = "taxi"
payer = "programme"
cost = "120.00"                  # set aside for it
room = "ward/r1"                 # a bed for the night where one is needed
```
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from nanoward.base.errors import InputError
from nanoward.base.money import digits_of, minor_units
from nanoward.programme.agreements.forbidden import MOST_LEAVE_COST
from nanoward.programme.lodging.stays import KINDS as ROOM_KINDS
from nanoward.programme.lodging.stays import Room
from nanoward.programme.visits.booking_rules import KINDS, SiteRules
from nanoward.programme.visits.site_calendar import sites_of

KEYS = frozenset(
    [
        "currency",
        "leave_cost_share",
        "country",
        "apart",
        "restricted",
        "people",
        "sites",
        "needs",
        "schedule",
        "rooms",
        "return",
    ]
)
ELSEWHERE = frozenset(
    {"council", "messages", "relays", "urgent"}
)  # read by their own sub-houses


class ProgrammeRulesError(InputError):
    """The plan's [programme] section states a rule that cannot be followed."""

    code = "PRG-115"
    next_step = (
        "Correct [programme] of programme.toml; docs/reference/programme.md has its keys."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledKind:
    """A kind of visit that comes again: every so many days from the anchor, with a window."""

    name: str
    kind: str
    every: int = 7
    before: int = 2
    after: int = 2
    first: int = 0  # days from the anchor to the first
    last: int | None = None  # days from the anchor to the last


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRules:
    """How somebody who leaves gets home: by what, at whose cost, and a bed until then."""

    transport: str = ""
    payer: str = "programme"
    cost: int = 0
    room: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRules:
    """See the top of this file for each key."""

    currency: str = "EUR"
    leave_cost_share: Fraction = MOST_LEAVE_COST
    country: str = ""
    visits: SiteRules = field(default_factory=lambda: SiteRules(sites={}, needs={}))
    schedule: tuple[ScheduledKind, ...] = ()
    rooms: Mapping[str, Room] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    home: ReturnRules = field(default_factory=ReturnRules)


def programme_rules(section: Mapping[str, Any], zone: str) -> ProgrammeRules:
    """The rules of a section; ProgrammeRulesError names what is not understood.

    zone  of the programme, for sites that name none
    """
    unknown = sorted(set(section) - KEYS - ELSEWHERE)
    if unknown:
        raise _error(f"[programme] does not know {unknown[0]!r}", unknown[0])
    currency = str(section.get("currency", "EUR"))
    digits_of(currency)
    sites = sites_of(section, zone)
    return ProgrammeRules(
        currency=currency,
        leave_cost_share=_share(section.get("leave_cost_share", "0.10")),
        country=str(section.get("country", "")),
        visits=SiteRules(
            sites=sites,
            needs=_needs(section.get("needs", {})),
            apart=_pairs(section.get("apart", [])),
            restricted=frozenset(map(str, section.get("restricted", []))),
        ),
        schedule=_schedule(section.get("schedule", {})),
        rooms=_rooms(section.get("rooms", []), frozenset(sites)),
        people={str(who): str(key) for who, key in dict(section.get("people", {})).items()},
        home=_home(section.get("return", {}), currency),
    )


def _error(told: str, key: str) -> ProgrammeRulesError:
    return ProgrammeRulesError(told, file="programme.toml", column=key)


def _share(said: object) -> Fraction:
    try:
        share = Fraction(said) if isinstance(said, str) else Fraction(-1)
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= MOST_LEAVE_COST:
        raise _error(
            f"leave_cost_share = {said!r} is no text from 0 to {float(MOST_LEAVE_COST):g}",
            "leave_cost_share",
        )
    return share


def _needs(said: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    for kind, needs in said.items():
        if kind not in KINDS:
            raise _error(f"nobody comes for {kind!r}; {', '.join(KINDS)}", "needs")
        if any(type(one) is not int or one < 0 for one in dict(needs).values()):
            raise _error(f"a visit of the kind {kind} needs {needs!r}", "needs")
    return {str(kind): dict(needs) for kind, needs in said.items()}


def _pairs(said: Any) -> frozenset[frozenset[str]]:
    pairs = [str(one).split() for one in said]
    wrong = [one for one in pairs if len(set(one)) != 2]
    if wrong:
        raise _error(f"apart = {' '.join(wrong[0])!r} names no two people", "apart")
    return frozenset(frozenset(one) for one in pairs)


def _schedule(said: Mapping[str, Any]) -> tuple[ScheduledKind, ...]:
    found = []
    for name, one in said.items():
        given = dict(one)
        kind = str(given.pop("kind", name))
        unknown = set(given) - {"every", "before", "after", "first", "last"}
        if unknown or any(type(value) is not int or value < 0 for value in given.values()):
            raise _error(f"schedule.{name} = {one!r} is not understood", "schedule")
        if kind not in KINDS:
            raise _error(f"schedule.{name} is of no kind that people come for", "schedule")
        made = ScheduledKind(name=str(name), kind=kind, **given)
        if made.every < 1 or made.before + made.after >= made.every:
            raise _error(f"the windows of schedule.{name} overlap", "schedule")
        found.append(made)
    return tuple(found)


def _rooms(said: Any, sites: frozenset[str]) -> dict[str, Room]:
    found: dict[str, Room] = {}
    for one in said:
        given = dict(one)
        site, name = str(given.pop("site", "")), str(given.pop("name", ""))
        full = f"{site}/{name}"
        if site not in sites or not name or full in found:
            raise _error(f"room {full!r} is at no site, or named twice", "rooms")
        try:
            room = Room(name=full, **given)
        except TypeError:
            raise _error(
                f"room {full!r} has other keys than kind, beds, own_air", "rooms"
            ) from None
        if room.kind not in ROOM_KINDS or type(room.beds) is not int or room.beds < 1:
            raise _error(f"room {full!r} is {room.kind} with {room.beds!r} beds", "rooms")
        found[full] = room
    return found


def _home(said: Mapping[str, Any], currency: str) -> ReturnRules:
    unknown = sorted(set(said) - {"transport", "payer", "cost", "room"})
    if unknown:
        raise _error(f"[programme.return] does not know {unknown[0]!r}", "return")
    return ReturnRules(
        transport=str(said.get("transport", "")),
        payer=str(said.get("payer", "programme")),
        cost=minor_units(said.get("cost", "0"), currency),
        room=str(said.get("room", "")),
    )
