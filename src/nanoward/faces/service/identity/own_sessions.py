"""One's own sessions: where one is signed in, and an end to it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.identity.identity_pages import page
from nanoward.faces.service.service_parts import service_of
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/sessions", tags=["identity"])
Own = Annotated[Visitor, Depends(Guard(Right.USE_ACCOUNT))]
SHOWN = 16  # letters of a session's hash by which it is spoken of


@router.get("", response_class=HTMLResponse)
async def sessions_page(request: Request, visitor: Own) -> HTMLResponse:
    """Every session of one's own."""
    found = service_of(request).accounts.sessions(visitor.account.account)
    return page(
        request, "sessions.html.j2", session=visitor.session, sessions=found, shown=SHOWN
    )


@router.post("/end-others")
async def end_others(request: Request, visitor: Own) -> Response:
    """Every session ends but this one."""
    accounts = service_of(request).accounts
    accounts.end_sessions(visitor.account.account, but=visitor.session.key)
    return RedirectResponse("/sessions", 303)


@router.post("/{session}/end")
async def end_one(request: Request, session: str, visitor: Own) -> Response:
    """One session of one's own ends; another's is not found here."""
    accounts = service_of(request).accounts
    for one in accounts.sessions(visitor.account.account):
        if one.key[:SHOWN] == session:
            accounts.end_session(one.key)
    return RedirectResponse("/sessions", 303)
