"""The ledger as several steps read it one behind the other: walked once, decrypted once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property

from nanoward.audit.receipts import Head
from nanoward.base.entries import Entry
from nanoward.ports.ledger import Ledger, Record


class RecordsOnce:
    """A ledger whose records are read when they are first asked for, and held.

    For steps between which nothing is appended; what is appended through it is seen.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @cached_property
    def _records(self) -> list[Record]:
        return list(self._ledger.records())

    def append(
        self, entries: Sequence[Entry], *, actor: str, at: datetime, after: int | None = None
    ) -> Head:
        """As the ledger itself; everything is then read anew."""
        self.__dict__.pop("_records", None)
        return self._ledger.append(entries, actor=actor, at=at, after=after)

    def records(self, *, after: int = 0, kind: str | None = None) -> Iterator[Record]:
        """Records in order, from the one behind `after`, of one kind or of all."""
        return (one for one in self._records if one.seq > after and kind in (None, one.kind))

    def about(self, person: str, *, kinds: Sequence[str] = ()) -> Iterator[Record]:
        """As the ledger itself."""
        return self._ledger.about(person, kinds=kinds)

    def head(self) -> Head:
        """As the ledger itself."""
        return self._ledger.head()

    def verify(self) -> Head:
        """As the ledger itself."""
        return self._ledger.verify()

    def close(self) -> None:
        """As the ledger itself."""
        self._ledger.close()
