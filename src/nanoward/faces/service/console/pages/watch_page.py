"""Watch: incidents with owner and clock; take, hand over, stand down with a reason."""

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
from nanoward.flows.watch import keep_incidents as flow
from nanoward.flows.watch.give_notices import MessageNotices
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
Reads = Annotated[Visitor, Depends(Guard(Right.READ_INCIDENTS))]
Acts = Annotated[Visitor, Depends(Guard(Right.ACT_INCIDENTS))]
ENDED = "stood down"
COLUMNS = {
    "incident": "@Incident",
    "state": "State",
    "urgency": "Urgency",
    "holder": "Who has it",
    "deadline": "@Acknowledge by",
    "title": "What",
    "last": "Last",
}


def content(looking: Looking) -> Content:
    """Incidents that go on, and those that ended."""
    book = flow.read_incidents(looking.ports)
    rows: list[dict[str, Any]] = [
        {
            "incident": one.name,
            "state": one.state,
            "urgency": one.opened.urgency,
            "holder": one.holder or "nobody yet",
            "deadline": one.deadline,
            "title": one.opened.title,
            "last": one.timeline[-1].what if one.timeline else "",
        }
        for one in book.incidents.values()
    ]
    going = [one for one in rows if one["state"] != ENDED]
    ended = [one for one in rows if one["state"] == ENDED]
    open_ones = [one["incident"] for one in going if one["state"] == "open"]
    alarms = (f"nobody has acknowledged {', '.join(open_ones)}",) if open_ones else ()
    tables = some(
        ledger_table(looking, "Incidents that go on", COLUMNS, going),
        ledger_table(looking, "Ended", COLUMNS, ended, folded=f"{len(ended)} ended"),
    )
    notes = () if tables else ("No incident was opened yet.",)
    forms = (
        _forms([one["incident"] for one in going]) if looking.may(Right.ACT_INCIDENTS) else ()
    )
    return Content(tables=tables, notes=notes, alarms=alarms, forms=forms)


def _forms(names: list[str]) -> tuple[Form, ...]:
    which = Field(name="incident", label="Incident", kind="choice", choices=choices(*names))
    opened = Form(
        name="open-incident",
        action="/console/watch/open",
        title="Open an incident",
        does="Open",
        fields=(
            Field(name="title", label="What"),
            Field(name="cause", label="Cause"),
            Field(
                name="urgency",
                label="Urgency",
                kind="choice",
                value="today",
                choices=choices("now", "today", "this week"),
            ),
        ),
    )
    if not names:
        return (opened,)
    return (
        Form(
            name="take",
            action="/console/watch/take",
            title="Acknowledge",
            does="I have it",
            note="Paging about it ends now, and begins again where it is not ended in time.",
            fields=(which, Field(name="note", label="What I shall do", kind="words")),
        ),
        Form(
            name="hand-over",
            action="/console/watch/hand-over",
            title="Hand over",
            does="Hand over",
            fields=(
                which,
                Field(name="to", label="To whom"),
                Field(name="note", label="What they must know", kind="words"),
            ),
        ),
        Form(
            name="stand-down",
            action="/console/watch/stand-down",
            title="Stand down",
            does="End it",
            fields=(which, Field(name="reason", label="Reason", kind="words")),
        ),
        opened,
    )


PAGE = Page(
    name="watch",
    title="Watch",
    lead="What arrives, who responds, and until when. One owner at a time.",
    sections=(("watch", Right.READ_INCIDENTS), ("objects", Right.READ_INCIDENTS)),
    content=content,
)


@router.get("/watch")
async def watch(request: Request, visitor: Reads) -> Response:
    """Incidents, alarms and streams."""
    return await show(request, visitor, PAGE)


def _notices(acting: Acting) -> MessageNotices:
    from nanoward.wiring.messages import desk_of

    return MessageNotices(desk_of(acting.ports, acting.path), flow.plan_of(acting.ports))


@router.post("/watch/take")
async def take(request: Request, visitor: Acts) -> Response:
    """Acknowledge an incident."""

    def work(acting: Acting) -> str:
        told = acting.filled
        flow.acknowledge(acting.ports, told["incident"], by=acting.by, note=told["note"])
        _notices(acting).settle(flow.read_incidents(acting.ports).incidents)
        return f"{acting.by} has {told['incident']}."

    return await answer(request, visitor, PAGE, "take", work)


@router.post("/watch/hand-over")
async def hand_over(request: Request, visitor: Acts) -> Response:
    """Give an incident to somebody else of the rota."""

    def work(acting: Acting) -> str:
        told = acting.filled
        flow.hand_over(
            acting.ports, told["incident"], by=acting.by, to=told["to"], note=told["note"]
        )
        _notices(acting).settle(flow.read_incidents(acting.ports).incidents)
        return f"{told['to']} has {told['incident']}."

    return await answer(request, visitor, PAGE, "hand-over", work)


@router.post("/watch/stand-down")
async def stand_down(request: Request, visitor: Acts) -> Response:
    """End an incident, for a reason."""

    def work(acting: Acting) -> str:
        told = acting.filled
        flow.stand_down(acting.ports, told["incident"], by=acting.by, reason=told["reason"])
        _notices(acting).settle(flow.read_incidents(acting.ports).incidents)
        return f"{told['incident']} is ended."

    return await answer(request, visitor, PAGE, "stand-down", work)


@router.post("/watch/open")
async def open_one(request: Request, visitor: Acts) -> Response:
    """Open an incident by hand."""

    def work(acting: Acting) -> str:
        told = acting.filled
        flow.open_incident(
            acting.ports,
            _notices(acting),
            cause=told["cause"],
            title=told["title"],
            by=acting.by,
            urgency=told["urgency"],
        )
        return f"{told['title']}: opened."

    return await answer(request, visitor, PAGE, "open-incident", work)
