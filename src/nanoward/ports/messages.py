"""Everything that messages and relays need from the world besides a programme's own ports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from nanoward.ports.notifier import Notifier
from nanoward.ports.ports import Ports
from nanoward.ports.relay_keys import RelayKeys
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
