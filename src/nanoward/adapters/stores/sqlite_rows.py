"""Rows of a ledger in one SQLite file: WAL, synchronous=FULL."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nanoward.adapters.stores.row_store import (
    ForeignLedgerError,
    LedgerFailedError,
    LedgerUnavailableError,
    StaleError,
    State,
)
from nanoward.audit.leaves import Row

APPLICATION = 0x4E57_4C32  # "NWL2", in the header of the file
FIRST_VERSION = 0x4E57_4C31  # "NWL1"
TABLES = (
    """
    CREATE TABLE entry (
        seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL,
        commitment BLOB NOT NULL, box BLOB NOT NULL, nodes BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE state (
        id INTEGER PRIMARY KEY CHECK (id = 1), key TEXT NOT NULL, size INTEGER NOT NULL,
        seal BLOB NOT NULL, note TEXT NOT NULL
    ) STRICT
    """,
)
SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
    "wal_autocheckpoint=0",  # done here, where a failed sync is not passed over
    "cell_size_check=ON",
    "trusted_schema=OFF",
)
NOTHING_KEPT = (1, 5, 6, 8, 13, 14)  # error, busy, locked, read-only, full, cannot open
LOG_BYTES = 4_000_000  # of the write-ahead log; one that is reused syncs faster than a new one
Connect = Callable[[Path], Any]


def connect(path: Path) -> sqlite3.Connection:
    """A connection that threads may share, as long as they take turns."""
    return sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)


class SqliteRows:
    """One connection writes, another reads; a failed sync is final."""

    def __init__(
        self,
        path: Path,
        *,
        connection: Connect = connect,
        settings: Sequence[str] = SETTINGS,
        log_bytes: int = LOG_BYTES,
    ) -> None:
        self.name = path.name
        self._log_bytes, self._logged = log_bytes, 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._turn = threading.Lock()
        self._writer: Any = None
        self._reader: Any = None
        try:
            with self._faults():
                self._writer = connection(path)
                self._prepare(settings)
                self._reader = connection(path)
                self._reader.execute("PRAGMA query_only=ON")
                self._reader.execute("SELECT count(*) FROM state").fetchall()
        except BaseException:
            self.close()
            raise

    def state(self) -> State | None:
        rows = self._asked("SELECT key, size, seal, note FROM state")
        if not rows:
            return None
        key, size, seal, note = rows[0]
        return State(key=key, size=size, seal=seal, note=note)

    def begin(self, state: State) -> None:
        with self._faults(), self._transaction():
            self._writer.execute(
                "INSERT OR IGNORE INTO state VALUES (1, ?, ?, ?, ?)",
                (state.key, state.size, state.seal, state.note),
            )

    def write(self, rows: Sequence[Row], state: State, *, after: int) -> None:
        with self._faults(), self._transaction():
            if self._writer.execute("SELECT size FROM state").fetchone() != (after,):
                raise StaleError
            self._writer.execute(
                "UPDATE state SET size = ?, seal = ?, note = ?",
                (state.size, state.seal, state.note),
            )
            self._writer.executemany(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)",
                [(r.seq, r.at, r.kind, r.commitment, r.box, r.nodes) for r in rows],
            )
        self._logged += 8_192 + sum(len(row.box) + 200 for row in rows)
        if self._logged >= self._log_bytes:
            self._move_log()

    def rows(self, after: int, last: int) -> list[Row]:
        found = self._asked(
            "SELECT seq, at, kind, commitment, box, nodes FROM entry"
            " WHERE seq > ? AND seq <= ? ORDER BY seq",
            (after, last),
        )
        return [Row(*row) for row in found]

    def nodes(self, seqs: Sequence[int]) -> dict[int, bytes]:
        if not seqs:
            return {}
        marks = ",".join("?" * len(seqs))
        query = f"SELECT seq, nodes FROM entry WHERE seq IN ({marks})"  # noqa: S608 - only marks
        return dict(self._asked(query, tuple(seqs)))

    def close(self) -> None:
        with self._turn:
            for one in (self._reader, self._writer):
                if one is not None:
                    one.close()

    def _asked(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._turn, self._faults():
            return list(self._reader.execute(query, values).fetchall())

    def _move_log(self) -> None:
        """Move the log into the file. A full disk puts it off; a failed sync is final."""
        try:
            with self._faults():
                self._writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except LedgerUnavailableError:
            return
        self._logged = 0

    def _prepare(self, settings: Sequence[str]) -> None:
        (application,) = self._writer.execute("PRAGMA application_id").fetchone()
        (tables,) = self._writer.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if application != APPLICATION and (tables or application):
            raise ForeignLedgerError(f"{self.name} is a SQLite file, but no ledger")
        for setting in settings:
            self._writer.execute(f"PRAGMA {setting}").fetchall()
        if application != APPLICATION:
            with self._transaction():
                if not self._writer.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                    for table in TABLES:
                        self._writer.execute(table)
                    self._writer.execute(f"PRAGMA application_id={APPLICATION}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as fault:
            told = f"{self.name}: {fault}"
            if getattr(fault, "sqlite_errorcode", 13) & 0xFF in NOTHING_KEPT:
                raise LedgerUnavailableError(told) from fault
            raise LedgerFailedError(told) from fault
        except sqlite3.DatabaseError as fault:
            raise ForeignLedgerError(f"{self.name}: {fault}") from fault
