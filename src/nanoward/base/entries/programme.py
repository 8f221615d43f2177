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
