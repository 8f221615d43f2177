"""Erase a person: first the entry that it is owed, then the key."""

from collections.abc import Sequence
from datetime import datetime

from nanoward.audit.receipts import Head
from nanoward.base.entries import PersonErased
from nanoward.base.errors import RefusedError, UsageError
from nanoward.control.kill_state import CLEARED, ESCAPED, FAILED, WAITING, KillState
from nanoward.flows.desk.order_state import OrderState
from nanoward.ports.ledger import ProvenLedger


class NobodyErasedError(UsageError):
    """The ledger holds no key of this person."""

    code = "USE-014"
    next_step = "See how the participant is named: nanoward ledger show PROGRAMME."


class NotFinishedError(RefusedError):
    """What was begun at a person must be finished before its record can be destroyed."""

    code = "REF-021"
    next_step = "See nanoward control status; verify the flush, or withdraw the kill code."


def require_finished(book: OrderState, participant: str) -> None:
    """NotFinishedError while an order or a kill code at this person awaits its outcome."""
    matters = [f"order {one.order}" for one in book.owed() if one.participant == participant]
    matters += [
        f"kill code {order}"
        for order, state in book.kills.items()
        if participant in state.people and not _is_over(state, state.people[participant])
    ]
    if matters:
        raise NotFinishedError(f"not settled for {participant}: {', '.join(matters)}")


def _is_over(state: KillState, word: str) -> bool:
    return word in (CLEARED, ESCAPED, FAILED) or (word == WAITING and state.ended is not None)


def erase_participant(
    ledgers: Sequence[ProvenLedger], participant: str, *, actor: str, reason: str, at: datetime
) -> list[Head]:
    """Destroy a person's keys and say on each ledger that it was done, without saying whose.

    The entry comes first: if the power fails between the two, erasing again finishes it.

    ledgers  the programme's, and the kill lane's where there is one
    returns  the heads of those that spoke of the person; NobodyErasedError where none did
    """
    speaking = [one for one in ledgers if one.mentions(participant)]
    if not speaking:
        raise NobodyErasedError("the ledger holds nothing that can be erased of this person")
    heads: list[Head] = []
    for ledger in speaking:
        heads.append(ledger.append([PersonErased(reason=reason)], actor=actor, at=at))
        ledger.erase(participant)
    return heads
