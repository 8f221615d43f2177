"""My tests and visits: take a place, move it, give it back; the gate is asked as elsewhere."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.participant.own_home import NothingChosenError
from nanoward.faces.service.participant.own_page import OwnRoute, draw, me_of
from nanoward.faces.service.service_parts import service_of
from nanoward.faces.words import N_
from nanoward.flows.participant.choose_places import free_places, own_booking, read_own_visits
from nanoward.flows.programme.book_visit import book_visit, move_visit, release_visit
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right
from nanoward.programme.visits.booking_board import OPEN, WAITING
from nanoward.programme.visits.booking_rules import PlaceWish
from nanoward.programme.visits.site_calendar import HalfDay

router = APIRouter(prefix="/me", route_class=OwnRoute, tags=["me"])
BOOK = Guard(Right.BOOK_VISIT, own=True)
KINDS: Mapping[str, str] = {
    "dose": N_("A dose"), "weekly": N_("Weekly visit"), "visit": N_("Visit"),
    "image": N_("A scan"), "medical": N_("Check by a doctor"),
    "psychological": N_("Talk with a psychologist"), "assessment": N_("Test"),
    "sample": N_("A sample"), "safety": N_("Safety visit"), "flush": N_("Taking the agent out"),
    "exit": N_("Last visit"),
}  # fmt: skip
STATES: Mapping[str, str] = {
    "held": N_("A place is held for you."), "booked": N_("Booked."),
    "confirmed": N_("Booked, and you said that you come."), "arrived": N_("You are here."),
    "asked": N_("Waiting for a place."), "done": N_("Done."), "missed": N_("Not done."),
    "released": N_("Given back."),
}  # fmt: skip
HALVES: Mapping[str, str] = {"morning": N_("morning"), "afternoon": N_("afternoon")}


@router.get("/visits")
async def visits(
    request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.READ_VISITS, own=True))]
) -> Response:
    """My bookings, and the places that each could have."""
    me = me_of(visitor)
    mine, places = await service_of(request).read(lambda ports: _visits(ports, me))
    return draw(
        request, "visits.html.j2", account=visitor.account, mine=mine, places=places,
        kinds=KINDS, states=STATES, halves=HALVES,
    )  # fmt: skip


def _visits(ports: Ports, me: str) -> tuple[Any, dict[str, Any]]:
    mine = read_own_visits(ports, me)
    movable = [one for one in (*mine.ahead, *mine.waiting) if one.state in (*OPEN, WAITING)]
    return mine, {one.booking: free_places(ports, one) for one in movable}


@router.post("/visits/{booking}/place")
async def take_place(
    request: Request, booking: str, visitor: Annotated[Visitor, Depends(BOOK)],
    place: Annotated[str, Form(max_length=200)] = "",
) -> Response:  # fmt: skip
    """Take a place, or move to another: the one that was chosen."""
    me = me_of(visitor)
    site, at = place_of(place)
    await service_of(request).act(lambda ports: _take(ports, me, booking, site, at))
    return RedirectResponse("/me/visits", 303)


def _take(ports: Ports, me: str, name: str, site: str, at: HalfDay) -> None:
    one = own_booking(ports, me, name)
    if one.state in OPEN:
        move_visit(ports, name, at, reason="asked for by the person", by=me)
        return
    wish = PlaceWish(booking=name, participant=me, kind=one.kind, site=site, at=at)
    book_visit(ports, wish, by=me)


@router.post("/visits/{booking}/cancel")
async def cancel(
    request: Request, booking: str, visitor: Annotated[Visitor, Depends(BOOK)]
) -> Response:
    """Give a place back; no reason is asked."""
    me = me_of(visitor)
    await service_of(request).act(lambda ports: _cancel(ports, me, booking))
    return RedirectResponse("/me/visits", 303)


def _cancel(ports: Ports, me: str, name: str) -> None:
    own_booking(ports, me, name)
    release_visit(ports, name, reason="given back by the person", by=me)


def place_of(text: str) -> tuple[str, HalfDay]:
    """Site and half-day of a choice: DAY HALF SITE; NothingChosenError where it is none."""
    day, _, rest = text.partition(" ")
    half, _, site = rest.partition(" ")
    chosen = date.min
    try:
        chosen = date.fromisoformat(day)
    except ValueError:
        half = ""
    if half not in HALVES or not site:
        raise NothingChosenError("no place was chosen")
    return site, HalfDay(chosen, half)
