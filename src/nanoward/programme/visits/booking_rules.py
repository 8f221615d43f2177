"""May this visit have this place? Every reason against it, and not the first alone.

What is asked of a person (standing, consent, freshness) is the gate's answer, handed in: the
same function is asked when planning, at confirmation, at arrival, and in the append that
records a dose. What is asked of a place is decided here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from nanoward.base.errors import RefusedError, UsageError
from nanoward.programme.visits.booking_board import HOLDING, Booking, BookingBoard
from nanoward.programme.visits.site_calendar import (
    BED_APART,
    BED_KINDS,
    BED_SHARED,
    HalfDay,
    Site,
)

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
    board: BookingBoard, rules: SiteRules, wish: PlaceWish, today: date,
    *, extra: Mapping[str, int] | None = None,
) -> tuple[str, ...]:  # fmt: skip
    """Every conflict; none: it may be booked. Its own booking does not count against it.

    extra  units beyond what there is that may be booked: see overbooking.py
    """
    site = rules.sites.get(wish.site)
    if site is None:
        return (f"there is no site {wish.site!r}",)
    if wish.kind not in KINDS or wish.kind not in rules.needs:
        return (f"nothing says what a visit of the kind {wish.kind!r} needs",)
    own = board.bookings.get(wish.booking)
    told = [*wish.gate, *_calendar(site, wish, today)]
    told += _state(own, wish)
    told += _resources(board, rules, site, wish, own, extra or {})
    told += _people(board, rules, site, wish, own)
    told += _roommates(board, rules, site, wish)
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


def needs_of(rules: SiteRules, kind: str, who: str, site: Site) -> dict[str, int]:
    """What a visit needs: who comes apart sleeps apart, where there are such beds."""
    needs = dict(rules.needs[kind])
    apart = BED_KINDS[BED_APART]
    if who not in rules.restricted or not (site.beds.get(apart) or site.room_beds.get(apart)):
        return needs
    beds = sum(needs.pop(one) for one in BED_KINDS if one in needs)
    return {**needs, BED_APART: beds} if beds else needs


def _resources(
    board: BookingBoard, rules: SiteRules, site: Site, wish: PlaceWish, own: Booking | None,
    extra: Mapping[str, int],
) -> list[str]:  # fmt: skip
    told = []
    has = dict(own.needs) if own and own.at and own.state in HOLDING else {}
    for resource, units in needs_of(rules, wish.kind, wish.participant, site).items():
        most = board.offered(site, wish.at, resource)
        same = own is not None and own.at is not None and own.at.day == wish.at.day
        here = same and (resource in BED_KINDS or own.at == wish.at)  # type: ignore[union-attr]
        used = board.taken(site.name, wish.at, resource) - (has.get(resource, 0) if here else 0)
        if used + units > most + extra.get(resource, 0):
            told.append(f"{resource} on {wish.at}: {used} of {most} taken, {units} needed")
    return told


def _roommates(
    board: BookingBoard, rules: SiteRules, site: Site, wish: PlaceWish
) -> Iterator[str]:
    """People apart who would sleep in shared rooms in the same night."""
    if BED_SHARED not in needs_of(rules, wish.kind, wish.participant, site):
        return
    for pair in rules.apart:
        if wish.participant not in pair:
            continue
        (other,) = pair - {wish.participant}
        for name in sorted(board.by_person.get(other, ())):
            one = board.bookings[name]
            there = one.at is not None and one.at.day == wish.at.day and one.site == site.name
            if there and one.state in HOLDING and BED_SHARED in dict(one.needs):
                yield f"{wish.participant} and {other} are kept apart in the night too"


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
