"""Models that several parts of the API share."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDone:
    """A case or event, by its name."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A page of a table: its columns, and its rows by them."""

    name: str
    columns: list[str]
    items: list[dict[str, Any]]
    next: str | None
