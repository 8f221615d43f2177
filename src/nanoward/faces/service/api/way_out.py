"""Leaving, stopping and a private word over the API: no version, round, step-up or plan.

A notice is kept before anybody is asked; what is down is named and stays owed.
"""

import secrets
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from pydantic_core import to_json

from nanoward.faces.service.api.parts.bodies import Body, Text, Word
from nanoward.faces.service.api.parts.views import by_of
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.service_parts import service_of
from nanoward.faces.way_out import say
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/api/v1", tags=["way out"])
Leaver = Annotated[Visitor, Depends(Guard(Right.LEAVE, "participant"))]
Speaker = Annotated[Visitor, Depends(Guard(Right.RAISE_CONCERN, "participant"))]
Stopper = Annotated[Visitor, Depends(Guard(Right.STOP_AGENT, "participant"))]
FreeKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", min_length=1, max_length=128,
        description="Two with one key are one notice; none is needed.",
    ),
]  # fmt: skip


class LeaveBody(Body):
    """Uses of data that are taken back alone; none named: everything, and the person leaves."""

    uses: list[Word] = Field(default_factory=list)


class ConcernBody(Body):
    """A word for the participants' advocate alone."""

    words: Annotated[Text, Field(min_length=1)]


class Receipt(BaseModel):
    """That a notice is on the disk, with its place in the exit's ledger."""

    notice: str
    seq: int
    leaf: str
    checkpoint: str
    repeated: bool


class Notice(BaseModel):
    """What became of a notice: whom it reached, and who is still owed it."""

    receipt: Receipt
    carried: dict[str, str]
    owed: dict[str, str]
    stopped: list[dict[str, Any]]


@router.post(
    "/clearance/participants/{participant}/withdrawal", response_model=Notice, status_code=201
)
async def leave(
    request: Request,
    participant: str,
    visitor: Leaver,
    body: LeaveBody | None = None,
    key: FreeKey = None,
) -> Response:
    """Leave: one act, at once, no reason asked."""
    uses = list(body.uses) if body else []
    asked = {"by": participant, "channel": "page", "uses": uses}
    return await said(request, visitor, "leave", participant, key, asked)


@router.post(
    "/clearance/participants/{participant}/concern", response_model=Notice, status_code=201
)
async def concern(
    request: Request,
    participant: str,
    visitor: Speaker,
    body: ConcernBody,
    key: FreeKey = None,
) -> Response:
    """Say a private word: the advocate hears it; no gate and no pay moves."""
    asked = {"by": participant, "channel": "page", "words": body.words}
    return await said(request, visitor, "concern", participant, key, asked)


@router.post("/control/stops/{participant}", response_model=Notice, status_code=201)
async def stop(
    request: Request, participant: str, visitor: Stopper, key: FreeKey = None
) -> Response:
    """Return a person's agent to its safe default, now."""
    asked = {"by": by_of(visitor), "channel": "page"}
    return await said(request, visitor, "stop", participant, key, asked)


async def said(
    request: Request,
    visitor: Visitor,
    wish: str,
    participant: str,
    key: str | None,
    asked: dict[str, Any],
) -> Response:
    """Keep a notice, have it carried as far as may be, and say so."""
    service = service_of(request)
    drawn = key or secrets.token_hex(16)
    bound = f"{visitor.account.account}\n{wish}\n{participant}\n{drawn}"
    notice = sha256(bound.encode()).hexdigest()[:32]
    path = service.path
    told = await service.hurry(lambda: say(path, wish, participant, notice=notice, **asked))
    names = ("receipt", "carried", "owed", "stopped")
    content = to_json({name: told[name] for name in names})
    return Response(content, 201, media_type="application/json")
