"""Rows of a ledger in one SQLite file: WAL, synchronous=FULL."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from nanoward.adapters.stores.private import private_file
from nanoward.adapters.stores.row_store import (
    ForeignLedgerError,
    LedgerFailedError,
    LedgerUnavailableError,
    Postings,
    StaleError,
    State,
)
from nanoward.audit.leaves import Row
from nanoward.ports.service.requests import KeptRequest

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
INDEX = (  # a projection: it can be made again from the rows
    """
    CREATE TABLE IF NOT EXISTS subject (
        key BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, seq)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS subject_head (
        key BLOB PRIMARY KEY, count INTEGER NOT NULL, chain BLOB NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE IF NOT EXISTS folded (id INTEGER PRIMARY KEY CHECK (id = 1), upto INTEGER)",
    "INSERT OR IGNORE INTO folded VALUES (1, 0)",
)
REQUESTS = """
    CREATE TABLE IF NOT EXISTS request (
        key TEXT PRIMARY KEY, body TEXT NOT NULL, at TEXT NOT NULL, first INTEGER NOT NULL,
        status INTEGER NOT NULL, answer BLOB NOT NULL
    ) STRICT, WITHOUT ROWID
"""
MOST = 500  # values in one query
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
        self.claim: KeptRequest | None = None
        self._later: dict[str, KeptRequest] = {}
        self._log_bytes, self._logged = log_bytes, 0
        self._turn = threading.Lock()
        self._writer: Any = None
        self._reader: Any = None
        try:
            with self._faults():
                if connection is connect:  # nobody else reads it, whatever the umask says
                    private_file(path)
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

    def write(
        self,
        rows: Sequence[Row],
        state: State,
        *,
        after: int,
        postings: Postings | None = None,
    ) -> None:
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
            if postings is not None:
                self._post(postings, after)
            if self.claim is not None and rows:
                self._keep(replace(self.claim, first=after + 1))
            for one in self._later.values():
                self._keep(one)
        self._later.clear()
        self.claim = None if rows else self.claim
        self._logged += 8_192 + sum(len(row.box) + 400 for row in rows)
        if self._logged >= self._log_bytes:
            self._move_log()

    def rows(self, after: int, last: int) -> list[Row]:
        found = self._asked(
            "SELECT seq, at, kind, commitment, box, nodes FROM entry"
            " WHERE seq > ? AND seq <= ? ORDER BY seq",
            (after, last),
        )
        return [Row(*row) for row in found]

    def rows_at(self, seqs: Sequence[int]) -> list[Row]:
        found: list[Row] = []
        for some in _parts(sorted(seqs)):
            marks = ",".join("?" * len(some))
            query = (
                "SELECT seq, at, kind, commitment, box, nodes FROM entry"  # noqa: S608 - marks
                f" WHERE seq IN ({marks}) ORDER BY seq"
            )
            found += [Row(*row) for row in self._asked(query, tuple(some))]
        return found

    def nodes(self, seqs: Sequence[int]) -> dict[int, bytes]:
        if not seqs:
            return {}
        marks = ",".join("?" * len(seqs))
        query = f"SELECT seq, nodes FROM entry WHERE seq IN ({marks})"  # noqa: S608 - only marks
        return dict(self._asked(query, tuple(seqs)))

    def indexed(self) -> int:
        return int(self._asked("SELECT upto FROM folded")[0][0])

    def posting_heads(self, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
        found: dict[bytes, tuple[int, bytes]] = {}
        for some in _parts(list(keys)):
            marks = ",".join("?" * len(some))
            query = f"SELECT key, count, chain FROM subject_head WHERE key IN ({marks})"  # noqa: S608 - marks
            found |= {key: (count, chain) for key, count, chain in self._asked(query, (*some,))}
        return found

    def posted(self, key: bytes) -> list[int]:
        rows = self._asked("SELECT seq FROM subject WHERE key = ? ORDER BY seq", (key,))
        return [seq for (seq,) in rows]

    def all_posted(self) -> Iterator[tuple[bytes, int]]:
        at: tuple[bytes, int] = (b"", 0)
        query = (
            "SELECT key, seq FROM subject WHERE (key, seq) > (?, ?)"
            " ORDER BY key, seq LIMIT 5000"
        )
        while rows := self._asked(query, at):
            yield from rows
            at = rows[-1]

    def post(self, postings: Postings, *, after: int) -> None:
        with self._faults(), self._transaction():
            self._post(postings, after)
        self._move_log()

    def clear_postings(self) -> None:
        with self._faults(), self._transaction():
            for table in ("subject", "subject_head"):
                self._writer.execute(f"DROP TABLE IF EXISTS {table}")
            self._writer.execute("DROP TABLE IF EXISTS folded")
            for one in INDEX:
                self._writer.execute(one)

    def begin_requests(self) -> None:
        with self._faults(), self._transaction():
            self._writer.execute(REQUESTS)

    def request(self, key: str) -> KeptRequest | None:
        if (waits := self._later.get(key)) is not None:
            return waits
        rows = self._asked(
            "SELECT key, body, at, first, status, answer FROM request WHERE key = ?", (key,)
        )
        names = ("key", "body", "at", "first", "status", "answer")
        return KeptRequest(**dict(zip(names, rows[0], strict=True))) if rows else None

    def keep_request(self, asked: KeptRequest) -> None:
        with self._faults(), self._transaction():
            self._keep(asked)
        self._logged += 8_192 + len(asked.answer)

    def keep_later(self, asked: KeptRequest) -> None:
        self._later[asked.key] = asked

    def keep_now(self) -> None:
        if self._later:
            with self._faults(), self._transaction():
                for one in self._later.values():
                    self._keep(one)
            self._logged += 8_192
            self._later.clear()

    def forget_requests(self, before: str) -> int:
        with self._faults(), self._transaction():
            done = self._writer.execute("DELETE FROM request WHERE at < ?", (before,))
        return int(done.rowcount)

    def _keep(self, asked: KeptRequest) -> None:
        self._writer.execute(
            "INSERT OR REPLACE INTO request VALUES (?, ?, ?, ?, ?, ?)",
            (asked.key, asked.body, asked.at, asked.first, asked.status, asked.answer),
        )

    def close(self) -> None:
        with self._turn:
            for one in (self._reader, self._writer):
                if one is not None:
                    one.close()

    def _post(self, postings: Postings, after: int) -> None:
        if self._writer.execute("SELECT upto FROM folded").fetchone() != (after,):
            raise StaleError
        self._writer.executemany("INSERT INTO subject VALUES (?, ?)", postings.rows)
        self._writer.executemany(
            "INSERT INTO subject_head VALUES (?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET count = excluded.count, chain = excluded.chain",
            postings.heads,
        )
        self._writer.execute("UPDATE folded SET upto = ?", (postings.upto,))

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
        self._prepare_index()

    def _prepare_index(self) -> None:
        """An index that is missing or damaged is begun anew; it is no part of the record."""
        try:
            if self._writer.execute("SELECT upto FROM folded").fetchone() is not None:
                return
        except sqlite3.OperationalError:
            pass
        with self._transaction():
            for one in INDEX:
                self._writer.execute(one)

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


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), MOST):
        yield values[start : start + MOST]
