"""Messages: what is open, with whom, until when; acknowledge, answer, write."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.faces.service.console.console_pages import (
    Acting,
    Content,
    Looking,
    Page,
    answer,
    show,
)
from nanoward.faces.service.console.console_route import ConsoleRoute
from nanoward.faces.service.console.forms import Field, Form, choices
from nanoward.faces.service.console.ledger_tables import ledger_table, some
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.flows.messages.answer_message import acknowledge_message, answer_message
from nanoward.flows.messages.message_board import message_board
from nanoward.flows.messages.message_book import MessageBook
from nanoward.flows.messages.run_tick import run_tick
from nanoward.flows.messages.write_message import write_message
from nanoward.ports.messages import MessageDesk
from nanoward.programme.access.rights import Right
from nanoward.programme.messages.drafts import Draft
from nanoward.programme.messages.kinds import URGENCIES, WANTS
from nanoward.programme.messages.states import ENDED, is_settled

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
Reads = Annotated[Visitor, Depends(Guard(Right.READ_MESSAGES))]
Writes = Annotated[Visitor, Depends(Guard(Right.WRITE_MESSAGES))]
SHORT = 12
COLUMNS = {
    "state": "State", "urgency": "Urgency", "kind": "Kind", "to": "To",
    "participant": "@Participant", "act_by": "@Act by", "body": "What is to be known",
    "message": "@Message",
}  # fmt: skip
MESSAGE = Field(name="message", label="Message", hint="The beginning of its name is enough.")


def content(looking: Looking) -> Content:
    """What is open now, what is late first."""
    desk = _desk(looking.ports, looking.path)
    seen = message_board(desk.ports.ledger, desk.rules, looking.now)
    threads = seen.book.box.threads
    rows = []
    for name, status in seen.seen.statuses.items():
        if status.word in ENDED or is_settled(threads[name], status.word):
            continue
        written = threads[name].written
        rows.append(
            {
                "message": written.message[:SHORT], "state": status.word, "to": written.to,
                "urgency": written.urgency, "kind": written.kind,
                "participant": written.participant, "act_by": written.act_by,
                "body": written.body[:300],
            }
        )  # fmt: skip
    rows.sort(key=lambda one: (one["state"] != "overdue", str(one["act_by"]), one["message"]))
    late = sum(one["state"] == "overdue" for one in rows)
    alarms = (f"{late} {'is' if late == 1 else 'are'} overdue",) if late else ()
    counts = ", ".join(f"{count} {word}" for word, count in sorted(seen.counts.items()))
    return Content(
        tables=some(ledger_table(looking, "Open messages", COLUMNS, rows)),
        notes=(counts or "No message was written yet.",),
        alarms=alarms,
        forms=_forms(desk) if looking.may(Right.WRITE_MESSAGES) else (),
    )


def _forms(desk: MessageDesk) -> tuple[Form, ...]:
    roles = choices(*desk.rules.roles, "participant")
    return (
        Form(name="acknowledge", action="/console/messages/acknowledge", does="I have it",
             title="Acknowledge", fields=(MESSAGE,),
             note="Every channel falls silent until it is to be done."),
        Form(name="answer", action="/console/messages/answer", title="Answer", does="Answer",
             fields=(MESSAGE, Field(name="text", label="Answer", kind="words"),
                     Field(name="close", label="The matter is closed as well", kind="check",
                           required=False))),
        Form(name="write", action="/console/messages/write", title="Write", does="Send",
             fields=(Field(name="to", label="To", kind="choice", choices=roles),
                     Field(name="participant", label="Whom it is for or about", required=False),
                     Field(name="urgency", label="Urgency", kind="choice", value="today",
                           choices=choices(*URGENCIES)),
                     Field(name="wants", label="It wants", kind="choice",
                           value="acknowledgement", choices=choices(*WANTS)),
                     Field(name="body", label="What is to be known", kind="words"))),
    )  # fmt: skip


PAGE = Page(
    name="messages",
    title="Messages",
    lead="Every notice arrives, is answered, or goes on to the next role.",
    sections=(("messages", Right.READ_MESSAGES),),
    content=content,
)


@router.get("/messages")
async def messages(request: Request, visitor: Reads) -> Response:
    """Open messages and sites."""
    return await show(request, visitor, PAGE)


@router.post("/messages/acknowledge")
async def acknowledge(request: Request, visitor: Writes) -> Response:
    """Take a message on: paging about it ends until it is to be done."""

    def work(acting: Acting) -> str:
        desk = _desk(acting.ports, acting.path)
        _require(acting, desk)
        taken = acknowledge_message(desk, acting.filled["message"], by=acting.by)
        run_tick(desk, MessageBook(desk.rules.site))
        return f"{acting.by} has it, to be done by {taken.done_by:%Y-%m-%d %H:%M} UTC."

    return await answer(request, visitor, PAGE, "acknowledge", work)


@router.post("/messages/answer")
async def answer_one(request: Request, visitor: Writes) -> Response:
    """Answer a message: every channel falls silent for good."""

    def work(acting: Acting) -> str:
        desk, told = _desk(acting.ports, acting.path), acting.filled
        _require(acting, desk)
        said = answer_message(desk, told["message"], told["text"], by=acting.by,
                              close=told["close"] == "yes")  # fmt: skip
        run_tick(desk, MessageBook(desk.rules.site))
        return f"{said.message[:SHORT]} is answered."

    return await answer(request, visitor, PAGE, "answer", work)


@router.post("/messages/write")
async def write(request: Request, visitor: Writes) -> Response:
    """Write a message; what is urgent now is delivered before this answers."""

    def work(acting: Acting) -> str:
        desk, told = _desk(acting.ports, acting.path), acting.filled
        draft = Draft(sender=acting.by, to=told["to"], kind="message", body=told["body"],
                      participant=told["participant"], urgency=told["urgency"],
                      wants=told["wants"])  # fmt: skip
        written = write_message(desk, draft)
        summary = (
            run_tick(desk, MessageBook(desk.rules.site)) if draft.urgency == "now" else None
        )
        failed = [f"NOT told {to} by {channel}: {why}." for to, channel, why in
                  (summary.failed if summary else ())]  # fmt: skip
        return " ".join(
            [f"Message {written.message[:SHORT]} is written.", *written.notes, *failed]
        )

    return await answer(request, visitor, PAGE, "write", work)


def _require(acting: Acting, desk: MessageDesk) -> None:
    thread = (
        MessageBook(desk.rules.site).refresh(desk.ports.ledger).named(acting.filled["message"])
    )
    if thread.written.participant:
        acting.require(thread.written.participant)


def _desk(ports: Any, path: str) -> MessageDesk:
    from nanoward.wiring.messages import desk_of

    return desk_of(ports, path)
