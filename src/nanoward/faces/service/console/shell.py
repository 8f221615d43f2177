"""Pages poured together: the shell, what is now, and the report's sections, already pressed."""

import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import jinja2
from fastapi import Request
from fastapi.responses import Response
from markupsafe import Markup

from nanoward.faces.report.drawing.palette import MARKS
from nanoward.faces.service.console.kept_rounds import Drawn
from nanoward.faces.service.console.section_drawing import report_templates
from nanoward.faces.service.console.static_files import static_files

LEAST_PACKED = 1_000
ALL_ROWS = 1_000_000
_PLACE = re.compile(r"\x01section ([a-z]+)\x02")
_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


def section_place(name: str) -> Markup:
    """Where a section goes within a template: its bytes are put there unchanged."""
    return Markup(f"\x01section {name}\x02")  # noqa: S704 - a mark of ours, never on the page


@cache
def templates() -> jinja2.Environment:
    """The console's templates; the report's macros and filters are theirs too."""
    report = report_templates()
    own = jinja2.PackageLoader("nanoward.faces.service.console")
    assert report.loader is not None
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader([own, report.loader]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(report.filters)
    # tables of the console's own stand whole: they are read without script too
    made.globals.update(report.globals, marks=MARKS, section=section_place, page_rows=ALL_ROWS)
    return made


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """A template of the console with the files that every page asks for."""
    text: str = templates().get_template(template).render(files=static_files(), **values)
    return text


def html_response(
    request: Request,
    text: str,
    sections: Mapping[str, Drawn] | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page as an answer, pressed where the browser takes it."""
    pieces = pieces_of(text, sections or {})
    told = {"Vary": "Accept-Encoding, Cookie", **(headers or {})}
    size = sum(len(one.html if isinstance(one, Drawn) else one) for one in pieces)
    if "gzip" in request.headers.get("accept-encoding", "") and size >= LEAST_PACKED:
        body, told["Content-Encoding"] = joined_gzip(pieces), "gzip"
    else:
        body = b"".join(one.html if isinstance(one, Drawn) else one for one in pieces)
    return Response(body, status, told, "text/html; charset=utf-8")


def pieces_of(text: str, sections: Mapping[str, Drawn]) -> list[bytes | Drawn]:
    """A rendered page cut where sections go, each in its place."""
    parts = _PLACE.split(text)
    return [
        sections[part] if number % 2 else part.encode()
        for number, part in enumerate(parts)
        if number % 2 or part
    ]


def joined_gzip(pieces: Sequence[bytes | Drawn]) -> bytes:
    """One gzip member (RFC 1952) over all pieces; nothing is pressed twice."""
    body, crc, size = [_GZIP], 0, 0
    for one in pieces:
        if isinstance(one, Drawn):
            raw = one.html
            body.append(one.deflated)
        else:
            raw = one
            press = zlib.compressobj(6, zlib.DEFLATED, -15)
            body.append(press.compress(one) + press.flush(zlib.Z_FULL_FLUSH))
        crc, size = zlib.crc32(raw, crc), size + len(raw)
    body += [b"\x03\x00", struct.pack("<II", crc, size & 0xFFFFFFFF)]
    return b"".join(body)
