"""What can happen at the way out: somebody leaves, stops, lowers, or has a concern."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGiven:
    """Somebody said at the way out what is to end; it counts from here on."""

    notice: str  # drawn by whoever asks: what is said twice under it is one
    participant: str  # empty: everybody
    wish: str  # leave, stop, less, concern
    given: datetime
    by: str
    channel: str = ""
    uses: tuple[str, ...] = ()  # of data that are taken back; empty: all
    setting: str = ""  # to be lowered; empty: all of them stopped
    value: float | None = None
    unit: str = ""
    words: str = ""  # of a concern, for the advocate alone


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCarried:
    """One of those who had to be told of a notice was told."""

    notice: str
    participant: str
    to: str  # lane, ledger, staff, advocate
    outcome: str
    carried: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnOwed:
    """Who left is to be brought home; it is owed until they say that they are there."""

    participant: str
    notice: str
    since: date
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnArranged:
    """Where the person is, who brings them, by when, and at whose cost."""

    participant: str
    where: str
    brought_by: str
    due: date
    payer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnObstructed:
    """Somebody keeps a person from coming home; a partner that does is in breach."""

    participant: str
    obstructed_by: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeConfirmed:
    """A person said that they are home."""

    participant: str
    confirmed: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpOwed:
    """Who left may carry the agent still: what is kept up for their sake until it is clear."""

    participant: str
    since: date
    care: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpEnded:
    """The agent is gone from somebody who left, or was never in them."""

    participant: str
    ended: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolSeen:
    """The exit's own ledger as a round found it: whoever holds this one holds that one."""

    key: str
    records: int
    head: str
