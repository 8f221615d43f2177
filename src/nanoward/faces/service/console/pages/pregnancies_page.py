"""Pregnancies and exposed others: cases, what comes next, and urgent reports."""

from datetime import date
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
from nanoward.flows.pregnancies.check_exposures import exposed_row
from nanoward.flows.pregnancies.check_urgent import event_row
from nanoward.flows.pregnancies.keep_exposures import (
    ExposureNews,
    cases_now,
    open_exposure,
    record_test,
)
from nanoward.flows.pregnancies.keep_pregnancies import (
    ContactNews,
    PregnancyNews,
    open_pregnancy,
    record_contact,
    register_now,
)
from nanoward.flows.pregnancies.keep_urgent import events_now, urgent_rules
from nanoward.programme.access.rights import Right, Scope
from nanoward.programme.exposed.cases import RELATIONS, RESULTS
from nanoward.programme.pregnancies.cases import PARTICIPANT, SOURCES
from nanoward.programme.urgent.events import event_state

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
Reads = Annotated[Visitor, Depends(Guard(Right.READ_PREGNANCIES))]
Writes = Annotated[Visitor, Depends(Guard(Right.WRITE_PREGNANCIES))]
CASE = Field(name="case", label="Case")
DAY = Field(name="day", label="Day", kind="day")
FORMS = (
    Form(
        name="pregnancy",
        action="/console/pregnancies/open",
        does="Open the case",
        grave=True,
        title="A participant is pregnant",
        note="Her agent is held in the same append; stop stays open. Clinician and council are "
        "asked about a flush.",
        fields=(
            Field(name="participant", label="Participant"),
            Field(
                name="source",
                label="Known by",
                kind="choice",
                value="test",
                choices=choices(*SOURCES),
            ),
        ),
    ),
    Form(
        name="contact",
        action="/console/pregnancies/contact",
        does="Record",
        title="She was asked",
        fields=(
            CASE,
            DAY,
            Field(
                name="reached",
                label="She was reached",
                kind="check",
                required=False,
                value="yes",
            ),
            Field(
                name="pregnant",
                label="She is pregnant still",
                kind="check",
                required=False,
                value="yes",
            ),
        ),
    ),
    Form(
        name="exposed",
        action="/console/pregnancies/exposed",
        does="Open the case",
        title="Somebody else may carry the agent",
        note="Under a pseudonym of their own. The person is told today; the evidence never is.",
        fields=(
            Field(name="who", label="Pseudonym"),
            Field(
                name="relation",
                label="Relation",
                kind="choice",
                value="unknown",
                choices=choices(*RELATIONS),
            ),
            Field(name="evidence", label="Why", kind="words", required=False),
        ),
    ),
    Form(
        name="test",
        action="/console/pregnancies/test",
        does="Record",
        title="A test of an exposed person",
        fields=(
            CASE,
            DAY,
            Field(name="result", label="Result", kind="choice", choices=choices(*RESULTS)),
        ),
    ),
)
EVENTS = {
    "event": "@Event",
    "kind": "Kind",
    "first_known": "@First known",
    "verdict": "Verdict",
    "days": "#Days",
    "due": "@Due",
    "state": "State",
    "why": "Why",
}
EXPOSED = {
    "case": "@Case",
    "relation": "Relation",
    "source": "Source",
    "opened": "@Opened",
    "state": "State",
    "clear_tests": "#Clear tests",
    "next_step": "What is next",
    "due": "@Due",
}
CASES = {"case": "@Case", "relation": "Relation", "reported": "@Reported", "state": "State"}


