"""Emergency access to one participant's record, and its review."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from nanoward.base.errors import NanowardError
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.identity.ceremonies import acting
from nanoward.faces.service.identity.identity_pages import page, refused_page
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.access.emergency_access import open_emergency, review_emergency
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/people/emergencies", tags=["identity"])
Opens = Annotated[Visitor, Depends(Guard(Right.OPEN_EMERGENCY))]
Reviews = Annotated[Visitor, Depends(Guard(Right.REVIEW_EMERGENCY))]
Text = Annotated[str, Form(max_length=2_000)]


@router.get("", response_class=HTMLResponse)
async def emergency_page(request: Request, visitor: Opens) -> HTMLResponse:
    """The form that opens one participant's record for an hour."""
    return page(request, "emergency.html.j2", session=visitor.session)


@router.post("")
async def open_one(
    request: Request, visitor: Opens, participant: Text, reason: Text = ""
) -> Response:
    """Open a record: the ledger has it, and the council is told, before anything is seen."""
    service = service_of(request)
    access = service.identity.chance(8).hex()
    try:
        await service.act(
            lambda ports: open_emergency(
                acting(service, ports, visitor.account.account),
                participant,
                reason,
                access,
                service.identity.duty,
            )
        )
    except NanowardError as fault:
        typed = {"participant": participant, "reason": reason}
        return refused_page(request, "emergency.html.j2", fault, typed, session=visitor.session)
    return RedirectResponse("/people/emergencies", 303)


@router.post("/{access}/review")
async def review(request: Request, access: str, visitor: Reviews, note: Text = "") -> Response:
    """Somebody else has looked at it."""
    service = service_of(request)
    await service.act(
        lambda ports: review_emergency(
            acting(service, ports, visitor.account.account), access, note
        )
    )
    return RedirectResponse("/people", 303)
