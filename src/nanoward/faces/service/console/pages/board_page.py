"""Board: who is cleared, held, recalled or leaving, and why."""

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
    name="board",
    title="Board",
    lead="Everybody's standing by arm, with the reason; a name leads to the person.",
    template="board_page.html.j2",
    sections=(("board", Right.READ_CLINICAL), ("people", Right.READ_CLINICAL)),
)


@router.get("/board")
async def board(request: Request, visitor: Annotated[Visitor, Depends(READ)]) -> Response:
    """The board of the last round."""
    return await show(request, visitor, PAGE)
