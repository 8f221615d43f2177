"""Wiring of what people do themselves: their keys, and whom their words reach."""

from pathlib import Path

from nanoward.adapters.notifiers.outbox import OutboxNotifier
from nanoward.adapters.signers.ed25519 import new_key, read_key
from nanoward.adapters.signers.known import KnownSignatures
from nanoward.ports.notifier import Notifier
from nanoward.ports.signer import Signatures, Signer


def make_person_key(file: str, password: str) -> Signer:
    """A new key that signs for one person, kept encrypted under their password."""
    return new_key(Path(file), password)


def read_person_key(file: str, password: str) -> Signer:
    """A person's key; BadKeyFileError with another password."""
    return read_key(Path(file), password)


def open_signatures() -> Signatures:
    """What tells whether a signature is good."""
    return KnownSignatures()


def open_duty(path: str) -> Notifier:
    """Whoever is on duty in a programme."""
    return OutboxNotifier(Path(path) / ".nanoward" / "outbox.jsonl")
