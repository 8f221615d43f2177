"""The ledger in one SQLite file, with its keys beside it."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal

from nanoward.adapters.signers.file_signer import FileSigner, MissingKeyError
from nanoward.adapters.signers.key_folder import KeyFolder
from nanoward.adapters.stores.first_version import ChainRecord, chained, put_in_place, take_over
from nanoward.adapters.stores.row_store import (
    BrokenLedgerError,
    ForeignLedgerError,
    LedgerFailedError,
    LedgerUnavailableError,
    WrongKeyError,
)
from nanoward.adapters.stores.sqlite_rows import (
    APPLICATION,
    FIRST_VERSION,
    LOG_BYTES,
    SETTINGS,
    Connect,
    SqliteRows,
    connect,
)
from nanoward.adapters.stores.tree_ledger import NOTHING, TreeLedger

__all__ = [
    "NOTHING",
    "BrokenLedgerError",
    "ChainRecord",
    "ForeignLedgerError",
    "LedgerFailedError",
    "LedgerUnavailableError",
    "MissingKeyError",
    "SqliteLedger",
    "WrongKeyError",
    "chained",
]


class SqliteLedger(TreeLedger):
    """Opens, begins or migrates the ledger of one programme.

    keys     folder of ledger.key and people.keys; "keys" beside the file when not given
    chance   random bytes: salts, nonces, keys of people
    restoring  its rows are about to come from an export: the keys must be there already
    """

    def __init__(
        self,
        path: Path,
        *,
        keys: Path | None = None,
        chance: Callable[[int], bytes] = os.urandom,
        connection: Connect = connect,
        settings: Sequence[str] = SETTINGS,
        log_bytes: int = LOG_BYTES,
        restoring: bool = False,
    ) -> None:
        folder = KeyFolder(keys or path.parent / "keys", chance)
        found = what_is(path)
        again = found == "first version" and folder.is_begun()  # its migration was cut off
        signer = folder.signer(begun=restoring or again or found == "ours")
        if found == "first version":
            self._migrate(path, folder, signer, chance)
        store = SqliteRows(path, connection=connection, settings=settings, log_bytes=log_bytes)
        try:
            super().__init__(store, signer=signer, people=folder.people(), chance=chance)
        except BaseException:
            store.close()
            raise

    @staticmethod
    def _migrate(
        path: Path, folder: KeyFolder, signer: FileSigner, chance: Callable[[int], bytes]
    ) -> None:
        fresh = path.with_name(f"{path.name}.new")
        for end in ("", "-wal", "-shm"):  # what a migration that was cut off left behind
            fresh.with_name(fresh.name + end).unlink(missing_ok=True)
        ledger = TreeLedger(
            SqliteRows(fresh), signer=signer, people=folder.people(), chance=chance
        )
        try:
            take_over(path, ledger)
            ledger.verify()
        finally:
            ledger.close()
        with closing(sqlite3.connect(fresh)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        put_in_place(path, fresh)


def what_is(path: Path) -> Literal["new", "ours", "first version"]:
    """What stands at a path; ForeignLedgerError for what is none of ours. Writes nothing."""
    if not path.exists():
        return "new"
    try:
        with closing(sqlite3.connect(path, timeout=10)) as db:
            (application,) = db.execute("PRAGMA application_id").fetchone()
            (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as fault:
        raise LedgerUnavailableError(f"{path.name}: {fault}") from fault
    except sqlite3.DatabaseError as fault:
        raise ForeignLedgerError(f"{path.name}: {fault}") from fault
    if application == APPLICATION:
        return "ours"
    if application == FIRST_VERSION:
        return "first version"
    if application or tables:
        raise ForeignLedgerError(f"{path.name} is a SQLite file, but no ledger")
    return "new"
