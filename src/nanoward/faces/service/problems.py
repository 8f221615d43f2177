"""Faults as answers: problem+json (RFC 9457), a pure function of our error tree."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from nanoward.base.errors import NanowardError

PROBLEM = "application/problem+json"
STATUS = {2: 422, 3: 422, 4: 409, 5: 503, 6: 503}  # by the exit code of the same fault
NOT_OURS = "Something of ours went wrong; nothing more was done. It was recorded."


class DoorClosedError(NanowardError):
    """A fault of the door itself: not signed in, not allowed, not there, too late, too much."""

    code = "SRV-000"
    status = 400

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        if status is not None:
            self.status = status


def problem_of(fault: NanowardError) -> dict[str, Any]:
    """A fault as the members of a problem document."""
    told = {
        "type": f"/problems/{fault.code}",
        "title": _title(type(fault)),
        "status": status_of(fault),
        "detail": fault.message,
        "code": fault.code,
        "next_step": fault.next_step,
    }
    place = {
        name: found
        for name in ("file", "line", "column")
        if (found := getattr(fault, name, None)) not in (None, "")
    }
    return told | ({"errors": [{**place, "detail": fault.message}]} if place else {})


def status_of(fault: NanowardError) -> int:
    """The HTTP status of a fault."""
    if isinstance(fault, DoorClosedError):
        return fault.status
    return STATUS.get(fault.exit_code, 500)


def problem_response(fault: NanowardError) -> JSONResponse:
    """A fault as an answer."""
    status = status_of(fault)
    headers = {"Retry-After": "2"} if status in (429, 503) else None
    return JSONResponse(problem_of(fault), status, headers, PROBLEM)


def plain_problem(status: int, title: str, detail: str, **more: Any) -> JSONResponse:
    """A problem that has no class of ours: the framework's own refusals."""
    told = {"type": f"/problems/HTTP-{status}", "title": title, "status": status}
    return JSONResponse({**told, "detail": detail, **more}, status, media_type=PROBLEM)


def tell_problems(app: FastAPI) -> None:
    """Answer every fault of an app as a problem document, 404, 405 and our own bugs too."""

    @app.exception_handler(NanowardError)
    def ours(_: Request, fault: NanowardError) -> Response:
        return problem_response(fault)

    @app.exception_handler(RequestValidationError)
    def unreadable(_: Request, fault: RequestValidationError) -> Response:
        told = [_error(one) for one in fault.errors()]
        return plain_problem(422, "Not understood", "the request does not fit", errors=told)

    @app.exception_handler(HTTPException)
    def framework(_: Request, fault: HTTPException) -> Response:
        answer = plain_problem(fault.status_code, str(fault.detail), str(fault.detail))
        answer.headers.update(fault.headers or {})
        return answer

    @app.exception_handler(Exception)
    def bug(_: Request, fault: Exception) -> Response:
        return plain_problem(500, "A fault of ours", NOT_OURS, fault=type(fault).__name__)


def _error(one: Mapping[str, Any]) -> dict[str, Any]:
    """Where and why; never what was sent, which may name people."""
    return {"at": "/".join(str(part) for part in one["loc"]), "detail": one["msg"]}


def _title(kind: type) -> str:
    return (kind.__doc__ or "").strip().split("\n")[0].rstrip(".")
