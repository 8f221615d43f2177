"""What can happen in programme: who comes when, and what do we tell the council?"""

from dataclasses import dataclass
from datetime import date


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
