"""Findings of the last round and what people said to them."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.bodies import Body, Word
from nanoward.faces.service.api.parts.bodies import Day as DayField
from nanoward.faces.service.api.parts.cursors import After, Limit, Page, page_of
from nanoward.faces.service.api.parts.once import Key, once
from nanoward.faces.service.api.parts.views import by_of, seen_rows
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.queries.answer_findings import (
    accept_finding,
    answer_finding,
    assign_finding,
    listed_findings,
)
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/api/v1/programme", tags=["findings"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_CLINICAL, own=True))]
Writer = Annotated[Visitor, Depends(Guard(Right.PROPOSE_STANDING))]


class FindingRow(BaseModel):
    """A finding of the last round, with what became of it."""

    finding: str
    state: str
    severity: str
    code: str
    subject: str | None
    message: str
    file: str | None
    line: int | None


class FindingAnswerBody(Body):
    """What is said to a finding."""

    answer: Word


class AcceptBody(Body):
    """A finding is accepted as it is, for this reason, until that day."""

    reason: Word
    until: DayField


class AssignBody(Body):
    """A finding is given to a role."""

    role: Word


class Said(BaseModel):
    """What was written."""

    finding: str
    by: str
    day: date


@router.get("/findings", response_model=Page[FindingRow])
async def findings(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """Findings of the last round, by name."""
    service = service_of(request)

    def find(ports: Ports) -> Any:
        names = tuple(FindingRow.model_fields)
        listed = [{**row, "finding": row["id"]} for row in listed_findings(ports)]
        rows = [
            {name: row.get(name) for name in names}
            for row in seen_rows(ports, service, visitor, listed)
            if row.get("id")
        ]
        rows = [{**row, "message": row["message"] or ""} for row in rows]
        rows.sort(key=lambda one: str(one["finding"]))
        return page_of("findings", rows, lambda one: str(one["finding"]), after, limit)

    return answer(await service.read(find))


@router.post("/findings/{finding}/answer", response_model=Said, status_code=201)
async def reply(
    request: Request, finding: str, visitor: Writer, key: Key, body: FindingAnswerBody
) -> Response:
    """Answer a finding; the answer stands while its message is the same."""

    def work(ports: Ports) -> Any:
        made = answer_finding(ports, finding, answer=body.answer, by=by_of(visitor))
        return {"finding": made.finding, "by": made.by, "day": made.answered}

    return await once(request, visitor, key, work)


@router.post("/findings/{finding}/acceptance", response_model=Said, status_code=201)
async def accept(
    request: Request, finding: str, visitor: Writer, key: Key, body: AcceptBody
) -> Response:
    """Accept a finding until a day; it changes no standing and holds nothing open."""

    def work(ports: Ports) -> Any:
        made = accept_finding(
            ports, finding, reason=body.reason, until=body.until, by=by_of(visitor)
        )
        return {"finding": made.finding, "by": made.by, "day": made.accepted}

    return await once(request, visitor, key, work)


@router.post("/findings/{finding}/assignment", response_model=Said, status_code=201)
async def assign(
    request: Request, finding: str, visitor: Writer, key: Key, body: AssignBody
) -> Response:
    """Give a finding to a role."""

    def work(ports: Ports) -> Any:
        made = assign_finding(ports, finding, role=body.role, by=by_of(visitor))
        return {"finding": made.finding, "by": made.by, "day": made.assigned}

    return await once(request, visitor, key, work)
