"""Drafts and answered forms in one SQLite file beside the accounts, for this user alone."""

import json
import sqlite3
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from nanoward.adapters.stores.private import private_file
from nanoward.ports.service.drafts import Typed

TABLES = """
CREATE TABLE IF NOT EXISTS draft (
    account TEXT NOT NULL, form TEXT NOT NULL, typed TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (account, form)
) STRICT;
CREATE TABLE IF NOT EXISTS answered (
    account TEXT NOT NULL, once TEXT NOT NULL, told TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (account, once)
) STRICT;
"""
DRAFT_LASTS, ANSWER_LASTS = timedelta(hours=24), timedelta(days=7)


class SqliteDrafts:
    """Keeps drafts of forms for a day and answers for a week; threads take turns."""

    def __init__(self, path: Path) -> None:
        private_file(path)
        self._turn = threading.RLock()
        self._file = sqlite3.connect(
            path, timeout=10, isolation_level=None, check_same_thread=False
        )
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA secure_delete=ON")
        self._file.executescript(TABLES)

    def keep(self, account: str, form: str, typed: Typed, at: datetime) -> None:
        text = json.dumps(dict(typed))
        self._asked(
            "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?)",
            account, form, text, at.isoformat(),
        )  # fmt: skip

    def kept(self, account: str, form: str, at: datetime) -> tuple[Typed, datetime] | None:
        self._asked("DELETE FROM draft WHERE at < ?", (at - DRAFT_LASTS).isoformat())
        rows = self._asked(
            "SELECT typed, at FROM draft WHERE account = ? AND form = ?", account, form
        )
        return (json.loads(rows[0][0]), datetime.fromisoformat(rows[0][1])) if rows else None

    def drop(self, account: str, form: str) -> None:
        self._asked("DELETE FROM draft WHERE account = ? AND form = ?", account, form)

    def answered(self, account: str, once: str, at: datetime) -> str | None:
        self._asked("DELETE FROM answered WHERE at < ?", (at - ANSWER_LASTS).isoformat())
        rows = self._asked(
            "SELECT told FROM answered WHERE account = ? AND once = ?", account, once
        )
        return str(rows[0][0]) if rows else None

    def answer(self, account: str, once: str, told: str, at: datetime) -> None:
        self._asked(
            "INSERT OR IGNORE INTO answered VALUES (?, ?, ?, ?)",
            account, once, told, at.isoformat(),
        )  # fmt: skip

    def close(self) -> None:
        with self._turn:
            self._file.close()

    def _asked(self, query: str, *values: Any) -> list[Any]:
        with self._turn:
            return self._file.execute(query, values).fetchall()
