"""What can happen in control: may this order be sent, was it obeyed, is the agent gone?"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierEnrolled:
    """A participant carries an agent that can be reached through a driver."""

    participant: str
    agent: str
    spec_sha256: str
    lot: str
    driver: str
    owner: str  # ours, or the partner whose agent it is
    person_class: str  # adult, adolescent, frail, pregnant
    cells: float  # agents in this person when last estimated, 0 for a device
    age_years: float | None = None
    weight_kg: float | None = None
    signed: tuple[str, ...] = ()  # "NAME KEY SIGNATURE" of whoever enrolled, and of the second


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLimitSet:
    """A participant said how much of a setting is enough."""

    participant: str
    setting: str
    low: float
    high: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeCertified:
    """The range in which this participant may raise a setting alone."""

    participant: str
    setting: str
    low: float
    high: float
    unit: str
    certified_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingTaken:
    """The participant's condition was measured; orders need this to be fresh."""

    participant: str
    quantity: str
    value: float
    unit: str
    at: datetime


# ---- orders ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequested:
    """Somebody asked for an order; nothing has been sent."""

    order: str
    participant: str
    agent: str
    setting: str
    kind: str  # set, less, stop
    value: float | None  # null where a "less" or "stop" names none
    unit: str
    lease_s: int
    issued: datetime
    requested_by: str
    role: str
    scopes: tuple[str, ...]
    key: str = ""  # of whoever signed it; a stop or less needs none
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefused:
    """The gate said no; nothing was sent."""

    order: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQueued:
    """The order waits until it is known what the one before it did."""

    order: str
    behind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSuperseded:
    """The order was not sent: a newer one, a stop or a kill took its place."""

    order: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderIntended:
    """The gate said yes; the order is owed to the driver."""

    order: str
    participant: str
    driver: str
    setting: str
    kind: str
    value: float
    unit: str
    issued: datetime
    expires: datetime
    reasons: tuple[str, ...]  # why it is less than was asked for, if it is


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderUnanswered:
    """The driver did not answer: nobody knows yet whether the order was carried out."""

    order: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAcknowledged:
    """The driver claims that it carried out the order."""

    order: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReadBack:
    """The agent's state was read independently of the acknowledgement."""

    order: str
    value: float
    unit: str
    agrees: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFailed:
    """The order had no effect, and will have none."""

    order: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLapsed:
    """The lease ended before it was known what the order did; it counts as having run."""

    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetOrdered:
    """One order for many people, to be carried out in stages."""

    fleet: str
    setting: str
    value: float
    unit: str
    lease_s: int
    participants: tuple[str, ...]
    ordered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetStageOpened:
    """A person let the next stage begin."""

    fleet: str
    stage: int
    participants: tuple[str, ...]
    opened_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetStageEnded:
    """A stage was carried out; the fleet order rests until a person opens the next."""

    fleet: str
    stage: int
    failed: tuple[str, ...]
    harmed: tuple[str, ...]  # with an adverse event of grade 3 or worse


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetAborted:
    """The fleet order was given up; everyone touched goes back to the safe default."""

    fleet: str
    reasons: tuple[str, ...]
    returned: tuple[str, ...]


# ---- kill codes --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class KillRequested:
    """Somebody asked for a kill code; nothing has been sent."""

    order: str
    agent: str
    spec_sha256: str
    owner: str
    lot: str
    participants: tuple[str, ...]
    mechanism: str
    dose: float
    unit: str
    reason: str
    requested_by: str
    not_before: datetime
    expires: datetime
    plan_sha256: str  # the rules and signers that it was asked under
    ledger_size: int
    ledger_hash: str
    expected_escapees: float  # over all the people named, shown on the release form
    monotonic_s: float  # the second clock, when it was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class KillApproved:
    """One person put a signature under the order's bytes."""

    order: str
    signer: str
    role: str
    key: str
    signature: str
    person: str = ""  # whoever holds the key, however named


@dataclass(frozen=True, slots=True, kw_only=True)
class KillSignatureRefused:
    """A signature was offered that does not count."""

    order: str
    signer: str
    key: str
    reason: str
    signature: str = ""  # where the key made it: only such a one counts towards the key's lock


@dataclass(frozen=True, slots=True, kw_only=True)
class KillReleased:
    """The kill code may be fired until it expires."""

    order: str
    break_glass: bool
    released_by: tuple[str, ...]
    key: str = ""  # of who broke the glass, with its signature over bytes of its own
    signature: str = ""
    people: int = 0  # over all open and recent orders, by which the council was asked or not
    sealed: bool = False  # signed beforehand, for a clinic that is cut off


@dataclass(frozen=True, slots=True, kw_only=True)
class KillIntended:
    """The kill code is owed to one participant's driver."""

    order: str
    participant: str
    driver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KillUnanswered:
    """The driver did not answer: nobody knows yet whether the code was fired."""

    order: str
    participant: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KillAcknowledged:
    """The driver says that the code was fired."""

    order: str
    participant: str
    at: datetime
    monotonic_s: float  # the second clock, when the answer came


@dataclass(frozen=True, slots=True, kw_only=True)
class KillFailed:
    """The code was not fired at this participant and will not be under this order."""

    order: str
    participant: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KillEnded:
    """The order ended before it was fired at anybody else."""

    order: str
    how: str  # expired, withdrawn, voided, locked
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KillReviewed:
    """A second person looked at a kill code that one person fired."""

    order: str
    reviewed_by: str
    note: str
    key: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerRevoked:
    """A key no longer counts; what it signed and was not yet released is void."""

    signer: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCodeIssued:
    """A kill code for one participant, signed beforehand, for a clinic that is cut off."""

    order: str
    participant: str
    device_key: str
    expires: datetime
    mechanism: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillHeld:
    """A mechanism was tried on a simulated agent."""

    drill: str
    mechanism: str
    tries: int
    failures: int


# ---- flush verification ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FlushSampled:
    """A sample was examined for what the kill code should have removed."""

    order: str
    participant: str
    sample: str
    assay: str
    matrix: str
    taken: datetime
    valid: bool
    detected: bool
    count: float | None  # null where the assay only says yes or no
    locus: str  # intact, altered, low, unread


@dataclass(frozen=True, slots=True, kw_only=True)
class FlushDecided:
    """What the samples of one participant say after a kill code."""

    order: str
    participant: str
    outcome: str  # verifying, cleared, escaped
    response: str  # yes, no, unknown
    residual: float
    earliest: datetime | None  # when clearance may be declared
    latest: datetime | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthEstimated:
    """How strong the next use of a mechanism is expected to be in one participant."""

    order: str
    participant: str
    mechanism: str
    log_kill: float
    low: float
    high: float
    escape: float
