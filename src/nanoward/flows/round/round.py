"""What one ward round found, in one value: all that a report needs, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from nanoward.base.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round that was held, as a value. The report is a pure function of it.

    tables      in the shapes of FOUND in base/tables.py, by their names; one that no room
                gave is missing, one in which nothing was found is empty
    facts       figures that are no table, by room: facts["bonds"]["pairs compared"] = 777
    provenance  nanoward (its version), python, libraries (name to version), inputs (a list
                of path, sha256, role, rows), ledger (size, head), seed; any may be missing
    """

    plan: Plan
    as_of: date
    tables: Mapping[str, pl.DataFrame]
    facts: Mapping[str, Mapping[str, str | int | float | bool | None]] = field(
        default_factory=dict
    )
    provenance: Mapping[str, Any] = field(default_factory=dict)
