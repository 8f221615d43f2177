"""Wiring of the service: accounts of a programme, and its parts opened for each request."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from nanoward.adapters.stores.private import private_folder
from nanoward.adapters.system_clock import SystemClock
from nanoward.wiring import ACT_S, open_ports

if TYPE_CHECKING:
    from nanoward.ports.ports import Ports
    from nanoward.ports.service.accounts import Accounts


def open_accounts(path: str) -> "Accounts":
    """Accounts and sessions of a programme, kept beside its ledger."""
    from nanoward.adapters.accounts.sqlite_accounts import SqliteAccounts

    return SqliteAccounts(private_folder(Path(path) / ".nanoward") / "accounts.db")


def open_clock() -> SystemClock:
    """The clock of the machine."""
    return SystemClock()


def to_read(path: str) -> "AbstractContextManager[Ports]":
    """The parts of a programme, to read: it waits for nobody."""
    return open_ports(path, quiet=True, use="read")


def to_act(path: str) -> "AbstractContextManager[Ports]":
    """The parts of a programme, to append."""
    return open_ports(path, quiet=True, use="act", wait_s=ACT_S)
