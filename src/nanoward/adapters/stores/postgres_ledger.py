"""The ledger in PostgreSQL: the same rows, the same tree, one writer at a time by a lock."""

import os
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors, sql

from nanoward.adapters.signers.key_folder import KeyFolder
from nanoward.adapters.stores.lock import ProgrammeBusyError
from nanoward.adapters.stores.round_ticket import RoundSupersededError
from nanoward.adapters.stores.row_store import (
    ForeignLedgerError,
    LedgerFailedError,
    LedgerUnavailableError,
    Postings,
    StaleError,
    State,
)
from nanoward.adapters.stores.shared.postgres_tables import (
    INDEX,
    KEEP,
    LEASE,
    REQUESTS,
    TABLES,
)
from nanoward.adapters.stores.tree_ledger import TreeLedger
from nanoward.audit.leaves import Row
from nanoward.ports.service.requests import KeptRequest

COPY = "COPY nanoward_entry FROM STDIN (FORMAT BINARY)"
BEGINS = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, no extension
ENDS = b"\xff\xff"
FIRST = struct.Struct("!hiqi")  # six fields; eight bytes of seq; how many bytes follow
LOCK = 0x6E61_6E6F_7761_7264  # "nanoward", as an advisory lock while tables are made
ACTING = 0x6E61_6E6F  # and with the ledger's own table, while somebody acts on that ledger
AGAIN_S = 0.02


