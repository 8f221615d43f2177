"""The ledger of reads: a tree of its own, written a second later at most, by one thread.

Reads must not slow what is appended to the programme's ledger. Where they cannot be kept,
nothing more is shown: `note` says so to whoever asks next.
"""

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import Entry, kind_of
from nanoward.base.entries.programme import Looked
from nanoward.base.errors import NanowardError
from nanoward.ports.ledger import Record
from nanoward.ports.service.looks import LooksDownError
from nanoward.programme.access.rights import Grant

FILE, KEYS = "looks.db", "looks-keys"
LOOKED = kind_of(Looked)
EVERY_S = 0.5
MOST_WAITING = 10_000
Told = tuple[Entry, str, datetime]


class LookLedger:
    """Takes reads down in memory and appends what waits, twice a second."""

    def __init__(self, kept: Path, *, every_s: float = EVERY_S) -> None:
        self._ledger = SqliteLedger(kept / FILE, keys=kept / KEYS)
        self._every_s, self._turn = every_s, threading.Lock()
        self._writing = threading.Lock()
        self._waiting: list[Told] = []
        self._fault: str = ""
        self._over = threading.Event()
        self._writer = threading.Thread(target=self._work, daemon=True)
        self._writer.start()

    def note(self, account: str, grant: Grant, subject: str, what: str, at: datetime) -> None:
        looked = Looked(
            account=account,
            role=str(grant.role),
            right=str(grant.right),
            scope=str(grant.scope),
            participant=subject,
            what=what,
        )
        self.tell(looked, account, at)

    def tell(self, entry: Entry, actor: str, at: datetime) -> None:
        with self._turn:
            if self._fault or len(self._waiting) >= MOST_WAITING:
                raise LooksDownError(self._fault or "too many reads wait to be recorded")
            self._waiting.append((entry, actor, at))

    def flush(self) -> None:
        with self._writing:  # one batch after the other, in their order
            with self._turn:
                batch, self._waiting = self._waiting, []
            done = 0
            try:
                for actor, at, entries in _grouped(batch):
                    self._ledger.append(entries, actor=actor, at=at)
                    done += len(entries)
                self._fault = ""
            except (NanowardError, OSError) as fault:
                with self._turn:
                    self._waiting = batch[done:] + self._waiting
                self._fault = f"reads cannot be recorded: {fault}"
                raise LooksDownError(self._fault) from fault

    def about(self, person: str) -> Iterator[Record]:
        self.flush()
        return self._ledger.about(person, kinds=(LOOKED,))  # and those that name nobody

    def records(self, *, after: int = 0) -> Iterator[Record]:
        self.flush()
        return self._ledger.records(after=after)

    def close(self) -> None:
        self._over.set()
        self._writer.join(10)
        try:
            self.flush()
        finally:
            self._ledger.close()

    def _work(self) -> None:
        while not self._over.wait(self._every_s):
            try:
                self.flush()
            except LooksDownError:
                continue  # what waits is kept and tried again; `note` tells whoever asks


def _grouped(batch: list[Told]) -> Iterator[tuple[str, datetime, list[Entry]]]:
    """Neighbours of one actor and moment in one append."""
    group: list[Entry] = []
    last: tuple[str, datetime] | None = None
    for entry, actor, at in batch:
        if last not in (None, (actor, at)) and last is not None:
            yield *last, group
            group = []
        group.append(entry)
        last = (actor, at)
    if last is not None:
        yield *last, group
