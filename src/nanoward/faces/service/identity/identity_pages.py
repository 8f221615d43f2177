"""Pages of identity: templates filled, and what a refused form shows again."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2
from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException

from nanoward.base.errors import NanowardError
from nanoward.faces.service.guard import Open, session_of
from nanoward.faces.service.problems import status_of
from nanoward.faces.service.service_parts import service_of

FOLDER: Final = Path(__file__).parent / "static"
FILES: Final[Mapping[str, str]] = {
    "passkeys.js": "text/javascript",
    "identity.css": "text/css",
}
router = APIRouter(tags=["identity"])


@cache
def _templates() -> jinja2.Environment:
    loaded = jinja2.Environment(
        loader=jinja2.PackageLoader("nanoward.faces.service.identity"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    loaded.filters["moment"] = lambda one: f"{one:%d %b %Y, %H:%M} UTC"
    return loaded


def page(request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of ours; `session` and `title` of the programme stand in every one."""
    service = service_of(request)
    session = values.pop("session", None) or session_of(request, service.clock.now())
    told = {"session": session, "refused": None, "typed": {}, **values}
    return HTMLResponse(_templates().get_template(name).render(told), status)


def refused_page(
    request: Request, name: str, fault: NanowardError, typed: Mapping[str, Any], **values: Any
) -> HTMLResponse:
    """The same page again with what was typed, and why nothing was done."""
    return page(
        request, name, status=status_of(fault), refused=fault, typed=dict(typed), **values
    )


@router.get(
    "/sign-in/static/{name}", dependencies=[Depends(Open("style and script say nothing"))]
)
async def static_file(name: str) -> Response:
    """A style sheet or a script of these pages."""
    if name not in FILES:
        raise HTTPException(404, "no such file")
    return FileResponse(
        FOLDER / name,
        media_type=FILES[name],
        headers={"Cache-Control": "public, max-age=300"},
    )
