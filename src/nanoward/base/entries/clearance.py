"""What can happen in clearance: may this person start, stay, or must they leave now?"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSigned:
    """A participant signed a version of the consent document."""

    participant: str
    document_sha256: str
    version: str
    signed: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn:
    """A participant took back consent; no reason is asked."""

    participant: str
    withdrawn: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRecorded:
    """A weekly medical or psychological assessment was made."""

    participant: str
    instrument: str
    assessed: date
    score: float | None  # null when too many items are missing
    urgent: bool  # an answer signals danger


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingDecided:
    """What a participant may do as of a day, with every reason."""

    participant: str
    standing: str
    as_of: date
    since: date | None
    reasons: tuple[str, ...]
