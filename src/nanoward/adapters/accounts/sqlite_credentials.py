"""Passkeys, invites, cards and open challenges, in the SQLite file of the accounts."""

import hashlib
import sqlite3
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from nanoward.adapters.stores.private import private_file
from nanoward.ports.service.credentials import Challenge, Device, Invite

TABLES = """
CREATE TABLE IF NOT EXISTS device (
    device TEXT PRIMARY KEY, account TEXT NOT NULL, public TEXT NOT NULL, key TEXT NOT NULL,
    counter INTEGER NOT NULL, bound INTEGER NOT NULL, label TEXT NOT NULL, added TEXT NOT NULL,
    own_page INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS challenge (
    challenge BLOB PRIMARY KEY, purpose TEXT NOT NULL, account TEXT NOT NULL,
    message BLOB NOT NULL, about TEXT NOT NULL, expires TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS invite (
    secret TEXT PRIMARY KEY, purpose TEXT NOT NULL, account TEXT NOT NULL, shown TEXT NOT NULL,
    participant TEXT NOT NULL, site TEXT NOT NULL, expires TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS stop_code (
    secret TEXT PRIMARY KEY, card TEXT NOT NULL, participant TEXT NOT NULL, until TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS stop_notice (
    secret TEXT NOT NULL, wish TEXT NOT NULL, notice TEXT NOT NULL, PRIMARY KEY (secret, wish)
) STRICT;
"""
NAMED = 16  # letters of a hash by which an invite is spoken of


def hash_of(secret: str) -> str:
    """What a secret is kept as: SHA-256 of what was drawn by chance, so that no salt helps."""
    return hashlib.sha256(secret.encode()).hexdigest()


class SqliteCredentials:
    """Keeps what people sign in with; threads and processes take turns."""

    def __init__(self, path: Path) -> None:
        private_file(path)
        self._turn = threading.RLock()
        self._file = sqlite3.connect(
            path, timeout=10, isolation_level=None, check_same_thread=False
        )
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=FULL")
        self._file.executescript(TABLES)

    def add_device(self, device: Device) -> None:
        self._asked(
            "INSERT INTO device VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(device.device, device.account, device.public, device.key, device.counter),
            *(int(device.bound), device.label, device.added.isoformat(), int(device.own_page)),
        )

    def device(self, device: str) -> Device | None:
        rows = self._asked("SELECT * FROM device WHERE device = ?", device)
        return _device(rows[0]) if rows else None

    def devices(self, account: str) -> Sequence[Device]:
        rows = self._asked(
            "SELECT * FROM device WHERE account = ? ORDER BY added, device", account
        )
        return [_device(one) for one in rows]

    def count_up(self, device: str, counter: int) -> bool:
        """One statement, so that two signatures at once do not pass with one counter."""
        counted = self._asked(
            "UPDATE device SET counter = ? WHERE device = ?"
            " AND (counter < ? OR (counter = 0 AND ? = 0)) RETURNING device",
            *(counter, device, counter, counter),
        )
        return bool(counted)

    def remove_device(self, device: str) -> None:
        self._asked("DELETE FROM device WHERE device = ?", device)

    def put_challenge(self, challenge: bytes, asked: Challenge, at: datetime) -> None:
        self._asked("DELETE FROM challenge WHERE expires <= ?", at.isoformat())
        self._asked(
            "INSERT INTO challenge VALUES (?, ?, ?, ?, ?, ?)",
            *(challenge, asked.purpose, asked.account, asked.message, asked.about),
            asked.expires.isoformat(),
        )

    def take_challenge(self, challenge: bytes, at: datetime) -> Challenge | None:
        rows = self._asked(
            "DELETE FROM challenge WHERE challenge = ?"
            " RETURNING purpose, account, message, about, expires",
            challenge,
        )
        for purpose, account, message, about, expires in rows:
            over = datetime.fromisoformat(expires)
            if over > at:
                return Challenge(
                    purpose=purpose, account=account, message=message, about=about, expires=over
                )
        return None

    def put_invite(self, invite: Invite, secret: str) -> None:
        self._asked(
            "INSERT INTO invite VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(hash_of(secret), invite.purpose, invite.account, invite.shown),
            *(invite.participant, invite.site, invite.expires.isoformat()),
        )

    def invite(self, secret: str, at: datetime) -> Invite | None:
        rows = self._asked("SELECT * FROM invite WHERE secret = ?", hash_of(secret))
        return _invite(rows, at)

    def use_invite(self, secret: str, at: datetime) -> Invite | None:
        rows = self._asked("DELETE FROM invite WHERE secret = ? RETURNING *", hash_of(secret))
        return _invite(rows, at)

    def end_invites(self, account: str, participant: str = "") -> None:
        self._asked(
            "DELETE FROM invite WHERE account = ? OR (participant <> '' AND participant = ?)",
            *(account, participant),
        )

    def put_stop_code(self, card: str, participant: str, secret: str, until: datetime) -> None:
        self._asked("DELETE FROM stop_code WHERE participant = ?", participant)
        self._asked(
            "INSERT INTO stop_code VALUES (?, ?, ?, ?)",
            *(hash_of(secret), card, participant, until.isoformat()),
        )

    def stop_code(self, secret: str, at: datetime) -> tuple[str, str] | None:
        rows = self._asked(
            "SELECT card, participant, until, (SELECT count(*) FROM stop_notice"
            " WHERE stop_notice.secret = stop_code.secret) FROM stop_code WHERE secret = ?",
            hash_of(secret),
        )
        for card, participant, until, used in rows:
            if used or datetime.fromisoformat(until) > at:
                return str(card), str(participant)
        return None

    def use_stop_code(self, secret: str, wish: str, notice: str) -> str:
        self._asked(
            "INSERT OR IGNORE INTO stop_notice VALUES (?, ?, ?)", hash_of(secret), wish, notice
        )
        rows = self._asked(
            "SELECT notice FROM stop_notice WHERE secret = ? AND wish = ?",
            *(hash_of(secret), wish),
        )
        return str(rows[0][0])

    def close(self) -> None:
        with self._turn:
            self._file.close()

    def _asked(self, query: str, *values: Any) -> list[Any]:
        with self._turn:
            return self._file.execute(query, values).fetchall()


def _device(row: Any) -> Device:
    device, account, public, key, counter, bound, label, added, own_page = row
    return Device(
        device=device,
        account=account,
        public=public,
        key=key,
        counter=counter,
        bound=bool(bound),
        label=label,
        added=datetime.fromisoformat(added),
        own_page=bool(own_page),
    )


def _invite(rows: Sequence[Any], at: datetime) -> Invite | None:
    for secret, purpose, account, shown, participant, site, expires in rows:
        found = Invite(
            invite=secret[:NAMED],
            purpose=purpose,
            account=account,
            shown=shown,
            participant=participant,
            site=site,
            expires=datetime.fromisoformat(expires),
        )
        if found.expires > at:
            return found
    return None
