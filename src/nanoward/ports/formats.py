"""Files of the field's formats as tables, with a finding for every problem."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from nanoward.base.findings import Finding, Level, Use
from nanoward.ports.reads import Aligner, ReadBlocks, ReadFile

if TYPE_CHECKING:  # a stop reads the plan, and no table
    import polars as pl

__all__ = ["BUNDLE", "Formats", "Level", "ParsedTable", "Use"]

BUNDLE = "fhir"  # role of a file that holds tables of several roles


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedTable:
    """The sound rows of one file, in the shape that base/tables.py gives, and its problems."""

    table: "pl.DataFrame"
    findings: tuple[Finding, ...] = ()
    account: tuple[Use, ...] = ()


@runtime_checkable
class Formats(Protocol):
    """Readers by role. A role is a table of base/tables.py, or "sdtm.DM", "sdtm.LB" ..."""

    version: str  # changes whenever a reader's answer may change

    def role_of(self, path: str) -> str | None:
        """The role of a file by its path within the programme; None when nobody reads it."""
        ...

    def read(self, role: str, path: str, content: bytes) -> ParsedTable:
        """Read one file, plain or gzip. Never raises for what stands in the file."""
        ...

    def plain(self, path: str, content: bytes) -> bytes:
        """A table of no role as CSV in UTF-8. Raises InputError where anything is doubtful."""
        ...

    def bundle(self, path: str, content: bytes) -> dict[str, ParsedTable]:
        """Read a file of role BUNDLE as tables by role; its problems stand once among them."""
        ...

    def blocks(self, first: ReadFile, second: ReadFile | None = None) -> ReadBlocks:
        """Stream sequencing reads, or reads and their mates, plain or gzip."""
        ...

    def aligner(self, contigs: Mapping[str, str], technology: str) -> Aligner:
        """What lays reads of "ont" or "pacbio", or an "assembly", on these contigs."""
        ...
