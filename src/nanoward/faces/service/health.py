"""Whether the service lives, and whether each part of it is ready."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from nanoward.base.errors import NanowardError
from nanoward.faces.service.guard import Open
from nanoward.faces.service.service_parts import service_of

router = APIRouter(prefix="/health", tags=["health"])
_ANYBODY = Depends(Open("a supervisor asks it, and it says nothing of people"))


@router.get("/live", dependencies=[_ANYBODY])
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/ready", dependencies=[_ANYBODY])
async def ready(request: Request) -> JSONResponse:
    """Which part is down: the plan and ledger. 503 where any is."""
    service = service_of(request)
    parts: dict[str, str] = {}
    down = False
    try:
        size = await service.read(lambda ports: ports.ledger.head().size)
        parts["ledger"] = "ready" if size >= 0 else "empty"
    except (NanowardError, OSError) as fault:
        down = True
        parts["ledger"] = f"down: {getattr(fault, 'code', type(fault).__name__)}"
    told: dict[str, Any] = {"ready": not down, "parts": parts}
    return JSONResponse(told, 503 if down else 200)
