"""At most once: what a driver remembers of every identifier, across crashes."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final

from nanoward.control.orders import KILL, SET, STOP, Command

FRESH, BEGUN, DONE, REFUSED = "fresh", "begun", "done", "refused"
TABLES: Final = """
CREATE TABLE IF NOT EXISTS command (
    name TEXT PRIMARY KEY, body TEXT NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS fence (
    participant TEXT PRIMARY KEY, issued TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS lease (
    participant TEXT NOT NULL, setting TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL,
    expires TEXT NOT NULL, PRIMARY KEY (participant, setting)
) STRICT;
"""


class DriverJournal:
    """Every command that was begun, and the newest stop of every participant."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
        self._db = sqlite3.connect(
            path or ":memory:", timeout=10, isolation_level=None, check_same_thread=False
        )
        self._lock = Lock()
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(TABLES)

    def begin(self, command: Command, at: datetime) -> tuple[str, datetime]:
        """Note that a command is about to be sent; returns what was known of it before.

        A command that names other contents under an identifier seen before is REFUSED.
        """
        body = _body(command)
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            row = self._db.execute(
                "SELECT body, status, at FROM command WHERE name = ?", (command.order,)
            ).fetchone()
            if row is None:
                self._db.execute(
                    "INSERT INTO command VALUES (?, ?, ?, ?)",
                    (command.order, body, BEGUN, _text(at)),
                )
            if command.kind in (STOP, KILL):
                self._db.execute(
                    "INSERT INTO fence VALUES (?, ?) ON CONFLICT (participant)"
                    " DO UPDATE SET issued = max(issued, excluded.issued)",
                    (command.participant, _text(command.issued)),
                )
            self._db.execute("COMMIT")
        if row is None:
            return FRESH, at
        return (row[1] if row[0] == body else REFUSED), datetime.fromisoformat(row[2])

    def settle(self, command: Command, status: str, at: datetime) -> None:
        """Note how a command ended: DONE or REFUSED."""
        with self._lock:
            self._db.execute(
                "UPDATE command SET status = ?, at = ? WHERE name = ?",
                (status, _text(at), command.order),
            )

    def keep_lease(self, command: Command) -> None:
        """Note until when a value may run; a stop or kill ends every lease of a participant."""
        with self._lock:
            if command.kind in (STOP, KILL):
                self._db.execute(
                    "DELETE FROM lease WHERE participant = ?", (command.participant,)
                )
                return
            self._db.execute(
                "INSERT OR REPLACE INTO lease VALUES (?, ?, ?, ?, ?)",
                (
                    command.participant,
                    command.setting,
                    command.order,
                    command.unit,
                    _text(command.expires),
                ),
            )

    def leases_ended(self, now: datetime) -> tuple[Command, ...]:
        """The last command of every place whose lease has ended."""
        with self._lock:
            rows = self._db.execute(
                "SELECT participant, setting, name, unit, expires FROM lease"
                " WHERE expires <= ?",
                (_text(now),),
            ).fetchall()
        return tuple(
            Command(
                order=name,
                participant=who,
                kind=SET,
                setting=setting,
                value=0.0,
                unit=unit,
                issued=now,
                expires=datetime.fromisoformat(expires),
            )
            for who, setting, name, unit, expires in rows
        )

    def forget_lease(self, command: Command) -> None:
        """Note that an ended lease was followed by the default."""
        with self._lock:
            self._db.execute("DELETE FROM lease WHERE name = ?", (command.order,))

    def known(self, command: Command) -> tuple[str, datetime] | None:
        """Status and moment of a command; None when it was never begun."""
        with self._lock:
            row = self._db.execute(
                "SELECT status, at FROM command WHERE name = ?", (command.order,)
            ).fetchone()
        return None if row is None else (row[0], datetime.fromisoformat(row[1]))

    def fenced(self, command: Command) -> bool:
        """Whether a stop or kill of the participant is as new as the command, or newer."""
        with self._lock:
            row = self._db.execute(
                "SELECT issued FROM fence WHERE participant = ?", (command.participant,)
            ).fetchone()
        return row is not None and _text(command.issued) <= row[0]

    def close(self) -> None:
        self._db.close()


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _body(command: Command) -> str:
    return repr((command.participant, command.kind, command.setting, command.value))
