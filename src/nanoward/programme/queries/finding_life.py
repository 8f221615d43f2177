"""The life of a finding across rounds: new, standing, answered, accepted, returned.

A finding is known again by code, file, subject, column and row key; where it names neither a
subject nor a row, by its message, which holds the value. An answer and an acceptance count for
the message that they were given for: when the value changes, the finding returns.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries import Entry, FindingAccepted, FindingAnswered, FindingAssigned
from nanoward.base.findings import Finding

NEW, RETURNED, STANDING, ANSWERED, ACCEPTED = (
    "new",
    "returned",
    "standing",
    "answered",
    "accepted",
)
OPEN = (NEW, RETURNED, STANDING)
ORDER = (NEW, RETURNED, STANDING, ANSWERED, ACCEPTED)
GONE = "gone"  # in the register alone: seen in an earlier round, not in this one


@dataclass(slots=True, kw_only=True)
class _Acts:
    """What people last did about one finding."""

    answered: FindingAnswered | None = None
    accepted: FindingAccepted | None = None
    assigned: FindingAssigned | None = None


def finding_identity(finding: Finding, *, alone: bool = True) -> str:
    """A finding's name across rounds: 16 hexadecimal digits.

    alone  False: others of the round share code, place and row, so the message tells it apart
    """
    named = alone and bool(finding.row or finding.subject)
    key = [
        finding.code,
        finding.file,
        finding.subject,
        finding.column,
        [[name, str(value)] for name, value in finding.row],
        "" if named else finding.message,
    ]
    return sha256_of(canonical_json(key).encode())[:16]


def message_hash(finding: Finding) -> str:
    """SHA-256 of the message: the value that a finding is about."""
    return sha256_of(finding.message.encode())


def finding_states(
    findings: Iterable[Finding],
    before: Mapping[str, Mapping[str, Any]],
    acts: Iterable[Entry],
    as_of: date,
) -> list[dict[str, Any]]:
    """Rows of the table FINDING_STATES for a round, new ones first.

    before  the register of the round before, by identity
    acts    FindingAnswered, FindingAccepted and FindingAssigned in order of the ledger
    """
    done = _acts(acts)
    rows: dict[str, dict[str, Any]] = {}
    every = list(findings)
    alike = Counter(finding_identity(one) for one in every)
    for finding in every:
        name = finding_identity(finding, alone=alike[finding_identity(finding)] == 1)
        rows[name] = _row(name, finding, before.get(name), done.get(name, _Acts()), as_of)
    return sorted(rows.values(), key=lambda row: (ORDER.index(row["state"]), row["id"]))


def register_of(
    rows: Sequence[Mapping[str, Any]], before: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The rows with all that an earlier round saw and this one does not, as gone."""
    present = {row["id"] for row in rows}
    gone = [
        {**row, "state": GONE} for name, row in sorted(before.items()) if name not in present
    ]
    return [*(dict(row) for row in rows), *gone]


def _acts(entries: Iterable[Entry]) -> dict[str, _Acts]:
    found: dict[str, _Acts] = {}
    for entry in entries:
        match entry:
            case FindingAnswered():
                found.setdefault(entry.finding, _Acts()).answered = entry
            case FindingAccepted():
                found.setdefault(entry.finding, _Acts()).accepted = entry
            case FindingAssigned():
                found.setdefault(entry.finding, _Acts()).assigned = entry
            case _:
                pass
    return found


def _row(
    name: str,
    finding: Finding,
    before: Mapping[str, Any] | None,
    acts: _Acts,
    as_of: date,
) -> dict[str, Any]:
    first = as_of if before is None else before["first_seen"]
    told: dict[str, Any] = {
        **finding.as_row(),
        "id": name,
        "state": _state(message_hash(finding), before, acts, as_of),
        "first_seen": first,
        "role": acts.assigned.role if acts.assigned else "",
        "answer": "",
        "by": "",
        "until": None,
        "message_sha256": message_hash(finding),
    }
    if told["state"] == ACCEPTED and acts.accepted:
        told |= {
            "answer": acts.accepted.reason,
            "by": acts.accepted.by,
            "until": acts.accepted.until,
        }
    elif acts.answered:
        told |= {"answer": acts.answered.answer, "by": acts.answered.by}
    return told


def _state(message: str, before: Mapping[str, Any] | None, acts: _Acts, as_of: date) -> str:
    if (
        acts.accepted
        and acts.accepted.message_sha256 == message
        and as_of <= acts.accepted.until
    ):
        return ACCEPTED
    if acts.answered and acts.answered.message_sha256 == message:
        return ANSWERED
    if before is None:
        return NEW
    came_back = before["state"] == GONE
    if came_back or acts.accepted or acts.answered:  # run out, or given for another value
        return RETURNED
    return STANDING
