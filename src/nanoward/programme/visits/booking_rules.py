"""May this visit have this place? Every reason against it, and not the first alone.

What is asked of a person (standing, consent, freshness) is the gate's answer, handed in: the
same function is asked when planning, at confirmation, at arrival, and in the append that
records a dose. What is asked of a place is decided here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from nanoward.base.errors import RefusedError, UsageError
from nanoward.programme.visits.booking_board import HOLDING, Booking, BookingBoard
from nanoward.programme.visits.site_calendar import HalfDay, Site

# kind of visit to the act that the gate is asked for; an unknown kind is asked for nothing
ACTS: Mapping[str, str] = {
    "dose": "dose",
    "weekly": "visit",
    "visit": "visit",
    "image": "visit",
    "medical": "assessment",
    "psychological": "assessment",
    "assessment": "assessment",
    "sample": "sample",
    "safety": "safety follow-up",
    "flush": "flush",
    "exit": "safety follow-up",
}
VISITOR = "visitor"  # has no standing: a consent of their own instead
KINDS = (*ACTS, VISITOR)
URGENT = frozenset({"safety", "flush", "exit"})
MOVE_APART = timedelta(weeks=4)


class BookingRefusedError(RefusedError):
    """A place that cannot be had; every conflict is told, and nothing was booked."""

    code = "PRG-112"
    next_step = (
        "Choose another half-day, or mend each conflict; nanoward programme board shows."
    )


class UnknownBookingError(UsageError):
    """No booking has this name."""

    code = "PRG-113"
    next_step = "See the bookings: nanoward programme board PROGRAMME."


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRules:
    """What all bookings are held against.

    needs       kind of visit to resource to units
    apart       pairs of people who must not meet
    restricted  people who come apart from all others, in their half of the day
    """

    sites: Mapping[str, Site]
    needs: Mapping[str, Mapping[str, int]]
    apart: frozenset[frozenset[str]] = frozenset()
    restricted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWish:
    """A visit and the half-day that is asked for."""

    booking: str
    participant: str
    kind: str
    site: str
    at: HalfDay
    gate: tuple[str, ...] = field(default=())  # the gate's reasons against it; none: open


def place_conflicts(
    board: BookingBoard, rules: SiteRules, wish: PlaceWish, today: date
) -> tuple[str, ...]:
    """Every conflict; none: it may be booked. Its own booking does not count against it."""
    site = rules.sites.get(wish.site)
    if site is None:
        return (f"there is no site {wish.site!r}",)
    if wish.kind not in KINDS or wish.kind not in rules.needs:
        return (f"nothing says what a visit of the kind {wish.kind!r} needs",)
    own = board.bookings.get(wish.booking)
    told = [*wish.gate, *_calendar(site, wish, today)]
    told += _state(own, wish)
    told += _resources(board, rules, site, wish, own)
    told += _people(board, rules, site, wish, own)
    return tuple(told)


def _calendar(site: Site, wish: PlaceWish, today: date) -> list[str]:
    told = []
    if wish.at.day < today:
        told.append(f"{wish.at.day} is past")
    if not site.is_open(wish.at.day):
        told.append(f"{site.name} is closed on {wish.at.day}")
    return told


def _state(own: Booking | None, wish: PlaceWish) -> list[str]:
    if own is None:
        return []
    told = []
    if own.state in ("done", "missed", "arrived"):
        told.append(f"{wish.booking} is {own.state} already")
    if own.state == "released":
        told.append(f"{wish.booking} was released: {own.reason}")
    if (own.participant, own.kind) != (wish.participant, wish.kind):
        told.append(f"{wish.booking} is a {own.kind} visit of {own.participant}")
    return told


def _resources(
    board: BookingBoard, rules: SiteRules, site: Site, wish: PlaceWish, own: Booking | None
) -> list[str]:
    told = []
    freed = dict(own.needs) if own and own.at == wish.at and own.state in HOLDING else {}
    for resource, units in rules.needs[wish.kind].items():
        most = board.units(site.capacity, site.name, wish.at, resource)
        used = board.used[site.name, wish.at, resource] - freed.get(resource, 0)
        if used + units > most:
            told.append(f"{resource} on {wish.at}: {used} of {most} taken, {units} needed")
    return told


def _people(
    board: BookingBoard, rules: SiteRules, site: Site, wish: PlaceWish, own: Booking | None
) -> list[str]:
    there = board.people.get((site.name, wish.at), set())
    here = own is not None and own.at == wish.at and own.state in HOLDING
    others = there - ({wish.participant} if here else set())
    told = []
    if wish.participant in others:
        told.append(f"{wish.participant} has another visit on {wish.at}")
    told += [
        f"{wish.participant} and {other} are kept apart"
        for other in sorted(others)
        if frozenset((wish.participant, other)) in rules.apart
    ]
    if wish.participant in rules.restricted:
        if wish.at.half != site.restricted_half:
            told.append(f"{wish.participant} comes in the {site.restricted_half}")
        apart = [one for one in others if one in rules.restricted]
        if len(apart) >= site.restricted_at_once:
            told.append(f"{len(apart)} people who come apart are there on {wish.at}")
    return told


def move_conflicts(one: Booking, to: HalfDay, today: date) -> tuple[str, ...]:
    """What speaks against moving a visit: today's and tomorrow's stand, and once in 4 weeks.

    An urgent visit moves whenever it must, and a person may always ask for another time.
    """
    if one.kind in URGENT or one.at is None:
        return ()
    told = []
    if one.state == "confirmed" and one.at.day - today <= timedelta(days=1):
        told.append(f"{one.booking} is confirmed for {one.at}")
    if any(to.day - day < MOVE_APART for day in one.moved):
        told.append(f"{one.participant} was moved within four weeks")
    return tuple(told)
