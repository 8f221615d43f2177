"""Wiring of the service: accounts of a programme, and its parts opened for each request."""

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nanoward.adapters.stores.private import private_folder
from nanoward.adapters.system_clock import SystemClock
from nanoward.wiring import ACT_S, open_ports

if TYPE_CHECKING:
    from nanoward.adapters.signers.webauthn import RelyingParty
    from nanoward.ports.ports import Ports
    from nanoward.ports.service.accounts import Accounts
    from nanoward.ports.service.credentials import Credentials
    from nanoward.ports.service.identity_parts import Identity
    from nanoward.ports.service.looks import Looks
    from nanoward.programme.access.rate_limits import RateLimit


def open_accounts(path: str) -> "Accounts":
    """Accounts and sessions of a programme, kept beside its ledger."""
    from nanoward.adapters.accounts.sqlite_accounts import SqliteAccounts

    return SqliteAccounts(private_folder(Path(path) / ".nanoward") / "accounts.db")


def open_credentials(path: str) -> "Credentials":
    """Passkeys, invites and cards of a programme, in the file of its accounts."""
    from nanoward.adapters.accounts.sqlite_credentials import SqliteCredentials

    return SqliteCredentials(private_folder(Path(path) / ".nanoward") / "accounts.db")


def open_looks(path: str) -> "Looks":
    """The ledger of reads of a programme."""
    from nanoward.adapters.accounts.look_ledger import LookLedger

    return LookLedger(private_folder(Path(path) / ".nanoward"))


def open_identity(
    path: str, *, origin: str, own_origin: str, limits: "Mapping[str, RateLimit] | None" = None
) -> "Identity":
    """What the doors of a programme know people by.

    origin, own_origin  of the console's pages and of the participants': two relying parties
    """
    from nanoward.adapters.accounts.host_passkeys import HostPasskeys
    from nanoward.adapters.accounts.memory_rates import LIMITS, MemoryRates
    from nanoward.adapters.accounts.person_sites import PersonSites
    from nanoward.adapters.stores.disk_folder import DiskFolder
    from nanoward.ports.service.identity_parts import Identity
    from nanoward.wiring.people import open_duty

    sites = PersonSites(Path(path))
    title = DiskFolder(Path(path)).plan().title
    return Identity(
        credentials=open_credentials(path),
        console=HostPasskeys(party_of(origin), title),
        own_page=HostPasskeys(party_of(own_origin), title),
        looks=open_looks(path),
        rates=MemoryRates(limits or LIMITS),
        site_of=sites.site_of,
        people_at=sites.people_at,
        chance=open_chance(),
        duty=open_duty(path),
        pseudonyms=pseudonym_key(path),
    )


def party_of(origin: str) -> "RelyingParty":
    """The relying party of an origin: its host is the domain that passkeys are bound to."""
    from nanoward.adapters.signers.webauthn import RelyingParty

    return RelyingParty(domain=urlsplit(origin).hostname or "localhost", origin=origin)


def pseudonym_key(path: str) -> bytes:
    """The key that pseudonyms of a programme are made with; drawn where there is none yet."""
    from nanoward.adapters.stores.file_blobs import write_whole

    file = private_folder(Path(path) / ".nanoward") / "pseudonyms.key"
    if not file.exists():
        write_whole(file, secrets.token_hex(32).encode())
        file.chmod(0o600)
    return bytes.fromhex(file.read_text(encoding="ascii"))


def open_chance() -> "Callable[[int], bytes]":
    """n bytes that nobody can guess."""
    return os.urandom


def open_clock() -> SystemClock:
    """The clock of the machine."""
    return SystemClock()


def to_read(path: str) -> "AbstractContextManager[Ports]":
    """The parts of a programme, to read: it waits for nobody."""
    return open_ports(path, quiet=True, use="read")


def to_act(path: str) -> "AbstractContextManager[Ports]":
    """The parts of a programme, to append."""
    return open_ports(path, quiet=True, use="act", wait_s=ACT_S)
