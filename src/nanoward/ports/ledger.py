"""The record of everything that happened: append only, durable, tamper-evident."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from nanoward.base.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One entry as it stands on the ledger.

    seq   1-based, without gaps
    at    when it was appended, UTC
    hash  hexadecimal SHA-256 that covers this record and all before it
    """

    seq: int
    at: datetime
    actor: str
    kind: str
    body: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How long the ledger is and the hash that covers all of it."""

    size: int
    hash: str


@runtime_checkable
class Ledger(Protocol):
    """One writer at a time. What `append` returned is on the disk."""

    def append(self, entries: Sequence[Entry], *, actor: str, at: datetime) -> Head:
        """Append all entries or none; returns once they survive a power cut."""
        ...

    def records(self, *, after: int = 0, kind: str | None = None) -> Iterator[Record]:
        """Records in order, from the one behind `after`, of one kind or of all."""
        ...

    def head(self) -> Head:
        """The current length and hash; the hash of an empty ledger is 64 zeros."""
        ...

    def verify(self) -> Head:
        """Recompute every hash from the disk; IntegrityError at the first that is wrong."""
        ...

    def close(self) -> None:
        """Let go of the store. Closing twice is harmless."""
        ...
