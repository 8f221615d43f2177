"""Problems in data, as values: the run goes on with what is sound, and nothing is lost."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

RowKey = tuple[tuple[str, str | int], ...]
Severity = Literal["error", "warning", "note"]
_RANK = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem: what is wrong, exactly where, and what to do about it.

    code       stable, room prefix and number: "FMT-003", "CLR-012"
    severity   error: could not be used; warning: used with a doubt; note: told only
    file       path as the user knows it, relative to the programme; "" when no file is to blame
    line       1-based line (text) or row (binary tables); None when the whole file is meant
    column     column or field name, "" when the whole row is meant
    subject    participant, sample or setting concerned, "" when none
    row        the row in the terms of its table, from which a flow finds file and line
    """

    code: str
    severity: Severity
    message: str
    next_step: str
    file: str = ""
    line: int | None = None
    column: str = ""
    subject: str = ""
    row: RowKey = ()

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part not in ("", None))
        within = f" [{self.column}]" if self.column else ""
        what = f"{self.severity} {self.code}: {self.message}. {self.next_step}"
        return f"{place or '-'}{within} {what}"

    def as_row(self) -> dict[str, Any]:
        """Plain values for a table or JSON."""
        return asdict(self) | {"row": json.dumps(dict(self.row)) if self.row else ""}


def row_key(role: str, **key: str | int | None) -> RowKey:
    """Names a row: the role of its table, and the columns that tell it from others."""
    return (("role", role), *((name, one) for name, one in key.items() if one is not None))


def finding_of(row: Mapping[str, Any]) -> Finding:
    """The finding that `as_row` made plain."""
    key = json.loads(row["row"]) if row.get("row") else {}
    return Finding(**{**row, "row": tuple(key.items())})


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings without repeats: errors first, then by file, line, column and code."""
    return tuple(sorted(set(findings), key=_place))


def _place(finding: Finding) -> tuple[int, str, int, str, str, str, str]:
    return (
        _RANK[finding.severity],
        finding.file,
        finding.line or 0,
        finding.column,
        finding.code,
        finding.subject,
        finding.message,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A question that the data cannot answer: "cannot tell" is an answer, with its reason.

    code     stable, room prefix and a number from 901: "BND-906"; what asks for one asks by it
    room     which room was asked
    subject  participant, sample, pair or setting; "" for the whole programme
    reason   why there is no answer, and what would give one
    """

    code: str
    room: str
    subject: str
    question: str
    reason: str


Level = Literal["file", "sheet", "resource", "record", "column"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What became of one thing that a reader met: nothing is passed over in silence.

    level   what part of the file it is
    name    its name there: a column, a type of resource, a sheet
    use     "used", "ignored" (on purpose: a declared list says why), or "told" by a finding
    reason  why it is ignored, or the code of the finding that tells it
    count   how many there were
    """

    level: Level
    name: str
    use: Literal["used", "ignored", "told"]
    reason: str = ""
    count: int = 1
