"""Stop, less, leave, a private word: kept first, answered with a receipt, refused to nobody.

Who asks is known by their session or by a stop code; no sign-in, no step-up, no reason. It
waits in line with nobody: these routes have threads of their own.
"""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, TypeVar

import anyio
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from nanoward.faces.exit_door import (
    CARRY_S,
    DONE,
    DOWN,
    DOWN_NEXT,
    LONGEST_WORDS,
    UNKNOWN,
    UNKNOWN_NEXT,
    answer_lines,
    give_at_door,
)
from nanoward.faces.service.guard import Guard, Open, Visitor
from nanoward.faces.service.participant.own_page import OwnRoute, account_here, draw, me_of
from nanoward.faces.service.service_parts import service_of
from nanoward.faces.words import N_
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/me", route_class=OwnRoute, tags=["me"])
_ANYBODY = Depends(
    Open("leaving and stopping need nobody's leave; a stop code says whose wish")
)
SIDE_BY_SIDE = 32
LONGEST_FORM = 32_000
WHO = N_("Who are you?")
WHO_NEXT = N_(
    "Type the stop code from your card below and press again. Or sign in. Or call the clinic."
)
T = TypeVar("T")


class Wish(BaseModel):
    """What a phone sends; what is not named here is not looked at."""

    model_config = ConfigDict(extra="ignore")

    wish: str = Field(pattern="^(stop|leave|less|concern)$")
    notice: str = Field(max_length=64)
    code: str = Field(default="", max_length=200)
    words: str = Field(default="", max_length=LONGEST_WORDS)
    setting: str = Field(default="", max_length=200)
    value: str | float | None = None
    unit: str = Field(default="", max_length=50)


@router.post("/notices", dependencies=[_ANYBODY])
async def notices(request: Request, wish: Wish) -> Response:
    """A wish as a phone sends it: kept once under its number however often it is sent."""
    asked = wish.model_dump()
    who = await _who(request, wish.code)
    if who is None:
        return JSONResponse({"detail": "nobody is known by this"}, 403)
    try:
        told = await _now(request, partial(_given, request, asked, who, 0.0))
    except Exception:  # noqa: BLE001 - the phone keeps it, and asks the exit
        return JSONResponse({"detail": "it could not be kept"}, 503)
    return JSONResponse(told)


@router.post("/stop", dependencies=[_ANYBODY])
async def stop(request: Request) -> Response:
    """Return my agent to its safe default."""
    return await _by_form(request, "stop")


@router.post("/leave", dependencies=[_ANYBODY])
async def leave(request: Request) -> Response:
    """Leave, at once."""
    return await _by_form(request, "leave")


@router.post("/less", dependencies=[_ANYBODY])
async def less(request: Request) -> Response:
    """Have less of a setting, at once."""
    return await _by_form(request, "less")


@router.post("/concern", dependencies=[_ANYBODY])
async def concern(request: Request) -> Response:
    """A private word to the advocate."""
    return await _by_form(request, "concern")


@router.get("/word", dependencies=[_ANYBODY])
async def word(request: Request) -> Response:
    """Where a private word is written."""
    return draw(request, "word.html.j2", account=account_here(request))


@router.post("/code")
async def code(
    request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.LEAVE, own=True))]
) -> Response:
    """A stop code for this phone: what it keeps is sent with it when the session is over."""
    who, service = me_of(visitor), service_of(request)
    drawn = await _now(request, partial(_draw_code, service.path, who, service.clock.now()))
    return JSONResponse({"code": drawn})


async def _by_form(request: Request, wish: str) -> Response:
    form = await request.form(max_fields=20, max_part_size=LONGEST_FORM)
    asked: dict[str, Any] = {
        name: str(form.get(name) or "")
        for name in ("notice", "code", "words", "setting", "value", "unit")
    }
    asked["wish"] = wish
    account = account_here(request)
    who = await _who(request, asked["code"], account)
    again = {"account": account, "notice": asked["notice"]}
    if who is None:
        title, line = (UNKNOWN, UNKNOWN_NEXT) if asked["code"] else (WHO, WHO_NEXT)
        return _told(request, 403, title, line, **again)
    try:
        told = await _now(request, partial(_given, request, asked, who, CARRY_S))
    except Exception:  # noqa: BLE001 - said in words, with the phone number
        return _told(request, 503, DOWN, DOWN_NEXT, **again)
    return draw(
        request, "answer.html.j2", account=account, title=DONE[wish],
        lines=answer_lines(told), answer=told,
    )  # fmt: skip


def _told(request: Request, status: int, title: str, line: str, **more: Any) -> Response:
    return draw(
        request, "problem.html.j2", status=status, title=title, lines=[line], detail="",
        link=None, **more,
    )  # fmt: skip


def _given(request: Request, asked: dict[str, Any], who: str, wait_s: float) -> dict[str, Any]:
    path = service_of(request).path
    return give_at_door(path, asked, who, "own page", wait_s=wait_s)


async def _who(request: Request, code: str, account: Account | None = None) -> str | None:
    """The person of a stop code, else of the session."""
    if code.strip():
        path = service_of(request).path
        try:
            who = await _now(request, partial(_person_of, path, code))
        except Exception:  # noqa: BLE001 - then the session may know them
            who = None
        if who is not None:
            return who
    found = account or account_here(request)
    return None if found is None else found.participant


def _person_of(path: str, code: str) -> str | None:
    from nanoward.wiring.exit import open_stop_codes

    with open_stop_codes(path) as codes:
        return codes.participant_of(code)


def _draw_code(path: str, who: str, at: Any) -> str:
    from nanoward.wiring.exit import open_stop_codes

    with open_stop_codes(path) as codes:
        return codes.draw(who, "phone", at)


async def _now(request: Request, work: Callable[[], T]) -> T:
    """In threads that nothing else uses: readers who wait hold up nobody who leaves."""
    state = request.app.state
    if not hasattr(state, "way_out_places"):
        state.way_out_places = anyio.CapacityLimiter(SIDE_BY_SIDE)
    return await anyio.to_thread.run_sync(work, limiter=state.way_out_places)
