"""Findings and open questions as table rows, and back."""

from collections.abc import Iterable
from dataclasses import asdict

import polars as pl

from nanoward.base.findings import Finding, Undecided, finding_of, in_order

FINDING_SCHEMA = {
    "code": pl.String,
    "severity": pl.String,
    "message": pl.String,
    "next_step": pl.String,
    "file": pl.String,
    "line": pl.Int64,
    "column": pl.String,
    "subject": pl.String,
    "row": pl.String,
}
UNDECIDED_SCHEMA = dict.fromkeys(("code", "room", "subject", "question", "reason"), pl.String)


def finding_rows(findings: Iterable[Finding]) -> pl.DataFrame:
    """The FINDINGS table, in order and without repeats."""
    return pl.DataFrame([one.as_row() for one in in_order(findings)], schema=FINDING_SCHEMA)


def findings_in(table: pl.DataFrame) -> tuple[Finding, ...]:
    """The findings that `finding_rows` wrote."""
    return tuple(finding_of(row) for row in table.to_dicts())


def undecided_rows(questions: Iterable[Undecided]) -> pl.DataFrame:
    """The UNDECIDED table, in order and without repeats."""
    unique = sorted(set(questions), key=lambda one: (one.room, one.subject, one.question))
    return pl.DataFrame([asdict(one) for one in unique], schema=UNDECIDED_SCHEMA)


def undecided_in(table: pl.DataFrame) -> tuple[Undecided, ...]:
    """The open questions that `undecided_rows` wrote."""
    return tuple(Undecided(**row) for row in table.to_dicts())
