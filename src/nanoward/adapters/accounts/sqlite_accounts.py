"""Accounts and sessions in one SQLite file beside the ledger."""

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from nanoward.adapters.stores.private import private_file
from nanoward.ports.service.accounts import Account, Session
from nanoward.programme.access.rights import Role

TABLES = """
CREATE TABLE IF NOT EXISTS account (
    account TEXT PRIMARY KEY, shown TEXT NOT NULL, roles TEXT NOT NULL,
    participant TEXT, site TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS session (
    key TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account, began TEXT NOT NULL,
    seen TEXT NOT NULL, stepped_up TEXT NOT NULL, limited INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS hold (
    account TEXT NOT NULL, what TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (account, what)
) STRICT;
CREATE TABLE IF NOT EXISTS emergency (
    account TEXT NOT NULL, participant TEXT NOT NULL, until TEXT NOT NULL,
    PRIMARY KEY (account, participant)
) STRICT;
"""
STAFF_IDLE, STAFF_LONGEST = timedelta(minutes=15), timedelta(hours=10)
PARTICIPANT_LONGEST = timedelta(days=30)
SEEN_EVERY = timedelta(seconds=30)  # how often it is written that a session is used
SIGNING = "signing"


def key_of(value: str) -> str:
    """What a cookie's value is kept as."""
    return hashlib.sha256(value.encode()).hexdigest()


class SqliteAccounts:
    """Keeps accounts and sessions; threads take turns."""

    def __init__(
        self, path: Path, chance: Callable[[], str] = lambda: secrets.token_urlsafe(32)
    ) -> None:
        private_file(path)
        self._chance, self._turn = chance, threading.RLock()
        self._file = sqlite3.connect(
            path, timeout=10, isolation_level=None, check_same_thread=False
        )
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=FULL")
        self._file.executescript(TABLES)

    def add_account(self, account: Account) -> None:
        before = self.account(account.account)
        with self._turn:
            self._file.execute(
                "INSERT INTO account VALUES (?, ?, ?, ?, ?) ON CONFLICT (account) DO UPDATE SET"
                " shown = excluded.shown, roles = excluded.roles,"
                " participant = excluded.participant, site = excluded.site",
                (
                    account.account,
                    account.shown,
                    json.dumps([str(one) for one in account.roles]),
                    account.participant,
                    account.site,
                ),
            )
            if before is not None and set(before.roles) != set(account.roles):
                self._file.execute("DELETE FROM session WHERE account = ?", (account.account,))

    def account(self, account: str) -> Account | None:
        rows = self._asked("SELECT * FROM account WHERE account = ?", account)
        return _account(rows[0]) if rows else None

    def accounts(self) -> Sequence[Account]:
        rows = self._asked("SELECT * FROM account ORDER BY shown, account")
        return [_account(one) for one in rows]

    def begin_session(self, account: str, at: datetime, *, limited: bool = False) -> str:
        value, moment = self._chance(), at.isoformat()
        self._asked(
            "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?)",
            *(key_of(value), account, moment, moment, moment, int(limited)),
        )
        return value

    def renew_session(self, key: str, at: datetime) -> str | None:
        value, moment = self._chance(), at.isoformat()
        renewed = self._asked(
            "UPDATE session SET key = ?, seen = ?, stepped_up = ? WHERE key = ? RETURNING key",
            *(key_of(value), moment, moment, key),
        )
        return value if renewed else None

    def session(self, key: str, at: datetime) -> Session | None:
        rows = self._asked(f"{SESSIONS} WHERE key = ?", key)
        if not rows:
            return None
        found = self._session(rows[0], at)
        if _too_old(found.account, found.began, found.seen, at):
            self.end_session(key)
            return None
        if at - found.seen >= SEEN_EVERY:
            self._asked("UPDATE session SET seen = ? WHERE key = ?", at.isoformat(), key)
        return replace(found, seen=at)

    def sessions(self, account: str) -> Sequence[Session]:
        rows = self._asked(f"{SESSIONS} WHERE account = ? ORDER BY began DESC", account)
        return [self._session(one, datetime.fromisoformat(one[7])) for one in rows]

    def end_session(self, key: str) -> None:
        self._asked("DELETE FROM session WHERE key = ?", key)

    def end_sessions(self, account: str, *, but: str = "") -> int:
        ended = self._asked(
            "DELETE FROM session WHERE account = ? AND key <> ? RETURNING key", account, but
        )
        return len(ended)

    def hold(self, account: str, what: str, until: datetime) -> None:
        self._asked(
            "INSERT OR REPLACE INTO hold VALUES (?, ?, ?)", account, what, until.isoformat()
        )

    def open_emergency(self, account: str, participant: str, until: datetime) -> None:
        self._asked(
            "INSERT OR REPLACE INTO emergency VALUES (?, ?, ?)",
            *(account, participant, until.isoformat()),
        )

    def close(self) -> None:
        with self._turn:
            self._file.close()

    def _session(self, row: Any, at: datetime) -> Session:
        """A session as it stands at a moment: without roles that wait, with what is open."""
        account = _account(row)
        held = self._until("SELECT what, until FROM hold", account.account, at)
        opened = self._until("SELECT participant, until FROM emergency", account.account, at)
        usable = tuple(one for one in account.roles if one not in held)
        began, seen, stepped = (datetime.fromisoformat(one) for one in row[6:9])
        return Session(
            key=row[5],
            account=replace(account, roles=usable),
            began=began,
            seen=seen,
            stepped_up=stepped,
            limited=bool(row[9]),
            signs_from=held.get(SIGNING),
            opened=opened or None,
        )

    def _until(self, query: str, account: str, at: datetime) -> dict[str, datetime]:
        rows = self._asked(f"{query} WHERE account = ?", account)
        found = {what: datetime.fromisoformat(until) for what, until in rows}
        return {what: until for what, until in found.items() if until > at}

    def _asked(self, query: str, *values: Any) -> list[Any]:
        with self._turn:
            return self._file.execute(query, values).fetchall()


SESSIONS = (
    "SELECT account.*, key, began, seen, stepped_up, limited FROM session"
    " JOIN account USING (account)"
)


def _account(row: Any) -> Account:
    account, shown, roles, participant, site = row[:5]
    held = tuple(Role(one) for one in json.loads(roles))
    return Account(account=account, shown=shown, roles=held, participant=participant, site=site)


def _too_old(account: Account, began: datetime, seen: datetime, at: datetime) -> bool:
    if account.participant is not None:
        return at - began > PARTICIPANT_LONGEST
    return at - began > STAFF_LONGEST or at - seen > STAFF_IDLE
