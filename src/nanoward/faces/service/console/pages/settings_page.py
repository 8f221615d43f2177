"""Settings: fits, recommended settings and what they would do; nothing is sent from here."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.faces.service.console.console_pages import Page, show
from nanoward.faces.service.console.console_route import ConsoleRoute
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
READ = Guard(Right.READ_SETTINGS)
PAGE = Page(
    name="settings",
    title="Settings",
    lead="Each person's course, the recommended setting and its interval. A recommendation "
    "is no order: orders go through the control room.",
    sections=(("fits", Right.READ_SETTINGS),),
)


@router.get("/settings")
async def settings(request: Request, visitor: Annotated[Visitor, Depends(READ)]) -> Response:
    """Settings by the last round."""
    return await show(request, visitor, PAGE)
