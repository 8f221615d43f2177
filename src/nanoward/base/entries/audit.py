"""What can happen in audit: is the record whole, and did partners tell the truth?"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReceived:
    """A partner stated something that can be checked later."""

    claim: str
    partner: str
    statement_sha256: str
    received: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimChecked:
    """A partner's statement was compared with what we measured."""

    claim: str
    verdict: str  # agrees, oversight, pattern, contradiction
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordVerified:
    """The ledger and its blobs were verified."""

    entries: int
    head: str
