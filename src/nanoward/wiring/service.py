"""Wiring of the service: accounts of a programme, and its parts opened for each request."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nanoward.adapters.stores.lock import locked
from nanoward.adapters.stores.private import private_file, private_folder
from nanoward.adapters.system_clock import SystemClock
from nanoward.base.errors import NanowardError
from nanoward.ports.service.service_keys import service_section
from nanoward.wiring import ACT_S, open_ports

if TYPE_CHECKING:
    from nanoward.adapters.signers.webauthn import RelyingParty
    from nanoward.ports.ports import Ports
    from nanoward.ports.service.accounts import Accounts
    from nanoward.ports.service.credentials import Credentials
    from nanoward.ports.service.identity_parts import Identity
    from nanoward.ports.service.looks import Looks
    from nanoward.ports.service.uploads import ReadUploads
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
    """The key that pseudonyms of a programme are made with; drawn once, by one who asks."""
    file = private_folder(Path(path) / ".nanoward") / "pseudonyms.key"
    with locked(file.with_suffix(".lock"), wait_s=ACT_S):
        if not file.exists() or not file.stat().st_size:
            private_file(file).write_bytes(secrets.token_bytes(32))
        return file.read_bytes()


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


def to_append(path: str) -> "AbstractContextManager[Ports]":
    """The parts of a programme that stay open; each append is made within `turn`."""
    return open_ports(path, quiet=True, use="read")


@contextmanager
def turn(path: str, ports: "Ports") -> "Iterator[None]":
    """Nobody else decides meanwhile, here or on another machine that shares the ledger.

    ProgrammeBusyError where somebody does for too long.
    """
    from nanoward.adapters.stores.ledger_choice import acting

    with (
        locked(Path(path) / ".nanoward" / "lock", wait_s=ACT_S),
        acting(ports.ledger, wait_s=ACT_S),
    ):
        yield


def begin(path: str) -> None:
    """Make what the service keeps in a programme: its ledger, and its table of requests."""
    from nanoward.ports.service.requests import KeepsRequests

    with to_act(path) as ports:
        if isinstance(ports.ledger, KeepsRequests):
            ports.ledger.requests.begin_requests()


def open_uploads(path: str) -> "ReadUploads":
    """Files of reads that come over the network, in data/reads once they are whole."""
    from nanoward.adapters.uploads.read_uploads import DiskReadUploads

    return DiskReadUploads(Path(path))


def clinic_phone(path: str) -> str:
    """[service] phone of the plan; "" where the plan does not say it or cannot be read."""
    from nanoward.wiring import open_folder

    try:
        return service_section(open_folder(path).plan().section("service")).phone
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
