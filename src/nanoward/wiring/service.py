"""Wiring of the service: accounts of a programme, and its parts opened for each request."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from nanoward.adapters.stores.private import private_folder
from nanoward.adapters.system_clock import SystemClock
from nanoward.base.errors import NanowardError
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


def clinic_phone(path: str) -> str:
    """[service] phone of the plan; "" where the plan does not say it or cannot be read."""
    from nanoward.wiring import open_folder

    try:
        return str(open_folder(path).plan().section("service").get("phone", ""))
    except (NanowardError, OSError):
        return ""


def own_certificate(path: str, participant: str) -> tuple[bytes, bytes, str] | None:
    """Content, signature and key of a person's certificate under certificates/; None without.

    As `nanoward tuning certify --out PROGRAMME/certificates` writes them.
    """
    from nanoward.flows.tuning.recommend_settings import certificate_name

    folder = Path(path) / "certificates"
    name = certificate_name(participant)
    try:
        return (
            (folder / f"{name}.json").read_bytes(),
            (folder / f"{name}.sig").read_bytes(),
            (folder / "key.txt").read_text(encoding="utf-8"),
        )
    except (OSError, UnicodeDecodeError):
        return None
