"""What one step of a round hands to the next: tables, entries, findings, open questions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from nanoward.base.entries import Entry
from nanoward.base.findings import Finding, Undecided
from nanoward.ports.formats import Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """All tables that were read, by role, with the SHA-256 of the files behind each.

    tables   "samples", "contacts", "genomes", "variants", "reference", "events", "sdtm.DM" ...;
             a role of which no file was found is missing
    sources  role to the hashes of its files' contents, and what read them. Rows after the
             round's day are left out of samples, contacts and adjustments: what is computed on
             these depends on their tables
    """

    tables: Mapping[str, pl.DataFrame]
    sources: Mapping[str, str]
    findings: tuple[Finding, ...] = ()

    def __contains__(self, role: str) -> bool:
        return role in self.tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one step of the round found.

    tables    in the shapes of base/tables.py, by their names
    facts     figures for the report that are no table ("compared 777 pairs"), by name
    computed  pieces of work done now; recalled: taken from an earlier round
    handed_on tables that later steps of the same round need and no file of it shows
    account   role, and what became of one thing that stood in its file; of plain files alone
    """

    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    findings: tuple[Finding, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    facts: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    computed: int = 0
    recalled: int = 0
    failed: bool = False  # what it gives is not all that there is
    account: tuple[tuple[str, Use], ...] = ()
    handed_on: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def merge(first: Outcome, second: Outcome) -> Outcome:
    """Two steps of one room as one outcome."""
    return Outcome(
        tables={**first.tables, **second.tables},
        entries=(*first.entries, *second.entries),
        findings=(*first.findings, *second.findings),
        undecided=(*first.undecided, *second.undecided),
        facts={**first.facts, **second.facts},
        computed=first.computed + second.computed,
        recalled=first.recalled + second.recalled,
        failed=first.failed or second.failed,
        account=(*first.account, *second.account),
        handed_on={**first.handed_on, **second.handed_on},
    )
