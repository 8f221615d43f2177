"""Ask for a visit, give it a place, move it, confirm it, release it: each in one append.

Where somebody else appended first, everything is decided again by what the ledger then says:
of two who want the last place one has it, and the other reads every conflict.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.visits import (
    VisitAsked,
    VisitBooked,
    VisitConfirmed,
    VisitMoved,
    VisitReleased,
)
from nanoward.base.names import participant_id
from nanoward.flows.programme.ask_gate import (
    board_now,
    gate_reasons,
    person_on_record,
    rules_of_programme,
)
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.programme.programme_rules import ProgrammeRules
from nanoward.programme.visits.booking_board import OPEN, Booking, BookingBoard
from nanoward.programme.visits.booking_rules import (
    KINDS,
    BookingRefusedError,
    PlaceWish,
    UnknownBookingError,
    move_conflicts,
    needs_of,
    place_conflicts,
)
from nanoward.programme.visits.overbooking import WEEKLY, extra_units
from nanoward.programme.visits.plan_problem import PlanCosts
from nanoward.programme.visits.site_calendar import HalfDay

Decide = Callable[[BookingBoard, ProgrammeRules, date], Sequence[Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAsk:
    """Who is to come for what, and when it should be."""

    participant: str
    kind: str
    opens: date
    planned: date
    closes: date
    occasion: str = ""
    reason: str = ""


def booking_name(participant: str, kind: str, planned: date, occasion: str = "") -> str:
    """The name of a booking: the same wish, said twice, is one booking."""
    said = "|".join((participant, kind, occasion or planned.isoformat()))
    return f"b-{sha256_of(said.encode())[:12]}"


def decide_and_append(ports: Ports, decide: Decide, *, by: str) -> Sequence[Entry]:
    """Append what is decided by the ledger as it stands; decided again where it moved on."""
    rules = rules_of_programme(ports)
    while True:
        head = ports.ledger.head()
        entries = decide(board_now(ports), rules, ports.today())
        if not entries:
            return ()
        try:
            ports.ledger.append(entries, actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:
            continue
        return entries


def ask_visit(ports: Ports, ask: VisitAsk, *, by: str) -> str:
    """Put a visit on the waiting list; returns its name. Asked twice it waits once.

    BookingRefusedError for a kind that nobody comes for here, and a window that is none.
    """
    who = participant_id(ask.participant)
    name = booking_name(who, ask.kind, ask.planned, ask.occasion)

    def decide(board: BookingBoard, rules: ProgrammeRules, _: date) -> Sequence[Entry]:
        if ask.kind not in KINDS or ask.kind not in rules.visits.needs:
            known = ", ".join(sorted(rules.visits.needs))
            raise BookingRefusedError(f"nothing says what {ask.kind!r} needs; known: {known}")
        if not ask.opens <= ask.planned <= ask.closes:
            raise BookingRefusedError(f"{ask.planned} is not in its window")
        if name in board.bookings:
            return ()
        wish = VisitAsked(
            booking=name,
            participant=who,
            kind=ask.kind,
            occasion=ask.occasion,
            opens=ask.opens,
            planned=ask.planned,
            closes=ask.closes,
            by=by,
            reason=ask.reason,
        )
        return (wish,)

    decide_and_append(ports, decide, by=by)
    return name


def book_visit(
    ports: Ports, wish: PlaceWish, *, by: str, state: str = "booked", over: bool = False
) -> str:
    """Give a visit a half-day; BookingRefusedError with every conflict. Returns its name.

    over  a weekly visit may go beyond the places, as far as [programme] overbooking allows
    A wish without a name gets that of its person, kind and day.
    """
    who = participant_id(wish.participant)
    name = wish.booking or booking_name(who, wish.kind, wish.at.day)
    wish = replace(wish, booking=name, participant=who)

    def decide(board: BookingBoard, rules: ProgrammeRules, today: date) -> Sequence[Entry]:
        require_place(ports, board, rules, wish, today, over=over)
        known = board.bookings.get(name)
        if known is not None and (known.at, known.site, known.state) == (
            wish.at,
            wish.site,
            state,
        ):
            return ()
        return (booked_entry(rules, wish, by=by, state=state),)

    decide_and_append(ports, decide, by=by)
    return name


def require_place(
    ports: Ports, board: BookingBoard, rules: ProgrammeRules, wish: PlaceWish, today: date,
    *, over: bool = False,
) -> None:  # fmt: skip
    """BookingRefusedError with every conflict of a place, the gate's among them."""
    known = person_on_record(ports, wish.participant)
    gate = gate_reasons(ports, known, wish.kind, wish.at.day, planning=wish.at.day > today)
    site = rules.visits.sites.get(wish.site)
    extra = {}
    if over and rules.overbooking and wish.kind == WEEKLY and site is not None:
        who = wish.participant
        extra = extra_units(board, rules.visits, site, wish.at, newcomer=who)
    asked = replace(wish, gate=gate)
    told = place_conflicts(board, rules.visits, asked, today, extra=extra)
    if told:
        raise BookingRefusedError(
            f"{wish.participant}, {wish.kind} on {wish.at}: {'; '.join(told)}"
        )


