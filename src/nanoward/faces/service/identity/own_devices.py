"""One's own passkeys: which they are, another one, and one that was lost."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.identity.ceremonies import (
    LEAST_DEVICES,
    Answered,
    Asked,
    acting,
    ask_registration,
    open_session,
    registered,
)
from nanoward.faces.service.identity.identity_pages import page
from nanoward.faces.service.problems import DoorClosedError
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.access.open_account import add_passkey, remove_passkey
from nanoward.programme.access.passkey_bytes import REGISTER
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/devices", tags=["identity"])
Own = Annotated[Visitor, Depends(Guard(Right.USE_ACCOUNT))]
Changes = Annotated[Visitor, Depends(Guard(Right.USE_DEVICES))]


class LastDeviceError(DoorClosedError):
    """An account keeps as many passkeys as its work needs."""

    code = "SRV-047"
    status = 409
    next_step = "Register another passkey first; or ask two administrators for a recovery."


@router.get("", response_class=HTMLResponse)
async def devices_page(request: Request, visitor: Own) -> HTMLResponse:
    """One's own passkeys."""
    found = service_of(request).identity.credentials.devices(visitor.account.account)
    return page(
        request, "devices.html.j2", session=visitor.session, devices=found, least=LEAST_DEVICES
    )


@router.post("/begin")
async def begin(request: Request, asked: Asked, visitor: Changes) -> JSONResponse:  # noqa: ARG001
    """A challenge for one more passkey."""
    account = visitor.account
    told = ask_registration(
        request, purpose=REGISTER, account=account.account, shown=account.shown, about="device"
    )
    return JSONResponse(told)


@router.post("")
async def add(request: Request, told: Answered, visitor: Changes) -> JSONResponse:
    """One more passkey is kept; a session that was limited for want of it is whole."""
    service, account = service_of(request), visitor.account
    made = registered(
        request, told.credential, purpose=REGISTER, account=account.account, about="device"
    )

    def keep(ports: Any) -> None:
        on = acting(service, ports, account.account)
        credentials = service.identity.credentials
        add_passkey(on, credentials, account, made, label=told.label, entries=[])

    await service.act(keep)
    answer = JSONResponse({"then": "/devices"}, 201)
    service.accounts.end_session(visitor.session.key)
    open_session(request, answer, account, made.device, "device")
    return answer


@router.post("/{device}/removal")
async def remove(request: Request, device: str, visitor: Changes) -> Response:
    """A passkey signs in no more; every other session of the account ends with it."""
    service, account = service_of(request), visitor.account
    credentials = service.identity.credentials
    mine = {one.device: one for one in credentials.devices(account.account)}
    if device not in mine:
        raise LastDeviceError("there is no such passkey of yours", status=404)
    least = LEAST_DEVICES if account.participant is None else 1
    if len(mine) <= least:
        raise LastDeviceError(f"your account keeps {least} passkeys at least")

    def end(ports: Any) -> None:
        on = acting(service, ports, account.account)
        remove_passkey(on, credentials, account, mine[device], "removed by its owner")

    await service.act(end)
    service.accounts.end_sessions(account.account, but=visitor.session.key)
    return RedirectResponse("/devices", 303)
