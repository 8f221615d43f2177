"""Control: orders within the certified range, and kill codes from the request to the review."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.bodies import Body, Moment, Number, Text, Whole, Word
from nanoward.faces.service.api.parts.cursors import After, Limit
from nanoward.faces.service.api.parts.lane import ask
from nanoward.faces.service.api.parts.once import Asked, Key, Told, once, once_beside
from nanoward.faces.service.api.parts.tables import Form, Rows, table_answer
from nanoward.faces.service.api.parts.versions import IfMatch, etag, require_version, version_of
from nanoward.faces.service.api.parts.views import (
    NotThereError,
    by_of,
    meant,
    round_table,
)
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.orders.send_order import send_order
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right, Scope

router = APIRouter(prefix="/api/v1/control", tags=["control"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_CONTROL, own=True))]
Sender = Annotated[Visitor, Depends(Guard(Right.SEND_ORDER, "participant"))]
Requester = Annotated[Visitor, Depends(Guard(Right.REQUEST_KILL, own=True))]
Approver = Annotated[Visitor, Depends(Guard(Right.APPROVE_KILL))]
Firer = Annotated[Visitor, Depends(Guard(Right.FIRE_KILL))]
Signed = Annotated[str, Field(min_length=16, max_length=20_000, pattern=r"^[\x21-\x7e]+$")]


class OrderBody(Body):
    """An order for one setting: `set` within the certified range and signed, or `less`.

    issued     when it was signed; the signature is over the order's bytes (control/orders.py)
    key        of who signs, as [[control.signers]] has it
    """

    agent: Word
    setting: Word
    kind: Literal["set", "less"] = "set"
    value: Number | None = None
    unit: Word
    lease_s: Annotated[Whole, Field(ge=1, le=10_000_000)] = 600
    order: Word | None = None
    issued: Moment | None = None
    requested_by: Word | None = None
    role: Word = "unknown"
    scopes: list[Word] = Field(default_factory=list)
    key: Annotated[str, Field(max_length=200)] = ""
    signature: Annotated[str, Field(max_length=20_000)] = ""


class OrderAnswer(BaseModel):
    """What became of an order: done, queued, refused, failed, unanswered, doubted."""

    order: str
    outcome: str
    value: float | None
    reasons: list[str]


class KillBody(Body):
    """A kill code at people, by a mechanism; nothing is fired by it."""

    participants: Annotated[list[Word], Field(min_length=1, max_length=1_000)]
    mechanism: Word
    reason: Word
    minutes: Annotated[Number, Field(gt=0, le=1_440)] = 15.0


class SignatureBody(Body):
    """A signature over the order's own bytes (control/kill_bytes.py), by name and role."""

    by: Word
    role: Word
    key: Signed
    signature: Signed


class GlassBody(Body):
    """One physician's own signature, for one participant; it is reviewed within a day."""

    by: Word
    key: Signed
    signature: Signed


class ReviewBody(Body):
    """A second person reviews a code that one person released, with a key of their own."""

    by: Word
    note: Text
    key: Signed
    signature: Signed


class KillWithdrawalBody(Body):
    """Why."""

    reason: Word


class KillCode(BaseModel):
    """A kill code: whom it is fired at, who signed, and how many survivors to expect."""

    order: str
    status: str
    mechanism: str
    participants: dict[str, str]
    expires: datetime
    signed: list[list[str]]
    lot: str
    reason: str
    people: int
    needs: list[str]
    expected_escapees: float
    any_escapee: float
    request: dict[str, Any] | None = None


class Control(BaseModel):
    """Kill codes, orders that are owed, leases that stand, sealed codes."""

    kills: list[KillCode]
    owed: list[dict[str, Any]]
    leases: list[dict[str, Any]]
    sealed: list[dict[str, Any]]


