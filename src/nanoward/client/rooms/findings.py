"""Findings: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptBody:
    """A finding is accepted as it is, for this reason, until that day."""

    reason: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignBody:
    """A finding is given to a role."""

    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingAnswerBody:
    """What is said to a finding."""

    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A finding of the last round, with what became of it."""

    finding: str
    state: str
    severity: str
    code: str
    subject: str | None
    message: str
    file: str | None
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[FindingRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was written."""

    finding: str
    by: str
    day: date


class FindingsPart:
    """The part of the API about findings."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def findings(self, *, after: str | None = None, limit: int = 50) -> FindingRowPage:
        """Findings of the last round, by name."""
        return self._transport.ask(
            FindingRowPage,
            "GET",
            "/api/v1/programme/findings",
            query={"after": after, "limit": limit},
        )

    def reply(self, finding: str, body: FindingAnswerBody, *, key: str | None = None) -> Said:
        """Answer a finding; the answer stands while its message is the same."""
        return self._transport.ask(
            Said,
            "POST",
            f"/api/v1/programme/findings/{_quoted(finding)}/answer",
            body=body,
            key=key,
        )

    def accept(self, finding: str, body: AcceptBody, *, key: str | None = None) -> Said:
        """Accept a finding until a day; it changes no standing and holds nothing open."""
        return self._transport.ask(
            Said,
            "POST",
            f"/api/v1/programme/findings/{_quoted(finding)}/acceptance",
            body=body,
            key=key,
        )

    def assign(self, finding: str, body: AssignBody, *, key: str | None = None) -> Said:
        """Give a finding to a role."""
        return self._transport.ask(
            Said,
            "POST",
            f"/api/v1/programme/findings/{_quoted(finding)}/assignment",
            body=body,
            key=key,
        )


def _quoted(value: object) -> str:
    return quote(str(value), safe="")
