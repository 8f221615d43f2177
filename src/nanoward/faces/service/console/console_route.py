"""Faults of the console as pages, and drafts of those whose session ended while they typed."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute

from nanoward.base.errors import NanowardError
from nanoward.faces.service.console.console_parts import Console, console_of
from nanoward.faces.service.console.forms import HIDDEN, MOST_TEXT
from nanoward.faces.service.console.shell import html_response, rendered
from nanoward.faces.service.guard import ForeignPageError, SignInError, refuse_foreign
from nanoward.faces.service.problems import problem_of

PERSON = "/console/people/"
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ConsoleRoute(APIRoute):
    """A route whose faults are pages for people, not documents for programs."""

    def get_route_handler(self) -> Handler:
        """The handler, with faults told as pages."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except SignInError:
                return await _to_sign_in(request)
            except NanowardError as fault:
                return problem_page(request, problem_of(fault))
            except RequestValidationError:
                told = {
                    "title": "Not understood",
                    "status": 422,
                    "code": "HTTP-422",
                    "detail": "The address does not name a page.",
                    "next_step": "",
                }
                return problem_page(request, told)

        return handler


def problem_page(request: Request, told: dict[str, Any]) -> Response:
    """A problem document as a page."""
    headers = {"Retry-After": "2"} if told["status"] in (429, 503) else None
    text = rendered("problem.html.j2", {"problem": told})
    return html_response(request, text, None, int(told["status"]), headers)


async def _to_sign_in(request: Request) -> Response:
    """Sign in, then back to the page; what was typed is kept under the person for a day."""
    page = request.url.path
    if request.method == "POST":
        page = page.rpartition("/")[0] if page.count("/") > 2 else page
        try:
            refuse_foreign(request)
            await keep_draft(console_of(request), request)
        except ForeignPageError as fault:
            return problem_page(request, problem_of(fault))
    if page.startswith(PERSON):  # nobody is named in a query (ASVS 14.2.1)
        page = "/console/board"
    return RedirectResponse(f"/sign-in?next={quote(page)}", 303)


async def keep_draft(console: Console, request: Request) -> bool:
    """Keep what a form carries under whoever it was made for; False for no form of ours."""
    async with request.form(max_files=1, max_fields=60) as told:
        owner = console.owner_of(str(told.get("owner") or ""))
        typed = {
            name: value[:MOST_TEXT]
            for name, value in told.items()
            if isinstance(value, str) and name not in HIDDEN
        }
    if owner is None:
        return False
    console.drafts.keep(*owner, typed, console.service.clock.now())
    return True
