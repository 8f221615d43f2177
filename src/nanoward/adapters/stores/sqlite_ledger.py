"""The ledger in one SQLite file: WAL, synchronous=FULL, one hash chain over all records."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from nanoward.base.canonical import canonical_json
from nanoward.base.entries import Entry, body_of, kind_of
from nanoward.base.errors import IntegrityError, OutsideError
from nanoward.ports.ledger import Head, Record

APPLICATION = 0x4E57_4C31  # "NWL1", in the header of the file
NOTHING = "0" * 64
TABLE = """
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL,
    kind TEXT NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL
) STRICT
"""


class BrokenLedgerError(IntegrityError):
    """A record on the ledger is not what was written."""

    code = "INT-020"


class ForeignLedgerError(IntegrityError):
    """The file is no ledger of ours."""

    code = "INT-021"
    next_step = "Move the file away, or name the right programme."


class LedgerUnavailableError(OutsideError):
    """The ledger's file cannot be read or written now."""

    code = "OUT-020"
    next_step = (
        "Nothing was appended. See whether another round is running or the disk is full."
    )


class SqliteLedger:
    """One writer at a time; `append` returns once its records survive a power cut."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._faults():
            self._db = sqlite3.connect(path, timeout=10, isolation_level=None)
            self._open()

    def append(self, entries: Sequence[Entry], *, actor: str, at: datetime) -> Head:
        moment = at.astimezone(UTC).isoformat(timespec="microseconds")
        bodies = [(kind_of(entry), canonical_json(body_of(entry))) for entry in entries]
        with self._faults(), self._transaction():
            head = self.head()
            size, last = head.size, head.hash
            rows = []
            for kind, body in bodies:
                size += 1
                last = chained(last, (size, moment, actor, kind, body))
                rows.append((size, moment, actor, kind, body, last))
            self._db.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", rows)
        return Head(size=size, hash=last)

    def records(self, *, after: int = 0, kind: str | None = None) -> Iterator[Record]:
        with self._faults():
            for seq, at, actor, found, body, digest in self._db.execute(
                "SELECT seq, at, actor, kind, body, hash FROM entry"
                " WHERE seq > ? AND kind = coalesce(?, kind) ORDER BY seq",
                (after, kind),
            ):
                yield Record(
                    seq=seq,
                    at=datetime.fromisoformat(at),
                    actor=actor,
                    kind=found,
                    body=json.loads(body),
                    hash=digest,
                )

    def head(self) -> Head:
        with self._faults():
            row = self._db.execute(
                "SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1"
            ).fetchone()
        return Head(size=row[0], hash=row[1]) if row else Head(size=0, hash=NOTHING)

    def verify(self) -> Head:
        last, size = NOTHING, 0
        with self._faults():
            for seq, at, actor, kind, body, digest in self._db.execute(
                "SELECT seq, at, actor, kind, body, hash FROM entry ORDER BY seq"
            ):
                size += 1
                last = chained(last, (size, at, actor, kind, body))
                if seq != size or digest != last:
                    raise BrokenLedgerError(f"{self._path.name}: record {seq} does not verify")
        return Head(size=size, hash=last)

    def close(self) -> None:
        self._db.close()

    def _open(self) -> None:
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (tables,) = self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if application != APPLICATION and (tables or application):
            raise ForeignLedgerError(f"{self._path.name} is a SQLite file, but no ledger")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        if application != APPLICATION:
            with self._transaction():
                if not self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                    self._db.execute(TABLE)
                    self._db.execute(f"PRAGMA application_id={APPLICATION}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as fault:
            raise LedgerUnavailableError(f"{self._path.name}: {fault}") from fault
        except sqlite3.DatabaseError as fault:
            raise ForeignLedgerError(f"{self._path.name}: {fault}") from fault


def chained(last: str, record: tuple[int, str, str, str, str]) -> str:
    """SHA-256 over the hash so far and the record's canonical JSON."""
    return hashlib.sha256(f"{last}{canonical_json(record)}".encode()).hexdigest()
