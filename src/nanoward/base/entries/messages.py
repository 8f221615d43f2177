"""What can happen to messages, and to the files that carry them between sites."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWritten:
    """Somebody is to know something by a moment; what becomes of it is followed."""

    message: str  # 16 random bytes, hexadecimal; the same on every ledger
    sender: str
    to: str  # role, or "participant": whom `participant` names
    participant: str  # whom it is for or about; empty: nobody
    kind: str
    urgency: str  # now, today, week
    made: datetime
    act_by: datetime
    expires: datetime | None  # None: never
    wants: str  # receipt, acknowledgement, answer
    body: str
    site: str = ""  # whose ledger it is for; empty: this one
    origin: str = ""  # site that wrote it; empty: this one
    about: str = ""  # hash of the record that it is about
    supersedes: str = ""  # message that it takes the place of
    cause: str = ""  # what a recurring cause is known by
    attachment: str = ""  # SHA-256 of a file that goes with it


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent:
    """A channel took a message for a role; several may share one delivery."""

    message: str
    to: str
    channel: str
    delivery: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageUndelivered:
    """A channel did not take a message; it is tried again."""

    message: str
    to: str
    channel: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageArrived:
    """A machine of the addressee has it; nobody need have read it."""

    message: str
    at: datetime
    source: str = ""  # site that it came from
    number: int = 0  # place among what that site sent here


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRead:
    """A person opened a message."""

    message: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAcknowledged:
    """A person took it on: every channel is quiet until `done_by`."""

    message: str
    by: str
    at: datetime
    done_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAnswered:
    """A person answered."""

    message: str
    participant: str  # of the message
    by: str
    answer: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRefused:
    """The message was not taken: the gate is shut, or it came too late to be acted on."""

    message: str
    participant: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageOverdue:
    """It was told that a message was not answered as it should have been by its moment."""

    message: str
    act_by: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEscalated:
    """A further role was turned to."""

    message: str
    step: int
    role: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageClosed:
    """The matter was closed in its own room."""

    message: str
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRepeated:
    """What a message is about was reported again, or reported over."""

    message: str
    word: str  # firing, resolved
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHoursChosen:
    """A person said when they are not to be disturbed; equal times: never quiet."""

    participant: str
    zone: str  # IANA name
    begins: str  # HH:MM by the clock on the wall
    ends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOpened:
    """A further site keeps its own record; its public keys were exchanged by hand."""

    site: str
    sealing_key: str  # X25519, hexadecimal
    signing_key: str  # Ed25519, hexadecimal
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleMade:
    """A file for another site is about to be written; a courier may lose it."""

    bundle: str  # SHA-256 of the file
    destination: str
    number: int  # place among the bundles for that site
    made: datetime
    messages: int
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleRead:
    """A file of another site was opened and its messages were taken."""

    bundle: str
    source: str
    number: int
    made: datetime  # by the source's clock
    at: datetime
    fresh: int  # messages that were not here yet
    repeated: int
    seen: tuple[str, ...]  # ranges of our messages that the source holds, with their hash
    seen_bundle: int  # the last of our bundles that the source had read; 0: none
    written: int  # messages that the source had written for us
    clock_ahead_s: float  # least that the source's clock is ahead, negative: behind; 0: fits


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleRefused:
    """A file was not taken; all of it is kept, nothing in it was acted on."""

    bundle: str
    size: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRolledBack:
    """A site says less than it had said: it was restored from a copy, or lost its disk."""

    site: str
    reason: str
    at: datetime


MESSAGE_ENTRIES = (
    MessageWritten,
    MessageSent,
    MessageUndelivered,
    MessageArrived,
    MessageRead,
    MessageAcknowledged,
    MessageAnswered,
    MessageRefused,
    MessageOverdue,
    MessageEscalated,
    MessageClosed,
    CauseRepeated,
    QuietHoursChosen,
    SiteOpened,
    BundleMade,
    BundleRead,
    BundleRefused,
    SiteRolledBack,
)
