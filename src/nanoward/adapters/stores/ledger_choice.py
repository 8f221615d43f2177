"""Where a programme keeps its ledger: a SQLite file, or PostgreSQL where it says so."""

from pathlib import Path

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.adapters.stores.tree_ledger import TreeLedger
from nanoward.base.errors import UsageError

DSN = "ledger.dsn"


class NoPostgresError(UsageError):
    """The programme's ledger is in PostgreSQL, but the library to reach it is not installed."""

    code = "USE-015"
    next_step = "Install it: pip install 'nanoward[postgres]'."


def ledger_in(kept: Path, *, restoring: bool = False) -> TreeLedger:
    """The ledger of a programme's `.nanoward` folder.

    kept       holds ledger.db, or ledger.dsn: a connection string for PostgreSQL in one line
    restoring  its records are about to come from an export
    """
    dsn = kept / DSN
    if not dsn.exists():
        return SqliteLedger(kept / "ledger.db", restoring=restoring)
    try:
        from nanoward.adapters.stores.postgres_ledger import PostgresLedger
    except ImportError:
        raise NoPostgresError(f"{dsn} names PostgreSQL, but psycopg is missing") from None
    conninfo = dsn.read_text(encoding="utf-8").strip()
    return PostgresLedger(conninfo, keys=kept / "keys", restoring=restoring)
