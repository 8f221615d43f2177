"""What can happen in audit: is the record whole, and did partners tell the truth?"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReceived:
    """A partner stated something that can be checked later.

    statement_sha256  of the signed envelope
    batch_sha256      of the blob in which it is kept, with all that came with it
    type              of [audit.types]
    counts            it is the partner's first word on its item, made before our measurement
                      was revealed."""

    claim: str
    partner: str
    statement_sha256: str
    received: date
    type: str = ""
    counts: bool = True
    batch_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimChecked:
    """A partner's statement was compared with what we measured."""

    claim: str
    verdict: str  # agrees, differs, cannot tell
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRefused:
    """What a partner sent is no claim that counts; it is kept as a blob all the same."""

    partner: str  # "" where nobody can be named
    statement_sha256: str
    code: str
    reason: str
    batch_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsExpected:
    """Partners owe claims by their days; who owes what stands in the blob."""

    schedule_sha256: str
    claims: int
    partners: tuple[str, ...]
    last_due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentMade:
    """A side bound itself to something that it shows later.

    purpose     "nonce PLAN" or "measurements PLAN"
    commitment  SHA-256, hexadecimal."""

    side: str
    purpose: str
    commitment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPlanned:
    """How a partner is to be judged: types, numbers and thresholds, before the data.

    rules_sha256  of the blob that states every rule."""

    plan: str
    partner: str
    period: str
    items: int
    alpha: float
    types: tuple[str, ...]
    rules_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawCheckpointFixed:
    """The joint checkpoint of a draw, after both sides committed to their nonces."""

    plan: str
    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditDrawn:
    """Items were drawn to be measured again; anybody can repeat the draw.

    drawn_sha256  of the blob with strata and items
    withheld      sides that did not show the nonce that they were bound to."""

    plan: str
    seed: str
    nonces: tuple[str, ...]  # "side=hexadecimal"
    withheld: tuple[str, ...]
    items: int
    drawn_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementsRevealed:
    """Our own measurements of drawn items were shown; claims after this come too late.

    committed  we were bound to them before."""

    plan: str
    items: int
    measurements_sha256: str
    committed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerJudged:
    """The verdict on one claim type of a partner.

    e_value, threshold  evidence against honesty, and what alone would accuse
    seen_from           smallest share of false items that would have been seen; None: none
    missing, expected   owed claims that were not made, and how many were owed
    after_reveal        items that were claimed only after our measurement was revealed."""

    judgement: str
    plan: str
    partner: str
    type: str
    verdict: str
    e_value: float
    threshold: float
    audited: int
    differing: int
    missing: int
    direction: str
    seen_from: float | None
    told: str
    after_reveal: int = 0
    expected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementAnswered:
    """Whoever was judged said something to it, and may have asked for a referee."""

    judgement: str
    by: str
    words: str
    referee: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementAppealed:
    """A verdict was appealed; once."""

    judgement: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDecided:
    """What became of an appeal: upheld, overturned, or cannot tell."""

    judgement: str
    outcome: str
    by: str
    reason: str


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


CLAIM_ENTRIES = (
    ClaimReceived,
    ClaimChecked,
    ClaimRefused,
    ClaimsExpected,
    CommitmentMade,
    AuditPlanned,
    DrawCheckpointFixed,
    AuditDrawn,
    MeasurementsRevealed,
    PartnerJudged,
    JudgementAnswered,
    JudgementAppealed,
    AppealDecided,
)
