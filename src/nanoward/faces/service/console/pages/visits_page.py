"""Visits and beds: who comes when, who waits, who sleeps where; book, move, cancel."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.faces.service.console.console_pages import (
    Acting,
    Content,
    Looking,
    Page,
    answer,
    show,
)
from nanoward.faces.service.console.console_route import ConsoleRoute
from nanoward.faces.service.console.forms import Field, Form, choices
from nanoward.faces.service.console.ledger_tables import ledger_table, some
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.flows.programme import book_visit as booking
from nanoward.flows.programme import record_visit as visit
from nanoward.flows.programme.ask_gate import board_now, ledger_entries, rules_of_programme
from nanoward.flows.programme.lodge_people import BedWish, begin_stay, end_stay
from nanoward.flows.programme.plan_weeks import chosen_site
from nanoward.flows.programme.tell_people import tell_people
from nanoward.programme.access.rights import Right
from nanoward.programme.lodging.stays import stays_of
from nanoward.programme.visits.booking_board import Booking
from nanoward.programme.visits.booking_rules import KINDS, PlaceWish
from nanoward.programme.visits.site_calendar import HALVES, HalfDay

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
Reads = Annotated[Visitor, Depends(Guard(Right.READ_VISITS))]
Books = Annotated[Visitor, Depends(Guard(Right.BOOK_VISIT))]
Records = Annotated[Visitor, Depends(Guard(Right.RECORD_VISIT))]
AHEAD = timedelta(days=28)

WHO = Field(name="participant", label="Participant")
DAY = Field(name="day", label="Day", kind="day")
HALF = Field(name="half", label="Half-day", kind="choice", choices=choices(*HALVES))
BOOKING = Field(name="booking", label="Booking", hint="As the table names it.")
REASON = Field(name="reason", label="Reason", hint="It stays on the record.")


def _form(name: str, title: str, does: str, *fields: Field, note: str = "") -> Form:
    return Form(
        name=name,
        action=f"/console/visits/{name}",
        title=title,
        does=does,
        fields=fields,
        note=note,
    )


MOVE = _form(
    "move",
    "Move a booking",
    "Move",
    BOOKING,
    DAY,
    HALF,
    REASON,
    note="The person is told the new time.",
)
CANCEL = _form(
    "cancel",
    "Cancel a booking",
    "Give the place back",
    BOOKING,
    REASON,
    Field(
        name="waits", label="The visit waits for another place", kind="check", required=False
    ),
)
ARRIVE = _form("arrive", "Somebody is here", "They are here", BOOKING)
DONE = _form(
    "done",
    "A visit was made",
    "Record",
    BOOKING,
    Field(
        name="outcome",
        label="Outcome",
        kind="choice",
        value="done",
        choices=choices("done", "broken off", "failed test"),
    ),
    Field(name="nights", label="Nights", kind="number", value="0"),
)
LEAVE = _form(
    "leave",
    "End a stay",
    "End it",
    Field(name="stay", label="Stay"),
    Field(name="last", label="Last night", kind="day"),
    REASON,
)
COMING = {
    "day": "@Day",
    "half": "Half",
    "participant": "@Participant",
    "kind": "Kind",
    "state": "State",
    "booking": "@Booking",
}
WAITING = {
    "planned": "@Meant for",
    "participant": "@Participant",
    "kind": "Kind",
    "reason": "Reason",
    "booking": "@Booking",
}
BEDS = {
    "room": "@Room",
    "participant": "@Participant",
    "first": "@From",
    "last": "@Until",
    "stay": "@Stay",
}


def content(looking: Looking) -> Content:
    """Bookings of the coming weeks, the waiting list, and who sleeps where tonight."""
    ports, today = looking.ports, looking.ports.today()
    board = board_now(ports)
    coming = sorted(
        (
            one
            for one in board.bookings.values()
            if one.at is not None and today <= one.at.day < today + AHEAD
        ),
        key=lambda one: (one.at is None or str(one.at), one.booking),
    )
    stays = stays_of(ledger_entries(ports, "visits")).values()
    tonight = [
        {name: getattr(one, name) for name in BEDS} for one in stays if one.is_there(today)
    ]
    tables = some(
        ledger_table(looking, "Coming 28 days", COMING, map(_row, coming)),
        ledger_table(looking, "Waiting, in order", WAITING, map(_row, board.waiting())),
        ledger_table(looking, f"Beds tonight, {today}", BEDS, tonight),
    )
    notes = () if tables else ("Nothing is booked for the coming 28 days, and nobody waits.",)
    return Content(tables=tables, notes=notes, forms=_forms(looking))


def _forms(looking: Looking) -> tuple[Form, ...]:
    """What this role may do with visits and beds."""
    rules = rules_of_programme(looking.ports)
    books = looking.may(Right.BOOK_VISIT)
    sites = tuple(rules.visits.sites)
    forms: tuple[Form, ...] = (_book(sites), MOVE, CANCEL) if books else ()
    forms += (ARRIVE, DONE) if looking.may(Right.RECORD_VISIT) else ()
    return (*forms, _stay(tuple(rules.rooms)), LEAVE) if books and rules.rooms else forms


def _book(sites: tuple[str, ...]) -> Form:
    several = len(sites) > 1
    return _form(
        "book",
        "Book a visit",
        "Book",
        WHO,
        Field(name="kind", label="Kind", kind="choice", choices=choices(*KINDS)),
        DAY,
        HALF,
        Field(
            name="site", label="Site", kind="choice", choices=choices(*sites), required=several
        ),
        Field(name="booking", label="From the waiting list", required=False),
        note="The gate and the places are asked; every conflict is told.",
    )


def _stay(rooms: tuple[str, ...]) -> Form:
    return _form(
        "stay",
        "Give somebody a bed",
        "Give the bed",
        WHO,
        Field(name="room", label="Room", kind="choice", choices=choices(*rooms)),
        Field(name="first", label="First night", kind="day"),
        Field(name="last", label="Last night", kind="day", required=False),
    )


def _row(one: Booking) -> dict[str, Any]:
    return {
        "booking": one.booking,
        "participant": one.participant,
        "kind": one.kind,
        "state": one.state,
        "day": None if one.at is None else one.at.day,
        "half": "" if one.at is None else one.at.half,
        "planned": one.planned,
        "reason": one.reason,
    }


PAGE = Page(
    name="visits",
    title="Visits and beds",
    lead="Who comes when, waits, or sleeps where. Conflicts are told before anything moves.",
    sections=(("visits", Right.READ_VISITS),),
    content=content,
)


@router.get("/visits")
async def visits(request: Request, visitor: Reads) -> Response:
    """Bookings, the waiting list and beds."""
    return await show(request, visitor, PAGE)


@router.post("/visits/book")
async def book(request: Request, visitor: Books) -> Response:
    """Book a visit."""

    def work(acting: Acting) -> str:
        told = acting.filled
        place = chosen_site(rules_of_programme(acting.ports), told["site"])
        wish = PlaceWish(
            booking=told["booking"],
            participant=told["participant"],
            kind=told["kind"],
            site=place.name,
            at=HalfDay(told.day("day"), told["half"]),
        )
        name = booking.book_visit(acting.ports, wish, by=acting.by)
        return f"{name}: {told['kind']} on {told['day']}, {told['half']}."

    return await answer(request, visitor, PAGE, "book", work)


@router.post("/visits/move")
async def move(request: Request, visitor: Books) -> Response:
    """Move a booking; the person is told."""

    def work(acting: Acting) -> str:
        told = acting.filled
        at = HalfDay(told.day("day"), told["half"])
        booking.move_visit(
            acting.ports, told["booking"], at, reason=told["reason"], by=acting.by
        )
        _tell(acting)
        return f"{told['booking']} is on {told['day']}, {told['half']}."

    return await answer(request, visitor, PAGE, "move", _of_booking(work))


@router.post("/visits/cancel")
async def cancel(request: Request, visitor: Books) -> Response:
    """Give a place back; the person is told."""

    def work(acting: Acting) -> str:
        told = acting.filled
        booking.release_visit(
            acting.ports,
            told["booking"],
            reason=told["reason"],
            by=acting.by,
            waits=told["waits"] == "yes",
        )
        _tell(acting)
        return f"{told['booking']} is released."

    return await answer(request, visitor, PAGE, "cancel", _of_booking(work))


@router.post("/visits/arrive")
async def arrive(request: Request, visitor: Records) -> Response:
    """Somebody is here; the gate is asked again."""

    def work(acting: Acting) -> str:
        visit.arrive(acting.ports, acting.filled["booking"], by=acting.by)
        return f"{acting.filled['booking']}: here."

    return await answer(request, visitor, PAGE, "arrive", _of_booking(work))


@router.post("/visits/done")
async def done(request: Request, visitor: Records) -> Response:
    """A visit was made; what it earns is earned in the same append."""

    def work(acting: Acting) -> str:
        told = acting.filled
        report = visit.VisitReport(
            booking=told["booking"],
            outcome=told["outcome"],
            nights=int(float(told["nights"])),
            hours=Decimal(0),
            payee=secrets.token_hex(8),
        )
        minor = visit.make_visit(acting.ports, report, by=acting.by)
        return f"{told['booking']}: {told['outcome']}; {minor} minor units earned."

    return await answer(request, visitor, PAGE, "done", _of_booking(work))


@router.post("/visits/stay")
async def stay(request: Request, visitor: Books) -> Response:
    """Give somebody a bed."""

    def work(acting: Acting) -> str:
        told = acting.filled
        site, name = told["room"].partition("/")[::2]
        room = rules_of_programme(acting.ports).rooms[told["room"]]
        last = told.day("last") if told["last"] else None
        wish = BedWish(
            participant=told["participant"],
            site=site,
            room=name,
            kind=room.kind,
            first=told.day("first"),
            last=last,
        )
        return f"{begin_stay(acting.ports, wish, by=acting.by)}: {told['room']}."

    return await answer(request, visitor, PAGE, "stay", work)


@router.post("/visits/leave")
async def leave(request: Request, visitor: Books) -> Response:
    """End a stay: by the person at once, by others in 14 days."""

    def work(acting: Acting) -> str:
        told = acting.filled
        known = stays_of(ledger_entries(acting.ports, "visits")).get(told["stay"])
        if known is not None:
            acting.require(known.participant)
        end_stay(
            acting.ports, told["stay"], told.day("last"), reason=told["reason"], by=acting.by
        )
        return f"{told['stay']} ends after {told['last']}."

    return await answer(request, visitor, PAGE, "leave", work)


def _of_booking(work: Callable[[Acting], str]) -> Callable[[Acting], str]:
    """Work on a booking of somebody whom the role reaches."""

    def checked(acting: Acting) -> str:
        known = board_now(acting.ports).bookings.get(acting.filled["booking"])
        if known is not None:
            acting.require(known.participant)
        return work(acting)

    return checked


def _tell(acting: Acting) -> None:
    tell_people(acting.ports, secrets.token_bytes, by=acting.by)
