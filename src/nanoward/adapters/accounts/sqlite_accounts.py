"""Accounts and sessions in one SQLite file beside the ledger."""

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Callable
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
    seen TEXT NOT NULL, stepped_up TEXT NOT NULL
) STRICT;
"""
STAFF_IDLE, STAFF_LONGEST = timedelta(minutes=15), timedelta(hours=10)
PARTICIPANT_LONGEST = timedelta(days=30)


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
            if before is not None and set(before.roles) - set(account.roles):
                self._file.execute("DELETE FROM session WHERE account = ?", (account.account,))

    def account(self, account: str) -> Account | None:
        rows = self._asked("SELECT * FROM account WHERE account = ?", account)
        return _account(rows[0]) if rows else None

    def begin_session(self, account: str, at: datetime) -> str:
        value, moment = self._chance(), at.isoformat()
        self._asked(
            "INSERT INTO session VALUES (?, ?, ?, ?, ?)",
            key_of(value),
            account,
            moment,
            moment,
            moment,
        )
        return value

    def session(self, key: str, at: datetime) -> Session | None:
        rows = self._asked(
            "SELECT account.*, began, seen, stepped_up FROM session JOIN account"
            " USING (account) WHERE key = ?",
            key,
        )
        if not rows:
            return None
        account = _account(rows[0])
        began, seen, stepped = (datetime.fromisoformat(one) for one in rows[0][5:])
        if _too_old(account, began, seen, at):
            self.end_session(key)
            return None
        self._asked("UPDATE session SET seen = ? WHERE key = ?", at.isoformat(), key)
        return Session(key=key, account=account, began=began, seen=at, stepped_up=stepped)

    def end_session(self, key: str) -> None:
        self._asked("DELETE FROM session WHERE key = ?", key)

    def close(self) -> None:
        with self._turn:
            self._file.close()

    def _asked(self, query: str, *values: Any) -> list[Any]:
        with self._turn:
            return self._file.execute(query, values).fetchall()


def _account(row: Any) -> Account:
    account, shown, roles, participant, site = row[:5]
    held = tuple(Role(one) for one in json.loads(roles))
    return Account(account=account, shown=shown, roles=held, participant=participant, site=site)


def _too_old(account: Account, began: datetime, seen: datetime, at: datetime) -> bool:
    if account.participant is not None:
        return at - began > PARTICIPANT_LONGEST
    return at - began > STAFF_LONGEST or at - seen > STAFF_IDLE
