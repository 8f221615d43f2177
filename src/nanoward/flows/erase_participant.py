"""Erase a person: first the entry that it is owed, then the key."""

from datetime import datetime

from nanoward.base.entries import PersonErased
from nanoward.base.errors import UsageError
from nanoward.ports.ledger import Head, ProvenLedger


class NobodyErasedError(UsageError):
    """The ledger holds no key of this person."""

    code = "USE-014"
    next_step = "See how the participant is named: nanoward ledger show PROGRAMME."


def erase_participant(
    ledger: ProvenLedger, participant: str, *, actor: str, reason: str, at: datetime
) -> Head:
    """Destroy a person's key and say on the ledger that it was done, without saying whose.

    The entry comes first: if the power fails between the two, erasing again finishes it.
    """
    if not ledger.speaks_of(participant):
        raise NobodyErasedError("the ledger holds nothing that can be erased of this person")
    head = ledger.append([PersonErased(reason=reason)], actor=actor, at=at)
    ledger.erase(participant)
    return head
