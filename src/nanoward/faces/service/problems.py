"""Faults as answers: problem+json (RFC 9457), a pure function of our error tree."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from nanoward.base.errors import NanowardError

PROBLEM = "application/problem+json"
STATUS = {2: 422, 3: 422, 4: 409, 5: 503, 6: 503}  # by the exit code of the same fault
NOT_FOUND = frozenset(  # usage errors that name something that is not there
    {"AUD-017", "AUD-018", "PRG-032", "PRG-034", "PRG-036", "PRG-113", "PRG-117", "PRG-118",
     "PRG-120", "PRG-121", "PRG-129", "PRG-150", "PRG-170", "PRG-181", "USE-012", "WCH-012"}
)  # fmt: skip
RETRY_S = 2  # after which a house that was full may be asked again
NEXT = {  # what to do about the framework's own refusals
    404: "See the API's document at /api/v1/openapi.json for what there is.",
    405: "See the API's document at /api/v1/openapi.json for what can be done here.",
    413: "Send less at once, or send reads in parts.",
    422: "Correct what stands under errors, and send it again.",
    500: "Tell whoever runs the service, with the request's id.",
}
PAGES: dict[str, Callable[[Request, dict[str, Any]], Response]] = {}
"""By the beginning of a path: what draws a problem as a page where HTML is preferred."""
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
    if fault.code in NOT_FOUND:
        return 404
    return STATUS.get(fault.exit_code, 500)


def problem_response(fault: NanowardError, request: Request | None = None) -> Response:
    """A fault as an answer."""
    return _answered(request, problem_of(fault))


def _answered(request: Request | None, told: dict[str, Any]) -> Response:
    """A problem as a document, or as a page where its part of the house draws one."""
    draw = None if request is None else _page(request)
    if draw is not None and request is not None:
        answer = draw(request, told)
    else:
        answer = JSONResponse(told, told["status"], media_type=PROBLEM)
    if told["status"] in (429, 503):
        answer.headers["Retry-After"] = str(told.get("retry_after", RETRY_S))
    return answer


def _page(request: Request) -> Callable[[Request, dict[str, Any]], Response] | None:
    wants = request.headers.get("accept", "")
    html, document = wants.find("text/html"), wants.find("json")
    if html < 0 or 0 <= document < html:
        return None
    path = request.url.path
    found = [one for one in PAGES if path == one or path.startswith(f"{one.rstrip('/')}/")]
    return PAGES[max(found, key=len)] if found else None


def plain_problem(
    request: Request | None, status: int, title: str, detail: str, **more: Any
) -> Response:
    """A problem that has no class of ours: the framework's own refusals."""
    code = f"HTTP-{status}"
    told = {"type": f"/problems/{code}", "title": title, "status": status, "detail": detail}
    return _answered(request, {**told, "code": code, "next_step": NEXT.get(status, ""), **more})


def tell_problems(app: FastAPI) -> None:
    """Answer every fault of an app as a problem document, 404, 405 and our own bugs too."""

    @app.exception_handler(NanowardError)
    def ours(request: Request, fault: NanowardError) -> Response:
        return problem_response(fault, request)

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, fault: RequestValidationError) -> Response:
        told = [_error(one) for one in fault.errors()]
        why = "the request does not fit"
        return plain_problem(request, 422, "Not understood", why, errors=told)

    @app.exception_handler(HTTPException)
    def framework(request: Request, fault: HTTPException) -> Response:
        why = str(fault.detail)
        answer = plain_problem(request, fault.status_code, why, why)
        answer.headers.update(fault.headers or {})
        return answer

    @app.exception_handler(Exception)
    def bug(request: Request, fault: Exception) -> Response:
        kind = type(fault).__name__
        return plain_problem(request, 500, "A fault of ours", NOT_OURS, fault=kind)


def _error(one: Mapping[str, Any]) -> dict[str, Any]:
    """Where and why; never what was sent, which may name people."""
    return {"at": "/".join(str(part) for part in one["loc"]), "detail": one["msg"]}


def _title(kind: type) -> str:
    return (kind.__doc__ or "").strip().split("\n")[0].rstrip(".")
