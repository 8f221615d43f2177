"""A participant's card: issued at the clinic; its stop code, which needs nothing else."""

from contextlib import suppress
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from nanoward.base.entries.programme import CardUsed
from nanoward.faces import way_out
from nanoward.faces.service.guard import Guard, Open, Visitor
from nanoward.faces.service.identity.ceremonies import acting
from nanoward.faces.service.identity.identity_pages import page
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.access.issue_card import bare, issue_card
from nanoward.ports.service.looks import LooksDownError
from nanoward.programme.access.rights import Right

router = APIRouter(tags=["identity"])
Issues = Annotated[Visitor, Depends(Guard(Right.ISSUE_CARD, "participant"))]
WISHES = ("stop", "leave")
Code = Annotated[str, Form(max_length=200)]


@router.get("/people/cards/{participant}", response_class=HTMLResponse)
async def card_form(request: Request, participant: str, visitor: Issues) -> HTMLResponse:
    """What a card is, and the button that issues one."""
    return page(
        request, "card.html.j2", session=visitor.session, participant=participant, made=None
    )


@router.post("/people/cards/{participant}", response_class=HTMLResponse)
async def issue(request: Request, participant: str, visitor: Issues) -> HTMLResponse:
    """A new card, to be printed at once: nobody can read it again."""
    service = service_of(request)
    made = await service.act(
        lambda ports: issue_card(
            acting(service, ports, visitor.account.account),
            service.identity.credentials,
            participant,
            service.identity.chance,
        )
    )
    return page(
        request,
        "card.html.j2",
        status=201,
        session=visitor.session,
        participant=participant,
        made=made,
        own_origin=service.own_origin,
    )


@router.get(
    "/card",
    dependencies=[Depends(Open("whoever holds a card may stop or leave with it"))],
    response_class=HTMLResponse,
)
async def stop_form(request: Request) -> HTMLResponse:
    """The form for a card's stop code."""
    return page(request, "stop_code.html.j2", said=None, unknown=False)


@router.post(
    "/card",
    dependencies=[Depends(Open("its 128 bits are whose card it is; what stops never waits"))],
    response_class=HTMLResponse,
)
async def use_stop_code(request: Request, code: Code, wish: Code = "stop") -> Response:
    """Stop or leave by a card; the same code again is answered with the same notice."""
    service = service_of(request)
    credentials, secret = service.identity.credentials, bare(code)
    known = credentials.stop_code(secret, service.clock.now())
    if known is None or wish not in WISHES:
        return page(request, "stop_code.html.j2", status=404, said=None, unknown=True)
    card, participant = known
    fresh = service.identity.chance(16).hex()
    notice = credentials.use_stop_code(secret, wish, fresh)

    def speak() -> dict[str, Any]:
        return way_out.say(
            service.path, wish, participant, by=participant, channel="card", notice=notice
        )

    said = await anyio.to_thread.run_sync(speak)
    if notice == fresh:
        _tell_use(request, card, participant, wish)
    return page(request, "stop_code.html.j2", said=said, unknown=False, wish=wish)


def _tell_use(request: Request, card: str, participant: str, wish: str) -> None:
    """That the card was used: on the ledger of reads, for the programme's may be busy."""
    service = service_of(request)
    used = CardUsed(card=card, participant=participant, purpose=wish)
    with suppress(LooksDownError):  # nobody's stop waits for a record of reads
        service.looks.tell(used, participant, service.clock.now())
