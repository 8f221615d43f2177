"""Let a participant leave, at once: one act, no reason asked, every gate closed together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from nanoward.audit.receipts import Head
from nanoward.base.entries import ConsentWithdrawn, Entry, GatesClosed, StandingDecided
from nanoward.base.entries.control import OrderRefused
from nanoward.base.entries.exit import FollowUpOwed, ReturnOwed
from nanoward.base.names import participant_id
from nanoward.clearance.consent.consent_state import consent_after
from nanoward.clearance.consent.permissions import closed_by_withdrawal, open_after_withdrawal
from nanoward.clearance.consent.return_duty import CARE, DAYS
from nanoward.flows.consent.read_consent import ConsentRecord, on_record
from nanoward.ports.clock import Clock
from nanoward.ports.ledger import Ledger, LedgerMovedError


class LedgerHolder(Protocol):
    """A ledger and a clock: all that leaving needs."""

    @property
    def ledger(self) -> Ledger: ...

    @property
    def clock(self) -> Clock: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAndClock:
    """What leaving needs where no programme is open."""

    ledger: Ledger
    clock: Clock


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
    ports: LedgerHolder,
    participant: str,
    *,
    by: str,
    channel: str = "console",
    uses: Sequence[str] = (),
    notice: str = "",
    given: datetime | None = None,
) -> Withdrawal:
    """Close every gate in one append: either all of it is on the ledger, or none.

    uses    to take back some uses of data and stay; empty to leave. Taking back a use without
            which nobody can take part is leaving.
    notice  of the way out that this carries on: the ledger takes each once
    given   when the person said so; now where it is not said

    Anybody may leave, known to the record or not, and may say so twice. No lock is waited for:
    where somebody else appended first, what is to be closed is looked up again.
    """
    now = ports.clock.now()
    said = given or now
    word = ConsentWithdrawn(
        participant=participant_id(participant),
        withdrawn=said.date(),
        at=said,
        uses=tuple(uses),
        channel=channel,
        notice=notice,
    )
    while True:
        head = ports.ledger.head()
        known = on_record(ports.ledger, word.participant)
        held = notice and any(
            getattr(one, "notice", "") == notice for one in known.consent.history
        )
        after = known.consent if held else consent_after(known.consent, word)
        everything = after.withdrawn is not None
        if not held:
            entries: list[Entry] = [word, *(_closing(known, word) if everything else ())]
            try:
                head = ports.ledger.append(entries, actor=by, at=now, after=head.size)
            except LedgerMovedError:
                continue
        return Withdrawal(
            participant=word.participant,
            everything=everything,
            closed=closed_by_withdrawal() if everything else tuple(uses),
            open=open_after_withdrawal(),
            refused=known.waiting if everything else (),
            to_flush=known.sent if everything else (),
            head=head,
        )


def _closing(known: ConsentRecord, word: ConsentWithdrawn) -> list[Entry]:
    told = f"left: consent withdrawn on {word.withdrawn}"
    again = known.consent.withdrawn is not None  # the way home is owed once
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
        *(() if again else _duties(word)),
    ]


def _duties(word: ConsentWithdrawn) -> tuple[Entry, ...]:
    """Home, and looked after: both owed from the moment of leaving."""
    return (
        ReturnOwed(
            participant=word.participant,
            notice=word.notice,
            since=word.withdrawn,
            due=word.withdrawn + timedelta(days=DAYS),
        ),
        FollowUpOwed(participant=word.participant, since=word.withdrawn, care=CARE),
    )
