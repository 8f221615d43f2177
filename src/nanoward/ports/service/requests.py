"""Requests that were answered: the same one again gets the same answer and does nothing."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

BEGUN = 0  # status of a request whose answer was not kept yet


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRequest:
    """One request under the key that its client gave it.

    key     SHA-256 over account and Idempotency-Key, hexadecimal
    body    SHA-256 over method, path and body: the same key for something else is refused
    at      when it came, ISO 8601 UTC
    first   first record that it wrote, 0 where it wrote none
    status  HTTP status of the answer; BEGUN until there is one
    answer  the answer's body
    """

    key: str
    body: str
    at: str
    first: int = 0
    status: int = BEGUN
    answer: bytes = b""


class Requests(Protocol):
    """Requests of the last days, in the database of the ledger.

    claim  kept by the next append in its own transaction, which sets it back to None
    """

    claim: KeptRequest | None

    def begin_requests(self) -> None:
        """Make room for them, once."""
        ...

    def request(self, key: str) -> KeptRequest | None:
        """What is kept under a key."""
        ...

    def keep_request(self, asked: KeptRequest) -> None:
        """Keep a request, or its answer, durably, in the place of what its key had."""
        ...

    def keep_later(self, asked: KeptRequest) -> None:
        """Keep an answer with the next append, or at `keep_now`; `request` finds it already."""
        ...

    def keep_now(self) -> None:
        """Keep the answers that wait."""
        ...

    def forget_requests(self, before: str) -> int:
        """Forget those that came before a moment (ISO 8601 UTC); how many."""
        ...


@runtime_checkable
class KeepsRequests(Protocol):
    """A ledger that keeps requests in its own database."""

    @property
    def requests(self) -> Requests:
        """Where they are."""
        ...

    def last_about(self, person: str) -> int:
        """The last record that names a person; 0 where none does. Nothing is opened."""
        ...
