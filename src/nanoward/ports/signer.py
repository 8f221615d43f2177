"""Signing in the name of a ledger or a witness; the key itself never leaves."""

from typing import Protocol, runtime_checkable

from nanoward.audit.notes import VerifierKey


@runtime_checkable
class Signer(Protocol):
    """One Ed25519 key with its name."""

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature, 64 bytes."""
        ...

    def seal(self, message: bytes) -> bytes:
        """32 bytes that only this signer can make, for what only it must recognise."""
        ...
