"""What each problem means and what to do: a page for each code, from the errors' classes."""

import html
import json
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from nanoward.faces.service.guard import Open
from nanoward.faces.service.problems import NEXT, plain_problem

router = APIRouter(tags=["problems"])
ANYBODY = Depends(Open("what an error means is in the public documentation too"))
FILE = "problem_texts.json"


@cache
def problem_texts() -> dict[str, dict[str, Any]]:
    """By code: title and next step; written by docs/write_reference.py."""
    text = files("nanoward.faces.service").joinpath(FILE).read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)
    return found


@router.get("/problems/{code}", dependencies=[ANYBODY], response_class=Response)
async def problem(
    request: Request,
    code: Annotated[str, Path(pattern=r"^[A-Z]{3,4}-[0-9]{3}$")],
) -> Response:
    """What a problem means, and what to do about it."""
    told = problem_texts().get(code) or _framework(code)
    if told is None:
        return plain_problem(request, 404, "Not found", "no problem has this code")
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(page(code, told))
    return JSONResponse({"code": code, **told})


def _framework(code: str) -> dict[str, Any] | None:
    kind, _, number = code.partition("-")
    step = NEXT.get(int(number)) if kind == "HTTP" else None
    return None if step is None else {"title": f"HTTP {number}", "next_step": step}


def page(code: str, told: dict[str, Any]) -> str:
    """The page; plain, for it needs nothing."""
    title, step = html.escape(told["title"]), html.escape(told["next_step"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{code}</title>'
        '<meta name="viewport" content="width=device-width"></head>'
        f"<body><main><h1>{code}</h1><p>{title}</p><h2>What to do</h2><p>{step}</p></main>"
        "</body></html>"
    )
