"""Files for the next round: looked at with their findings, then accepted, in two requests.

What is accepted is the very bytes that were looked at: the second request says their SHA-256.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from nanoward.base.canonical import sha256_of
from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.bodies import Hex, Text
from nanoward.faces.service.api.parts.once import Key, once
from nanoward.faces.service.api.parts.views import by_of
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.problems import DoorClosedError
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.intake.accept_file import Acceptance, accept_file, keep_for_look
from nanoward.flows.intake.look_at_file import FileLook, look_at_file
from nanoward.ports.formats import Formats
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/api/v1/programme/files", tags=["files"])
Clinical = Annotated[Visitor, Depends(Guard(Right.WRITE_CLINICAL))]
Genomic = Annotated[Visitor, Depends(Guard(Right.WRITE_GENOMES))]
Name = Annotated[Text, Query(min_length=1, max_length=200)]
Role = Annotated[Text, Query(max_length=60)]
Digest = Annotated[Hex, Query()]
MOST_SHOWN = 1_000
BINARY: Mapping[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
        },
    }
}


class NotLookedAtError(DoorClosedError):
    """The bytes that came are not those that were looked at; nothing of them was kept."""

    code = "SRV-021"
    status = 422
    next_step = "Look at the file again, and send its sha256 with the same bytes."


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
    path: str
    sha256: str
    tables: dict[str, int]
    findings: list[FileFinding]
    findings_left_out: int


class FileTaken(BaseModel):
    """A file that the next round uses, and how many of its problems were shown."""

    path: str
    role: str
    sha256: str
    rows: int
    errors: int
    warnings: int


@router.post("/findings", response_model=FileRead, openapi_extra=dict(BINARY))
async def file_findings(request: Request, visitor: Clinical, name: Name) -> Response:
    """Read a table as a round would, and say what is wrong with it; nothing is kept.

    name  of the file, such as lb.csv, dm.xpt or people.fhir.json
    """
    return await _look(request, name)


@router.post("/genomic/findings", response_model=FileRead, openapi_extra=dict(BINARY))
async def genomic_findings(request: Request, visitor: Genomic, name: Name) -> Response:
    """Read variants or genomes as a round would, and say what is wrong; nothing is kept."""
    return await _look(request, name)


@router.post("", response_model=FileTaken, status_code=201, openapi_extra=dict(BINARY))
async def accept_clinical(
    request: Request, visitor: Clinical, key: Key, name: Name, sha256: Digest, role: Role = ""
) -> Response:
    """Accept a table that was looked at: the next round uses it.

    sha256  of the bytes, as the look told it
    role    what it holds; by its name and content where it is not said
    Who acts for one site brings a file that names people of that site alone, and replaces none
    that names others.
    """
    return await _accept(request, visitor, key, (name, role, sha256), genomic=False)


@router.post("/genomic", response_model=FileTaken, status_code=201, openapi_extra=dict(BINARY))
async def accept_genomic(
    request: Request, visitor: Genomic, key: Key, name: Name, sha256: Digest, role: Role = ""
) -> Response:
    """Accept variants or genomes that were looked at: the next round uses them."""
    return await _accept(request, visitor, key, (name, role, sha256), genomic=True)


async def _look(request: Request, name: str) -> Response:
    content, service = await request.body(), service_of(request)
    formats = await service.read(lambda ports: _formats(ports, ""))
    look = await service.beside(lambda: look_at_file(formats, name, content))
    return answer(_shown(look))


async def _accept(
    request: Request, visitor: Visitor, key: str, file: tuple[str, str, str], *, genomic: bool
) -> Response:
    name, role, sha256 = file
    content = await request.body()
    if sha256_of(content) != sha256:
        raise NotLookedAtError("these are other bytes than those of the sha256 that came along")

    def work(ports: Ports) -> Any:
        acceptance = Acceptance(
            sha256=keep_for_look(ports, content), name=name, role=role, by=by_of(visitor),
            genomic=genomic, near=visitor.reaches(),
        )  # fmt: skip
        _, entry = accept_file(ports, _formats(ports, role), acceptance)
        return {
            "path": entry.path,
            "role": entry.role,
            "sha256": entry.file_sha256,
            "rows": entry.rows,
            "errors": entry.errors,
            "warnings": entry.warnings,
        }

    return await once(request, visitor, key, work)


def _formats(ports: Ports, role: str) -> Formats:
    from nanoward.wiring.console import formats_of

    return formats_of(ports.folder.plan(), role, {})


def _shown(look: FileLook) -> dict[str, Any]:
    return {
        "file": look.name,
        "path": look.path,
        "sha256": look.sha256,
        "tables": look.rows,
        "findings": [
            {
                "code": one.code,
                "severity": one.severity,
                "message": one.message,
                "line": one.line,
                "column": one.column or "",
                "next_step": one.next_step or "",
            }
            for one in look.findings[:MOST_SHOWN]
        ],
        "findings_left_out": max(0, len(look.findings) - MOST_SHOWN),
    }
