"""Metrics for Prometheus: to this machine alone, or to somebody who is signed in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.base.errors import NanowardError
from nanoward.faces.service.api.events import hub_of
from nanoward.faces.service.guard import Guard, Open
from nanoward.faces.service.service_parts import service_of
from nanoward.programme.access.rights import Right

router = APIRouter(tags=["health"])
HERE = Annotated[
    None, Depends(Open("Prometheus on this machine; others are asked who they are"))
]
LOOPBACK = frozenset({"127.0.0.1", "::1", "testclient"})
NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
TEXT = "text/plain; version=0.0.4; charset=utf-8"
SIGNED = Guard(Right.READ_PROGRAMME)


@router.get("/metrics", response_class=Response)
async def metrics(request: Request, _: HERE) -> Response:
    """Counts, times, the queue and the ledger's size; of people nothing."""
    if not from_here(request):
        await SIGNED(request)
    service, telemetry = service_of(request), request.app.state.telemetry
    try:
        telemetry.records.set(await service.read(lambda ports: ports.ledger.head().size))
    except (NanowardError, OSError):
        telemetry.records.set(float("nan"))
    telemetry.queue.set(service.load())
    telemetry.streams.set(len(hub_of(service)))
    return Response(telemetry.text(), media_type=TEXT)


def from_here(request: Request) -> bool:
    """Whether it comes from this machine, by its own name and through no proxy."""
    client = request.client.host if request.client else ""
    forwarded = any(name in request.headers for name in ("x-forwarded-for", "forwarded", "via"))
    return client in LOOPBACK and request.url.hostname in NAMES and not forwarded
