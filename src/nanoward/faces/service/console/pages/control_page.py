"""Control room: stop, less, what is owed, and kill codes from the asking on."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.faces.service.console.console_pages import (
    Acting,
    Content,
    Looking,
    Page,
    act_at_once,
    answer,
    show,
)
from nanoward.faces.service.console.console_route import ConsoleRoute
from nanoward.faces.service.console.forms import Field, Form, choices
from nanoward.faces.service.console.lane_status import ask_kill_lane, lane_status
from nanoward.faces.service.console.ledger_tables import ledger_table, some
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
Reads = Annotated[Visitor, Depends(Guard(Right.READ_CONTROL))]
Stops = Annotated[Visitor, Depends(Guard(Right.STOP_AGENT))]
Asks = Annotated[Visitor, Depends(Guard(Right.REQUEST_KILL))]
SIGNED = "Approving and firing are signed with your passkey over the kill code's own bytes."
WHO = Field(name="who", label="Participant", hint="As on the board; a near name is told.")
STOP = Form(
    name="stop",
    action="/console/control/stop",
    title="Stop somebody's agent",
    does="Stop now",
    note="The agent returns to its safe default. A stop needs nobody's leave and waits for "
    "nothing.",
    fields=(WHO,),
    grave=True,
)
KILLS = {
    "order": "@Kill code",
    "status": "Status",
    "mechanism": "Mechanism",
    "people": "People",
    "signed": "Signed",
    "needs": "Needed",
    "expected": "#Expected survivors",
    "expires": "@Holds until",
    "reason": "Reason",
}


def content(looking: Looking) -> Content:
    """What is owed, what is in flight, and what may be done about it."""
    status = lane_status(looking.path)
    forms: tuple[Form, ...] = (STOP,) if looking.may(Right.STOP_AGENT) else ()
    plan = looking.ports.folder.plan().section("control")
    if plan:
        forms += _less(plan) if looking.may(Right.STOP_AGENT) else ()
        forms += _request(plan) if looking.may(Right.REQUEST_KILL) else ()
    if status is None:
        told = (
            "The lane does not answer: what is owed cannot be told. A stop is kept and carried."
        )
        return Content(alarms=(told,), forms=forms)
    owed = [
        {
            "order": one["order"],
            "participant": one["participant"],
            "kind": one.get("kind", "stop"),
        }
        for one in status["owed"]
    ]
    kills = [_kill_row(one) for one in status["kills"]]
    alarms = (f"{len(owed)} stops are owed to an agent that did not answer",) if owed else ()
    tables = some(
        ledger_table(
            looking,
            "Owed",
            {"order": "@Order", "participant": "@Participant", "kind": "Kind"},
            owed,
        ),
        ledger_table(looking, "Kill codes", KILLS, kills),
        ledger_table(
            looking,
            "Leases",
            {
                "setting": "Setting",
                "participant": "@Participant",
                "value": "#Value",
                "unit": "Unit",
                "end": "@Until",
            },
            status["leases"],
        ),
    )
    notes = () if tables else ("Nothing is owed, no kill code is in flight, no lease stands.",)
    if kills:
        notes = (SIGNED,)
    return Content(
        tables=tables,
        notes=notes,
        alarms=alarms,
        forms=forms,
        more={"kills": [one["order"] for one in kills]},
    )


def _less(plan: Mapping[str, Any]) -> tuple[Form, ...]:
    names = choices(*sorted(plan.get("settings", {})))
    return (
        Form(
            name="less",
            action="/console/control/less",
            title="Lower a setting",
            does="Lower now",
            note="Less needs nobody's leave; what is not understood stops.",
            fields=(
                WHO,
                Field(name="setting", label="Setting", kind="choice", choices=names),
                Field(name="value", label="To", kind="number"),
                Field(name="unit", label="Unit"),
            ),
        ),
    )


def _request(plan: Mapping[str, Any]) -> tuple[Form, ...]:
    names = choices(*sorted(plan.get("mechanisms", {})))
    return (
        Form(
            name="kill",
            action="/console/control/kill",
            title="Ask for a kill code",
            does="Ask for it",
            grave=True,
            note="Nothing is fired. Two people sign it with their own passkeys.",
            fields=(
                Field(name="participant", label="Participant"),
                Field(name="mechanism", label="Mechanism", kind="choice", choices=names),
                Field(name="minutes", label="Holds, minutes", kind="number", value="15"),
                Field(name="reason", label="Reason", kind="words"),
            ),
        ),
    )


def _kill_row(one: Mapping[str, Any]) -> dict[str, Any]:
    people = ", ".join(f"{who}: {word}" for who, word in one["participants"].items())
    signed = ", ".join(f"{name} as {role}" for name, role in one["signed"]) or "nobody yet"
    return {
        "order": one["order"],
        "status": one["status"],
        "mechanism": one["mechanism"],
        "people": people,
        "signed": signed,
        "needs": ", ".join(one["needs"]),
        "expected": f"{one['expected_escapees']:.2g}",
        "expires": one["expires"][:16],
        "reason": one["reason"],
        "participants": list(one["participants"]),
    }


PAGE = Page(
    name="control",
    title="Control room",
    lead="Stop and less never wait. What starts or raises is signed; a kill by two.",
    template="control_page.html.j2",
    sections=(("control", Right.READ_CONTROL),),
    content=content,
)


@router.get("/control")
async def control(request: Request, visitor: Reads) -> Response:
    """Stops, what is owed, kill codes."""
    return await show(request, visitor, PAGE)


def stopped_text(told: Mapping[str, Any]) -> str:
    """What became of a stop or less, in words: with its receipt, and what is owed yet."""
    receipt = told["receipt"]
    rows = ", ".join(f"{one['participant']}: {one['outcome']}" for one in told["stopped"])
    owed = "".join(f" Owed to the {way}: {why}." for way, why in told["owed"].items())
    near = (
        f" Nobody is known by that name; near: {', '.join(told['near'])}."
        if told["near"]
        else ""
    )
    return (
        f"Kept as record {receipt['seq']}, receipt {receipt['leaf'][:16]}. "
        f"{rows or 'No agent was told'}.{owed}{near}"
    )


@router.post("/control/stop")
async def stop(request: Request, visitor: Stops) -> Response:
    """Stop somebody's agent, now: by the way out, which waits for no plan, lock or round."""
    from nanoward.faces.way_out import say

    def work(typed: Mapping[str, str], path: str, by: str) -> str:
        return stopped_text(say(path, "stop", typed["who"], by=by, channel="console"))

    return await act_at_once(request, visitor, PAGE, STOP, work)


