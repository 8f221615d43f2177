"""Where a programme keeps its ledger: a SQLite file, or PostgreSQL where it says so."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

from nanoward.adapters.stores.round_ticket import WAIT_S, RoundTicket
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


@runtime_checkable
class SharedLedger(Protocol):
    """A ledger that several machines write: locks of files do not reach from one to another."""

    def lease(self, name: str) -> None:
        """From now on this ledger writes only while no later round took the lease."""
        ...

    def acting(self, *, wait_s: float) -> AbstractContextManager[None]:
        """Nobody on any machine acts meanwhile."""
        ...


def acting(ledger: object, *, wait_s: float) -> AbstractContextManager[None]:
    """Nobody on another machine acts on a ledger; this one's are kept out by a locked file."""
    return ledger.acting(wait_s=wait_s) if isinstance(ledger, SharedLedger) else nullcontext()


def held_round(ledger: TreeLedger, kept: Path) -> None:
    """Let a ledger append for one round: while no later one began, and no act goes on."""
    ticket = RoundTicket(kept)
    ledger.guard = ticket.guard
    if isinstance(ledger, SharedLedger):
        ledger.lease(ticket.name)
        ledger.guard = partial(_guard, ticket, ledger)


@contextmanager
def _guard(ticket: RoundTicket, ledger: SharedLedger) -> Iterator[None]:
    with ticket.guard(), ledger.acting(wait_s=WAIT_S):
        yield
