"""Script and style by URLs that name their content: kept by browsers for ever, never stale."""

import base64
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.faces.report.drawing.palette import css_variables
from nanoward.faces.service.guard import Open
from nanoward.faces.service.problems import DoorClosedError

router = APIRouter(prefix="/static", tags=["console"])
KEPT = "public, max-age=31536000, immutable"
TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


class NoSuchFileError(DoorClosedError):
    """No script or style has this name."""

    code = "SRV-030"
    status = 404
    next_step = "Load the page again: it names the files of this version."


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """One script or style.

    url        names its content by SHA-256
    integrity  for the page that asks for it (Subresource Integrity)
    """

    url: str
    integrity: str
    kind: str
    content: bytes
    packed: bytes


def _file(name: str, content: bytes) -> StaticFile:
    digest, kind = hashlib.sha256(content), name.rpartition(".")[2]
    stem = name.removesuffix(f".{kind}")
    return StaticFile(
        url=f"/static/{stem}-{digest.hexdigest()[:16]}.{kind}",
        integrity=f"sha256-{base64.b64encode(digest.digest()).decode()}",
        kind=kind,
        content=content,
        packed=gzip.compress(content, 9, mtime=0),
    )


@cache
def static_files() -> Mapping[str, StaticFile]:
    """Every file by its short name: report.css, report.js, console.css, console.js, htmx.js."""
    report = files("nanoward.faces.report") / "templates"
    own = files("nanoward.faces.service") / "static"
    style = css_variables().encode() + report.joinpath("report.css").read_bytes()
    return {
        "report.css": _file("report.css", style),
        "report.js": _file("report.js", report.joinpath("report.js").read_bytes()),
        "console.css": _file("console.css", own.joinpath("console.css").read_bytes()),
        "console.js": _file("console.js", own.joinpath("console.js").read_bytes()),
        "htmx.js": _file("htmx.js", own.joinpath("htmx-4.0.1.min.js").read_bytes()),
    }


_ANYBODY = Annotated[None, Depends(Open("script and style say nothing of anybody"))]


@router.get("/{name}")
async def static_file(name: str, request: Request, _: _ANYBODY) -> Response:
    """One file by the URL that a page names."""
    found = next((one for one in static_files().values() if one.url == f"/static/{name}"), None)
    if found is None:
        raise NoSuchFileError(f"no file is called {name!r}")
    packs = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": KEPT, "Vary": "Accept-Encoding"}
    if packs:
        headers["Content-Encoding"] = "gzip"
    return Response(
        found.packed if packs else found.content, media_type=TYPES[found.kind], headers=headers
    )
