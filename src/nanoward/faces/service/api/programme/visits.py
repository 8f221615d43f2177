"""Visits and beds: asked for, booked, confirmed, moved, made, missed, called off."""

import secrets
from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.bodies import Amount, Body, Count, Text, Word
from nanoward.faces.service.api.parts.bodies import Day as DayField
from nanoward.faces.service.api.parts.cursors import After, Limit, Page, page_of
from nanoward.faces.service.api.parts.once import Key, once
from nanoward.faces.service.api.parts.views import NotThereError, by_of, meant, seen_rows
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.programme import book_visit as booking_flow
from nanoward.flows.programme import record_visit as visit_flow
from nanoward.flows.programme.ask_gate import board_now, rules_of_programme
from nanoward.flows.programme.lodge_people import BedWish, begin_stay, end_stay
from nanoward.flows.programme.plan_weeks import chosen_site
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right, Scope
from nanoward.programme.visits.booking_board import Booking
from nanoward.programme.visits.booking_rules import PlaceWish
from nanoward.programme.visits.site_calendar import HalfDay

router = APIRouter(prefix="/api/v1/programme", tags=["visits"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_VISITS, own=True))]
Booker = Annotated[Visitor, Depends(Guard(Right.BOOK_VISIT, own=True))]
Recorder = Annotated[Visitor, Depends(Guard(Right.RECORD_VISIT))]
Half = Literal["morning", "afternoon"]
MOST_HOURS = 200


class BookingRow(BaseModel):
    """A visit: waiting, offered, booked, confirmed, here, done, missed, released."""

    booking: str
    participant: str
    kind: str
    state: str
    site: str
    day: date | None
    half: str
    planned: date | None
    reason: str | None


class AskBody(Body):
    """A visit that somebody wants, meant for a day, some days before or after."""

    participant: Word
    kind: Word
    planned: DayField
    before: Annotated[Count, Field(le=366)] = 0
    after: Annotated[Count, Field(le=366)] = 0
    reason: Text = ""


class BookBody(Body):
    """A half-day for a visit; `booking` where it waits already."""

    participant: Word
    kind: Word
    day: DayField
    half: Half
    site: Text = ""
    booking: Text = ""
    over: bool = False


class MoveBody(Body):
    """Another half-day, and why."""

    day: DayField
    half: Half
    reason: Word


class ReleaseBody(Body):
    """Why the place is given back; `waits`: the visit waits for another."""

    reason: Word
    waits: bool = False


class MissBody(Body):
    """Why, where somebody says so."""

    reason: Text = ""


class MadeBody(Body):
    """How a visit went, with nights and hours beyond it."""

    outcome: Literal["done", "broken off", "failed test"] = "done"
    nights: Annotated[Count, Field(le=60)] = 0
    hours: Annotated[Amount, Field(ge=0, le=MOST_HOURS)] | None = None


class CallOffBody(Body):
    """Why the programme calls a visit off; `late`: less than a day before, half is earned."""

    reason: Word
    late: bool = False


class StayBody(Body):
    """A bed from a day on, until a day or on and on."""

    participant: Word
    site: Word
    room: Word
    kind: Word
    first: DayField
    last: DayField | None = None


class StayEndBody(Body):
    """The last day of a stay, and why."""

    last: DayField
    reason: Word


class BookingDone(BaseModel):
    """What stands of a visit now, and what was earned by it."""

    booking: str
    state: str
    earned_minor_units: int


class StayDone(BaseModel):
    """A stay by its name."""

    stay: str


