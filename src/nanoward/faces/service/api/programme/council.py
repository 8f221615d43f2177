"""Council: packs, who opened what, positions as they are shown, decisions, pauses, actions.

A position, a vote and an unblinding are signed with a member's own key, which no server holds:
those are made at the member's own machine (nanoward council ...).
"""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.bodies import Body, Text, Word
from nanoward.faces.service.api.parts.bodies import Day as DayField
from nanoward.faces.service.api.parts.once import Key, once
from nanoward.faces.service.api.parts.views import by_of
from nanoward.faces.service.guard import Guard, NotYoursError, Visitor
from nanoward.faces.service.service_parts import Service, service_of
from nanoward.flows.council.council_state import matters_now
from nanoward.flows.council.pause_programme import (
    ActionPlan,
    agree_action,
    ask_council,
    pause_programme,
)
from nanoward.ports.messages import CouncilDesk
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right, Scope
from nanoward.programme.council.matters import is_overdue

router = APIRouter(prefix="/api/v1/programme/council", tags=["council"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_COUNCIL))]
Actor = Annotated[Visitor, Depends(Guard(Right.ACT_COUNCIL))]


class PackRow(BaseModel):
    """A pack, who opened it, who has spoken, and what was decided on it."""

    pack: str
    as_of: date
    closes: datetime
    by: str
    opened: list[str]
    spoken: list[str]
    decision: str | None
    minority: list[str]


class PauseRow(BaseModel):
    """A pause: nobody is dosed or raised while it stands."""

    pause: str
    reason: str
    at: datetime
    meets_by: datetime
    by: str
    stands: bool


class ActionRow(BaseModel):
    """Something that somebody does by a day."""

    action: str
    what: str
    who: str
    due: date
    query: str
    overdue: bool


class Matters(BaseModel):
    """Everything of the council as the ledger has it now."""

    packs: list[PackRow]
    pauses: list[PauseRow]
    actions: list[ActionRow]


class PackMade(BaseModel):
    """The open part of a pack; rows that could tell an arm were left out and are named."""

    pack: str
    open_part: str
    removed: list[str]


class PackBody(Body):
    """The day of the round that it is of; rows of the open part that are not shown."""

    as_of: DayField | None = None
    leave_out: list[Word] = Field(default_factory=list)


class PauseBody(Body):
    """Why nobody is dosed or raised from now on."""

    reason: Word


class ActionBody(Body):
    """What is to be done, by whom, until when; done when its query is true."""

    what: Word
    who: Word
    due: DayField
    query: Word


class QuestionBody(Body):
    """A question to the council, or of it to a role of the plan."""

    words: Word
    to: Text = "council"


class CouncilDone(BaseModel):
    """What was written, by its name."""

    name: str


@router.get("", response_model=Matters)
async def matters(request: Request, visitor: Reader) -> Response:
    """Packs, pauses and actions."""
    _whole(visitor)

    def find(ports: Ports) -> Any:
        known, today = matters_now(ports), ports.today()
        return {
            "packs": [_pack(known, name) for name in sorted(known.packs)],
            "pauses": [
                {
                    "pause": one.pause,
                    "reason": one.reason,
                    "at": one.at,
                    "meets_by": one.meets_by,
                    "by": one.by,
                    "stands": one.pause not in known.ended,
                }
                for one in known.pauses.values()
            ],
            "actions": [
                {
                    "action": one.action,
                    "what": one.what,
                    "who": one.who,
                    "due": one.due,
                    "query": one.query,
                    "overdue": is_overdue(one, today),
                }
                for one in known.open_actions()
            ],
        }

    return answer(await service_of(request).read(find))


@router.post("/packs", response_model=PackMade, status_code=201)
async def pack(request: Request, visitor: Actor, key: Key, body: PackBody) -> Response:
    """Make the pack of the last round of a day."""
    from nanoward.flows.council.make_pack import make_pack

    service = service_of(request)

    def work(ports: Ports) -> Any:
        made = make_pack(
            _desk(ports, service), by=by_of(visitor), as_of=body.as_of, leave_out=body.leave_out
        )
        return {
            "pack": made.name,
            "open_part": made.open_part.decode(),
            "removed": list(made.removed),
        }

    return await once(request, visitor, key, work)


@router.post("/pauses", response_model=CouncilDone, status_code=201)
async def pause(request: Request, visitor: Actor, key: Key, body: PauseBody) -> Response:
    """Nobody is dosed or raised from now on, until the council decides; one word is enough."""
    service = service_of(request)

    def work(ports: Ports) -> Any:
        made = pause_programme(_desk(ports, service), body.reason, by=by_of(visitor))
        return {"name": made.pause}

    return await once(request, visitor, key, work)


@router.post("/actions", response_model=CouncilDone, status_code=201)
async def act(request: Request, visitor: Actor, key: Key, body: ActionBody) -> Response:
    """Agree on an action; it closes by itself when its query is true."""
    service, plan = service_of(request), ActionPlan(**body.model_dump())

    def work(ports: Ports) -> Any:
        return {"name": agree_action(_desk(ports, service), plan, by=by_of(visitor))}

    return await once(request, visitor, key, work)


@router.post("/questions", response_model=CouncilDone, status_code=201)
async def question(request: Request, visitor: Actor, key: Key, body: QuestionBody) -> Response:
    """Ask; a message that wants an answer."""
    service = service_of(request)

    def work(ports: Ports) -> Any:
        desk = _desk(ports, service)
        return {"name": ask_council(desk, body.words, body.to, by=by_of(visitor))}

    return await once(request, visitor, key, work)


def _whole(visitor: Visitor) -> None:
    if visitor.grant.scope is Scope.HASHES:
        raise NotYoursError("an auditor reads the council's records by their hashes")


def _pack(known: Any, name: str) -> dict[str, Any]:
    made, decided = known.packs[name], known.decided.get(name)
    return {
        "pack": name,
        "as_of": made.as_of,
        "closes": made.closes,
        "by": made.by,
        "opened": sorted({one.member for (p, _), many in known.opened.items() if p == name
                          for one in many}),
        "spoken": sorted(member for p, member in known.committed if p == name),
        "decision": decided.decision if decided else None,
        "minority": list(decided.minority) if decided else [],
    }  # fmt: skip


def _desk(ports: Ports, service: Service) -> CouncilDesk:
    from nanoward.wiring.council import council_desk
    from nanoward.wiring.messages import desk_of

    return council_desk(desk_of(ports, service.path, make_keys=True), service.path)
