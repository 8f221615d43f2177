"""Signing in with a passkey, and signing out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from nanoward.faces.service.guard import (
    COOKIE,
    Guard,
    Open,
    Visitor,
    refuse_haste,
    session_of,
)
from nanoward.faces.service.identity.ceremonies import (
    CLEAR,
    CLEAR_OWN,
    Answered,
    Asked,
    PasskeyUnknownError,
    ask_signature,
    open_session,
    party_asked,
    proved,
    safe_next,
)
from nanoward.faces.service.identity.identity_pages import page
from nanoward.faces.service.service_parts import service_of
from nanoward.programme.access.passkey_bytes import SIGN_IN, door_bytes
from nanoward.programme.access.rights import Right

router = APIRouter(tags=["identity"])
_ANYBODY = Depends(Open("whoever is not signed in yet signs in here"))
_SIGNED_IN = Guard(Right.USE_ACCOUNT)


@router.get("/sign-in", dependencies=[_ANYBODY], response_class=HTMLResponse)
async def sign_in_page(request: Request, next: str = "") -> HTMLResponse:  # noqa: A002
    """The page on which one signs in."""
    _, own_page = party_asked(request)
    onward = safe_next(next, "")
    return page(request, "sign_in.html.j2", onward=onward, own_page=own_page)


@router.post("/sign-in/begin", dependencies=[_ANYBODY])
async def begin(request: Request, asked: Asked) -> JSONResponse:
    """A challenge for whoever asks: it says nothing of who has an account."""
    service = service_of(request)
    refuse_haste(service, request, session_of(request, service.clock.now()))
    message = door_bytes(SIGN_IN, service.identity.chance(32))
    onward = safe_next(asked.next, "")
    return JSONResponse(ask_signature(request, purpose=SIGN_IN, message=message, about=onward))


@router.post("/sign-in", dependencies=[_ANYBODY])
async def finish(request: Request, told: Answered) -> JSONResponse:
    """A new session for whoever signed; PasskeyUnknownError, CounterWentBackError."""
    service = service_of(request)
    before = session_of(request, service.clock.now())
    refuse_haste(service, request, before)
    proof = proved(request, told.credential, purpose=SIGN_IN)
    account = service.accounts.account(proof.device.account)
    if account is None:
        raise PasskeyUnknownError("this passkey does not sign in here")
    if before is not None:
        service.accounts.end_session(before.key)
    few = len(service.identity.credentials.devices(account.account)) < 2
    home = "/me/" if account.participant else "/devices" if few else "/console/"
    answer = JSONResponse({"then": safe_next(proof.asked.about, home)})
    open_session(request, answer, account, proof.device.device, SIGN_IN)
    return answer


@router.post("/sign-out")
async def sign_out(
    request: Request, visitor: Annotated[Visitor, Depends(_SIGNED_IN)]
) -> Response:
    """The session ends, and the browser forgets what it kept of us."""
    service_of(request).accounts.end_session(visitor.session.key)
    clear = CLEAR if visitor.account.participant is None else CLEAR_OWN
    answer = RedirectResponse("/sign-in", 303, headers={"Clear-Site-Data": clear})
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return answer
