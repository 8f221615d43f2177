"""The page without anybody's data: it opens offline, and on it one can stop and leave."""

import json
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from nanoward.faces.service.guard import Open
from nanoward.faces.service.participant.own_page import (
    OwnRoute,
    draw,
    static_file,
    version,
    words_for,
)
from nanoward.faces.words import LANGUAGES

router = APIRouter(prefix="/me", route_class=OwnRoute, tags=["me"])
_ANYBODY = Depends(Open("it holds nobody's data, and whoever wants to stop needs it"))
KINDS = {
    "me.css": "text/css; charset=utf-8",
    "me.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
YEAR_S = 31_536_000


@router.get("/", dependencies=[_ANYBODY])
async def shell(request: Request) -> Response:
    """The same for everybody: a phone keeps it."""
    return draw(request, "shell.html.j2")


@router.get("/static/{name}", dependencies=[_ANYBODY])
async def static(name: str) -> Response:
    """Style, script and picture; their address changes with them."""
    if name not in KINDS:
        return Response(status_code=404)
    headers = {"Cache-Control": f"public, max-age={YEAR_S}, immutable"}
    return Response(static_file(name), headers=headers, media_type=KINDS[name])


@router.get("/sw.js", dependencies=[_ANYBODY])
async def worker() -> Response:
    """The service worker, with the version of what it keeps."""
    content = static_file("sw.js").replace(b"VERSION", version().encode())
    return Response(
        content,
        headers={"Cache-Control": "no-cache"},
        media_type="text/javascript; charset=utf-8",
    )


@router.get("/manifest.webmanifest", dependencies=[_ANYBODY])
async def manifest(request: Request) -> Response:
    """What a phone needs to put the page on its first screen."""
    words = words_for(request)
    told = {
        "name": words.plain("My page"),
        "short_name": words.plain("My page"),
        "lang": words.language,
        "dir": words.direction,
        "id": "/me/",
        "start_url": "/me/",
        "scope": "/me/",
        "display": "standalone",
        "background_color": "#fbf7f0",
        "theme_color": "#1f5f5b",
        "icons": [{"src": "/me/static/icon.svg", "sizes": "any", "type": "image/svg+xml"}],
    }
    return Response(json.dumps(told), media_type="application/manifest+json")


@router.post("/language", dependencies=[_ANYBODY])
async def language(request: Request, language: Annotated[str, Form()]) -> Response:
    """Remember a language on this phone."""
    answer = RedirectResponse(_back(request), 303)
    if language in LANGUAGES:
        answer.set_cookie(
            "lang", language, max_age=YEAR_S, path="/", secure=True, httponly=True,
            samesite="lax",
        )  # fmt: skip
    return answer


def _back(request: Request) -> str:
    """The page of ours that the form stood on; its path alone (no open redirect)."""
    came = urlsplit(request.headers.get("referer", ""))
    known = came.path.startswith("/me/") and "//" not in came.path and "\\" not in came.path
    return came.path if known else "/me/"
