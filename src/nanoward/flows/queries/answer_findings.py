"""List the findings of the last round, and write what a person did about one."""

from datetime import date
from typing import Any

from nanoward.base.entries import FindingAccepted, FindingAnswered, FindingAssigned
from nanoward.base.errors import RefusedError, UsageError
from nanoward.flows.queries.last_round import last_round_table
from nanoward.ports.ports import Ports
from nanoward.programme.queries.finding_life import ORDER


class UnknownFindingError(UsageError):
    """No finding of the last round begins with this name, or several do."""

    code = "PRG-034"
    next_step = "See `nanoward findings list PROGRAMME` and give the whole name."


class NotAcceptedError(RefusedError):
    """A finding cannot be answered or accepted like this; nothing was written."""

    code = "PRG-035"
    next_step = "Give a name, a reason, and a last day that is still to come, within a year."


LONGEST_DAYS = 366  # of an acceptance: somebody looks at it again


def listed_findings(ports: Ports, *, states: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Rows of the table FINDING_STATES of the last round, new ones first.

    states  these alone, where any are named
    """
    rows = last_round_table(ports, "finding_states").to_dicts()
    wanted = [row for row in rows if not states or row["state"] in states]
    rank = {"error": 0, "warning": 1, "note": 2}
    return sorted(
        wanted, key=lambda row: (ORDER.index(row["state"]), rank[row["severity"]], row["id"])
    )


def answer_finding(ports: Ports, name: str, *, answer: str, by: str) -> FindingAnswered:
    """Write an answer; it stands while the finding's message is the same."""
    row = _of_name(ports, name)
    _require(by=by, text=answer)
    now = ports.clock.now()
    entry = FindingAnswered(
        finding=row["id"],
        subject=row["subject"],
        code=row["code"],
        message_sha256=row["message_sha256"],
        answer=answer,
        by=by,
        answered=now.date(),
    )
    ports.ledger.append([entry], actor=by, at=now)
    return entry


def accept_finding(
    ports: Ports, name: str, *, reason: str, until: date, by: str
) -> FindingAccepted:
    """Accept a finding as it is until a day. It changes no standing and holds nothing open."""
    row = _of_name(ports, name)
    _require(by=by, text=reason)
    now = ports.clock.now()
    if not 0 < (until - now.date()).days <= LONGEST_DAYS:
        raise NotAcceptedError(f"{until} is no day of the year to come")
    entry = FindingAccepted(
        finding=row["id"],
        subject=row["subject"],
        code=row["code"],
        message_sha256=row["message_sha256"],
        reason=reason,
        by=by,
        accepted=now.date(),
        until=until,
    )
    ports.ledger.append([entry], actor=by, at=now)
    return entry


def assign_finding(ports: Ports, name: str, *, role: str, by: str) -> FindingAssigned:
    """Give a finding to a role."""
    row = _of_name(ports, name)
    _require(by=by, text=role)
    now = ports.clock.now()
    entry = FindingAssigned(
        finding=row["id"],
        subject=row["subject"],
        code=row["code"],
        role=role,
        by=by,
        assigned=now.date(),
    )
    ports.ledger.append([entry], actor=by, at=now)
    return entry


def _require(*, by: str, text: str) -> None:
    if not by.strip() or not text.strip():
        raise NotAcceptedError("a name and words are needed")


def _of_name(ports: Ports, name: str) -> dict[str, Any]:
    found = [row for row in listed_findings(ports) if row["id"].startswith(name) and name]
    if len(found) != 1:
        raise UnknownFindingError(f"{len(found)} findings are called {name!r}")
    return found[0]
