"""Pages of lists: opaque cursors that stay right when rows come in between."""

import base64
import binascii
import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from nanoward.faces.service.problems import DoorClosedError

T = TypeVar("T")
MOST, USUAL = 200, 50
After = Annotated[
    str | None, Query(max_length=300, description="`next` of the page before; none: the first.")
]
Limit = Annotated[int, Query(ge=1, le=MOST)]


class BadCursorError(DoorClosedError):
    """A cursor that this list did not give."""

    code = "SRV-014"
    next_step = "Begin without `after`, and use the `next` of each page."


class Page(BaseModel, Generic[T]):
    """One page of a list; `next` is null on the last."""

    items: list[T]
    next: str | None


def cursor(kind: str, last: str | int) -> str:
    """Where a page of a list ended."""
    told = json.dumps([kind, last], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def place(kind: str, after: str | None) -> Any:
    """Where a cursor of a list stands; None without one, BadCursorError for anything else."""
    if after is None:
        return None
    try:
        padded = after + "=" * (-len(after) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise BadCursorError("the cursor cannot be read") from None
    if (
        not isinstance(found, list)
        or len(found) != 2
        or found[0] != kind
        or isinstance(found[1], bool)
        or not isinstance(found[1], str | int)
    ):
        raise BadCursorError("the cursor is of another list")
    return found[1]


def page_of(
    kind: str,
    rows: Sequence[T],
    key: Callable[[T], str],
    after: str | None,
    limit: int,
) -> dict[str, Any]:
    """The page of rows behind a cursor; rows are sorted by their key."""
    last = place(kind, after)
    if isinstance(last, int):
        raise BadCursorError("the cursor is of another list")
    start = 0 if last is None else bisect_right(rows, last, key=key)
    shown = list(rows[start : start + limit])
    more = start + limit < len(rows)
    return {"items": shown, "next": cursor(kind, key(shown[-1])) if more else None}