@router.post("/control/less")
async def less(request: Request, visitor: Stops) -> Response:
    """Lower a setting, now, by the way out."""
    from nanoward.faces.way_out import say

    def work(typed: Mapping[str, str], path: str, by: str) -> str:
        asked = {
            "setting": typed["setting"],
            "value": float(typed["value"]),
            "unit": typed["unit"],
        }
        return stopped_text(say(path, "less", typed["who"], by=by, channel="console", **asked))

    return await act_at_once(request, visitor, PAGE, LESS, work)


LESS = Form(
    name="less",
    action="/console/control/less",
    title="Lower a setting",
    does="Lower now",
    fields=(
        WHO,
        Field(name="setting", label="Setting"),
        Field(name="value", label="To", kind="number"),
        Field(name="unit", label="Unit"),
    ),
)


@router.post("/control/kill")
async def kill(request: Request, visitor: Asks) -> Response:
    """Ask for a kill code; nothing is fired."""

    def work(acting: Acting) -> str:
        told = acting.filled
        holds = timedelta(minutes=float(told["minutes"])).total_seconds()
        form = ask_kill_lane(
            acting.path,
            "kill request",
            holds_s=holds,
            by=acting.by,
            participants=[told["participant"]],
            mechanism=told["mechanism"],
            reason=told["reason"],
        )
        return f"Kill code {form['order']} is asked for; needed: {', '.join(form['needs'])}."

    return await answer(request, visitor, PAGE, "kill", work)
