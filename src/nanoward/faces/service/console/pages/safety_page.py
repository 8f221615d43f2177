"""Safety: laboratory grades, adverse events, liver, stopping rules."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.faces.service.console.console_pages import Page, show
from nanoward.faces.service.console.console_route import ConsoleRoute
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
READ = Guard(Right.READ_CLINICAL)
PAGE = Page(
    name="safety",
    title="Safety",
    lead="Grades, events and stopping rules: how near people and programme are to a stop.",
    sections=(("safety", Right.READ_CLINICAL), ("changed", Right.READ_CLINICAL)),
)


@router.get("/safety")
async def safety(request: Request, visitor: Annotated[Visitor, Depends(READ)]) -> Response:
    """Safety by the last round."""
    return await show(request, visitor, PAGE)
