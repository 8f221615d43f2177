"""How far an interrupted verification had come."""

from typing import Protocol, runtime_checkable

from nanoward.ports.ledger import VerificationMark


@runtime_checkable
class Marks(Protocol):
    """At most one mark; what somebody else put there is not taken."""

    def load(self) -> VerificationMark | None:
        """The mark that was kept; None when there is none, or it is not ours."""
        ...

    def save(self, mark: VerificationMark) -> None:
        """Keep a mark in the place of the one before."""
        ...

    def clear(self) -> None:
        """The verification came to its end."""
        ...
