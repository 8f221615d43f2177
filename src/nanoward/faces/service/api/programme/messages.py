"""Messages: written, read, taken on, answered, closed. Reading a list writes nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.bodies import Body, Moment, Text, Word
from nanoward.faces.service.api.parts.cursors import After, Limit, Page, page_of
from nanoward.faces.service.api.parts.once import Key, once
from nanoward.faces.service.api.parts.views import NotThereError, by_of, people_reached
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.service_parts import Service, service_of
from nanoward.flows.messages import answer_message as flow
from nanoward.flows.messages.message_book import MessageBook
from nanoward.flows.messages.run_tick import run_tick
from nanoward.flows.messages.write_message import write_message
from nanoward.ports.messages import MessageDesk
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right, Scope
from nanoward.programme.messages.drafts import Draft
from nanoward.programme.messages.kinds import PARTICIPANT
from nanoward.programme.messages.states import message_status
from nanoward.programme.messages.threads import Thread

router = APIRouter(prefix="/api/v1/programme/messages", tags=["messages"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_MESSAGES, own=True))]
Writer = Annotated[Visitor, Depends(Guard(Right.WRITE_MESSAGES, own=True))]


class MessageRow(BaseModel):
    """A message with what became of it."""

    message: str
    state: str
    overdue: bool
    urgency: str
    kind: str
    to: str
    participant: str
    act_by: datetime
    body: str


class MessageBody(Body):
    """What is to be known, by whom, how soon, and what is wanted of them."""

    to: Word = "coordinator"
    kind: Word = "message"
    body: Annotated[Text, Field(min_length=1)]
    participant: Text = ""
    urgency: Literal["now", "today", "week"] = "today"
    act_by: Moment | None = None
    expires: Moment | None = None
    wants: Literal["receipt", "acknowledgement", "answer"] = "acknowledgement"
    supersedes: Text = ""
    cause: Text = ""


class TakeBody(Body):
    """By when it is to be done; by the plan where no moment is named."""

    done_by: Moment | None = None


class MessageAnswerBody(Body):
    """What is answered; `close`: the matter is closed as well."""

    answer: Word
    close: bool = False


class MessageCloseBody(Body):
    """Why nobody is told of it any more."""

    reason: Word


class MessageDone(BaseModel):
    """What was written, and whether its cause stood already."""

    message: str
    repeated: bool
    notes: list[str]


@router.get("", response_model=Page[MessageRow])
async def messages(
    request: Request,
    visitor: Reader,
    to: Annotated[str | None, Query(max_length=200)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Messages, by name; a participant sees those that are for them.

    to  role of the plan whose messages are meant
    """
    service = service_of(request)

    def find(ports: Ports) -> Any:
        desk = _desk(ports, service)
        book, now = MessageBook(desk.rules.site).refresh(ports.ledger), ports.clock.now()
        reached = people_reached(ports, visitor, visitor.grant)
        rows = [
            _row(one, desk, book, now)
            for one in book.box.threads.values()
            if to in (None, one.written.to) and _reaches(visitor, one, reached)
        ]
        if visitor.grant.scope is Scope.HASHES:
            rows = [{**row, "participant": "", "body": ""} for row in rows]
        rows.sort(key=lambda one: str(one["message"]))
        return page_of("messages", rows, lambda one: str(one["message"]), after, limit)

    return answer(await service.read(find))


@router.post("", response_model=MessageDone, status_code=201)
async def write(request: Request, visitor: Writer, key: Key, body: MessageBody) -> Response:
    """Write a message; what is urgent now is delivered before this answers.

    A participant writes for themselves alone. Who left is sent no message, visit or dose.
    """
    service = service_of(request)
    told = body.model_dump()
    if visitor.grant.scope is Scope.OWN:
        told["participant"] = visitor.account.participant
        if body.to == PARTICIPANT:
            raise NotThereError("a participant writes to a role of the plan")

    def work(ports: Ports) -> Any:
        if visitor.grant.scope is Scope.SITE and told["participant"]:
            _near(ports, visitor, str(told["participant"]))
        desk = _desk(ports, service)
        done = write_message(desk, Draft(sender=by_of(visitor), **told))
        if body.urgency == "now":
            run_tick(desk, MessageBook(desk.rules.site))
        return done

    return await once(request, visitor, key, work)


