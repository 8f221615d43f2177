"""The keys of [programme] in programme.toml and of its own sections."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Literal

from nanoward.base.plan_keys.keys import stated

Kind = Literal[
    "dose", "weekly", "visit", "image", "medical", "psychological", "assessment", "sample",
    "safety", "flush", "exit", "visitor",
]  # fmt: skip
Severity = Literal["mild", "moderate", "severe", "life-threatening", "fatal"]
Grade = Literal["measured", "inferred", "guessed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSection:
    """The keys of [programme.sites.NAME]: one place where people are seen.

    time_zone           IANA name of the site's zone
    open                days of the week on which people are seen, by three letters
    morning, afternoon  when that half of the day begins, "08:00"
    closed              days on which nothing opens: "2026-12-24/2027-01-01 holidays"
    capacity            units of each resource in each half-day
    beds                beds by kind that are kept for visits; what is left of the rooms else
    restricted_half     half of the day in which people come apart from all others
    restricted_at_once  how many of those come in one half-day
    people              who come here; others come where they were last, else to the first site
    """

    time_zone: str = stated("UTC", silent="the programme's zone")
    open: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    morning: str | time = "08:00"
    afternoon: str | time = "13:00"
    closed: tuple[str, ...] = ()
    capacity: Mapping[str, int] = field(default_factory=dict)
    beds: Mapping[str, int] = field(default_factory=dict)
    restricted_half: Literal["morning", "afternoon"] = "afternoon"
    restricted_at_once: int = stated(1, low=0)
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _ScheduleKeys:
    """A visit that comes again, counted from the day of consent.

    kind           of visit
    every          [d] between visits, more than before and after together
    before, after  [d] that it may come early, or late
    first          [d] from consent to the first
    last           [d] from consent to the last
    """

    kind: Kind | None = stated(None, silent="the schedule's own name")
    every: int = stated(7, low=1)
    before: int = stated(2, low=0)
    after: int = stated(2, low=0)
    first: int = stated(0, low=0)
    last: int | None = stated(None, low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RoomKeys:
    """A room in which people sleep.

    site     of [programme.sites]
    name     of the room, by which its bed is named SITE/NAME
    kind     of the room
    beds     how many
    own_air  whether it has its own air and bathroom
    """

    site: str
    name: str
    kind: Literal["single", "shared", "apart", "family"]
    beds: int = stated(low=1)
    own_air: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReturnKeys:
    """How somebody who leaves gets home.

    transport  by what
    payer      at whose cost
    cost       amount set aside for it, a text in the programme's currency
    room       "SITE/NAME": a bed for the night where one is needed
    """

    transport: str = ""
    payer: str = "programme"
    cost: str = "0"
    room: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilSection:
    """The keys of [programme.council]: the charter.

    members        who sits in it: name to two public keys (`nanoward council key`)
    quorum         positions that must count
    chair          who decides the meeting's end
    advocate       whose position must be there
    meeting_hours  [h] within which the council meets after a pause
    physicians     who may unblind one person in an emergency: name to two public keys
    grades         grade of evidence of an input (a domain, a role or a register) that is not
                   measured
    """

    members: Mapping[str, str] = field(default_factory=dict)
    quorum: int = stated(0, silent="more than half of the members")
    chair: str = stated("", silent="any member")
    advocate: str = stated("", silent="nobody's position")
    meeting_hours: int = stated(72, low=1, high=72)
    physicians: Mapping[str, str] = field(default_factory=dict)
    grades: Mapping[str, Grade] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RoleKeys:
    """Whom a message is for: how they are reached, and when.

    zone        IANA name of the zone that they live by
    quiet       two times of day between which only what is urgent now is sent; []: never quiet
    duty        hours on duty: "mon-fri 08:00-18:00"; none: always
    away        days: "2026-08-01/2026-08-14"
    deliveries  channels, of which the first that takes a message is enough
    address     for those channels, such as a mailbox
    """

    zone: str = stated("UTC", silent="the programme's zone")
    quiet: tuple[str, ...] = stated((), silent="[programme.messages] quiet")
    duty: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    deliveries: tuple[str, ...] = ("screen",)
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ChannelKeys:
    """A channel; what else it is told depends on its kind.

    kind  of the channel
    NAME  any option of that kind
    """

    kind: str = ""
    NAME: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesSection:
    """The keys of [programme.messages].

    site              name by which this site's messages are told from others'
    roles             people on duty, by role
    chains            roles that are turned to after the addressee: kind, urgency or `default`
                      to steps "ROLE MINUTES"
    deliveries        channels
    participants      channels by which participants are reached
    quiet             two times of day between which only what is urgent now is sent; []: never
    done_hours        [h] that whoever acknowledged has, by urgency
    first_minutes     [min] that an addressee has of a message that is urgent now
    flap_minutes      [min] within which what is told again after it was over is the same cause
    reminder_minutes  [min] before a message urgent now is sent again; each further one doubles
    silent_minutes    [min] without a tick before that is told
    heartbeat         channel on which the ticks are sent; none: they are sent nowhere
    """

    site: str = "centre"
    roles: Mapping[str, _RoleKeys] = stated(
        factory=dict, silent="coordinator, physician, council and advocate, always on duty"
    )
    chains: Mapping[str, tuple[str, ...]] = stated(
        factory=dict, silent='default = ["physician 60", "council 1440"]'
    )
    deliveries: Mapping[str, _ChannelKeys] = stated(factory=dict, silent="the screen alone")
    participants: tuple[str, ...] = ("screen",)
    quiet: tuple[str, ...] = ("21:00", "08:00")
    done_hours: Mapping[str, float] = stated(factory=dict, silent="now 4, today 24, week 168")
    first_minutes: int = stated(15, low=1)
    flap_minutes: int = stated(30, low=1)
    reminder_minutes: int = stated(15, low=1)
    silent_minutes: int = stated(30, low=1)
    heartbeat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentSection:
    """The keys of [programme.urgent]: reference safety information, and who reports to whom.

    reference  version of the document that `expected` is taken from; without it every
               expectedness needs a person
    expected   term to the gravest severity that is still expected
    zone       IANA name of the zone in whose calendar days are counted
    sender     identifier of E2B(R3) N.1.3; without it no file is written
    receiver   identifier of E2B(R3) N.1.4; without it no file is written
    number     COUNTRY-COMPANY, before the number of each case
    """

    reference: str = ""
    expected: Mapping[str, Severity] = field(default_factory=dict)
    zone: str = stated("UTC", silent="the programme's zone")
    sender: str = ""
    receiver: str = ""
    number: str = "XX-PROGRAMME"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeSection:
    """The keys of [programme]: visits, lodging, agreements and pay.

    currency          ISO 4217 code in which the programme keeps its books
    leave_cost_share  most that leaving may cost, as a share of pay: a text, "0.10" at most
    country           of the payer, for the tax table
    apart             pairs of people who must not meet: "P01 P02"
    restricted        people who come apart from all others, in their half of the day
    people            who may sign agreements: name to public key
    sites             places where people are seen
    needs             units of each resource that a kind of visit needs; beds by the night are
                      bed, bed_shared, bed_apart and bed_family
    steps             [15 min] what is done at a kind of visit, in any order: staff to quarters
                      of an hour; payment comes last
    overbooking       weekly visits beyond the places, by the programme's own rate of missed
                      ones from 200 visits on
    schedule          visits that come again
    rooms             rooms in which people sleep
    return            how somebody who leaves gets home
    council           the council's charter
    messages          roles, duty, quiet hours, chains and channels of messages
    urgent            reference safety information, and who reports to whom
    """

    currency: str = "EUR"
    leave_cost_share: str = "0.10"
    country: str = ""
    apart: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, SiteSection] = field(default_factory=dict)
    needs: Mapping[Kind, Mapping[str, int]] = field(default_factory=dict)
    steps: Mapping[Kind, Mapping[str, int]] = field(default_factory=dict)
    overbooking: bool = False
    schedule: Mapping[str, _ScheduleKeys] = field(default_factory=dict)
    rooms: tuple[_RoomKeys, ...] = ()
    return_: _ReturnKeys = field(default_factory=_ReturnKeys)
    council: CouncilSection = field(default_factory=CouncilSection)
    messages: MessagesSection = field(default_factory=MessagesSection)
    urgent: UrgentSection = field(default_factory=UrgentSection)
