"""The exit's own ledger: a small file with room kept free, so that a full disk stops nobody.

The same tree as every ledger. A rollback journal that stays on the disk (PERSIST) in place of
a write-ahead log: neither file grows for a notice, as long as there is room in them.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from nanoward.adapters.stores.lock import locked
from nanoward.adapters.stores.sqlite_ledger import NOTHING, SqliteLedger, what_is
from nanoward.adapters.stores.sqlite_rows import SETTINGS
from nanoward.audit.receipts import Head
from nanoward.base.entries import Entry
from nanoward.ports.ledger import Record

FILE, KEYS = "exit.db", "exit-keys"
ROOM = 2 << 20  # bytes kept free in the file: some thousand notices
JOURNAL = 96  # pages of the journal, made once and kept
SPOOL_SETTINGS = ("journal_mode=PERSIST", *SETTINGS[1:])
MAKING_S = 10.0

__all__ = ["FILE", "KEYS", "ExitSpool", "free_bytes", "open_spool"]


def open_spool(kept: Path) -> SqliteLedger:
    """The spool of a programme's `.nanoward` folder, made where there is none.

    Errors of SqliteLedger; ProgrammeBusyError where somebody else has been making it for long.
    """
    path = kept / FILE
    if _is_made(path, kept / KEYS):
        return _opened(kept)
    with locked(kept / "exit-making.lock", wait_s=MAKING_S):
        ledger = _opened(kept)
        try:
            if free_bytes(path) < ROOM // 2:
                _keep_room(path)
        except BaseException:
            ledger.close()
            raise
    return ledger


def free_bytes(path: Path) -> int:
    """Bytes within the file that are kept free."""
    with closing(sqlite3.connect(path, timeout=10)) as db:
        (pages,) = db.execute("PRAGMA freelist_count").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    return int(pages) * int(size)


class ExitSpool:
    """The spool as others see it: opened when somebody has used it."""

    def __init__(self, kept: Path) -> None:
        self._kept = kept
        self._ledger: SqliteLedger | None = None

    def _open(self) -> SqliteLedger | None:
        if self._ledger is None and _is_made(self._kept / FILE, self._kept / KEYS):
            self._ledger = _opened(self._kept)
        return self._ledger

    def about(self, person: str, *, kinds: Sequence[str] = ()) -> Iterator[Record]:
        ledger = self._open()
        return iter(()) if ledger is None else ledger.about(person, kinds=kinds)

    def append(
        self, entries: Sequence[Entry], *, actor: str, at: datetime, after: int | None = None
    ) -> Head:
        self._ledger = self._open() or open_spool(self._kept)
        return self._ledger.append(entries, actor=actor, at=at, after=after)

    def records(self, *, after: int = 0, kind: str | None = None) -> Iterator[Record]:
        ledger = self._open()
        return iter(()) if ledger is None else ledger.records(after=after, kind=kind)

    def head(self) -> Head:
        ledger = self._open()
        return Head(size=0, hash=NOTHING) if ledger is None else ledger.head()

    def opened(self) -> SqliteLedger | None:
        """The ledger itself; None where nobody ever used it."""
        return self._open()

    def verify(self) -> Head:
        ledger = self._open()
        return Head(size=0, hash=NOTHING) if ledger is None else ledger.verify()

    def close(self) -> None:
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None


def _is_made(path: Path, keys: Path) -> bool:
    return path.exists() and (keys / "ledger.key").exists() and what_is(path) == "ours"


def _opened(kept: Path) -> SqliteLedger:
    return SqliteLedger(kept / FILE, keys=kept / KEYS, settings=SPOOL_SETTINGS)


def _keep_room(path: Path) -> None:
    """Fill the file and the journal once, and leave the pages free."""
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as db:
        for setting in SPOOL_SETTINGS:
            db.execute(f"PRAGMA {setting}").fetchall()
        db.execute("CREATE TABLE IF NOT EXISTS room (id INTEGER PRIMARY KEY, filled BLOB)")
        piece = 1 << 16
        for _ in range(ROOM // piece):
            db.execute("INSERT INTO room (filled) VALUES (zeroblob(?))", (piece,))
        db.execute("UPDATE room SET filled = zeroblob(?) WHERE id <= ?", (piece, JOURNAL // 16))
        db.execute("DROP TABLE room")
