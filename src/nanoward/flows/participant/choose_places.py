"""Half-days that one person could have for a visit, as the rules and the gate have them now."""

from dataclasses import dataclass
from datetime import timedelta

from nanoward.flows.programme.ask_gate import (
    board_now,
    gate_reasons,
    person_on_record,
    rules_of_programme,
)
from nanoward.flows.programme.book_visit import known_booking
from nanoward.ports.ports import Ports
from nanoward.programme.visits.booking_board import OPEN, WAITING, Booking
from nanoward.programme.visits.booking_rules import (
    PlaceWish,
    UnknownBookingError,
    place_conflicts,
)
from nanoward.programme.visits.home_sites import home_sites
from nanoward.programme.visits.site_calendar import HalfDay

DAYS, MOST = 21, 14  # ahead; offered at once
ENDED = frozenset({"done", "missed", "released"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVisits:
    """A person's bookings: those ahead, those that wait, those that were."""

    ahead: tuple[Booking, ...]
    waiting: tuple[Booking, ...]
    before: tuple[Booking, ...]


def read_own_visits(ports: Ports, participant: str) -> OwnVisits:
    """Every booking of one person."""
    board = board_now(ports)
    mine = [board.bookings[name] for name in sorted(board.by_person.get(participant, ()))]
    mine = [one for one in mine if one.participant == participant]
    mine.sort(key=lambda one: (str(one.at), one.booking))
    return OwnVisits(
        ahead=tuple(one for one in mine if one.state in (*OPEN, "arrived") and one.at),
        waiting=tuple(one for one in mine if one.state == WAITING),
        before=tuple(one for one in mine if one.state in ENDED),
    )


def own_booking(ports: Ports, participant: str, name: str) -> Booking:
    """A booking that is the person's own; UnknownBookingError for anybody else's."""
    one = known_booking(board_now(ports), name)
    if one.participant != participant:
        raise UnknownBookingError(f"there is no booking {name!r}")
    return one


def free_places(ports: Ports, one: Booking) -> tuple[tuple[str, HalfDay], ...]:
    """Site and half-day of places that this booking could have now, the soonest first.

    Within the booking's window where it has one, else in the coming three weeks.
    """
    rules, board, today = rules_of_programme(ports), board_now(ports), ports.today()
    name = one.site or home_sites(rules.visits.sites, board, {one.participant})[one.participant]
    site = rules.visits.sites.get(name)
    if site is None:
        return ()
    known = person_on_record(ports, one.participant)
    first = max(one.opens or today, today + timedelta(days=1))
    last = today + timedelta(days=DAYS) if one.closes is None else max(one.closes, first)
    found = []
    for at in site.half_days(first, (last - first).days + 1):
        gate = gate_reasons(ports, known, one.kind, at.day, planning=True)
        wish = PlaceWish(
            booking=one.booking, participant=one.participant, kind=one.kind, site=name, at=at,
            gate=gate,
        )  # fmt: skip
        if at != one.at and not place_conflicts(board, rules.visits, wish, today):
            found.append((name, at))
        if len(found) == MOST:
            break
    return tuple(found)
