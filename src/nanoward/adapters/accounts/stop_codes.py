"""Stop codes in one SQLite file that the exit opens beside its spool."""

import hashlib
import secrets
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from nanoward.adapters.stores.private import private_file

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none looks like another
CARD_SAME = str.maketrans("018", "OIB")  # base32 has none of the three
SAME = str.maketrans({"O": "0", "I": "1", "L": "1"})
BITS, GROUP = 128, 5
TABLE = """
CREATE TABLE IF NOT EXISTS code (
    hash TEXT PRIMARY KEY, participant TEXT NOT NULL, kind TEXT NOT NULL, drawn TEXT NOT NULL
) STRICT;
"""


def written(number: int) -> str:
    """A number of 128 bits as a person types it: 26 letters in groups of five."""
    letters = ""
    for _ in range(-(-BITS // 5)):
        number, rest = divmod(number, 32)
        letters = LETTERS[rest] + letters
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def read(code: str) -> str:
    """The letters of a code however it was typed."""
    plain = code.upper().translate(SAME)
    return "".join(one for one in plain if one in LETTERS)


def hash_of(code: str) -> str:
    """What a code is kept as: 128 bits of chance need no salt and no slow hash."""
    return hashlib.sha256(b"stop-code-v1\0" + read(code).encode()).hexdigest()


def hash_of_card(code: str) -> str:
    """What the stop code of a card is kept as beside the accounts: base32 (RFC 4648), bare."""
    plain = "".join(one for one in code.upper() if one.isalnum())
    return hashlib.sha256(plain.translate(CARD_SAME).encode()).hexdigest()


class SqliteStopCodes:
    """Keeps hashes of codes; threads take turns.

    cards  the accounts' file, which keeps codes of printed cards; they count here too, also
           when their year is over: nobody is refused for an old card that nothing replaced
    """

    def __init__(
        self,
        path: Path,
        chance: Callable[[], int] = lambda: secrets.randbits(BITS),
        *,
        cards: Path | None = None,
    ) -> None:
        self._cards = cards
        private_file(path)
        self._chance, self._turn = chance, threading.RLock()
        self._file = sqlite3.connect(
            path, timeout=10, isolation_level=None, check_same_thread=False
        )
        self._file.execute("PRAGMA journal_mode=PERSIST")  # reading needs no room on the disk
        self._file.execute("PRAGMA synchronous=FULL")
        self._file.executescript(TABLE)

    def draw(self, participant: str, kind: str, at: datetime) -> str:
        code = written(self._chance())
        with self._turn:
            self._file.execute("BEGIN IMMEDIATE")
            if kind == "card":
                self._file.execute(
                    "DELETE FROM code WHERE participant = ? AND kind = 'card'", (participant,)
                )
            self._file.execute(
                "INSERT INTO code VALUES (?, ?, ?, ?)",
                (hash_of(code), participant, kind, at.isoformat()),
            )
            self._file.execute("COMMIT")
        return code

    def participant_of(self, code: str) -> str | None:
        with self._turn:
            rows = self._file.execute(
                "SELECT participant FROM code WHERE hash = ?", (hash_of(code),)
            ).fetchall()
        return str(rows[0][0]) if rows else self._of_card(code)

    def _of_card(self, code: str) -> str | None:
        """The person of a printed card; None where no such file or table can be read."""
        if self._cards is None or not self._cards.exists():
            return None
        try:
            with closing(sqlite3.connect(f"{self._cards.as_uri()}?mode=ro", uri=True)) as file:
                rows = file.execute(
                    "SELECT participant FROM stop_code WHERE secret = ?", (hash_of_card(code),)
                ).fetchall()
        except sqlite3.Error:
            return None
        return str(rows[0][0]) if rows else None

    def end(self, participant: str) -> int:
        with self._turn:
            done = self._file.execute("DELETE FROM code WHERE participant = ?", (participant,))
            return done.rowcount

    def close(self) -> None:
        with self._turn:
            self._file.close()
