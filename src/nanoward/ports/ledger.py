"""The record of everything that happened: append only, durable, tamper-evident, provable."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from nanoward.audit.checkpoints import InclusionProof
from nanoward.audit.leaves import Row
from nanoward.audit.notes import Note, VerifierKey
from nanoward.audit.receipts import Head, Receipt
from nanoward.audit.tree import Frontier
from nanoward.base.entries import Entry
from nanoward.base.errors import OutsideError


class LedgerMovedError(OutsideError):
    """Somebody else appended first; what was to be appended was not."""

    code = "OUT-063"
    next_step = "Nothing was appended; decide again by what the ledger says now."


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One entry as it stands on the ledger.

    seq   1-based, without gaps
    at    when it was appended, UTC
    hash  hexadecimal SHA-256 that covers this record and all before it
    A record of a person who was erased has no actor and the kind "audit.EntryErased".
    """

    seq: int
    at: datetime
    actor: str
    kind: str
    body: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationMark:
    """How far a verification has come: the tree of what was recomputed so far.

    total  records that are to be verified
    """

    total: int
    tree: Frontier


@runtime_checkable
class Ledger(Protocol):
    """One writer at a time. What `append` returned is on the disk."""

    def append(
        self, entries: Sequence[Entry], *, actor: str, at: datetime, after: int | None = None
    ) -> Head:
        """Append all entries or none; returns once they survive a power cut.

        after  the size that the decision was made at; LedgerMovedError where it is another
        """
        ...

    def records(self, *, after: int = 0, kind: str | None = None) -> Iterator[Record]:
        """Records in order, from the one behind `after`, of one kind or of all."""
        ...

    def about(self, person: str, *, kinds: Sequence[str] = ()) -> Iterator[Record]:
        """Records that speak of a person, those of the orders they name, and of some kinds.

        In order, at the cost of what is found. `hash` is empty: it covers what was not read.

        person  however it is written: see base.names.identity_of
        kinds   of records that name nobody, such as consent documents
        """
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


@runtime_checkable
class ProvenLedger(Ledger, Protocol):
    """A ledger that proves what it holds to those who trust nobody."""

    def append(
        self, entries: Sequence[Entry], *, actor: str, at: datetime, after: int | None = None
    ) -> Receipt:
        """As Ledger.append; the receipt proves it."""
        ...

    def key(self) -> VerifierKey:
        """The public key that its checkpoints are signed with."""
        ...

    def checkpoint(self) -> Note:
        """The signed checkpoint of the current head."""
        ...

    def prove(self, seq: int) -> InclusionProof:
        """That record `seq` stands under the current checkpoint, or UsageError."""
        ...

    def consistency(self, old: int) -> tuple[bytes, ...]:
        """That the tree of `old` leaves is how the current one began."""
        ...

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        """What is stored, as it is stored: nothing is decrypted."""
        ...

    def verified(
        self, start: VerificationMark | None = None, *, bodies: bool = True
    ) -> Iterator[VerificationMark]:
        """Verify piece by piece, from a mark of an earlier run or from the start.

        bodies  also open each record's box and hold it against its commitment
        """
        ...

    def people(self) -> tuple[str, ...]:
        """Everybody whose key is there."""
        ...

    def fold(self, step: Callable[[int], None] = ..., *, anew: bool = False) -> None:
        """Bring the index of records by person up to the head; `anew` from nothing."""
        ...

    def folded(self) -> int:
        """The record up to which that index is whole."""
        ...

    def index_fault(self, step: Callable[[int], None] = ...) -> str:
        """What in that index does not fit the records; "" where all does."""
        ...

    def mentions(self, participant: str) -> bool:
        """Whether there is a key of this person that could be destroyed."""
        ...

    def erase(self, participant: str) -> bool:
        """Destroy a person's key; False where there was none. Every proof stays valid."""
        ...


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
