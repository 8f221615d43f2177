"""What can happen to events that an authority may have to hear of within days."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKnown:
    """Somebody of the programme heard of an event for the first time."""

    event: str
    participant: str
    kind: str  # adverse event, pregnancy, escape, kill
    term: str
    known: datetime  # UTC
    source: str  # where it stands: a record, a message, a word
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAssessed:
    """The investigator or the sponsor said what they think; both are kept, none is replaced."""

    event: str
    participant: str
    role: str  # investigator, sponsor
    causality: str  # related, not related, unknown
    criteria: tuple[str, ...]  # of seriousness; empty: not serious
    severity: str  # mild, moderate, severe, life-threatening, fatal, unknown
    known: datetime  # when this was known, UTC
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDecided:
    """A person decided where rules cannot: by name and reason."""

    event: str
    participant: str
    verdict: str  # urgent, not urgent
    reason: str
    decided: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReported:
    """A report went out, or somebody else was told."""

    event: str
    participant: str
    number: int  # 1: initial; then follow-up reports
    to: str  # authority, ethics board, investigators, council
    file_sha256: str
    sent: datetime
    by: str


URGENT_ENTRIES = (EventKnown, EventAssessed, EventDecided, EventReported)
