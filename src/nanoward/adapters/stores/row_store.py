"""What a ledger needs of a database: rows, one row of state, and one durable transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from nanoward.audit.leaves import Row
from nanoward.base.errors import IntegrityError, OutsideError
from nanoward.ports.service.requests import Requests


class BrokenLedgerError(IntegrityError):
    """A record on the ledger is not what was written."""

    code = "INT-020"


class ForeignLedgerError(IntegrityError):
    """The file or database is no ledger of ours."""

    code = "INT-021"
    next_step = "Move the file away, or name the right programme."


class WrongKeyError(IntegrityError):
    """The ledger belongs to another key."""

    code = "INT-022"
    next_step = "Bring .nanoward/keys of this ledger back from their copy. Nothing was written."


class LedgerUnavailableError(OutsideError):
    """The ledger's store cannot be read or written now; nothing was appended."""

    code = "OUT-020"
    next_step = (
        "Nothing was appended. See whether another round is running or the disk is full."
    )


class LedgerFailedError(OutsideError):
    """The disk refused to keep what was written. What was acknowledged before stands."""

    code = "OUT-022"
    next_step = (
        "Whether the last records were kept is unknown; nothing is tried again. Put the disk "
        "right, then run `nanoward verify`."
    )


class StaleError(Exception):
    """Another writer was faster; the transaction was not made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How a ledger stands on disk, changed in the same transaction as its rows.

    key   vkey that signs the ledger's checkpoints
    size  number of rows
    seal  made by the ledger's signer over origin, size and root
    note  the newest signed checkpoint that was kept; "" before the first
    """

    key: str
    size: int
    seal: bytes
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    """What an index of records by subject gains (audit/subjects.py says what a key is).

    rows   (key, seq of a record that is found by it)
    heads  (key, number of its records, chain over their seqs) as they stand afterwards
    upto   the index is whole up to this record
    """

    rows: Sequence[tuple[bytes, int]]
    heads: Sequence[tuple[bytes, int, bytes]]
    upto: int


class RowStore(Requests, Protocol):
    """SQLite or PostgreSQL. What is read comes from another connection than what is written."""

    name: str

    def state(self) -> State | None:
        """As it stands on disk; None where the ledger was never begun."""
        ...

    def begin(self, state: State) -> None:
        """Write the state of a ledger that is begun now."""
        ...

    def write(
        self,
        rows: Sequence[Row],
        state: State,
        *,
        after: int,
        postings: Postings | None = None,
    ) -> None:
        """Rows, state and postings, durably, or nothing.

        StaleError unless the size is `after`, and where there are postings, the index whole
        up to there.
        """
        ...

    def rows(self, after: int, last: int) -> list[Row]:
        """Rows with after < seq <= last, in order; fewer where some are missing."""
        ...

    def rows_at(self, seqs: Sequence[int]) -> list[Row]:
        """Rows by their numbers, in order; those that are missing are left out."""
        ...

    def nodes(self, seqs: Sequence[int]) -> dict[int, bytes]:
        """The nodes stored with these rows; those that are missing are left out."""
        ...

    def indexed(self) -> int:
        """Up to which record the index is whole."""
        ...

    def posting_heads(self, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
        """Count and chain of each key that has any."""
        ...

    def posted(self, key: bytes) -> list[int]:
        """The records that are found by a key, in order."""
        ...

    def all_posted(self) -> Iterator[tuple[bytes, int]]:
        """The whole index, by key and record."""
        ...

    def post(self, postings: Postings, *, after: int) -> None:
        """Add to the index alone; StaleError unless it is whole up to `after`."""
        ...

    def clear_postings(self) -> None:
        """Empty the index: it can be made again from the rows."""
        ...

    def close(self) -> None:
        """Let go."""
        ...
