"""What somebody proves who they are with: passkeys, invites, cards; and open challenges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A passkey of an account.

    device     credential identifier, base64url
    public     hexadecimal SubjectPublicKeyInfo (DER) of a P-256 key
    key        SHA-256 of it: how signers are named
    counter    of the last signature; 0 where the device does not count
    bound      it cannot be copied to another device (backup eligibility 0)
    own_page   it signs in at the participants' page, and not at the console
    """

    device: str
    account: str
    public: str
    key: str
    counter: int
    bound: bool
    label: str
    added: datetime
    own_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """Something that waits for a passkey's signature, once, for two minutes.

    purpose  what it is for; a signature for one thing serves no other
    account  whose passkey must sign; "" for anybody's
    message  the bytes whose SHA-256 is the challenge
    about    what else belongs to the act
    """

    purpose: str
    account: str
    message: bytes
    about: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """A link or code that opens an account once.

    invite   first letters of its SHA-256
    purpose  first administrator, staff, recovery, card
    account  whose it is; "" where it is not there yet
    """

    invite: str
    purpose: str
    account: str
    shown: str
    participant: str
    site: str
    expires: datetime


class Credentials(Protocol):
    """Keeps what people sign in with; secrets are kept by their hash alone."""

    def add_device(self, device: Device) -> None:
        """Keep a new passkey."""
        ...

    def device(self, device: str) -> Device | None:
        """A passkey by its credential identifier; None where it is unknown or removed."""
        ...

    def devices(self, account: str) -> Sequence[Device]:
        """Every passkey of an account, the oldest first."""
        ...

    def count_up(self, device: str, counter: int) -> bool:
        """Keep a device's new counter; False where it went back or stood still."""
        ...

    def remove_device(self, device: str) -> None:
        """A passkey signs in no more."""
        ...

    def put_challenge(self, challenge: bytes, asked: Challenge, at: datetime) -> None:
        """Keep what waits for a signature; what is over goes."""
        ...

    def take_challenge(self, challenge: bytes, at: datetime) -> Challenge | None:
        """What waited, once; None where there was nothing, or it is over."""
        ...

    def put_invite(self, invite: Invite, secret: str) -> None:
        """Keep an invite by the hash of its secret."""
        ...

    def invite(self, secret: str, at: datetime) -> Invite | None:
        """The invite of a secret; None where it is unknown, used or over."""
        ...

    def use_invite(self, secret: str, at: datetime) -> Invite | None:
        """As `invite`, and it is used up by that."""
        ...

    def end_invites(self, account: str, participant: str = "") -> None:
        """Invites of an account, and cards of a participant, that nobody used serve no more."""
        ...

    def put_stop_code(self, card: str, participant: str, secret: str, until: datetime) -> None:
        """Keep a card's stop code by its hash."""
        ...

    def stop_code(self, secret: str, at: datetime) -> tuple[str, str] | None:
        """Card and participant of a code; None where it is unknown, or over and unused."""
        ...

    def use_stop_code(self, secret: str, wish: str, notice: str) -> str:
        """Use a code for a wish, once; returns the notice that it stands for, old or new."""
        ...

    def close(self) -> None:
        """Let go."""
        ...
