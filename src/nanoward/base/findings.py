"""Problems in data, as values: the run goes on with what is sound, and nothing is lost."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

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
    """

    code: str
    severity: Severity
    message: str
    next_step: str
    file: str = ""
    line: int | None = None
    column: str = ""
    subject: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part not in ("", None))
        within = f" [{self.column}]" if self.column else ""
        what = f"{self.severity} {self.code}: {self.message}. {self.next_step}"
        return f"{place or '-'}{within} {what}"

    def as_row(self) -> dict[str, Any]:
        """Plain values for a table or JSON."""
        return asdict(self)


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

    room     which room was asked
    subject  participant, sample, pair or setting; "" for the whole programme
    reason   why there is no answer, and what would give one
    """

    room: str
    subject: str
    question: str
    reason: str
