"""My settings: what they are and since when, what I may set alone, and less at once."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.participant.own_page import OwnRoute, draw, me_of
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.participant.read_own_settings import (
    OwnSettings,
    SignedCertificate,
    read_own_settings,
)
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/me", route_class=OwnRoute, tags=["me"])


@router.get("/settings")
async def settings(
    request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.READ_SETTINGS, own=True))]
) -> Response:
    """Settings with the certificate, which the browser checks by itself."""
    me, service = me_of(visitor), service_of(request)
    found: OwnSettings = await service.read(lambda ports: _settings(ports, service.path, me))
    return draw(
        request, "settings.html.j2", account=visitor.account, found=found,
        zone=await service.read(lambda ports: ports.folder.plan().time_zone),
    )  # fmt: skip


def _settings(ports: Ports, path: str, me: str) -> OwnSettings:
    from nanoward.wiring import open_lane_beside
    from nanoward.wiring.service import own_certificate

    told = own_certificate(path, me)
    signed = None
    if told is not None:
        content, signature, key = told
        signed = SignedCertificate(content=content, signature=signature, key=key)
    with open_lane_beside(path) as lane:
        return read_own_settings(ports, lane, me, signed)
