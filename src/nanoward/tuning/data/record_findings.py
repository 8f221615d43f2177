"""Findings about one person's records, gathered as they are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
