"""One route for one table of the last round: the same for every room."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.faces.service.api.parts.cursors import After, Limit
from nanoward.faces.service.api.parts.tables import Form, Rows, table_answer
from nanoward.faces.service.api.parts.views import round_table
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.service_parts import service_of
from nanoward.programme.access.rights import Right


def add_table(router: APIRouter, path: str, name: str, right: Right, told: str) -> None:
    """A GET for a table of the last round, as a grant of this right lets it through.

    told  what the route says of itself
    """
    seen = Annotated[Visitor, Depends(Guard(right, own=True))]

    async def table(
        request: Request,
        visitor: seen,
        form: Form = "json",
        after: After = None,
        limit: Limit = 50,
    ) -> Response:
        service = service_of(request)
        found = await service.read(lambda ports: round_table(ports, service, visitor, name))
        return table_answer(found, name, form, (after, limit))

    table.__doc__ = told
    table.__name__ = f"{name}_table"
    router.add_api_route(path, table, methods=["GET"], response_model=Rows)


def add_tables(router: APIRouter, right: Right, tables: Sequence[tuple[str, str, str]]) -> None:
    """Several: (path, name of the table, what its route says of itself)."""
    for path, name, told in tables:
        add_table(router, path, name, right, told)
