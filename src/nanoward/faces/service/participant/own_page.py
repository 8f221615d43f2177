"""How a page of a person's own is drawn: language, way out, who is signed in, problems."""

import hashlib
import logging
import secrets
from collections.abc import Callable, Coroutine, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute

from nanoward.base.errors import NanowardError
from nanoward.faces.service.guard import (
    COOKIE,
    NotYoursError,
    SignInError,
    StepUpError,
    Visitor,
)
from nanoward.faces.service.headers import POLICY
from nanoward.faces.service.problems import problem_of, status_of
from nanoward.faces.service.service_parts import service_of
from nanoward.faces.words import LANGUAGES, N_, Words, templates, wanted_language, words_in
from nanoward.ports.service.accounts import Account

HOME = "/me/home"
PAGES = (
    (HOME, N_("About me")),
    ("/me/settings", N_("My settings")),
    ("/me/visits", N_("Tests and visits")),
    ("/me/pay", N_("My pay")),
    ("/me/consents", N_("My papers")),
    ("/me/word", N_("A private word")),
    ("/me/looks", N_("Who looked")),
    ("/me/export", N_("Take it with me")),
)
SCRIPT_WORDS = {
    "kept": N_("Kept on this phone since {time}, not yet with the clinic."),
    "kept-stop": N_(
        "Your word to stop is kept on this phone since {time}. It is not yet"
        " with the clinic."
    ),
    "kept-leave": N_(
        "Your word to leave is kept on this phone since {time}. It is not yet"
        " with the clinic."
    ),
    "call": N_("We try again until it is. You can also call {phone}."),
    "unknown": N_(
        "We do not know who you are on this phone. Type the stop code from"
        " your card, or sign in."
    ),
    "done": N_("Your word is with the clinic since {time}. Receipt {number}: {receipt}."),
    "done-leave": N_("You have left. Receipt {number}: {receipt}."),
    "done-stop": N_(
        "Your word to stop is with the clinic since {time}. Receipt {number}:"
        " {receipt}."
    ),
    "checked": N_("Checked on this phone: the signature is right."),
    "broken": N_(
        "The signature is wrong. Use no setting of this paper. Ask the clinic"
        " for a new one."
    ),
    "unchecked": N_("This phone cannot check the signature. The clinic's computer did."),
}  # fmt: skip
SIGN_IN = N_("Please sign in first.")
SIGN_IN_NEXT = N_("To stop or to leave you need not sign in: use the buttons below.")
NOT_YOURS = N_("This page is not yours.")
STEP_UP = N_("Please use your passkey once more.")
STEP_UP_NEXT = N_("It has to be you, just now. Then come back here.")
REFUSED = N_("This cannot be done now.")
REFUSED_NEXT = N_(
    "Nothing was changed. The reason is below. Ask the clinic if it is not clear."
)
BROKEN = N_("Something went wrong on our side.")
BROKEN_NEXT = N_("Nothing was changed. The buttons below still work.")


@cache
def static_file(name: str) -> bytes:
    """One file of the page's own; FileNotFoundError where there is none."""
    return (files("nanoward.faces.service.participant") / "static" / name).read_bytes()


@cache
def version() -> str:
    """Changes with the style and the script."""
    content = b"".join(static_file(one) for one in ("me.css", "me.js", "sw.js"))
    return hashlib.sha256(content).hexdigest()[:12]


def words_for(request: Request) -> Words:
    """The language that was chosen, else the browser's."""
    chosen = request.cookies.get("lang", "")
    return words_in(wanted_language(chosen, request.headers.get("accept-language", "")))


def exit_origin(request: Request) -> str:
    """Where the exit answers over HTTP; "" where it does not."""
    return str(getattr(request.app.state, "exit_origin", ""))


def account_here(request: Request) -> Account | None:
    """Whose session it is; nobody's where accounts cannot be read: the way out goes on."""
    service = service_of(request)
    value = request.cookies.get(COOKIE, "")
    if not value:
        return None
    try:
        key = hashlib.sha256(value.encode()).hexdigest()
        session = service.accounts.session(key, service.clock.now())
    except Exception:  # noqa: BLE001 - whoever leaves waits for no account
        return None
    return None if session is None else session.account


def me_of(visitor: Visitor) -> str:
    """The participant whose page it is; NotYoursError for staff, who have the console."""
    who = visitor.account.participant
    if who is None:
        raise NotYoursError("this page is for people who carry the agent")
    return who


def draw(
    request: Request, name: str, *, status: int = 200, account: Account | None = None,
    notice: str = "", **values: Any,
) -> HTMLResponse:  # fmt: skip
    """One page; the way out is on each of them."""
    from nanoward.wiring.service import clinic_phone

    words, beside = words_for(request), exit_origin(request)
    signed = ""
    if account is not None and account.participant is not None:
        signed = hashlib.sha256(account.account.encode()).hexdigest()[:16]
    text = templates().get_template(name).render(
        _=words,
        plain=words.plain,
        words=words,
        languages=LANGUAGES,
        pages=PAGES,
        here=request.url.path,
        version=version(),
        signed_in=signed,
        phone=clinic_phone(service_of(request).path),
        exit_origin=beside,
        script_words={key: words.plain(text) for key, text in SCRIPT_WORDS.items()},
        notice=notice or secrets.token_hex(16),
        **values,
    )  # fmt: skip
    policy = POLICY.replace("connect-src 'self'", f"connect-src 'self' {beside}".rstrip())
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",  # with none at all a form says Origin: null
        "Vary": "Accept-Language, Cookie",
    }
    return HTMLResponse(text, status, headers)


class OwnRoute(APIRoute):
    """A route whose faults are pages, where a browser asks."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        work = super().get_route_handler()

        async def answer(request: Request) -> Response:
            if "text/html" not in request.headers.get("accept", ""):
                return await work(request)
            try:
                return await work(request)
            except NanowardError as fault:
                told = problem_of(fault) | {"status": status_of(fault), "fault": fault}
            except RequestValidationError:
                told = {"status": 422, "detail": "", "code": "HTTP-422"}
            except Exception as fault:  # noqa: BLE001 - a page with the way out, never a trace
                log = logging.getLogger("nanoward.service")
                log.error("bug: %s", type(fault).__name__)  # noqa: TRY400 - a trace may name
                told = {"status": 500, "detail": "", "code": "HTTP-500"}
            return draw_problem(request, told)

        return answer


def draw_problem(request: Request, told: Mapping[str, Any]) -> Response:
    """A problem document as a page."""
    code, status = str(told.get("code", "")), int(told["status"])
    title, lines, link = REFUSED, [REFUSED_NEXT], None
    detail = str(told.get("detail", ""))
    if code == SignInError.code:
        title, lines, detail = SIGN_IN, [SIGN_IN_NEXT], ""
        link = ("/sign-in", N_("Sign in"))
    elif code == StepUpError.code:
        title, lines, detail = STEP_UP, [STEP_UP_NEXT], ""
        link = ("/step-up", N_("Use my passkey"))
    elif code == NotYoursError.code:
        title, lines, detail = NOT_YOURS, [], ""
    elif status >= 500:
        title, lines = BROKEN, [BROKEN_NEXT]
    return draw(
        request, "problem.html.j2", status=status, account=account_here(request),
        title=title, lines=lines, detail=detail, link=link,
    )  # fmt: skip
