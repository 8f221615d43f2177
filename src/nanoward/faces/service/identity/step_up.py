"""Signing once more: for what needs a fresh signature, and under a kill code itself."""

from functools import partial
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse

from nanoward.base.entries.programme import SignedIn
from nanoward.faces.service.guard import Guard, SignInError, Visitor
from nanoward.faces.service.identity.ceremonies import (
    Answered,
    Asked,
    Proof,
    ask_signature,
    proved,
    safe_next,
    set_cookie,
)
from nanoward.faces.service.identity.identity_pages import page
from nanoward.faces.service.identity.kill_lane import ask_kill_lane
from nanoward.faces.service.service_parts import Service, service_of
from nanoward.flows.access.sign_kill import (
    KillSignature,
    KillSignatureError,
    approve_kill_by_passkey,
    kill_to_sign,
    signing_plan,
)
from nanoward.programme.access.passkey_bytes import KILL, STEP_UP, door_bytes
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/step-up", tags=["identity"])
Own = Annotated[Visitor, Depends(Guard(Right.USE_ACCOUNT))]
Signs = Annotated[Visitor, Depends(Guard(Right.APPROVE_KILL, signed=True))]


@router.get("", response_class=HTMLResponse)
async def step_up_page(request: Request, visitor: Own, next: str = "") -> HTMLResponse:  # noqa: A002
    """The page on which one signs once more."""
    onward = safe_next(next, "/devices")
    return page(request, "step_up.html.j2", session=visitor.session, onward=onward)


@router.post("/begin")
async def begin(request: Request, asked: Asked, visitor: Own) -> JSONResponse:
    """A challenge for one of the account's own passkeys."""
    service, account = service_of(request), visitor.account.account
    message = door_bytes(STEP_UP, service.identity.chance(32))
    devices = [one.device for one in service.identity.credentials.devices(account)]
    return JSONResponse(
        ask_signature(
            request,
            purpose=STEP_UP,
            message=message,
            account=account,
            devices=devices,
            about=safe_next(asked.next, "/devices"),
        )
    )


@router.post("")
async def finish(request: Request, told: Answered, visitor: Own) -> JSONResponse:
    """The session is fresh again, under a new value."""
    account = visitor.account.account
    proof = proved(request, told.credential, purpose=STEP_UP, account=account)
    answer = JSONResponse({"then": safe_next(proof.asked.about, "/devices")})
    _freshen(request, answer, visitor, proof)
    return answer


@router.get("/kill/{order}", response_class=HTMLResponse)
async def kill_page(request: Request, order: str, visitor: Signs) -> HTMLResponse:
    """A kill code as its signer reads it before they sign."""
    form = await _form(service_of(request), order)
    return page(request, "kill.html.j2", session=visitor.session, form=form, order=order)


@router.post("/kill/{order}/begin")
async def begin_kill(
    request: Request, order: str, asked: Asked, visitor: Signs
) -> JSONResponse:
    """The challenge is the SHA-256 of the very bytes that the command line signs."""
    made = await _to_sign(request, order, visitor, asked.role)
    return JSONResponse(
        ask_signature(
            request,
            purpose=KILL,
            message=made.message,
            account=visitor.account.account,
            devices=made.devices,
            about=f"{made.order} {made.role}",
        )
    )


@router.post("/kill/{order}")
async def sign_kill(
    request: Request, order: str, told: Answered, visitor: Signs
) -> JSONResponse:
    """One signature under a kill code; the lane counts it, and the last one releases."""
    account = visitor.account.account
    proof = proved(request, told.credential, purpose=KILL, account=account)
    made = await _to_sign(request, order, visitor, told.role)
    if proof.asked.about != f"{made.order} {made.role}" or proof.asked.message != made.message:
        raise KillSignatureError("the signature is for something else")
    service = service_of(request)

    def hand_over() -> Any:
        ask = partial(ask_kill_lane, service.path)
        return approve_kill_by_passkey(ask, made, proof.device, proof.assertion)

    state = await anyio.to_thread.run_sync(hand_over)
    answer = JSONResponse(
        {"then": f"/step-up/kill/{order}", "status": state["status"], "signed": state["signed"]}
    )
    _freshen(request, answer, visitor, proof)
    return answer


async def _to_sign(request: Request, order: str, visitor: Visitor, role: str) -> KillSignature:
    service = service_of(request)
    form = await _form(service, order)
    plan = await service.read(signing_plan)
    devices = service.identity.credentials.devices(visitor.account.account)
    return kill_to_sign(form, plan, visitor.account, devices, role)


async def _form(service: Service, order: str) -> Any:
    asked = {"do": "kill show", "order": order}
    return await anyio.to_thread.run_sync(lambda: ask_kill_lane(service.path, asked))


def _freshen(request: Request, answer: JSONResponse, visitor: Visitor, proof: Proof) -> None:
    service = service_of(request)
    now, account = service.clock.now(), visitor.account
    value = service.accounts.renew_session(visitor.session.key, now)
    if value is None:
        raise SignInError("the session has ended")
    signed = SignedIn(
        account=account.account, device=proof.device.device, purpose=proof.asked.purpose
    )
    service.looks.tell(signed, account.account, now)
    set_cookie(answer, value, account)
