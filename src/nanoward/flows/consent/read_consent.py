"""What the ledger says of one participant: the consent, the standing, orders on their way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nanoward.base.entries import KINDS, ActPermitted, Entry, entry_of
from nanoward.base.entries.control import (
    OrderIntended,
    OrderRefused,
    OrderRequested,
    OrderSuperseded,
)
from nanoward.clearance.consent.consent_state import Consent, consent_after
from nanoward.clearance.consent.permissions import SCREENED, RecordedStanding, standing_after
from nanoward.ports.ledger import Ledger

__all__ = ("SCREENED", "ConsentRecord", "clearance_entries", "on_record")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """One participant as the ledger has them.

    waiting  orders that were asked for and not yet sent on
    sent     orders that were sent on; flush stops what they did
    """

    participant: str
    consent: Consent
    stood: RecordedStanding
    waiting: tuple[str, ...]
    sent: tuple[str, ...]
    permitted: tuple[ActPermitted, ...]

    @property
    def standing(self) -> str:
        """The word of the standing."""
        return self.stood.word


def on_record(ledger: Ledger, participant: str) -> ConsentRecord:
    """Fold the ledger, oldest entry first."""
    consent = Consent(participant=participant)
    stood = RecordedStanding()
    orders: dict[str, str] = {}
    permitted: list[ActPermitted] = []
    for entry in clearance_entries(ledger):
        consent = consent_after(consent, entry)
        stood = standing_after(stood, entry, participant)
        match entry:
            case ActPermitted() if entry.participant == participant:
                permitted.append(entry)
            case OrderRequested() if entry.participant == participant:
                orders[entry.order] = "waiting"
            case OrderIntended() if entry.order in orders:
                orders[entry.order] = "sent"
            case OrderRefused() | OrderSuperseded() if entry.order in orders:
                orders[entry.order] = "refused"
            case _:
                pass
    return ConsentRecord(
        participant=participant,
        consent=consent,
        stood=stood,
        waiting=tuple(_named(orders, "waiting")),
        sent=tuple(_named(orders, "sent")),
        permitted=tuple(permitted),
    )


def _named(orders: dict[str, str], state: str) -> Iterable[str]:
    return (name for name, at in orders.items() if at == state)


def clearance_entries(ledger: Ledger) -> Iterator[Entry]:
    """Entries of clearance and control, in order."""
    for record in ledger.records():
        if record.kind.startswith(("clearance.", "control.")):
            yield entry_of(record.kind, record.body, KINDS)
