"""Let a participant leave, at once: one act, no reason asked, every gate closed together."""

from collections.abc import Sequence
from dataclasses import dataclass

from nanoward.audit.receipts import Head
from nanoward.base.entries import ConsentWithdrawn, Entry, GatesClosed, StandingDecided
from nanoward.base.entries.control import OrderRefused
from nanoward.clearance.consent.consent_state import consent_after
from nanoward.clearance.consent.permissions import closed_by_withdrawal, open_after_withdrawal
from nanoward.flows.consent.read_consent import ConsentRecord, on_record
from nanoward.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """What was done, for the person to read.

    everything  false where only some uses of data were taken back
    refused     orders that were waiting and will not be sent
    to_flush    orders that had been sent: flush or kill code is owed for them
    """

    participant: str
    everything: bool
    closed: tuple[str, ...]
    open: tuple[str, ...]
    refused: tuple[str, ...]
    to_flush: tuple[str, ...]
    head: Head


def withdraw_participant(
    ports: Ports,
    participant: str,
    *,
    by: str,
    channel: str = "console",
    uses: Sequence[str] = (),
) -> Withdrawal:
    """Close every gate in one append: either all of it is on the ledger, or none.

    uses  to take back some uses of data and stay; empty to leave. Taking back a use without
          which nobody can take part is leaving.

    Anybody may leave, known to the record or not, and may say so twice.
    """
    now = ports.clock.now()
    known = on_record(ports.ledger, participant)
    word = ConsentWithdrawn(
        participant=participant, withdrawn=now.date(), at=now, uses=tuple(uses), channel=channel
    )
    after = consent_after(known.consent, word)
    everything = after.withdrawn is not None
    entries: list[Entry] = [word]
    if everything:
        entries += _closing(known, word)
    return Withdrawal(
        participant=participant,
        everything=everything,
        closed=closed_by_withdrawal() if everything else tuple(uses),
        open=open_after_withdrawal(),
        refused=known.waiting if everything else (),
        to_flush=known.sent if everything else (),
        head=ports.ledger.append(entries, actor=by, at=now),
    )


def _closing(known: ConsentRecord, word: ConsentWithdrawn) -> list[Entry]:
    told = f"left: consent withdrawn on {word.withdrawn}"
    return [
        GatesClosed(
            participant=known.participant,
            since=word.withdrawn,
            closed=closed_by_withdrawal(),
            open=open_after_withdrawal(),
            reason=told,
        ),
        StandingDecided(
            participant=known.participant,
            standing="withdrawn",
            as_of=word.withdrawn,
            since=word.withdrawn,
            reasons=(told,),
        ),
        *(OrderRefused(order=order, reasons=(told,)) for order in known.waiting),
    ]
