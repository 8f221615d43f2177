"""The rules of visits, lodging, agreements and books, as the plan's [programme] states them.

```toml
[programme]
currency = "EUR"                 # in which the programme keeps its books
leave_cost_share = "0.10"        # most that leaving may cost, as a share of pay
country = "US"                   # of the payer, for the tax table
apart = ["P01 P02"]              # pairs of people who must not meet
restricted = ["P03"]             # people who come apart from all others
overbooking = true               # weekly visits alone, by the programme's own rate; else off
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
[programme.needs.weekly]         # what a visit of a kind needs; beds: bed, bed_shared,
clinician = 1                    # bed_apart, bed_family, for the night of its day
[programme.steps.weekly]         # what is done with each, in any order: staff to quarters of
clinician = 2                    # an hour; payment comes last
payment = 1
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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from nanoward.base.errors import InputError
from nanoward.base.findings import Finding
from nanoward.base.money import digits_of, minor_units
from nanoward.base.names import near_names
from nanoward.base.plan_keys.keys import key_names
from nanoward.programme.agreements.forbidden import MOST_LEAVE_COST
from nanoward.programme.lodging.stays import KINDS as ROOM_KINDS
from nanoward.programme.lodging.stays import Room
from nanoward.programme.programme_keys import ProgrammeSection
from nanoward.programme.visits.booking_rules import KINDS, SiteRules
from nanoward.programme.visits.site_calendar import BED_KINDS, sites_of

MOST_QUARTERS = 96


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
    steps: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    overbooking: bool = False


def programme_rules(section: Mapping[str, Any], zone: str) -> ProgrammeRules:
    """The rules of a section; ProgrammeRulesError names what is not understood.

    zone  of the programme, for sites that name none
    """
    unknown = sorted(set(section) - key_names(ProgrammeSection))
    if unknown:
        raise _error(f"[programme] does not know {unknown[0]!r}", unknown[0])
    currency = _text(section, "currency", "EUR")
    digits_of(currency)
    sites = sites_of(section, zone)
    rooms = _rooms(_tables(section, "rooms"), frozenset(sites))
    sites = {name: replace(one, room_beds=_beds(rooms, name)) for name, one in sites.items()}
    return ProgrammeRules(
        currency=currency,
        leave_cost_share=_share(section.get("leave_cost_share", "0.10")),
        country=_text(section, "country", ""),
        visits=SiteRules(
            sites=sites,
            needs=_needs(_table(section, "needs")),
            apart=_pairs(_texts(section, "apart")),
            restricted=frozenset(_texts(section, "restricted")),
        ),
        schedule=_schedule(_table(section, "schedule")),
        rooms=rooms,
        people=_people(_table(section, "people")),
        home=_home(_table(section, "return"), currency),
        steps=_steps(_table(section, "steps")),
        overbooking=_overbooking(section.get("overbooking", False)),
    )


def _error(told: str, key: str) -> ProgrammeRulesError:
    return ProgrammeRulesError(told, file="programme.toml", column=key)


def _text(section: Mapping[str, Any], key: str, usual: str) -> str:
    value = section.get(key, usual)
    if not isinstance(value, str):
        raise _error(f"{key} = {value!r} is no text", key)
    return value


def _texts(section: Mapping[str, Any], key: str) -> list[str]:
    value = section.get(key, [])
    if not isinstance(value, list) or any(not isinstance(one, str) for one in value):
        raise _error(f"{key} = {value!r} is no list of texts", key)
    return value


def _table(section: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = section.get(key, {})
    if not isinstance(value, Mapping):
        raise _error(f"{key} = {value!r} is no table", key)
    return {str(name): one for name, one in value.items()}


def _tables(section: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = section.get(key, [])
    if not isinstance(value, list) or any(not isinstance(one, Mapping) for one in value):
        raise _error(f"{key} are no list of tables: write [[programme.{key}]]", key)
    return value


def _people(said: Mapping[str, Any]) -> dict[str, str]:
    wrong = [who for who, key in said.items() if not isinstance(key, str)]
    if wrong:
        raise _error(f"the key of {wrong[0]} is no text", "people")
    return dict(said)


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
        wrong = not isinstance(needs, Mapping) or any(
            type(one) is not int or one < 0 for one in needs.values()
        )
        if wrong:
            raise _error(f"a visit of the kind {kind} needs {needs!r}", "needs")
    return {str(kind): dict(needs) for kind, needs in said.items()}


def absent_findings(rules: ProgrammeRules) -> tuple[Finding, ...]:
    """What the plan names and no site has: told, and nothing else waits for it.

    A resource that visits need, misspelt or gone: nobody of that kind is ever placed. A room
    for the way home: whoever leaves goes, and the bed stays owed.
    """
    sites = rules.visits.sites.values()
    known = {name for one in sites for name in one.capacity} | set(BED_KINDS)
    told = [
        (
            f"visits of the kind {kind} need {name!r}, which no site has",
            f"Correct it, or state its units; near: {_near(name, known)}.",
        )
        for kind, needs in sorted(rules.visits.needs.items())
        for name in sorted(set(needs) - known)
        if sites
    ]
    if rules.home.room and rules.home.room not in rules.rooms:
        told.append(
            (
                f"[programme.return] names a room that is not there: {rules.home.room!r}",
                f"Name another; near: {_near(rules.home.room, rules.rooms)}.",
            )
        )
    return tuple(
        Finding(code="PRG-052", severity="warning", message=message, next_step=step,
                file="programme.toml")
        for message, step in told
    )  # fmt: skip


def _near(name: str, known: Iterable[str]) -> str:
    many = sorted(known)
    return ", ".join(near_names(name, many) or many) or "none"


def _steps(said: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    for kind, steps in said.items():
        if kind not in KINDS:
            raise _error(f"nobody comes for {kind!r}; {', '.join(KINDS)}", "steps")
        wrong = not isinstance(steps, Mapping) or not steps or any(
            type(one) is not int or not 1 <= one <= MOST_QUARTERS for one in steps.values()
        )  # fmt: skip
        if wrong:
            raise _error(f"steps.{kind} = {steps!r}: staff to quarters of an hour", "steps")
    return {str(kind): dict(steps) for kind, steps in said.items()}


def _overbooking(said: object) -> bool:
    if not isinstance(said, bool):
        raise _error(f"overbooking = {said!r} is neither true nor false", "overbooking")
    return said


def _pairs(said: Any) -> frozenset[frozenset[str]]:
    pairs = [str(one).split() for one in said]
    wrong = [one for one in pairs if len(set(one)) != 2]
    if wrong:
        raise _error(f"apart = {' '.join(wrong[0])!r} names no two people", "apart")
    return frozenset(frozenset(one) for one in pairs)


def _schedule(said: Mapping[str, Any]) -> tuple[ScheduledKind, ...]:
    found = []
    for name, one in said.items():
        given = dict(one) if isinstance(one, Mapping) else {"": one}
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
        site, name = given.pop("site", ""), given.pop("name", "")
        full = f"{site}/{name}"
        texts = isinstance(site, str) and isinstance(name, str) and full.isprintable()
        if not texts or site not in sites or not name or full in found:
            raise _error(f"room {full!r} is at no site, or named twice", "rooms")
        try:
            room = Room(name=full, **given)
        except TypeError:
            raise _error(
                f"room {full!r} has other keys than kind, beds, own_air", "rooms"
            ) from None
        if not isinstance(room.own_air, bool):
            raise _error(f"room {full!r}: own_air is {room.own_air!r}", "rooms")
        if room.kind not in ROOM_KINDS or type(room.beds) is not int or room.beds < 1:
            raise _error(f"room {full!r} is {room.kind} with {room.beds!r} beds", "rooms")
        found[full] = room
    return found


def _beds(rooms: Mapping[str, Room], site: str) -> dict[str, int]:
    """Kind to beds of one site's rooms."""
    found: dict[str, int] = {}
    for name, one in rooms.items():
        if name.partition("/")[0] == site:
            found[one.kind] = found.get(one.kind, 0) + one.beds
    return found


def _home(said: Mapping[str, Any], currency: str) -> ReturnRules:
    unknown = sorted(set(said) - {"transport", "payer", "cost", "room"})
    if unknown:
        raise _error(f"[programme.return] does not know {unknown[0]!r}", "return")
    return ReturnRules(
        transport=_text(said, "transport", ""),
        payer=_text(said, "payer", "programme"),
        cost=minor_units(said.get("cost", "0"), currency),
        room=_text(said, "room", ""),
    )
