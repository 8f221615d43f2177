"""A person: their course, setting, findings, visits, and the ledger's records of them."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from nanoward.faces.report.person_page import UnknownPersonError, person_values
from nanoward.faces.service.console.console_pages import Content, Looking, Page, show
from nanoward.faces.service.console.console_parts import console_of
from nanoward.faces.service.console.console_route import ConsoleRoute
from nanoward.faces.service.console.forms import Field, Form, read_form
from nanoward.faces.service.console.ledger_tables import ledger_table, some
from nanoward.faces.service.console.pages.board_page import PAGE as BOARD
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.flows.programme.ask_gate import board_now
from nanoward.programme.access.rights import Right, Scope

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
Reads = Annotated[Visitor, Depends(Guard(Right.READ_CLINICAL, "participant"))]
Finds = Annotated[Visitor, Depends(Guard(Right.READ_CLINICAL))]
MOST = 100
NAMED = (Scope.ALL, Scope.SITE)  # reaches that know people by the name that the ledger has
RECORDS = {"seq": "#Record", "at": "@At", "kind": "What", "by": "By", "sha256": "Hash"}
VISITS = {
    "day": "@Day",
    "half": "Half",
    "kind": "Kind",
    "state": "State",
    "booking": "@Booking",
}


def content_of(looking: Looking, who: str, section: str) -> Content:
    """Visits and records of one person, as the ledger has them now."""
    if looking.reach.scope not in NAMED:
        return Content(more={"who": who, "section": section})
    records = list(looking.ports.ledger.about(who))[-MOST:]
    rows = [
        {"seq": one.seq, "at": one.at, "kind": one.kind, "by": one.actor, "sha256": one.hash}
        for one in reversed(records)
    ]
    visits = [
        {
            "booking": one.booking,
            "kind": one.kind,
            "state": one.state,
            "day": None if one.at is None else one.at.day,
            "half": "" if one.at is None else one.at.half,
        }
        for one in board_now(looking.ports).bookings.values()
        if one.participant == who
    ]
    stop = Form(
        name="stop-person",
        action="/console/control/stop",
        title=f"Stop the agent of {who}",
        does="Stop now",
        note="It returns to its safe default. Nobody's leave is needed.",
        fields=(Field(name="who", label="", kind="hidden", value=who),),
        grave=True,
    )
    left = [one.at for one in records if one.kind == "clearance.ConsentWithdrawn"]
    alarms = (
        (f"{who} took back their consent on {left[-1]:%Y-%m-%d %H:%M} UTC",) if left else ()
    )
    return Content(
        tables=some(
            ledger_table(
                looking, "Visits", VISITS, sorted(visits, key=lambda one: str(one["day"]))
            ),
            ledger_table(
                looking,
                f"The last {len(rows)} records of {who}",
                RECORDS,
                rows,
                folded=f"On the ledger: {len(rows)} records, each with its hash",
            ),
        ),
        alarms=alarms,
        forms=(stop,) if looking.may(Right.STOP_AGENT) else (),
        more={"who": who, "section": section},
    )


@router.get("/people/{participant}")
async def person(request: Request, participant: str, visitor: Reads) -> Response:
    """One person, as far as the role reaches."""
    console = console_of(request)

    def look(ports: object) -> Content:
        from nanoward.faces.service.console.console_pages import looking_of
        from nanoward.faces.service.console.shell import templates

        looking = looking_of(console, request, ports, visitor)  # type: ignore[arg-type]
        section = ""
        if looking.kept is not None:
            round_ = console.rounds.round_for(looking.kept, looking.reach)
            values = person_values(round_, participant)
            text = templates().from_string(_ALONE).render(values)
            section = text.strip()
        elif not any(True for _ in looking.ports.ledger.about(participant)):
            raise UnknownPersonError(f"nothing is known of {participant!r}")
        return content_of(looking, participant, section)

    content = await console.service.read(look)
    page = Page(
        name=f"people/{quote(participant, safe='')}",
        title=participant,
        lead="Their course in the programme. To leave or to stop they need nobody: their own "
        "page, their card, the phone.",
        template="person_page.html.j2",
    )
    return await show(request, visitor, page, content=content)


_ALONE = '{% import "macros.html.j2" as m %}{% include "person_sections.html.j2" %}'
FIND = Form(
    name="find",
    action="/console/find",
    title="Find somebody",
    does="Open",
    fields=(Field(name="participant", label="Participant"),),
)


@router.post("/find")
async def find(request: Request, visitor: Finds) -> Response:
    """Open somebody's page: the name goes in the body, never in a query."""
    del visitor
    filled = await read_form(request, FIND)
    if filled.wrong:
        return RedirectResponse(BOARD.url, 303)
    return RedirectResponse(f"/console/people/{quote(filled['participant'], safe='')}", 303)
