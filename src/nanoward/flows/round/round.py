"""What one ward round found, in one value: all that a report needs, and what is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from nanoward.audit.receipts import Head
from nanoward.base.plan import Plan
from nanoward.flows.round.compare_standings import Concerns


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round that was held, as a value. The report is a pure function of it.

    tables      in the shapes of FOUND in base/tables.py, by their names; one that no room
                gave is missing, one in which nothing was found is empty
    facts       figures that are no table, by room: facts["bonds"]["pairs compared"] = 777
    provenance  nanoward (its version), python, libraries (name to version), inputs (a list
                of path, sha256, role, rows), ledger (size, head), seed; any may be missing
    hashes      SHA-256 of each table's file by its name, where it was written
    """

    plan: Plan
    as_of: date
    tables: Mapping[str, pl.DataFrame]
    facts: Mapping[str, Mapping[str, str | int | float | bool | None]] = field(
        default_factory=dict
    )
    provenance: Mapping[str, Any] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundSummary:
    """What a round tells whoever held it.

    computed, recalled  pieces of work done now, and taken from earlier rounds
    failed              a room gave no whole answer
    """

    folder: str
    round_: Round
    head: Head
    computed: int
    recalled: int
    concerns: Concerns = field(default_factory=Concerns)
    failed: bool = False
