"""What messages, relays and the council need from the world besides a programme's ports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from nanoward.ports.notifier import Notifier
from nanoward.ports.ports import Ports
from nanoward.ports.signer import Signatures
from nanoward.programme.messages.rules import MessageRules


@runtime_checkable
class Heartbeat(Protocol):
    """When messages were last looked at."""

    def last(self) -> datetime | None:
        """None: never, or nobody knows."""
        ...

    def beat(self, now: datetime) -> None:
        """They were looked at. Never raises."""
        ...


@runtime_checkable
class RefusedFiles(Protocol):
    """Files that were not taken are kept whole."""

    def keep(self, name: str, content: bytes) -> None:
        """Under its SHA-256; the same file twice is kept once."""
        ...


@runtime_checkable
class RelayKeys(Protocol):
    """One site's two private keys."""

    @property
    def sealing_key(self) -> str:
        """Public X25519 key, hexadecimal: files for this site are sealed to it."""
        ...

    @property
    def signing_key(self) -> str:
        """Public Ed25519 key, hexadecimal."""
        ...

    def seal(self, content: bytes, *, sealing_key: str) -> bytes:
        """Signed by this site, padded, and sealed for the holder of a key; each time anew."""
        ...

    def open(self, sealed: bytes) -> tuple[bytes, bytes]:
        """Content and signature of a file for this site; BadBundleError for any other bytes."""
        ...

    def is_signed(self, content: bytes, signature: bytes, *, signing_key: str) -> bool:
        """Whether a site signed the content for this one. Never raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDesk:
    """The parts that wiring picked for messages.

    channels  by their names in the plan; one that cannot be opened fails when it delivers
    full      channels that may tell what a message says; the others tell that there is one
    chance    random bytes, for identifiers and names of files
    keys      of this site; None where it exchanges nothing
    """

    ports: Ports
    rules: MessageRules
    channels: Mapping[str, Notifier]
    full: frozenset[str]
    chance: Callable[[int], bytes]
    heartbeat: Heartbeat
    refused: RefusedFiles
    keys: RelayKeys | None = None


@runtime_checkable
class MemberKeys(RelayKeys, Protocol):
    """One member's two private keys, in their own file; or the programme's."""

    def sign(self, message: bytes) -> str:
        """An Ed25519 signature over a message, hexadecimal."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilDesk:
    """The parts that wiring picked for the council.

    messages    the desk of messages, with ports and chance
    keys        of the programme: it seals for members, and orders the arms' letters
    signatures  tells whether a member's signature is good
    """

    messages: MessageDesk
    keys: MemberKeys
    signatures: Signatures

    @property
    def ports(self) -> Ports:
        return self.messages.ports
