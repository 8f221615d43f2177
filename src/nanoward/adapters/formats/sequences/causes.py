"""One finding for each cause of trouble in a file, however many rows have it."""

from dataclasses import dataclass, field

from nanoward.adapters.formats.problems import Problem, Remarks

REPEATED = Problem(
    code="FMT-318", severity="note", next_step="Nothing; rows that repeat another count once"
)


@dataclass(slots=True, kw_only=True)
class _Rows:
    """Where one cause was met: the first row's words, its line and subject, and all lines."""

    message: str
    line: int
    subject: str
    subjects: set[str] = field(default_factory=set)
    lines: list[int] = field(default_factory=list)


class Causes:
    """Collects rows by what is wrong with them; told once, with the first row's words."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Problem, str, str], _Rows] = {}

    def add(
        self, problem: Problem, cause: str, message: str, line: int, *, column: str = "",
        subject: str = "",
    ) -> None:  # fmt: skip
        """Note a row.

        cause    what is wrong, without the row's own values: one finding for all its rows
        message  what is wrong, with them
        """
        key = (problem, cause, column)
        rows = self._rows.setdefault(key, _Rows(message=message, line=line, subject=subject))
        rows.lines.append(line)
        rows.subjects.add(subject)

    def tell(self, remarks: Remarks) -> None:
        """Write a finding for each cause."""
        for (problem, _, column), rows in self._rows.items():
            more = len(rows.lines) - 1
            ending = f" (and {more} more, up to line {max(rows.lines)})" if more else ""
            remarks.add(
                problem,
                rows.message + ending,
                line=rows.line,
                column=column,
                subject=rows.subject if len(rows.subjects) == 1 else "",
            )