@router.get("/visits", response_model=Page[BookingRow])
async def visits(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """Every booking and everybody who waits for one, by name of the booking."""
    service = service_of(request)

    def find(ports: Ports) -> Any:
        rows = [_row(one) for one in board_now(ports).bookings.values()]
        shown = seen_rows(ports, service, visitor, rows)
        names = tuple(BookingRow.model_fields)
        rows = [{name: one.get(name) for name in names} for one in shown]
        rows.sort(key=lambda one: str(one["booking"]))
        return page_of("visits", rows, lambda one: str(one["booking"]), after, limit)

    return answer(await service.read(find))


@router.post("/visits", response_model=BookingDone, status_code=201)
async def ask(request: Request, visitor: Booker, key: Key, body: AskBody) -> Response:
    """Put a visit on the waiting list; asked for twice it waits once."""

    def work(ports: Ports) -> Any:
        who = _whose(ports, request, visitor, body.participant)
        wish = booking_flow.VisitAsk(
            participant=who, kind=body.kind, planned=body.planned, reason=body.reason,
            opens=body.planned - timedelta(days=body.before),
            closes=body.planned + timedelta(days=body.after),
        )  # fmt: skip
        return _done(ports, booking_flow.ask_visit(ports, wish, by=by_of(visitor)))

    return await once(request, visitor, key, work)


@router.post("/visits/places", response_model=BookingDone, status_code=201)
async def book(request: Request, visitor: Booker, key: Key, body: BookBody) -> Response:
    """Give a visit a half-day; refused with every conflict."""

    def work(ports: Ports) -> Any:
        who = _whose(ports, request, visitor, body.participant)
        place = chosen_site(rules_of_programme(ports), body.site)
        wish = PlaceWish(
            booking=body.booking, participant=who, kind=body.kind, site=place.name,
            at=HalfDay(body.day, body.half),
        )  # fmt: skip
        name = booking_flow.book_visit(ports, wish, by=by_of(visitor), over=body.over)
        return _done(ports, name)

    return await once(request, visitor, key, work)


@router.post("/visits/{booking}/confirmation", response_model=BookingDone, status_code=201)
async def confirm(request: Request, booking: str, visitor: Booker, key: Key) -> Response:
    """The person comes; the gate is asked again."""
    return await _on(
        request, visitor, key, booking,
        lambda ports, by: booking_flow.confirm_visit(ports, booking, by=by),
    )  # fmt: skip


@router.post("/visits/{booking}/move", response_model=BookingDone, status_code=201)
async def move(
    request: Request, booking: str, visitor: Booker, key: Key, body: MoveBody
) -> Response:
    """Another half-day for a booked visit, with a reason."""
    to = HalfDay(body.day, body.half)
    return await _on(
        request, visitor, key, booking,
        lambda ports, by: booking_flow.move_visit(
            ports, booking, to, reason=body.reason, by=by
        ),
    )  # fmt: skip


@router.post("/visits/{booking}/release", response_model=BookingDone, status_code=201)
async def release(
    request: Request, booking: str, visitor: Booker, key: Key, body: ReleaseBody
) -> Response:
    """Give a place back; nothing is taken for it."""
    return await _on(
        request, visitor, key, booking,
        lambda ports, by: booking_flow.release_visit(
            ports, booking, reason=body.reason, by=by, waits=body.waits
        ),
    )  # fmt: skip


@router.post("/visits/{booking}/arrival", response_model=BookingDone, status_code=201)
async def arrive(request: Request, booking: str, visitor: Recorder, key: Key) -> Response:
    """The person is here; the gate is asked again."""
    return await _on(
        request, visitor, key, booking,
        lambda ports, by: visit_flow.arrive(ports, booking, by=by),
    )  # fmt: skip


@router.post("/visits/{booking}/completion", response_model=BookingDone, status_code=201)
async def complete(
    request: Request, booking: str, visitor: Recorder, key: Key, body: MadeBody
) -> Response:
    """A visit was made; what it earns is earned in the same append."""
    from decimal import Decimal

    report = visit_flow.VisitReport(
        booking=booking, outcome=body.outcome, nights=body.nights,
        hours=body.hours or Decimal(0), payee=secrets.token_hex(8),
    )  # fmt: skip
    return await _on(
        request, visitor, key, booking,
        lambda ports, by: visit_flow.make_visit(ports, report, by=by),
    )  # fmt: skip


@router.post("/visits/{booking}/miss", response_model=BookingDone, status_code=201)
async def miss(
    request: Request, booking: str, visitor: Recorder, key: Key, body: MissBody
) -> Response:
    """A visit was not made; it costs the person nothing."""
    return await _on(
        request, visitor, key, booking,
        lambda ports, by: visit_flow.miss_visit(ports, booking, reason=body.reason, by=by),
    )  # fmt: skip


@router.post("/visits/{booking}/call-off", response_model=BookingDone, status_code=201)
async def call_off(
    request: Request, booking: str, visitor: Recorder, key: Key, body: CallOffBody
) -> Response:
    """The programme calls a visit off: it waits for another place."""
    payee = secrets.token_hex(8)
    return await _on(
        request, visitor, key, booking,
        lambda ports, by: visit_flow.call_off(
            ports, booking, reason=body.reason, late=body.late, payee=payee, by=by
        ),
    )  # fmt: skip


@router.post("/stays", response_model=StayDone, status_code=201)
async def stay(request: Request, visitor: Recorder, key: Key, body: StayBody) -> Response:
    """Give a bed; refused with every conflict."""

    def work(ports: Ports) -> Any:
        _whose(ports, request, visitor, body.participant)
        wish = BedWish(**body.model_dump())
        return {"stay": begin_stay(ports, wish, by=by_of(visitor))}

    return await once(request, visitor, key, work)


@router.post("/stays/{stay}/end", response_model=StayDone, status_code=201)
async def leave_bed(
    request: Request, stay: str, visitor: Recorder, key: Key, body: StayEndBody
) -> Response:
    """End a stay."""

    def work(ports: Ports) -> Any:
        end_stay(ports, stay, body.last, reason=body.reason, by=by_of(visitor))
        return {"stay": stay}

    return await once(request, visitor, key, work)


async def _on(
    request: Request,
    visitor: Visitor,
    key: str,
    booking: str,
    act: Callable[[Ports, str], Any],
) -> Response:
    """Act on a booking of somebody whom the visitor may act for."""

    def work(ports: Ports) -> Any:
        known = booking_flow.known_booking(board_now(ports), booking)
        _whose(ports, request, visitor, known.participant)
        earned = act(ports, by_of(visitor))
        return _done(ports, booking, earned if isinstance(earned, int) else 0)

    return await once(request, visitor, key, work)


def _whose(ports: Ports, request: Request, visitor: Visitor, participant: str) -> str:
    """NotThereError unless the visitor's grant reaches this person."""
    if visitor.grant.scope is Scope.OWN and participant != visitor.account.participant:
        raise NotThereError("it is not there, or not yours to see")
    return meant(ports, service_of(request), visitor, participant)


def _done(ports: Ports, name: str, earned: int = 0) -> dict[str, Any]:
    state = board_now(ports).bookings[name].state
    return {"booking": name, "state": state, "earned_minor_units": earned}


def _row(one: Booking) -> dict[str, Any]:
    return {
        "booking": one.booking,
        "participant": one.participant,
        "kind": one.kind,
        "state": one.state,
        "site": one.site,
        "day": None if one.at is None else one.at.day,
        "half": "" if one.at is None else one.at.half,
        "planned": one.planned,
        "reason": one.reason,
    }