class PostgresRows:
    """One connection writes, another reads, a third holds the lock of whoever acts.

    lease  a round's name: nothing is written once another round took the lease

    The tables stand in the schema that the connection names first (`options='-c
    search_path=NAME'`), which is made where it is missing: one database holds many ledgers.
    """

    def __init__(self, conninfo: str) -> None:
        self.name = "PostgreSQL"
        self.lease = ""
        self._conninfo = conninfo
        self.claim: KeptRequest | None = None
        self._later: dict[str, KeptRequest] = {}
        self._turn = threading.Lock()
        self._locker: psycopg.Connection[Any] | None = None
        self._writer: psycopg.Connection[Any] | None = None
        self._reader: psycopg.Connection[Any] | None = None
        try:
            with self._faults():
                self._writer = psycopg.connect(conninfo, autocommit=True)
                self._reader = psycopg.connect(conninfo, autocommit=True)
                self._reader.execute("SET default_transaction_read_only = on")
                self._prepare(self._writer)
        except BaseException:
            self.close()
            raise

    def state(self) -> State | None:
        rows = self._asked("SELECT key, size, seal, note FROM nanoward_state")
        if not rows:
            return None
        key, size, seal, note = rows[0]
        return State(key=key, size=size, seal=bytes(seal), note=note)

    def begin(self, state: State) -> None:
        with self._faults(), self._writing() as writer:
            writer.execute(
                "INSERT INTO nanoward_state VALUES (1, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
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
        with self._faults(), self._writing() as writer:
            changed = writer.execute(
                "UPDATE nanoward_state SET size = %s, seal = %s, note = %s WHERE size = %s",
                (state.size, state.seal, state.note, after),
            )
            if changed.rowcount != 1:
                raise StaleError
            self._require_lease(writer)
            if rows:
                with writer.cursor().copy(COPY) as copy:
                    copy.write(copied(rows))
            if postings is not None:
                _post(writer, postings, after)
            if self.claim is not None and rows:
                _keep(writer, replace(self.claim, first=after + 1))
            for one in self._later.values():
                _keep(writer, one)
        self._later.clear()
        self.claim = None if rows else self.claim

    def rows(self, after: int, last: int) -> list[Row]:
        found = self._asked(
            "SELECT seq, at, kind, commitment, box, nodes FROM nanoward_entry"
            " WHERE seq > %s AND seq <= %s ORDER BY seq",
            (after, last),
        )
        return [Row(*row) for row in found]

    def rows_at(self, seqs: Sequence[int]) -> list[Row]:
        found = self._asked(
            "SELECT seq, at, kind, commitment, box, nodes FROM nanoward_entry"
            " WHERE seq = ANY(%s) ORDER BY seq",
            (list(seqs),),
        )
        return [Row(*row) for row in found]

    def nodes(self, seqs: Sequence[int]) -> dict[int, bytes]:
        if not seqs:
            return {}
        query = "SELECT seq, nodes FROM nanoward_entry WHERE seq = ANY(%s)"
        return dict(self._asked(query, (list(seqs),)))

    def indexed(self) -> int:
        return int(self._asked("SELECT upto FROM nanoward_folded")[0][0])

    def posting_heads(self, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
        query = "SELECT key, count, chain FROM nanoward_subject_head WHERE key = ANY(%s)"
        found = self._asked(query, (list(keys),))
        return {bytes(key): (count, bytes(chain)) for key, count, chain in found}

    def posted(self, key: bytes) -> list[int]:
        query = "SELECT seq FROM nanoward_subject WHERE key = %s ORDER BY seq"
        return [seq for (seq,) in self._asked(query, (key,))]

    def all_posted(self) -> Iterator[tuple[bytes, int]]:
        at: tuple[bytes, int] = (b"", 0)
        query = (
            "SELECT key, seq FROM nanoward_subject WHERE (key, seq) > (%s, %s)"
            " ORDER BY key, seq LIMIT 5000"
        )
        while rows := self._asked(query, at):
            yield from ((bytes(key), seq) for key, seq in rows)
            at = (bytes(rows[-1][0]), rows[-1][1])

    def post(self, postings: Postings, *, after: int) -> None:
        with self._faults(), self._writing() as writer:
            _post(writer, postings, after)

    def clear_postings(self) -> None:
        with self._faults(), self._writing() as writer:
            writer.execute(
                "DROP TABLE IF EXISTS nanoward_subject, nanoward_subject_head, nanoward_folded"
            )
            writer.execute(INDEX)

    def take_lease(self, name: str) -> None:
        """Let nobody write for a round that began before this one."""
        with self._faults(), self._writing() as writer:
            writer.execute(
                "INSERT INTO nanoward_lease VALUES (1, %s, now())"
                " ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, begun = now()",
                (name,),
            )
        self.lease = name

    @contextmanager
    def acting(self, *, wait_s: float) -> Iterator[None]:
        """Nobody on any machine acts on this ledger; ProgrammeBusyError after waiting.

        The server lets go of it where the process or its machine ends.
        """
        with self._faults():
            if self._locker is None:
                self._locker = psycopg.connect(self._conninfo, autocommit=True)
            locker, until = self._locker, time.monotonic() + wait_s
            key = "SELECT pg_{}advisory_{}(%s, 'nanoward_state'::regclass::oid::bigint::int)"
            taken, given = key.format("try_", "lock"), key.format("", "unlock")
            while not (locker.execute(taken, (ACTING,)).fetchone() or (False,))[0]:
                if time.monotonic() >= until:
                    raise ProgrammeBusyError("another machine works on the programme")
                time.sleep(AGAIN_S)
        try:
            yield
        finally:
            with suppress(psycopg.Error):  # a connection that broke let go by itself
                locker.execute(given, (ACTING,))

    def begin_requests(self) -> None:
        with self._faults(), self._writing() as writer:
            writer.execute(REQUESTS)

    def request(self, key: str) -> KeptRequest | None:
        if (waits := self._later.get(key)) is not None:
            return waits
        query = (
            "SELECT key, body, at, first, status, answer FROM nanoward_request WHERE key = %s"
        )
        rows = self._asked(query, (key,))
        if not rows:
            return None
        name, body, at, first, status, answer = rows[0]
        return KeptRequest(
            key=name, body=body, at=at, first=first, status=status, answer=bytes(answer)
        )

    def keep_request(self, asked: KeptRequest) -> None:
        with self._faults(), self._writing() as writer:
            _keep(writer, asked)

    def keep_later(self, asked: KeptRequest) -> None:
        self._later[asked.key] = asked

    def keep_now(self) -> None:
        if self._later:
            with self._faults(), self._writing() as writer:
                for one in self._later.values():
                    _keep(writer, one)
            self._later.clear()

    def forget_requests(self, before: str) -> int:
        with self._faults(), self._writing() as writer:
            query = "DELETE FROM nanoward_request WHERE at < %s"
            return writer.execute(query, (before,)).rowcount

    def close(self) -> None:
        for one in (self._reader, self._writer, self._locker):
            if one is not None:
                one.close()

    def _require_lease(self, writer: psycopg.Connection[Any]) -> None:
        """RoundSupersededError where another round took the lease; nobody can until it ends."""
        if not self.lease:
            return
        found = writer.execute("SELECT holder FROM nanoward_lease FOR SHARE").fetchone()
        if found != (self.lease,):
            raise RoundSupersededError("another round of this programme began later")

    def _asked(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._turn, self._faults():
            if self._reader is None:
                raise LedgerUnavailableError("PostgreSQL is closed")
            return self._reader.execute(query, values, binary=True, prepare=True).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[psycopg.Connection[Any]]:
        if self._writer is None:
            raise LedgerUnavailableError("PostgreSQL is closed")
        with self._writer.transaction():
            yield self._writer

    def _prepare(self, writer: psycopg.Connection[Any]) -> None:
        writer.execute("SET synchronous_commit = on")
        (fsync,) = writer.execute("SHOW fsync").fetchone() or ("off",)
        if fsync != "on":
            raise LedgerUnavailableError(
                "PostgreSQL runs with fsync off: it would lose records"
            )
        with writer.transaction():
            writer.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            _make_schema(writer)
            found = writer.execute(
                "SELECT to_regclass('nanoward_entry'), to_regclass('nanoward_state')"
            ).fetchone()
            if found is None or found[0] is None:
                writer.execute(TABLES)
            elif found[1] is None:
                raise ForeignLedgerError("PostgreSQL: the database holds half a ledger")
            writer.execute(INDEX)
            writer.execute(LEASE)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (errors.DiskFull, errors.LockNotAvailable, errors.QueryCanceled) as fault:
            raise LedgerUnavailableError(f"{self.name}: {fault}") from fault
        except errors.InsufficientPrivilege as fault:
            raise LedgerUnavailableError(f"{self.name}: {fault}") from fault
        except (errors.UndefinedColumn, errors.UndefinedTable, errors.DataError) as fault:
            raise ForeignLedgerError(f"{self.name}: {fault}") from fault
        except psycopg.OperationalError as fault:
            begun = self._writer is not None and self._reader is not None
            kind = LedgerFailedError if begun else LedgerUnavailableError
            raise kind(f"{self.name}: {fault}") from fault
        except psycopg.Error as fault:
            raise LedgerFailedError(f"{self.name}: {fault}") from fault


def _make_schema(writer: psycopg.Connection[Any]) -> None:
    """The schema that the connection names first, where there is none of those it names."""
    (there, path) = writer.execute(
        "SELECT current_schema(), current_setting('search_path')"
    ).fetchone() or ("", "")
    name = path.split(",")[0].strip().strip('"')
    if there is None and name and not name.startswith("$"):
        writer.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(name)))


def _keep(writer: psycopg.Connection[Any], asked: KeptRequest) -> None:
    values = (asked.key, asked.body, asked.at, asked.first, asked.status, asked.answer)
    writer.execute(KEEP, values)


def _post(writer: psycopg.Connection[Any], postings: Postings, after: int) -> None:
    changed = writer.execute(
        "UPDATE nanoward_folded SET upto = %s WHERE upto = %s", (postings.upto, after)
    )
    if changed.rowcount != 1:
        raise StaleError
    with writer.cursor() as cursor:
        with cursor.copy("COPY nanoward_subject FROM STDIN") as copy:
            for key, seq in postings.rows:
                copy.write_row((key, seq))
        cursor.executemany(
            "INSERT INTO nanoward_subject_head VALUES (%s, %s, %s) ON CONFLICT (key)"
            " DO UPDATE SET count = excluded.count, chain = excluded.chain",
            postings.heads,
        )


def copied(rows: Sequence[Row]) -> bytes:
    """Rows as PostgreSQL's binary COPY takes them."""
    parts, size = [BEGINS], struct.Struct("!i").pack
    for row in rows:
        at, kind = row.at.encode(), row.kind.encode()
        parts += (
            FIRST.pack(6, 8, row.seq, len(at)),
            at,
            size(len(kind)),
            kind,
            size(len(row.commitment)),
            row.commitment,
            size(len(row.box)),
            row.box,
            size(len(row.nodes)),
            row.nodes,
        )
    return b"".join((*parts, ENDS))


class PostgresLedger(TreeLedger):
    """Opens or begins the ledger of one database.

    keys  folder of ledger.key and people.keys: they are never in the database
    """

    def __init__(
        self,
        conninfo: str,
        *,
        keys: Path,
        chance: Callable[[int], bytes] = os.urandom,
        restoring: bool = False,
    ) -> None:
        store = PostgresRows(conninfo)
        try:
            folder = KeyFolder(keys, chance)
            signer = folder.signer(begun=restoring or store.state() is not None)
            super().__init__(store, signer=signer, people=folder.people(), chance=chance)
        except BaseException:
            store.close()
            raise
        self.lease, self.acting = store.take_lease, store.acting
