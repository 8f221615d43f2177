"""What the ledger says of one participant: the consent, the standing, orders on their way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from nanoward.base.entries import KINDS, ActPermitted, Entry, entry_of
from nanoward.base.entries.control import (
    OrderIntended,
    OrderRefused,
    OrderRequested,
    OrderSuperseded,
)
from nanoward.base.names import identity_of, participant_id
from nanoward.clearance.consent.consent_state import Consent, consent_after
from nanoward.clearance.consent.permissions import SCREENED, RecordedStanding, standing_after
from nanoward.flows.consent.read_pause import PAUSE_KINDS, pause_after
from nanoward.ports.ledger import Ledger

DOCUMENT = "clearance.ConsentDocumentIssued"  # names nobody and concerns all
__all__ = ("SCREENED", "ConsentRecord", "clearance_entries", "on_record", "person_entries")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """One participant as the ledger has them.

    waiting  orders that were asked for and not yet sent on
    sent     orders that were sent on; flush stops what they did
    paused   why nothing may start or be raised for anybody now: the council's word
    """

    participant: str
    consent: Consent
    stood: RecordedStanding
    waiting: tuple[str, ...]
    sent: tuple[str, ...]
    permitted: tuple[ActPermitted, ...]
    paused: tuple[str, ...] = ()

    @property
    def standing(self) -> str:
        """The word of the standing."""
        return self.stood.word


def on_record(ledger: Ledger, participant: str) -> ConsentRecord:
    """Fold what the ledger says of one participant, oldest entry first.

    It costs what there is of the person, not what there is of all.
    """
    name = participant_id(participant)
    consent = Consent(participant=name)
    stood = RecordedStanding()
    orders: dict[str, str] = {}
    permitted: list[ActPermitted] = []
    pauses: dict[str, str] = {}
    for entry in person_entries(ledger, name):
        consent = consent_after(consent, entry)
        stood = standing_after(stood, entry, name)
        pause_after(pauses, entry)
        match entry:
            case ActPermitted() if entry.participant == name:
                permitted.append(entry)
            case OrderRequested() if entry.participant == name:
                orders[entry.order] = "waiting"
            case OrderIntended() if entry.order in orders:
                orders[entry.order] = "sent"
            case OrderRefused() | OrderSuperseded() if entry.order in orders:
                orders[entry.order] = "refused"
            case _:
                pass
    return ConsentRecord(
        participant=name,
        consent=consent,
        stood=stood,
        waiting=tuple(_named(orders, "waiting")),
        sent=tuple(_named(orders, "sent")),
        permitted=tuple(permitted),
        paused=tuple(pauses.values()),
    )


def person_entries(ledger: Ledger, participant: str) -> Iterator[Entry]:
    """Entries of clearance and control that concern a person, under one writing of the name.

    With the council's pauses, which concern everybody.
    """
    name = participant_id(participant)
    for record in ledger.about(name, kinds=(DOCUMENT, *PAUSE_KINDS)):
        if record.kind.startswith(("clearance.", "control.")) or record.kind in PAUSE_KINDS:
            entry: Any = entry_of(record.kind, record.body, KINDS)
            said = getattr(entry, "participant", name)
            if said != name and identity_of(said) == name:  # written before names were one
                entry = replace(entry, participant=name)
            yield entry


def _named(orders: dict[str, str], state: str) -> Iterable[str]:
    return (name for name, at in orders.items() if at == state)


def clearance_entries(ledger: Ledger) -> Iterator[Entry]:
    """Entries of clearance and control, in order."""
    for record in ledger.records():
        if record.kind.startswith(("clearance.", "control.")):
            yield entry_of(record.kind, record.body, KINDS)
