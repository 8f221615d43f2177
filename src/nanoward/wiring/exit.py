"""Wiring of the way out: spool, ledger, keys and lane alone; no plan, no blob, no data."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nanoward.adapters.notifiers.outbox import OutboxNotifier
from nanoward.adapters.signers.key_folder import KeyFolder
from nanoward.adapters.signers.people_keys import PeopleKeys
from nanoward.adapters.stores.disk_folder import NoProgrammeError
from nanoward.adapters.stores.exit_spool import open_spool
from nanoward.adapters.stores.ledger_choice import ledger_in
from nanoward.adapters.stores.lock import locked
from nanoward.adapters.stores.private import private_folder
from nanoward.adapters.system_clock import SystemClock
from nanoward.ports.exit import AskLane, ExitPorts
from nanoward.ports.ledger import Ledger, ProvenLedger

if TYPE_CHECKING:
    from nanoward.ports.exit import StopCodes


@contextmanager
def open_exit(path: str, *, lane: AskLane) -> Iterator[ExitPorts]:
    """The way out of a programme, whatever else of it is broken.

    lane  asks the kill lane, or does its work
    """
    kept = kept_folder(path)
    spool = open_spool(kept)
    try:
        yield ExitPorts(
            spool=spool,
            clock=SystemClock(),
            ledger=lambda: _opened_ledger(kept),
            lane=lane,
            staff=OutboxNotifier(kept / "outbox.jsonl"),
            advocate=OutboxNotifier(kept / "advocate.jsonl"),
        )
    finally:
        spool.close()


@contextmanager
def open_exit_spool(path: str) -> Iterator[ProvenLedger | None]:
    """The exit's own ledger, to read; None where nobody ever used it."""
    kept = Path(path) / ".nanoward"
    if not (kept / "exit.db").exists():
        yield None
        return
    spool = open_spool(kept)
    try:
        yield spool
    finally:
        spool.close()


@contextmanager
def open_stop_codes(path: str) -> "Iterator[StopCodes]":
    """Codes that let their person stop or leave without signing in."""
    from nanoward.adapters.accounts.stop_codes import SqliteStopCodes

    kept = kept_folder(path).resolve()
    codes = SqliteStopCodes(kept / "stop-codes.db", cards=kept / "accounts.db")
    try:
        yield codes
    finally:
        codes.close()


def is_known(path: str, participant: str) -> bool:
    """Whether a record was ever written of a person. No ledger is opened."""
    return any(one.has(participant) for one in _people(path))


def known_people(path: str) -> tuple[str, ...]:
    """Everybody of whom a record was ever written."""
    return tuple(dict.fromkeys(name for one in _people(path) for name in one.people()))


def _people(path: str) -> list[PeopleKeys]:
    kept = Path(path) / ".nanoward"
    return [KeyFolder(kept / name).people() for name in ("keys", "lane-keys")]


@contextmanager
def hold_exit(path: str) -> Iterator[None]:
    """Be the one process that works the way out; ProgrammeBusyError where another does."""
    with locked(kept_folder(path) / "exit.lock"):
        yield


def exit_socket(path: str) -> Path:
    """Where the exit of a programme listens."""
    return Path(path) / ".nanoward" / "exit.sock"


def kept_folder(path: str) -> Path:
    """`.nanoward` of a programme, which need not be readable beyond its name.

    NoProgrammeError where there is neither a programme.toml nor anything kept.
    """
    folder = Path(path)
    if not (folder / ".nanoward").exists() and not (folder / "programme.toml").exists():
        raise NoProgrammeError(f"{folder} holds no programme.toml")
    return private_folder(folder / ".nanoward")


@contextmanager
def _opened_ledger(kept: Path) -> Iterator[Ledger]:
    ledger = ledger_in(kept)
    try:
        yield ledger
    finally:
        ledger.close()
