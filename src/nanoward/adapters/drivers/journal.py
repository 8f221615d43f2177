"""At most once: what a driver remembers of every identifier, across crashes.

A device that two programmes command keeps one journal of both, in its own folder (`device =`
in [control.drivers]): what ran on it whoever asked, whose lease stands, and the newest stop.
"""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Final

from nanoward.adapters.drivers.config import DriverConfig
from nanoward.adapters.stores.group_commit import GroupCommit
from nanoward.control.orders import KILL, SET, STOP, Command
from nanoward.ports.driver import DeviceLease

FRESH, BEGUN, DONE, REFUSED, HELD = "fresh", "begun", "done", "refused", "held"
RAN: Final = timedelta(hours=25)  # what ended before bounds nothing any more
ALONE: Final = "*"  # the person of a device that serves one, under whatever name
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
CREATE TABLE IF NOT EXISTS ran (
    name TEXT PRIMARY KEY, owner TEXT NOT NULL, participant TEXT NOT NULL,
    setting TEXT NOT NULL, value REAL NOT NULL, unit TEXT NOT NULL, start TEXT NOT NULL,
    ends TEXT NOT NULL
) STRICT;
"""
Work = Callable[[sqlite3.Connection], Any]


class DriverJournal:
    """Every command that was begun, what ran, and the newest stop of every participant.

    owner  the programme that commands through it; "" where a device has one programme
    alone  the device serves one person, whatever each programme calls them
    """

    def __init__(self, path: Path | None, *, owner: str = "", alone: bool = False) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
        self._db = sqlite3.connect(
            path or ":memory:", timeout=10, isolation_level=None, check_same_thread=False
        )
        self.owner, self._alone = owner, alone and bool(owner)
        self._lock = Lock()
        self._do = GroupCommit(self._done_together, most=200)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(TABLES)

    def name_of(self, command: Command) -> str:
        """The identifier as a device hears it: two programmes may both send "stop"."""
        return f"{self.owner}/{command.order}" if self.owner else command.order

    def begin(self, command: Command, at: datetime) -> tuple[str, datetime]:
        """Note that a command is about to be sent; returns what was known of it before.

        A command that names other contents under an identifier seen before is REFUSED; a set
        over another programme's lease is HELD until that ends, and nothing is noted.
        """
        answer: tuple[str, datetime] = self._do(lambda db: self._begun(db, command, at), 1)
        return answer

    def _begun(
        self, db: sqlite3.Connection, command: Command, at: datetime
    ) -> tuple[str, datetime]:
        name, body = self.name_of(command), _body(command)
        row = db.execute(
            "SELECT body, status, at FROM command WHERE name = ?", (name,)
        ).fetchone()
        if row is None and command.kind == SET:
            ends = [one.end for one in self._others(db, command) if one.end > at]
            if ends:
                return HELD, max(ends)
        if row is None:
            db.execute(
                "INSERT INTO command VALUES (?, ?, ?, ?)", (name, body, BEGUN, _text(at))
            )
        if command.kind in (STOP, KILL):
            db.execute(
                "INSERT INTO fence VALUES (?, ?) ON CONFLICT (participant)"
                " DO UPDATE SET issued = max(issued, excluded.issued)",
                (self._who(command.participant), _text(command.issued)),
            )
        elif row is None:
            self._note_run(db, command, at)
        if row is None:
            return FRESH, at
        return (row[1] if row[0] == body else REFUSED), datetime.fromisoformat(row[2])

    def _note_run(self, db: sqlite3.Connection, command: Command, at: datetime) -> None:
        place = (self._who(command.participant), command.setting)
        span = (command.value, command.unit, _text(at), _text(command.expires))
        db.execute("DELETE FROM ran WHERE ends < ?", (_text(at - RAN),))
        db.execute(
            "INSERT OR REPLACE INTO ran VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (self.name_of(command), self.owner, *place, *span),
        )

    def settle(self, command: Command, status: str, at: datetime) -> None:
        """Note how a command ended: DONE or REFUSED; what ran before it has ended with it."""
        self._do(lambda db: self._settled(db, command, status, at), 1)

    def _settled(
        self, db: sqlite3.Connection, command: Command, status: str, at: datetime
    ) -> bool:
        name, who, now = self.name_of(command), self._who(command.participant), _text(at)
        db.execute("UPDATE command SET status = ?, at = ? WHERE name = ?", (status, now, name))
        if status == REFUSED:
            db.execute("DELETE FROM ran WHERE name = ?", (name,))
        elif command.kind in (STOP, KILL):
            db.execute("UPDATE ran SET ends = min(ends, ?) WHERE participant = ?", (now, who))
        else:
            db.execute(
                "UPDATE ran SET ends = min(ends, ?)"
                " WHERE participant = ? AND setting = ? AND name <> ?",
                (now, who, command.setting, name),
            )
        return True

    def others(self, participant: str, setting: str) -> tuple[DeviceLease, ...]:
        """What other programmes had run on one setting, for as long as it is kept."""
        with self._lock:
            return tuple(self._of_others(self._db, participant, setting))

    def standing(self, now: datetime) -> tuple[DeviceLease, ...]:
        """Every lease that stands, whose it is, and until when."""
        with self._lock:
            rows = self._db.execute(f"{_RAN} WHERE ends > ? ORDER BY ends", (_text(now),))
            return tuple(_lease(row) for row in rows)

    def _others(self, db: sqlite3.Connection, command: Command) -> list[DeviceLease]:
        return self._of_others(db, command.participant, command.setting)

    def _of_others(
        self, db: sqlite3.Connection, participant: str, setting: str
    ) -> list[DeviceLease]:
        place = (self._who(participant), setting, self.owner)
        where = "WHERE participant = ? AND setting = ? AND owner <> ? ORDER BY start"
        return [_lease(row) for row in db.execute(f"{_RAN} {where}", place)]

    def _who(self, participant: str) -> str:
        return ALONE if self._alone else participant

    def _done_together(self, works: Sequence[Work]) -> list[Any]:
        """Everything that waits, in one durable write."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                answers = [work(self._db) for work in works]
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
        return answers

    def keep_lease(self, command: Command) -> None:
        """Note until when a value may run; a stop or kill ends every lease of a participant."""
        who = self._who(command.participant)
        kept = (who, command.setting, self.name_of(command), command.unit)
        with self._lock:
            if command.kind in (STOP, KILL):
                self._db.execute("DELETE FROM lease WHERE participant = ?", (who,))
                return
            self._db.execute(
                "INSERT OR REPLACE INTO lease VALUES (?, ?, ?, ?, ?)",
                (*kept, _text(command.expires)),
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
                "SELECT status, at FROM command WHERE name = ?", (self.name_of(command),)
            ).fetchone()
        return None if row is None else (row[0], datetime.fromisoformat(row[1]))

    def fenced(self, command: Command) -> bool:
        """Whether a stop or kill of the participant is as new as the command, or newer."""
        with self._lock:
            row = self._db.execute(
                "SELECT issued FROM fence WHERE participant = ?",
                (self._who(command.participant),),
            ).fetchone()
        return row is not None and _text(command.issued) <= row[0]

    def close(self) -> None:
        self._db.close()


def journal_of(config: DriverConfig, *, alone: bool = False) -> DriverJournal:
    """The journal of a driver: the device's own, where the plan names a folder for it."""
    shared = config.options.get("device")
    if shared:
        return DriverJournal(Path(shared) / "journal.db", owner=config.owner, alone=alone)
    path = config.folder / f"{config.name}-journal.db" if config.folder else None
    return DriverJournal(path)


_RAN = "SELECT owner, participant, setting, value, unit, start, ends FROM ran"


def _lease(row: tuple[Any, ...]) -> DeviceLease:
    owner, participant, setting, value, unit, start, ends = row
    return DeviceLease(
        owner=owner,
        participant=participant,
        setting=setting,
        value=value,
        unit=unit,
        start=datetime.fromisoformat(start),
        end=datetime.fromisoformat(ends),
    )


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _body(command: Command) -> str:
    return repr((command.participant, command.kind, command.setting, command.value))
