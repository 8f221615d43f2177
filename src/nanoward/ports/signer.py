"""Signing: a person's signature and its check, and the key of a ledger or a witness."""

from typing import Protocol, runtime_checkable

from nanoward.audit.notes import VerifierKey


@runtime_checkable
class Signer(Protocol):
    """Holds one person's key."""

    scheme: str  # ed25519, webauthn
    key: str  # name of the public key: its SHA-256
    public: str  # the public key, hexadecimal

    def sign(self, message: bytes) -> str:
        """A signature over the message, as text."""
        ...


@runtime_checkable
class Signatures(Protocol):
    """Checks signatures of the schemes it knows."""

    def verifies(self, *, scheme: str, public: str, message: bytes, signature: str) -> bool:
        """Whether it is good. Never raises: what cannot be read does not verify."""
        ...


@runtime_checkable
class NoteSigner(Protocol):
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
