"""The API's document (OpenAPI 3.1), for whoever is signed in."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from pydantic_core import to_json

from nanoward.faces.service.guard import Guard, Visitor
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/api/v1", tags=["document"])
Signed = Annotated[Visitor, Depends(Guard(Right.READ_ROLES))]
PROBLEM = {
    "type": "object",
    "description": "Why something was not done (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "next_step": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["type", "title", "status", "detail", "code", "next_step"],
}
REFERENCE = {"schema": {"$ref": "#/components/schemas/Problem"}}
FILES = {
    kind: {"schema": {"type": "string", "format": "binary"}}
    for kind in ("text/csv", "application/vnd.apache.parquet")
}
ANSWERS = {
    "default": {"description": "Why not", "content": {"application/problem+json": REFERENCE}}
}


@router.get("/openapi.json", response_class=Response)
async def document(request: Request, visitor: Signed) -> Response:
    """This document."""
    return Response(kept_document(request.app), media_type="application/json")


def api_document(app: FastAPI) -> dict[str, Any]:
    """The document of an app's routes under /api/v1; every refusal is a problem document."""
    told = get_openapi(
        title="nanoward",
        version="1",
        openapi_version="3.1.0",
        summary="The ward round's API: one part for each room.",
        routes=[one for one in app.routes if _is_api(one)],
    )
    schemas = told.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    for path in told["paths"].values():
        for one in path.values():
            one["responses"].pop("422", None)
            one["responses"] |= ANSWERS
            if any(told["name"] == "format" for told in one.get("parameters", ())):
                one["responses"]["200"]["content"] |= FILES
    return told


def _is_api(route: Any) -> bool:
    included = getattr(route, "original_router", None)
    path = getattr(route, "path", "") if included is None else included.prefix
    return str(path).startswith("/api/")


def kept_document(app: FastAPI) -> bytes:
    """The document as bytes, made when it is first asked for."""
    found: bytes | None = getattr(app.state, "document", None)
    if found is None:
        found = app.state.document = to_json(api_document(app), indent=1)
    return found
