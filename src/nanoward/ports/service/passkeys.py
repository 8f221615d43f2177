"""Ceremonies of WebAuthn: registering a passkey, and what it signs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nanoward.base.errors import RefusedError


class PasskeyRefusedError(RefusedError):
    """A passkey's answer does not hold what was asked of it."""

    code = "REF-240"
    next_step = "Use a passkey of this page, with its PIN or your finger, and begin again."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasskey:
    """What a registration gives: a P-256 key that our own verifier knows."""

    device: str
    public: str
    key: str
    counter: int
    bound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a passkey signed, read but not yet verified.

    challenge  that the browser says it signed
    counter    as the device says it
    bound      whether it says that it cannot be copied
    signature  for the verifier of signatures, scheme webauthn
    """

    device: str
    challenge: bytes
    counter: int
    bound: bool
    signature: str


class Passkeys(Protocol):
    """The ceremonies of one relying party."""

    def registration(
        self, *, challenge: bytes, account: str, shown: str, known: Sequence[str]
    ) -> Mapping[str, Any]:
        """What the browser is asked for a new passkey: ES256, resident, with verification.

        known  devices of the account, which are not registered twice
        """
        ...

    def challenge_in(self, told: Mapping[str, Any]) -> bytes:
        """The challenge that an answer says it is for; PasskeyRefusedError."""
        ...

    def registered(self, told: Mapping[str, Any], *, challenge: bytes) -> NewPasskey:
        """The passkey that the browser made; PasskeyRefusedError."""
        ...

    def request(self, *, challenge: bytes, devices: Sequence[str]) -> Mapping[str, Any]:
        """What the browser is asked for a signature; by any passkey where none is named."""
        ...

    def read(self, told: Mapping[str, Any]) -> Assertion:
        """What the browser answered; PasskeyRefusedError where it cannot be read."""
        ...

    def verifies(self, public: str, message: bytes, signature: str) -> bool:
        """Whether a passkey signed the bytes: the verifier that orders and kill codes have."""
        ...
