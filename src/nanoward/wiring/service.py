"""Wiring of the service: accounts of a programme, and its parts opened for each request."""

import secrets
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from nanoward.adapters.stores.lock import locked
from nanoward.adapters.stores.private import private_file, private_folder
from nanoward.adapters.system_clock import SystemClock
from nanoward.wiring import ACT_S, open_ports

if TYPE_CHECKING:
    from nanoward.ports.ports import Ports
    from nanoward.ports.service.accounts import Accounts
    from nanoward.ports.service.uploads import ReadUploads


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


def to_append(path: str) -> "AbstractContextManager[Ports]":
    """The parts of a programme that stay open; each append is made within `turn`."""
    return open_ports(path, quiet=True, use="read")


def turn(path: str) -> "AbstractContextManager[None]":
    """Nobody else decides meanwhile; ProgrammeBusyError where somebody does for too long."""
    return locked(Path(path) / ".nanoward" / "lock", wait_s=ACT_S)


def begin(path: str) -> None:
    """Make what the service keeps in a programme: its ledger, and its table of requests."""
    from nanoward.ports.service.requests import KeepsRequests

    with to_act(path) as ports:
        if isinstance(ports.ledger, KeepsRequests):
            ports.ledger.requests.begin_requests()


def pseudonym_key(path: str) -> bytes:
    """The programme's own key of pseudonyms, made where there is none."""
    file = Path(path) / ".nanoward" / "pseudonym.key"
    with locked(file.with_suffix(".lock"), wait_s=ACT_S):
        if not file.exists() or not file.stat().st_size:
            private_file(file).write_bytes(secrets.token_bytes(32))
        return file.read_bytes()


def open_uploads(path: str) -> "ReadUploads":
    """Files of reads that come over the network, in data/reads once they are whole."""
    from nanoward.adapters.uploads.read_uploads import DiskReadUploads

    return DiskReadUploads(Path(path))
