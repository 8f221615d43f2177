"""Plain answers: a value as JSON, with its headers."""

from collections.abc import Mapping
from typing import Any

from fastapi.responses import Response
from pydantic_core import to_json


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A value as JSON; what is not a number is null."""
    content = value if isinstance(value, bytes) else to_json(value, inf_nan_mode="null")
    return Response(content, status, dict(headers or {}), "application/json")
