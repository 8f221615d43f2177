"""Bonds: who shares factors beyond chance, as tables and as files for other programs."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from nanoward.faces.service.api.parts.tables import attachment
from nanoward.faces.service.api.parts.views import round_table
from nanoward.faces.service.api.tables_routes import add_tables
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.bonds.export_bonds import export_bonds
from nanoward.flows.queries.rounds_held import round_of
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/api/v1/bonds", tags=["bonds"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_GENOMES, own=True))]
KINDS = {"graphml": "application/xml", "microbetrace": "application/json"}
ENDS = {"graphml": "graphml", "microbetrace": "json"}

add_tables(
    router,
    Right.READ_GENOMES,
    (
        ("/pairs", "bonds", "Pairs of the last round, with p- and q-values."),
        ("/groups", "bond_groups", "Groups of linked people of the last round."),
        ("/batches", "bond_batches", "Batches of tests of all rounds so far."),
    ),
)


@router.get(
    "/network",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in KINDS.values()}}},
)
async def network(
    request: Request,
    visitor: Reader,
    kind: Annotated[Literal["graphml", "microbetrace"], Query()] = "graphml",
) -> Response:
    """The network of the last round as a file for other programs; people as you see them."""
    service = service_of(request)

    def find(ports: Ports) -> str:
        day = round_of(ports).held.as_of
        bonds = round_table(ports, service, visitor, "bonds")
        return export_bonds(bonds, kind, day, ports.folder.plan().title)

    text = await service.read(find)
    return attachment(text.encode(), f"bonds.{ENDS[kind]}", KINDS[kind])
