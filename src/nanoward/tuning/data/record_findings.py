"""Findings about one person's records, gathered as they are read; whose a lost line was."""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from nanoward.base.findings import Finding, Severity


@dataclass(slots=True, kw_only=True)
class RecordFindings:
    """What was met in one person's rows. steps: by code, what to do about it."""

    person: str
    file: str
    steps: Mapping[str, str]
    found: list[Finding] = field(default_factory=list)

    def add(
        self, code: str, severity: Severity, message: str, row: Mapping[str, Any], column: str
    ) -> None:
        self.found.append(
            Finding(
                code=code,
                severity=severity,
                message=message,
                next_step=self.steps[code],
                file=self.file,
                line=row.get("line"),
                column=column,
                subject=self.person,
            )
        )


def owners_of_lines(events: pl.DataFrame | None) -> Callable[[int], tuple[str, ...]]:
    """From a line that was not read to the people whose rows stand before and behind it; to ""
    (anybody) where the rows of a person do not stand together."""
    if events is None or "line" not in events.columns or events["line"].null_count():
        return lambda _: ("",)
    rows = sorted(zip(events["line"].to_list(), events["ID"].cast(pl.String), strict=True))
    names = [name for _, name in rows]
    runs = [name for at, name in enumerate(names) if at == 0 or names[at - 1] != name]
    if len(runs) != len(set(runs)):
        return lambda _: ("",)
    lines = [line for line, _ in rows]

    def beside(line: int) -> tuple[str, ...]:
        at = bisect_left(lines, line)
        return tuple({names[k] for k in (at - 1, at) if 0 <= k < len(names)}) or ("",)

    return beside
