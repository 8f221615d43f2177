"""Agents: published specs, and the lots that were built to them."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from nanoward.base.entries import LotReleased
from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.cursors import After, Limit, Page, page_of
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.lots.register_agents import agent_register
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/api/v1/agents", tags=["agents"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_PROGRAMME))]


class SpecRow(BaseModel):
    """A published spec of an agent."""

    agent: str
    version: str
    spec_sha256: str
    reference_length: int
    published: date
    expires: date


class LotRow(BaseModel):
    """The last word on a lot."""

    lot: str
    agent: str
    version: str
    spec_sha256: str
    released: bool
    decided: date
    reasons: list[str]


@router.get("/specs", response_model=Page[SpecRow])
async def specs(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """Every published spec, by agent and version."""

    def find(ports: Ports) -> Any:
        register = agent_register(ports.ledger)
        names = tuple(SpecRow.model_fields)
        rows = [
            {name: getattr(one, name) for name in names}
            for many in register.specs.values()
            for one in many
        ]
        rows.sort(key=_spec)
        return page_of("specs", rows, _spec, after, limit)

    return answer(await service_of(request).read(find))


def _spec(row: dict[str, Any]) -> str:
    return f"{row['agent']}/{row['version']}"


@router.get("/lots", response_model=Page[LotRow])
async def lots(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """Every lot that was decided on, by name."""

    def find(ports: Ports) -> Any:
        rows = [
            {
                "lot": one.lot,
                "agent": one.agent,
                "version": one.version,
                "spec_sha256": one.spec_sha256,
                "released": isinstance(one, LotReleased),
                "decided": one.released if isinstance(one, LotReleased) else one.refused,
                "reasons": () if isinstance(one, LotReleased) else one.reasons,
            }
            for one in agent_register(ports.ledger).lots.values()
        ]
        rows.sort(key=lambda one: str(one["lot"]))
        return page_of("lots", rows, lambda one: str(one["lot"]), after, limit)

    return answer(await service_of(request).read(find))
