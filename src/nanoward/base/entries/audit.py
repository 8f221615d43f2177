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


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryErased:
    """Shown in the place of an entry on a person who was erased; never appended itself."""

    kind: str  # of the entry that was


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased:
    """A person's key was destroyed, and with it all that the ledger said of them."""

    reason: str  # such as: asked for it; never a name


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerMigrated:
    """The records before this one were taken over from a ledger of an earlier version."""

    entries: int
    head: str  # of the earlier ledger, verified before its records were taken over
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneSeen:
    """The kill lane's own ledger as a round found it: whoever holds this one holds that one."""

    key: str
    records: int
    head: str