@router.post("/{message}/reading", response_model=MessageDone, status_code=201)
async def read(request: Request, message: str, visitor: Writer, key: Key) -> Response:
    """Say that a message was read."""

    def act(desk: MessageDesk) -> None:
        flow.read_message(desk, message, by=by_of(visitor))

    return await _on(request, visitor, key, message, act)


@router.post("/{message}/acknowledgement", response_model=MessageDone, status_code=201)
async def take(
    request: Request, message: str, visitor: Writer, key: Key, body: TakeBody
) -> Response:
    """Take a message on: every channel falls silent until it is to be done."""

    def act(desk: MessageDesk) -> None:
        flow.acknowledge_message(desk, message, by=by_of(visitor), done_by=body.done_by)

    return await _on(request, visitor, key, message, act)


@router.post("/{message}/answer", response_model=MessageDone, status_code=201)
async def reply(
    request: Request, message: str, visitor: Writer, key: Key, body: MessageAnswerBody
) -> Response:
    """Answer a message; every channel falls silent for good."""

    def act(desk: MessageDesk) -> None:
        flow.answer_message(desk, message, body.answer, by=by_of(visitor), close=body.close)

    return await _on(request, visitor, key, message, act)


@router.post("/{message}/closing", response_model=MessageDone, status_code=201)
async def close(
    request: Request, message: str, visitor: Writer, key: Key, body: MessageCloseBody
) -> Response:
    """Close a matter: nobody is told of it any more."""

    def act(desk: MessageDesk) -> None:
        flow.close_message(desk, message, by=by_of(visitor), reason=body.reason)

    return await _on(request, visitor, key, message, act)


async def _on(
    request: Request,
    visitor: Visitor,
    key: str,
    message: str,
    act: Callable[[MessageDesk], None],
) -> Response:
    """Act on a message that the visitor may see."""
    service = service_of(request)

    def work(ports: Ports) -> Any:
        desk = _desk(ports, service)
        thread = MessageBook(desk.rules.site).refresh(ports.ledger).named(message)
        if not _reaches(visitor, thread, people_reached(ports, visitor, visitor.grant)):
            raise NotThereError("it is not there, or not yours to see")
        act(desk)
        run_tick(desk, MessageBook(desk.rules.site))
        return {"message": thread.message, "repeated": False, "notes": []}

    return await once(request, visitor, key, work)


def _reaches(visitor: Visitor, thread: Thread, reached: frozenset[str]) -> bool:
    whose, scope = thread.written.participant, visitor.grant.scope
    if scope is Scope.OWN:
        return whose == visitor.account.participant and thread.written.to == PARTICIPANT
    return scope is not Scope.SITE or not whose or whose in reached


def _near(ports: Ports, visitor: Visitor, participant: str) -> None:
    if participant not in people_reached(ports, visitor, visitor.grant):
        raise NotThereError("it is not there, or not yours to see")


def _desk(ports: Ports, service: Service) -> MessageDesk:
    from nanoward.wiring.messages import desk_of

    return desk_of(ports, service.path)


def _row(one: Thread, desk: MessageDesk, book: MessageBook, now: datetime) -> dict[str, Any]:
    status = message_status(one, desk.rules, now, book.box.quiet)
    return {
        "message": one.message,
        "state": status.word,
        "overdue": status.overdue,
        "urgency": one.written.urgency,
        "kind": one.written.kind,
        "to": one.written.to,
        "participant": one.written.participant,
        "act_by": one.written.act_by,
        "body": one.written.body,
    }
