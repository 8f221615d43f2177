"""Findings of the last round and what people said to them; and of a file before it counts."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.bodies import Body, Text, Word
from nanoward.faces.service.api.parts.bodies import Day as DayField
from nanoward.faces.service.api.parts.cursors import After, Limit, Page, page_of
from nanoward.faces.service.api.parts.once import Key, once
from nanoward.faces.service.api.parts.views import NotThereError, by_of, seen_rows
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.queries.answer_findings import (
    accept_finding,
    answer_finding,
    assign_finding,
    listed_findings,
)
from nanoward.ports.formats import BUNDLE, Formats
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/api/v1/programme", tags=["findings"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_CLINICAL))]
Writer = Annotated[Visitor, Depends(Guard(Right.PROPOSE_STANDING))]
Uploader = Annotated[Visitor, Depends(Guard(Right.WRITE_CLINICAL))]
MOST_SHOWN = 1_000


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


class FileFinding(BaseModel):
    """A problem in a file, with its place."""

    code: str
    severity: str
    message: str
    line: int | None
    column: str
    next_step: str


class FileRead(BaseModel):
    """A file as it would be read: its rows by table, and every problem; nothing is kept."""

    file: str
    tables: dict[str, int]
    findings: list[FileFinding]
    findings_left_out: int


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


@router.post(
    "/files/findings",
    response_model=FileRead,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
async def file_findings(
    request: Request,
    visitor: Uploader,
    name: Annotated[Text, Query(min_length=1, max_length=200)],
) -> Response:
    """Read a table as a round would, and say what is wrong with it; nothing is kept.

    name  of the file, such as lb.csv, dm.xpt or people.fhir.json
    """
    content = await request.body()
    formats: Formats = await service_of(request).read(lambda ports: ports.formats)
    plain = name.replace("\\", "/").rsplit("/", 1)[-1]
    return answer(await service_of(request).beside(lambda: read_file(formats, plain, content)))


def read_file(formats: Formats, name: str, content: bytes) -> dict[str, Any]:
    """A file as tables, with its findings; NotThereError where nobody reads such a file."""
    path = f"data/{name}"
    role = formats.role_of(path)
    if role is None:
        raise NotThereError("no reader takes a file of this name; see docs/reference/files.md")
    read = (
        formats.bundle(path, content)
        if role == BUNDLE
        else {role: formats.read(role, path, content)}
    )
    found = [one for table in read.values() for one in table.findings]
    return {
        "file": name,
        "tables": {role: table.table.height for role, table in read.items()},
        "findings": [
            {
                "code": one.code,
                "severity": one.severity,
                "message": one.message,
                "line": one.line,
                "column": one.column or "",
                "next_step": one.next_step or "",
            }
            for one in found[:MOST_SHOWN]
        ],
        "findings_left_out": max(0, len(found) - MOST_SHOWN),
    }