def content(looking: Looking) -> Content:
    """Cases as the ledger has them now; small cells and single cases by reach."""
    ports, today = looking.ports, looking.ports.today()
    register = register_now(ports)
    single = looking.reach.scope in (Scope.ALL, Scope.SITE)  # others see counts alone
    cases = [
        {
            "case": one.case,
            "relation": one.relation,
            "reported": one.reported,
            "state": "ongoing" if one.is_ongoing else "ended",
        }
        for one in (register.cases.values() if single else ())
    ]
    exposed = [exposed_row(one) for one in cases_now(ports).values()]
    known, rules = events_now(ports), urgent_rules(ports)
    events = [
        event_row(one, event_state(one, rules.rsi, rules.zone, looking.now))
        for one in known.values()
    ]
    alarms = [
        *(
            f"{one['case']}: {one['next_step']}, due {one['due']}"
            for one in exposed
            if _late(one, today)
        ),
        *(
            f"{one['event']}: a report is overdue"
            for one in events
            if one["state"] == "overdue"
        ),
    ]
    ongoing = sum(one.is_ongoing for one in register.cases.values())
    counted = f"{len(register.cases)} pregnancies are known, {ongoing} of them go on."
    tables = some(
        ledger_table(looking, "Urgent reports", EVENTS, events),
        ledger_table(looking, "Pregnancies", CASES, cases),
        ledger_table(looking, "Exposed people", EXPOSED, exposed),
    )
    forms = FORMS if looking.may(Right.WRITE_PREGNANCIES) else ()
    return Content(tables=tables, notes=(counted,), alarms=alarms, forms=forms)


def _late(one: dict[str, Any], today: date) -> bool:
    return one["due"] is not None and one["due"] < today


PAGE = Page(
    name="pregnancies",
    title="Pregnancies and exposed others",
    lead="Held at once, followed by what is learnt; nobody beside the plan is named.",
    sections=(("cases", Right.READ_PREGNANCIES),),
    content=content,
)


@router.get("/pregnancies")
async def pregnancies(request: Request, visitor: Reads) -> Response:
    """Pregnancies, exposed people, urgent reports."""
    return await show(request, visitor, PAGE)


@router.post("/pregnancies/open")
async def open_case(request: Request, visitor: Writes) -> Response:
    """Open a case; the agent is held in the same append."""

    def work(acting: Acting) -> str:
        from nanoward.wiring.messages import desk_of

        news = PregnancyNews(
            participant=acting.filled["participant"],
            relation=PARTICIPANT,
            source=acting.filled["source"],
        )
        found = open_pregnancy(desk_of(acting.ports, acting.path), news, by=acting.by)
        held = "the agent is held" if found.held else "nothing was to be held"
        return f"{found.case} is open; {held}; {len(found.messages)} messages are written."

    return await answer(request, visitor, PAGE, "pregnancy", work)


@router.post("/pregnancies/contact")
async def contact(request: Request, visitor: Writes) -> Response:
    """She was asked, or could not be reached."""

    def work(acting: Acting) -> str:
        told = acting.filled
        news = ContactNews(
            day=told.day("day"),
            reached=told["reached"] == "yes",
            is_pregnant=told["pregnant"] == "yes",
        )
        record_contact(acting.ports, told["case"], news, by=acting.by)
        return f"{told['case']}: asked on {told['day']}."

    return await answer(request, visitor, PAGE, "contact", work)


@router.post("/pregnancies/exposed")
async def exposed_one(request: Request, visitor: Writes) -> Response:
    """Open a case of somebody who never joined."""

    def work(acting: Acting) -> str:
        told = acting.filled
        news = ExposureNews(
            participant=told["who"], relation=told["relation"], evidence=told["evidence"]
        )
        case = open_exposure(acting.ports, news, by=acting.by)
        return f"{case} is open; tell the person today."

    return await answer(request, visitor, PAGE, "exposed", work)


@router.post("/pregnancies/test")
async def test_result(request: Request, visitor: Writes) -> Response:
    """Record a test of an exposed person."""

    def work(acting: Acting) -> str:
        told = acting.filled
        known = record_test(
            acting.ports, told["case"], told.day("day"), told["result"], by=acting.by
        )
        return f"{told['case']}: {known.clear_tests} clear in a row."

    return await answer(request, visitor, PAGE, "test", work)
