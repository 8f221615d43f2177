"""Tell file and line of findings that a room could only name by their row."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from nanoward.base.findings import Finding
from nanoward.flows.steps.step_outcome import Materials, Outcome


def locate_findings(
    findings: Iterable[Finding], tables: Mapping[str, pl.DataFrame]
) -> tuple[Finding, ...]:
    """Findings with the file and line of their row, where tables still tell them.

    tables  by role, with the columns `file` and `line`; parts of a split SDTM domain
            (sdtm.LBCH) answer for the whole (sdtm.LB)
    """
    return tuple(_placed(one, tables) if one.row and not one.file else one for one in findings)


def with_places(step: Outcome, materials: Materials) -> Outcome:
    """The step with the file and line of each finding that names its row."""
    return replace(step, findings=locate_findings(step.findings, materials.tables))


def _placed(finding: Finding, tables: Mapping[str, pl.DataFrame]) -> Finding:
    key = dict(finding.row)
    asked = str(key.pop("role"))
    for role, table in sorted(tables.items()):
        if role != asked and not (asked.startswith("sdtm.") and role.startswith(asked)):
            continue
        if not {"file", "line", *key} <= set(table.columns):
            continue
        match = [
            pl.col(name).cast(pl.String) == _text(table, name, one) for name, one in key.items()
        ]
        found = table.filter(*match).select("file", "line").sort("file", "line").head(1).rows()
        if found:
            file, line = found[0]
            return replace(finding, file=file, line=line)
    return finding


def _text(table: pl.DataFrame, name: str, value: str | int) -> str:
    """The value as polars writes it in the column's kind."""
    return f"{float(value)}" if table.schema[name].is_float() else str(value)
