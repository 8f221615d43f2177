"""Messages about visits that moved, were called off or are offered; about pay that is late.

Each follows from the ledger: what a command could not tell, because it was killed or because a
standing took the place, the next one tells. Nobody is told twice, and a matter that is settled
closes its own message.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.messages import MESSAGE_ENTRIES, MessageClosed, MessageWritten
from nanoward.flows.consent.permit_act import permission_now
from nanoward.flows.programme.ask_gate import (
    ledger_entries,
    open_kinds,
    person_on_record,
    rules_of_programme,
)
from nanoward.flows.programme.keep_books import state_of
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.programme.books.statements import late_pay
from nanoward.programme.messages.drafts import Draft, draft_faults, written_message
from nanoward.programme.messages.kinds import KINDS, OPEN_ACTS, PARTICIPANT
from nanoward.programme.messages.rules import MessageRules, message_rules
from nanoward.programme.messages.states import ENDED, message_status
from nanoward.programme.messages.threads import Mailbox, mailbox_of
from nanoward.programme.visits.booking_board import BookingBoard, board_of
from nanoward.programme.visits.visit_notices import VisitNotice, owed_notices

ACTOR = "visits"
ID_BYTES = 16
VISIT, SAFETY, PAY = "visit", "safety notice", "pay owed"
KEPT_FOR = timedelta(days=2)  # how long an offer stands
SOON = timedelta(days=2)
LEAST = timedelta(hours=1)
BEFORE = timedelta(hours=12)  # so long before a visit somebody else can still be asked
Chance = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleTold:
    """What was written: messages to people, to a role about late pay, and messages closed."""

    visits: int = 0
    pay: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecord:
    """What messages are decided by, read from the ledger once."""

    entries: Sequence[Entry]
    board: BookingBoard
    box: Mailbox
    rules: MessageRules
    now: datetime

    def told(self) -> frozenset[str]:
        """What there is a message about already."""
        return frozenset(one.written.about for one in self.box.threads.values())


def message_record(ports: Ports) -> MessageRecord:
    """As the ledger has it now."""
    plan = ports.folder.plan()
    said = plan.section("programme").get("messages", {})
    entries = ledger_entries(ports, "visits", "books", "clearance", "exit", "messages")
    return MessageRecord(
        entries=entries,
        board=board_of(entries, open_kinds),
        box=mailbox_of(one for one in entries if isinstance(one, MESSAGE_ENTRIES)),
        rules=message_rules(said, plan.time_zone),
        now=ports.clock.now(),
    )


def tell_people(ports: Ports, chance: Chance, *, by: str = ACTOR) -> PeopleTold:
    """Write what is owed to be told, and close what is settled, in one append."""
    while True:
        head = ports.ledger.head()
        record = message_record(ports)
        drafts = owed_drafts(ports, record, ports.today(), by=by)
        visits = [_written(one, record, chance) for one in drafts]
        pay = [_written(one, record, chance) for one in _late_pay(ports, record, by=by)]
        closed = list(_settled(record, by=by))
        entries: list[Entry] = [*visits, *pay, *closed]
        if not entries:
            return PeopleTold()
        try:
            ports.ledger.append(entries, actor=by, at=record.now, after=head.size)
        except LedgerMovedError:
            continue
        return PeopleTold(visits=len(visits), pay=len(pay), closed=len(closed))


def _written(draft: Draft, record: MessageRecord, chance: Chance) -> MessageWritten:
    return written_message(draft, chance(ID_BYTES).hex(), record.now)


def owed_drafts(ports: Ports, record: MessageRecord, day: date, *, by: str) -> Iterator[Draft]:
    """Messages about visits that are owed and not written yet, where the gate lets them go.

    day  visits before it are past
    What protects somebody goes in every standing; the rest to who is in.
    """
    told = record.told()
    for notice in owed_notices(record.board, day):
        if notice.about in told:
            continue
        draft = _visit_draft(ports, notice, record, by=by)
        act = KINDS[draft.kind].act
        if act not in OPEN_ACTS:
            known = person_on_record(ports, notice.participant)
            if not permission_now(ports, known, act).allowed:
                continue
        if not draft_faults(draft, record.rules, record.now, ()):
            yield draft


def _visit_draft(ports: Ports, notice: VisitNotice, record: MessageRecord, *, by: str) -> Draft:
    now = record.now
    begins = _begins(ports, notice, record)
    act_by = max(now + LEAST, min(begins - BEFORE, now + KEPT_FOR))
    return Draft(
        sender=by,
        to=PARTICIPANT,
        kind=SAFETY if notice.urgent else VISIT,
        body=notice.text(act_by),
        participant=notice.participant,
        urgency="today" if begins - now <= SOON else "week",
        act_by=act_by,
        wants="receipt" if notice.word == "called off" else "answer",
        about=notice.about,
    )


def _begins(ports: Ports, notice: VisitNotice, record: MessageRecord) -> datetime:
    """When the visit begins; of one that does not take place, early on the day that it had."""
    sites = rules_of_programme(ports).visits.sites
    site = sites.get(record.board.bookings[notice.booking].site)
    if site is not None and notice.at is not None:
        return site.starts(notice.at)
    day = record.now.date() if notice.before is None else notice.before.day
    return datetime.combine(day, time(), UTC)


def _late_pay(ports: Ports, record: MessageRecord, *, by: str) -> Iterator[Draft]:
    """One message for each sum that is late, to who keeps the books."""
    state, told = state_of(record.entries), record.told()
    role = "coordinator" if "coordinator" in record.rules.roles else min(record.rules.roles)
    for one in late_pay(state.earnings, state.covered(), ports.today()):
        if _about(one.tx) not in told:
            yield Draft(
                sender=by, to=role, kind=PAY, participant=one.participant,
                body=f"Pay earned on {one.day} was due on {one.due} and is in no payment.",
                about=_about(one.tx),
            )  # fmt: skip


def _about(tx: str) -> str:
    return str(sha256_of(f"pay|{tx}".encode()))


def _settled(record: MessageRecord, *, by: str) -> Iterator[MessageClosed]:
    """Open messages about pay that was paid meanwhile.

    One that is about a sum closes when the sum was paid; another about somebody's pay when
    nothing of theirs is unpaid any more.
    """
    state = state_of(record.entries)
    paid = {
        tx
        for one in state.payments.values()
        if one.outcome == "paid"
        for tx in one.ordered.covers
    }
    earned = [one for one in state.earnings if one.minor]
    by_sum = {_about(one.tx): one.tx in paid for one in earned}
    by_person: dict[str, bool] = {}
    for one in earned:
        by_person[one.participant] = by_person.get(one.participant, True) and one.tx in paid
    for name, thread in record.box.threads.items():
        of_person = by_person.get(thread.written.participant, False)
        if thread.written.kind != PAY or not by_sum.get(thread.written.about, of_person):
            continue
        status = message_status(thread, record.rules, record.now, record.box.quiet)
        if status.word not in ENDED:
            yield MessageClosed(message=name, by=by, reason="it was paid", at=record.now)
