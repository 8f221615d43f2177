"""Everything that can be written on the ledger: frozen, dated facts in the past tense.

One file per room. An entry's kind on the ledger is "room.ClassName"; its body is JSON.
"""

from nanoward.base.entries.agents import AgentRegistered, LotBuilt, LotRefused, LotReleased
from nanoward.base.entries.audit import (
    ClaimChecked,
    ClaimReceived,
    EntryErased,
    LedgerMigrated,
    PersonErased,
    RecordVerified,
)
from nanoward.base.entries.bonds import BondDropped, BondFound, ContactRecorded
from nanoward.base.entries.catalogue import SampleTaken, SampleTyped
from nanoward.base.entries.clearance import (
    AssessmentRecorded,
    ConsentSigned,
    ConsentWithdrawn,
    StandingDecided,
)
from nanoward.base.entries.codec import Entry, body_of, entry_of, kind_of
from nanoward.base.entries.control import (
    OrderAcknowledged,
    OrderIntended,
    OrderReadBack,
    OrderRefused,
    OrderRequested,
)
from nanoward.base.entries.programme import MaterialReceived, ProgrammeOpened, RoundHeld
from nanoward.base.entries.tuning import (
    RecommendationRefused,
    SettingAdjusted,
    SettingRecommended,
)
from nanoward.base.entries.watch import AlarmAnswered, AlarmRaised

__all__ = [
    "AgentRegistered",
    "AlarmAnswered",
    "AlarmRaised",
    "AssessmentRecorded",
    "BondDropped",
    "BondFound",
    "ClaimChecked",
    "ClaimReceived",
    "ConsentSigned",
    "ConsentWithdrawn",
    "ContactRecorded",
    "Entry",
    "EntryErased",
    "LedgerMigrated",
    "LotBuilt",
    "LotRefused",
    "LotReleased",
    "MaterialReceived",
    "OrderAcknowledged",
    "OrderIntended",
    "OrderReadBack",
    "OrderRefused",
    "OrderRequested",
    "PersonErased",
    "ProgrammeOpened",
    "RecommendationRefused",
    "RecordVerified",
    "RoundHeld",
    "SampleTaken",
    "SampleTyped",
    "SettingAdjusted",
    "SettingRecommended",
    "StandingDecided",
    "body_of",
    "entry_of",
    "kind_of",
]

ENTRY_TYPES: tuple[type[Entry], ...] = (
    AgentRegistered,
    LotBuilt,
    LotReleased,
    LotRefused,
    SampleTaken,
    SampleTyped,
    ContactRecorded,
    BondFound,
    BondDropped,
    ConsentSigned,
    ConsentWithdrawn,
    AssessmentRecorded,
    StandingDecided,
    SettingRecommended,
    RecommendationRefused,
    SettingAdjusted,
    OrderRequested,
    OrderRefused,
    OrderIntended,
    OrderAcknowledged,
    OrderReadBack,
    ClaimReceived,
    ClaimChecked,
    RecordVerified,
    EntryErased,
    PersonErased,
    LedgerMigrated,
    AlarmRaised,
    AlarmAnswered,
    ProgrammeOpened,
    MaterialReceived,
    RoundHeld,
)

KINDS: dict[str, type[Entry]] = {kind_of(one): one for one in ENTRY_TYPES}
