"""Urgent reports: events with their clocks, what roles think of them, and what is decided."""

from datetime import date
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from nanoward.faces.service.api.parts.bodies import Body, Moment, Word
from nanoward.faces.service.api.parts.cursors import After, Limit, Page
from nanoward.faces.service.api.parts.once import Key, once
from nanoward.faces.service.api.parts.views import by_of
from nanoward.faces.service.api.programme.cases import (
    CaseDone,
    Reader,
    Staff,
    Writer,
    desk_of_cases,
    listed_cases,
    require_reach,
)
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.pregnancies import keep_urgent
from nanoward.ports.ports import Ports

router = APIRouter(prefix="/api/v1/programme", tags=["urgent reports"])


class EventRow(BaseModel):
    """An event with its clock: whether it is to be reported, and by when."""

    event: str
    participant: str
    kind: str
    verdict: str
    why: str
    days: int | None
    due: date | None
    state: str


class EventBody(Body):
    """An event that somebody knows of; nothing waits for a version or a round."""

    participant: Word
    term: Word
    kind: Word = "adverse event"
    known: Moment | None = None
    source: Word = "word"


class EventAssessmentBody(Body):
    """What a role thinks of an event; neither talks the other's suspicion away."""

    role: Word
    causality: Word
    criteria: list[Word] = Field(default_factory=list)
    severity: Word = "unknown"
    known: Moment | None = None


class DecisionBody(Body):
    """A person decides where rules cannot, by name and reason."""

    word: Literal["urgent", "not urgent"]
    reason: Word


@router.get("/events", response_model=Page[EventRow])
async def events(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """Every event, its verdict and its clock, by name."""

    def rows(ports: Ports) -> list[dict[str, Any]]:
        found = []
        for name in keep_urgent.events_now(ports):
            known, state = keep_urgent.state_now(ports, name)
            found.append(
                {
                    "event": name,
                    "participant": known.participant,
                    "kind": known.kind,
                    "verdict": state.verdict.word,
                    "why": state.verdict.why,
                    "days": state.clock.days,
                    "due": state.clock.due,
                    "state": state.word,
                }
            )
        return found

    return await listed_cases(request, visitor, EventRow, "event", rows, (after, limit))


@router.post("/events", response_model=CaseDone, status_code=201)
async def know_event(request: Request, visitor: Writer, key: Key, body: EventBody) -> Response:
    """Say that an event is known: its clock runs from the first moment that anybody knew."""
    service, news = service_of(request), keep_urgent.EventNews(**body.model_dump())

    def work(ports: Ports) -> Any:
        require_reach(visitor, body.participant)
        return {
            "case": keep_urgent.know_event(
                desk_of_cases(ports, service), news, by=by_of(visitor)
            )
        }

    return await once(request, visitor, key, work)


@router.post("/events/{event}/assessments", response_model=CaseDone, status_code=201)
async def assess_event(
    request: Request, event: str, visitor: Staff, key: Key, body: EventAssessmentBody
) -> Response:
    """Write an assessment down beside the other's."""
    told = {**body.model_dump(), "criteria": tuple(body.criteria)}
    service, news = service_of(request), keep_urgent.AssessmentNews(**told)

    def work(ports: Ports) -> Any:
        known, _ = keep_urgent.state_now(ports, event)
        require_reach(visitor, known.participant)
        keep_urgent.assess_event(desk_of_cases(ports, service), event, news, by=by_of(visitor))
        return {"case": event}

    return await once(request, visitor, key, work)


@router.post("/events/{event}/decision", response_model=CaseDone, status_code=201)
async def decide_event(
    request: Request, event: str, visitor: Staff, key: Key, body: DecisionBody
) -> Response:
    """Decide by name where rules cannot."""
    service = service_of(request)

    def work(ports: Ports) -> Any:
        known, _ = keep_urgent.state_now(ports, event)
        require_reach(visitor, known.participant)
        desk = desk_of_cases(ports, service)
        keep_urgent.decide_event(desk, event, body.word, body.reason, by=by_of(visitor))
        return {"case": event}

    return await once(request, visitor, key, work)
