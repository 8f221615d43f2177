"""An invite, or a participant's card: the first passkey of an account."""

from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse

from nanoward.faces.service.guard import Open, refuse_haste, session_of
from nanoward.faces.service.identity.ceremonies import (
    Answered,
    Asked,
    acting,
    ask_registration,
    drawn,
    open_session,
    party_asked,
    registered,
)
from nanoward.faces.service.identity.identity_pages import page
from nanoward.faces.service.problems import DoorClosedError
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.access.issue_card import bare
from nanoward.flows.access.open_account import CARD, FIRST, accept_invite
from nanoward.ports.ports import Ports
from nanoward.ports.service.accounts import Account
from nanoward.ports.service.credentials import Invite
from nanoward.programme.access.passkey_bytes import REGISTER

router = APIRouter(tags=["identity"])
_HOLDER = Depends(Open("whoever holds the link proves it by its 256 or 128 bits"))
LOOPBACK: Final = ("127.0.0.1", "::1")
FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


class InviteGoneError(DoorClosedError):
    """The invite was used, is over, never was, or is for another place."""

    code = "SRV-046"
    status = 404
    next_step = "Ask an administrator for another invite, or your clinic for another card."


@router.get("/invite/{token}", dependencies=[_HOLDER], response_class=HTMLResponse)
async def invite_page(request: Request, token: str) -> HTMLResponse:
    """What an invite opens, and the button that registers the first passkey."""
    invite, _ = _invite(request, token)
    return page(request, "invite.html.j2", invite=invite, token=token, card=CARD)


@router.post("/invite/{token}/begin", dependencies=[_HOLDER])
async def begin(request: Request, token: str, asked: Asked) -> JSONResponse:  # noqa: ARG001
    """A challenge for the first passkey."""
    invite, _ = _invite(request, token)
    return JSONResponse(
        ask_registration(
            request,
            purpose=REGISTER,
            account=invite.account,
            shown=invite.shown,
            about=invite.invite,
        )
    )


@router.post("/invite/{token}", dependencies=[_HOLDER])
async def accept(request: Request, token: str, told: Answered) -> JSONResponse:
    """The account is there, with its first passkey; whoever made it is signed in."""
    invite, secret = _invite(request, token)
    service = service_of(request)
    made = registered(
        request, told.credential, purpose=REGISTER, account=invite.account, about=invite.invite
    )

    def open_it(ports: Ports) -> Account:
        on = acting(service, ports, invite.account)
        return accept_invite(on, service.identity.credentials, secret, made, drawn(service))

    account = await service.act(open_it)
    answer = JSONResponse({"then": "/me/" if account.participant else "/devices"}, 201)
    open_session(request, answer, account, made.device, "invite")
    return answer


def _invite(request: Request, token: str) -> tuple[Invite, str]:
    """The invite of a link, and its secret; InviteGoneError, the same for every reason."""
    service = service_of(request)
    refuse_haste(service, request, session_of(request, service.clock.now()))
    _, own_page = party_asked(request)
    credentials, now = service.identity.credentials, service.clock.now()
    for secret in (token, bare(token)):
        invite = credentials.invite(secret, now)
        if invite is not None:
            break
    else:
        raise InviteGoneError("this invite is over")
    if (invite.purpose == CARD) != own_page:
        raise InviteGoneError("this invite is over")
    if invite.purpose == FIRST and not _is_here(request):
        raise InviteGoneError("the first administrator signs in on the machine itself")
    return invite, secret


def _is_here(request: Request) -> bool:
    """Whether the request comes from the machine itself, and by no proxy of it."""
    host = request.client.host if request.client else ""
    return host in LOOPBACK and not any(one in request.headers for one in FORWARDED)
