"""Bonds and drift: who shares factors beyond chance, and how far agents have adapted."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.faces.service.console.console_pages import Page, show
from nanoward.faces.service.console.console_route import ConsoleRoute
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
READ = Guard(Right.READ_GENOMES)
PAGE = Page(
    name="bonds",
    title="Bonds and drift",
    lead="Who shares factors beyond chance, which way, and how far the agent has adapted.",
    sections=(("bonds", Right.READ_GENOMES), ("drift", Right.READ_GENOMES)),
)


@router.get("/bonds")
async def bonds(request: Request, visitor: Annotated[Visitor, Depends(READ)]) -> Response:
    """Bonds and adaptation by the last round."""
    return await show(request, visitor, PAGE)