def booked_entry(
    rules: ProgrammeRules, wish: PlaceWish, *, by: str, state: str = "booked"
) -> VisitBooked:
    """The entry of a place that is had; SkippedHourError where the clock skips its start."""
    place = rules.visits.sites[wish.site]
    needs = needs_of(rules.visits, wish.kind, wish.participant, place)
    return VisitBooked(
        booking=wish.booking,
        participant=wish.participant,
        kind=wish.kind,
        site=wish.site,
        day=wish.at.day,
        half=wish.at.half,
        zone=place.zone,
        starts=place.starts(wish.at),
        needs=tuple(f"{resource} {units}" for resource, units in sorted(needs.items())),
        by=by,
        state=state,
    )


def known_booking(board: BookingBoard, name: str) -> Booking:
    """The booking of a name; UnknownBookingError where there is none."""
    if name not in board.bookings:
        raise UnknownBookingError(f"there is no booking {name!r}")
    return board.bookings[name]


def confirm_visit(ports: Ports, booking: str, *, by: str) -> None:
    """The person comes; the gate is asked again, and a refusal leaves the booking as it is."""

    def decide(board: BookingBoard, _: ProgrammeRules, today: date) -> Sequence[Entry]:
        one = known_booking(board, booking)
        if one.state == "confirmed":
            return ()
        if one.state not in OPEN or one.at is None:
            raise BookingRefusedError(f"{booking} is {one.state}")
        known = person_on_record(ports, one.participant)
        ahead = one.at.day > today
        told = gate_reasons(ports, known, one.kind, one.at.day, planning=ahead)
        if told:
            raise BookingRefusedError(f"{booking}: {'; '.join(told)}")
        return (VisitConfirmed(booking=booking, participant=one.participant, by=by),)

    decide_and_append(ports, decide, by=by)


def move_visit(ports: Ports, booking: str, to: HalfDay, *, reason: str, by: str) -> None:
    """Give a booked visit another half-day, with a reason and its price.

    The person may always ask for another time; others move nobody twice in four weeks.
    """
    costs = PlanCosts()

    def decide(board: BookingBoard, rules: ProgrammeRules, today: date) -> Sequence[Entry]:
        one = known_booking(board, booking)
        if one.state not in OPEN or one.at is None:
            raise BookingRefusedError(f"{booking} is {one.state}; book it instead")
        told = () if by == one.participant else move_conflicts(one, to, today)
        if not reason.strip():
            told = (*told, "no reason is given")
        if told:
            raise BookingRefusedError(f"{booking}: {'; '.join(told)}")
        wish = PlaceWish(
            booking=booking, participant=one.participant, kind=one.kind, site=one.site, at=to
        )
        require_place(ports, board, rules, wish, today)
        moved = VisitMoved(
            booking=booking,
            participant=one.participant,
            day=to.day,
            half=to.half,
            starts=rules.visits.sites[one.site].starts(to),
            reason=reason,
            price=costs.of_move(max(0, (one.at.day - today).days)),
            by=by,
        )
        return (moved,)

    decide_and_append(ports, decide, by=by)


def release_visit(
    ports: Ports, booking: str, *, reason: str, by: str, waits: bool = False
) -> None:
    """Give a place back; `waits`: the visit stays on the waiting list."""

    def decide(board: BookingBoard, _: ProgrammeRules, __: date) -> Sequence[Entry]:
        one = known_booking(board, booking)
        if one.state not in (*OPEN, "asked"):
            return ()
        released = VisitReleased(
            booking=booking, participant=one.participant, reason=reason, by=by, waits=waits
        )
        return (released,)

    decide_and_append(ports, decide, by=by)
