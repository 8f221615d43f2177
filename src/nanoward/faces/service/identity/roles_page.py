"""People and roles: invites, proposals and their confirmation, ends, recovery."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from nanoward.base.errors import NanowardError
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.identity.ceremonies import acting, drawn
from nanoward.faces.service.identity.identity_pages import page, refused_page
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.access.grant_roles import (
    Acting,
    confirm_role,
    decline_role,
    end_role,
    propose_role,
)
from nanoward.flows.access.open_account import (
    confirm_recovery,
    invite_staff,
    propose_recovery,
)
from nanoward.flows.access.role_facts import role_book
from nanoward.programme.access.redaction import pseudonym
from nanoward.programme.access.rights import Right, Role

router = APIRouter(prefix="/people", tags=["identity"])
Reads = Annotated[Visitor, Depends(Guard(Right.READ_ROLES))]
Proposes = Annotated[Visitor, Depends(Guard(Right.PROPOSE_ROLE))]
Confirms = Annotated[Visitor, Depends(Guard(Right.CONFIRM_ROLE))]
Manages = Annotated[Visitor, Depends(Guard(Right.MANAGE_ACCOUNTS))]
Text = Annotated[str, Form(max_length=2_000)]


@router.get("", response_class=HTMLResponse)
async def people_page(request: Request, visitor: Reads) -> HTMLResponse:
    """Who has an account, which role, what waits for a second person, and every emergency."""
    return page(request, "people.html.j2", session=visitor.session, **await _told(request))


@router.post("/invites")
async def invite(request: Request, visitor: Manages, shown: Text, site: Text = "") -> Response:
    """A link for somebody new, shown once."""

    def work(on: Acting) -> str:
        service = service_of(request)
        credentials = service.identity.credentials
        return invite_staff(on, credentials, drawn(service), shown=shown, site=site)

    return await _link(request, visitor, work, {"shown": shown, "site": site})


@router.post("/roles")
async def propose(
    request: Request, visitor: Proposes, account: Text, role: Text, reason: Text = ""
) -> Response:
    """Propose a role for an account."""
    grant = service_of(request).identity.chance(8).hex()
    typed = {"account": account, "role": role, "reason": reason}
    return await _done(
        request, visitor, lambda on: propose_role(on, account, role, reason, grant), typed
    )


@router.post("/roles/{grant}/confirmation")
async def confirm(request: Request, grant: str, visitor: Confirms) -> Response:
    """Put a proposed role in force."""
    return await _done(request, visitor, lambda on: confirm_role(on, grant), {})


@router.post("/roles/{grant}/declination")
async def decline(
    request: Request, grant: str, visitor: Confirms, reason: Text = ""
) -> Response:
    """Let a proposal fall."""
    return await _done(request, visitor, lambda on: decline_role(on, grant, reason), {})


@router.post("/accounts/{account}/roles/{role}/end")
async def end(
    request: Request, account: str, role: str, visitor: Manages, reason: Text = ""
) -> Response:
    """Take a role from an account; its sessions end at once."""
    return await _done(request, visitor, lambda on: end_role(on, account, role, reason), {})


@router.post("/accounts/{account}/sessions/end")
async def end_sessions(request: Request, account: str, visitor: Manages) -> Response:  # noqa: ARG001
    """Sign an account out everywhere."""
    service_of(request).accounts.end_sessions(account)
    return RedirectResponse("/people", 303)


@router.post("/accounts/{account}/recovery")
async def recover(
    request: Request, account: str, visitor: Manages, identity_check: Text = ""
) -> Response:
    """Propose that somebody who lost every passkey comes back."""
    recovery = service_of(request).identity.chance(8).hex()
    return await _done(
        request,
        visitor,
        lambda on: propose_recovery(on, account, identity_check, recovery),
        {"identity_check": identity_check},
    )


@router.post("/recoveries/{recovery}/confirmation")
async def confirm_recovered(request: Request, recovery: str, visitor: Manages) -> Response:
    """A second administrator agrees; the link is shown once."""

    def work(on: Acting) -> str:
        service = service_of(request)
        return confirm_recovery(on, service.identity.credentials, drawn(service), recovery)

    return await _link(request, visitor, work, {})


async def _done(
    request: Request, visitor: Visitor, work: Callable[[Acting], Any], typed: dict[str, str]
) -> Response:
    """Act and show the page anew; a refusal shows it with what was typed."""
    service = service_of(request)
    try:
        await service.act(lambda ports: work(acting(service, ports, visitor.account.account)))
    except NanowardError as fault:
        told = await _told(request)
        return refused_page(
            request, "people.html.j2", fault, typed, session=visitor.session, **told
        )
    return RedirectResponse("/people", 303)


async def _link(
    request: Request, visitor: Visitor, work: Callable[[Acting], str], typed: dict[str, str]
) -> Response:
    """Act and show the link that came of it, once."""
    service, told = service_of(request), {}
    try:
        secret = await service.act(
            lambda ports: work(acting(service, ports, visitor.account.account))
        )
    except NanowardError as fault:
        told = await _told(request)
        return refused_page(
            request, "people.html.j2", fault, typed, session=visitor.session, **told
        )
    told = {**await _told(request), "link": f"{service.origin}/invite/{secret}"}
    return page(request, "people.html.j2", session=visitor.session, status=201, **told)


async def _told(request: Request) -> dict[str, Any]:
    service = service_of(request)
    book = await service.read(lambda ports: role_book(ports.ledger))
    credentials, key = service.identity.credentials, service.identity.pseudonyms
    staff = [one for one in service.accounts.accounts() if one.participant is None]
    now = service.clock.now()
    overdue = {one.access for one in book.overdue(now)}
    return {
        "link": "",
        "roles": [one for one in Role if one is not Role.PARTICIPANT],
        "names": {one.account: one.shown for one in staff},
        "staff": [
            {
                "account": one.account,
                "shown": one.shown,
                "site": one.site,
                "roles": sorted(book.roles.get(one.account, ())),
                "devices": len(credentials.devices(one.account)),
                "sessions": len(service.accounts.sessions(one.account)),
            }
            for one in staff
        ],
        "waiting": list(book.waiting.values()),
        "recoveries": list(book.recoveries.values()),
        "emergencies": [
            {
                "access": one.access,
                "account": one.account,
                "people": [pseudonym(who, key) for who in one.participants],
                "reason": one.reason,
                "at": at,
                "until": one.until,
                "review": book.reviews.get(one.access),
                "overdue": one.access in overdue,
            }
            for one, at in sorted(
                book.emergencies.values(), key=lambda pair: pair[1], reverse=True
            )
        ],
    }
