"""Bulk content named by its SHA-256, and notes of which content an earlier computation gave."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from nanoward.base.ids import Sha256


@runtime_checkable
class Blobs(Protocol):
    """Content never changes under a name, so a name found is a computation saved."""

    def put(self, content: bytes) -> Sha256:
        """Keep content durably; the same content twice is kept once."""
        ...

    def put_all(self, contents: Sequence[bytes]) -> tuple[Sha256, ...]:
        """As `put` of each, in order: all of them are kept, or none, for the price of one."""
        ...

    def get(self, name: Sha256) -> bytes:
        """The content; IntegrityError when it is missing or no longer fits its name."""
        ...

    def has(self, name: Sha256) -> bool:
        """Whether content of this name is kept."""
        ...

    def names(self) -> tuple[Sha256, ...]:
        """All names, sorted."""
        ...

    def note(self, key: str, name: Sha256) -> None:
        """Remember that the computation called `key` gave the content called `name`."""
        ...

    def noted(self, key: str) -> Sha256 | None:
        """What the computation called `key` gave, when it is still kept; else None."""
        ...
