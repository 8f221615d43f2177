"""Signatures of people: making one with a key at hand, and checking one without it."""

from typing import Protocol, runtime_checkable


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
