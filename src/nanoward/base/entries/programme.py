"""What can happen in programme: who comes when, and what do we tell the council?"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeOpened:
    """A programme began to keep its record here."""

    programme: str
    title: str
    plan_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialReceived:
    """A file was read; its table and findings are kept as blobs."""

    path: str  # within the programme
    role: str
    sha256: str  # of the file
    rows: int
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundHeld:
    """A ward round was concluded and its report written."""

    round: str
    as_of: date
    report_sha256: str
    tables: tuple[str, ...]  # name=SHA-256 of each table


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotKept:
    """What a round read and decided was kept, so that the next can be compared with it."""

    round: str
    as_of: date
    software: str  # version of nanoward
    sources_sha256: str  # of the sources that a standing reaches
    manifest_sha256: str  # blob that names the tables of the snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsKept:
    """The findings of a round with what became of each, kept for the next round."""

    round: str
    as_of: date
    open: int  # new, returned or standing
    register_sha256: str  # blob: table FINDING_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingAnswered:
    """Somebody answered a finding; it stays answered while its message is the same."""

    finding: str  # its identity across rounds
    subject: str  # whom it concerns, empty where nobody
    code: str
    message_sha256: str
    answer: str
    by: str
    answered: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingAccepted:
    """Somebody accepted a finding as it is, with a reason, until a day."""

    finding: str
    subject: str
    code: str
    message_sha256: str
    reason: str
    by: str
    accepted: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingAssigned:
    """A finding was given to a role to be dealt with."""

    finding: str
    subject: str
    code: str
    role: str
    by: str
    assigned: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteIssued:
    """Somebody was invited to open an account, or to come back to theirs."""

    invite: str  # first letters of the SHA-256 of its link
    purpose: str  # first administrator, staff, recovery
    account: str  # "" where it is not there yet
    issued_by: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened:
    """A member of the staff opened an account by an invite; it has no role yet."""

    account: str
    name: str
    site: str
    invite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleProposed:
    """An administrator proposed a role for somebody; nobody holds it by that."""

    grant: str
    account: str
    role: str
    proposed_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleConfirmed:
    """A role is in force: another person confirmed the proposal."""

    grant: str
    account: str
    role: str
    confirmed_by: str  # "nobody" for the first two administrators alone


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDeclined:
    """A proposed role was not confirmed."""

    grant: str
    declined_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleEnded:
    """A role is no longer held; every session of the account ended with it."""

    account: str
    role: str
    ended_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEnrolled:
    """A passkey was registered for an account."""

    account: str
    device: str
    key: str  # SHA-256 of the public key
    device_bound: bool  # it cannot be copied to another device


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRemoved:
    """A passkey no longer signs in."""

    account: str
    device: str
    removed_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryProposed:
    """An administrator saw somebody in person who has lost every passkey."""

    recovery: str
    account: str
    proposed_by: str
    identity_check: str  # how it was made sure who it is


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryConfirmed:
    """A second administrator agreed; the account signs nothing until the hold is over."""

    recovery: str
    account: str
    confirmed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyAccessOpened:
    """Somebody opened one participant's record beyond their role, for an hour at most."""

    access: str
    account: str
    participants: tuple[str, ...]  # one
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyAccessReviewed:
    """Somebody else looked at an emergency access."""

    access: str
    reviewed_by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardIssued:
    """A participant was given a card: a code to sign in once, and one to stop once."""

    card: str
    participant: str
    issued_by: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CardUsed:
    """A code of a participant's card was used; it does nothing more."""

    card: str
    participant: str
    purpose: str  # sign in, stop, leave


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Somebody looked at what is known of people; kept on the ledger of reads."""

    account: str
    role: str
    right: str
    scope: str
    participant: str  # "" for a page about more than one person
    what: str  # the route, never what it showed


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """An account signed in, or signed once more, with a passkey; on the ledger of reads."""

    account: str
    device: str
    purpose: str  # sign in, step up, invite


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorRefused:
    """A door stayed closed to somebody; kept on the ledger of reads."""

    account: str  # "" where nobody is known
    code: str
    what: str


ACCESS_ENTRIES = (
    InviteIssued,
    AccountOpened,
    RoleProposed,
    RoleConfirmed,
    RoleDeclined,
    RoleEnded,
    DeviceEnrolled,
    DeviceRemoved,
    RecoveryProposed,
    RecoveryConfirmed,
    EmergencyAccessOpened,
    EmergencyAccessReviewed,
    CardIssued,
    CardUsed,
    Looked,
    SignedIn,
    DoorRefused,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAccepted:
    """Somebody looked at a file with its findings, and took it into the programme's data."""

    path: str
    role: str
    file_sha256: str
    size: int  # bytes
    rows: int  # that can be used
    errors: int  # findings that were shown before it was accepted
    warnings: int
    replaces_sha256: str  # of the file that stood there; "" where none did
    by: str
    accepted: date