@router.get("/orders", response_model=Rows)
async def orders(
    request: Request,
    visitor: Reader,
    form: Form = "json",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Orders that passed the gate, as the last round has them."""
    service = service_of(request)
    table = await service.read(lambda ports: round_table(ports, service, visitor, "orders"))
    return table_answer(table, "orders", form, (after, limit))


@router.post("/orders/{participant}", response_model=OrderAnswer, status_code=201)
async def order(
    request: Request,
    participant: str,
    visitor: Sender,
    key: Key,
    body: OrderBody,
    told: IfMatch = None,
) -> Response:
    """Send an order; its own name is the order's, so that twice sent it is one.

    A `less` needs no signature, no version and no leave of the gate.
    """
    from nanoward.wiring.control import open_control

    service = service_of(request)
    account = visitor.account.account

    def work(ports: Ports) -> Told:
        who = meant(ports, service, visitor, participant)
        if body.kind == "set":
            require_version(ports, who, told)
        asked = _document(body, who, by_of(visitor), f"{account}-{key}", ports.clock.now())
        with open_control(ports, service.path) as desk:
            sent = send_order(desk, OrderState(), asked, actor=str(asked["requested_by"]))
        done = {
            "order": sent.order,
            "outcome": sent.outcome,
            "value": sent.value,
            "reasons": sent.reasons,
        }
        return Told(body=done, headers={"ETag": etag(version_of(ports, who))})

    return await once(request, visitor, key, work)


def _document(body: OrderBody, who: str, by: str, name: str, now: datetime) -> dict[str, Any]:
    """The order as control knows it; who signed it says when, and by which name."""
    from hashlib import sha256

    drawn = sha256(name.encode()).hexdigest()[:16]
    told: dict[str, Any] = {
        "order": body.order or drawn,
        "participant": who,
        "agent": body.agent,
        "setting": body.setting,
        "kind": body.kind,
        "value": body.value,
        "unit": body.unit,
        "lease_s": body.lease_s,
        "issued": body.issued or now,
        "requested_by": body.requested_by or by,
        "role": body.role,
        "scopes": tuple(body.scopes),
    }
    if body.key:
        told |= {"key": body.key, "signature": body.signature}
    return told


@router.get("/kills", response_model=Control)
async def kills(request: Request, visitor: Reader) -> Response:
    """Every kill code, what became of whom, and what is owed."""
    told = await service_of(request).beside(lambda: ask(service_of(request).path, "status"))
    return answer(_shown(told, visitor))


def _shown(told: dict[str, Any], visitor: Visitor) -> dict[str, Any]:
    """Kill codes name people: whoever may not see everybody sees what is about them alone."""
    if visitor.grant.scope in (Scope.ALL, Scope.CODED_ARM):
        return {name: told[name] for name in ("kills", "owed", "leases", "sealed")}
    me = visitor.account.participant
    mine = [one for one in told["kills"] if me in one["participants"]]
    for one in mine:
        one["participants"] = {str(me): one["participants"][me]}
        one["people"], one["reason"], one["signed"] = 1, "", []
    rows = {
        name: [one for one in told[name] if me and one.get("participant") == me]
        for name in ("owed", "leases", "sealed")
    }
    return {"kills": mine, **rows}


@router.get("/kills/{order}", response_model=KillCode)
async def kill(request: Request, order: str, visitor: Reader) -> Response:
    """One kill code, with the request whose bytes are signed."""
    if visitor.grant.scope is not Scope.ALL and visitor.grant.scope is not Scope.CODED_ARM:
        raise NotThereError("it is not there, or not yours to see")
    path = service_of(request).path
    return answer(await service_of(request).beside(lambda: ask(path, "kill show", order=order)))


@router.post("/kills", response_model=KillCode, status_code=201)
async def request_kill(
    request: Request, visitor: Requester, key: Key, body: KillBody
) -> Response:
    """Ask for a kill code; a participant asks for their own alone. Nothing is fired."""
    path = service_of(request).path
    _require_reach(visitor, body.participants)
    holds = timedelta(minutes=body.minutes).total_seconds()

    def work(_: Asked) -> Any:
        return ask(
            path, "kill request", participants=list(body.participants), holds_s=holds,
            mechanism=body.mechanism, reason=body.reason, by=by_of(visitor),
        )  # fmt: skip

    return await once_beside(request, visitor, key, work)


@router.post("/kills/{order}/approval", response_model=KillCode, status_code=201)
async def approve(
    request: Request, order: str, visitor: Approver, key: Key, body: SignatureBody
) -> Response:
    """One signature over the order's bytes; the last that is needed releases it."""
    return await _lane(
        request, visitor, key, "kill approve", {"order": order, **body.model_dump()}
    )


@router.post("/kills/{order}/break-glass", response_model=KillCode, status_code=201)
async def glass(
    request: Request, order: str, visitor: Approver, key: Key, body: GlassBody
) -> Response:
    """One physician releases a code for one participant; the council is told at once."""
    return await _lane(
        request, visitor, key, "kill break-glass", {"order": order, **body.model_dump()}
    )


@router.post("/kills/{order}/fire", response_model=KillCode, status_code=201)
async def fire(request: Request, order: str, visitor: Firer, key: Key) -> Response:
    """Fire a released code at everybody whom it names and who was not fired at yet."""
    return await _lane(
        request, visitor, key, "kill fire", {"order": order, "by": by_of(visitor)}
    )


@router.post("/kills/{order}/withdrawal", response_model=KillCode, status_code=201)
async def withdraw(
    request: Request, order: str, visitor: Requester, key: Key, body: KillWithdrawalBody
) -> Response:
    """End a code for everybody at whom it was not fired yet: by who reaches all of them."""
    path = service_of(request).path
    code = await service_of(request).beside(lambda: ask(path, "kill show", order=order))
    _require_reach(visitor, code["participants"])
    told = {"order": order, "by": by_of(visitor), "reason": body.reason}
    return await _lane(request, visitor, key, "kill withdraw", told)


@router.post("/kills/{order}/review", response_model=KillCode, status_code=201)
async def review(
    request: Request, order: str, visitor: Approver, key: Key, body: ReviewBody
) -> Response:
    """Review a code that one person released."""
    return await _lane(
        request, visitor, key, "kill review", {"order": order, **body.model_dump()}
    )


def _require_reach(visitor: Visitor, participants: Iterable[str]) -> None:
    """NotThereError unless the visitor's grant reaches everybody whom a code names."""
    reached = visitor.reaches()
    if reached is not None and not set(participants) <= reached:
        raise NotThereError("it is not there, or it names people who are not yours to act for")


async def _lane(
    request: Request, visitor: Visitor, key: str, do: str, asked: dict[str, Any]
) -> Response:
    path = service_of(request).path
    return await once_beside(request, visitor, key, lambda _: ask(path, do, **asked))
