"""Signs of pressure on people, from what stands on the ledger: signatures, leaving, settings.

A contact is an act that the gate permitted to somebody else (a visit, a message) or an order
that somebody else gave. What nobody wrote down is not seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from nanoward.base.entries import (
    KINDS,
    ActPermitted,
    ConsentDocumentIssued,
    ConsentSigned,
    ConsentWithdrawn,
    Entry,
    EntryErased,
    GatesClosed,
    OrderRequested,
    SettingAdjusted,
    entry_of,
    kind_of,
)
from nanoward.base.findings import Finding
from nanoward.clearance import Policy
from nanoward.clearance.consent.undue_influence import (
    Contact,
    SettingChange,
    Signing,
    changes_after_contact,
    pressure_on_leaving,
    pressure_on_signing,
)
from nanoward.ports.ledger import Ledger

CONTACTS = ("visit", "message")  # acts in which somebody speaks with the person
READ = (
    ActPermitted,
    ConsentDocumentIssued,
    ConsentSigned,
    ConsentWithdrawn,
    GatesClosed,
    OrderRequested,
    SettingAdjusted,
)


@dataclass(slots=True)
class _Events:
    least: dict[str, int] = field(default_factory=dict)
    signings: list[Signing] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    changes: list[SettingChange] = field(default_factory=list)
    asked: dict[str, datetime] = field(default_factory=dict)
    closed: dict[str, datetime] = field(default_factory=dict)


def detect_undue_influence(ledger: Ledger, policy: Policy, as_of: date) -> tuple[Finding, ...]:
    """A finding for every sign that was on the ledger by the end of `as_of`."""
    events = _Events()
    for at, entry in _entries(ledger, as_of):
        _collect(events, at, entry, policy, as_of)
    return (
        *pressure_on_signing(events.signings, events.contacts, policy.powers),
        *pressure_on_leaving(events.asked, events.closed, events.contacts),
        *changes_after_contact(events.changes, events.contacts),
    )


def _entries(ledger: Ledger, as_of: date) -> Iterator[tuple[datetime, Entry]]:
    wanted = {kind_of(one) for one in READ}
    for record in ledger.records():
        if record.kind in wanted and record.at.date() <= as_of:
            entry = entry_of(record.kind, record.body, KINDS)
            if not isinstance(entry, EntryErased):
                yield record.at, entry


def _collect(events: _Events, at: datetime, entry: Entry, policy: Policy, as_of: date) -> None:
    match entry:
        case ConsentDocumentIssued():
            events.least[entry.document_sha256] = entry.least_reading_s
        case ConsentSigned() if entry.at and entry.signed <= as_of:
            events.signings.append(
                Signing(
                    participant=entry.participant,
                    at=entry.at,
                    read_s=entry.read_s,
                    least_reading_s=events.least.get(entry.document_sha256, 0),
                    explained_by=entry.explained_by,
                    lodging=policy.lodging.get(entry.participant, ""),
                )
            )
        case ConsentWithdrawn() if not entry.uses:
            events.asked[entry.participant] = entry.at or at
        case GatesClosed():
            events.closed[entry.participant] = at
        case ActPermitted() if entry.act in CONTACTS and entry.by != entry.participant:
            events.contacts.append(Contact(participant=entry.participant, by=entry.by, at=at))
        case OrderRequested() if entry.requested_by != entry.participant:
            events.contacts.append(
                Contact(participant=entry.participant, by=entry.requested_by, at=at)
            )
        case SettingAdjusted():
            events.changes.append(
                SettingChange(participant=entry.participant, at=entry.at, setting=entry.setting)
            )
        case _:
            pass
