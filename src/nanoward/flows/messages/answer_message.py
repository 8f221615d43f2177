"""What people do with a message: it comes to their inbox, they read, acknowledge and answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from nanoward.base.entries import Entry
from nanoward.base.entries.messages import (
    MessageAcknowledged,
    MessageAnswered,
    MessageArrived,
    MessageClosed,
    MessageRead,
    QuietHoursChosen,
)
from nanoward.base.errors import RefusedError, UsageError
from nanoward.base.names import identity_of, participant_id
from nanoward.flows.messages.message_book import MessageBook
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.messages import MessageDesk
from nanoward.programme.messages.due import in_order
from nanoward.programme.messages.kinds import PARTICIPANT
from nanoward.programme.messages.quiet_hours import QuietHours, minutes_of, quiet_end
from nanoward.programme.messages.states import (
    ENDED,
    MessageStatus,
    is_outbound,
    message_status,
)
from nanoward.programme.messages.threads import Thread

Written = TypeVar("Written", bound=Entry)


class SettledMessageError(RefusedError):
    """The message was settled before; nothing was written."""

    code = "REF-192"
    next_step = "Write a new message where something is to be added."


class BadAnswerError(UsageError):
    """An empty answer, quiet hours that no clock shows, or a moment that has passed."""

    code = "USE-193"
    next_step = "Write times as HH:MM and the zone by its IANA name, such as Europe/Berlin."


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxLine:
    """A message with its state."""

    thread: Thread
    status: MessageStatus


def open_inbox(
    desk: MessageDesk, role: str, *, participant: str = "", everything: bool = False
) -> tuple[InboxLine, ...]:
    """What a role, or a person, has to do; that it reached their machine is written down.

    A role sees what is for it, and what it was turned to about.
    everything  also what is settled
    """
    who, now = identity_of(participant), desk.ports.clock.now()
    book = MessageBook(desk.rules.site).refresh(desk.ports.ledger)
    lines = []
    for thread in in_order(book.box.threads.values()):
        status = message_status(thread, desk.rules, now, book.box.quiet)
        turned = role in {one.role for one in status.steps}
        mine = thread.written.to == role and not is_outbound(thread, desk.rules)
        if role == PARTICIPANT:
            mine, turned = mine and thread.written.participant == who, False
        if (mine or turned) and (everything or status.word not in ENDED):
            lines.append(InboxLine(thread=thread, status=status))
    entries = [
        MessageArrived(message=one.thread.message, at=now)
        for one in lines
        if one.thread.arrived is None and not is_outbound(one.thread, desk.rules)
    ]
    if entries:
        desk.ports.ledger.append(entries, actor=role, at=now)
        book.refresh(desk.ports.ledger)
    return tuple(
        InboxLine(
            thread=one.thread,
            status=message_status(one.thread, desk.rules, now, book.box.quiet),
        )
        for one in lines
    )


def read_message(desk: MessageDesk, name: str, *, by: str = "") -> InboxLine:
    """One message with all that became of it; where somebody reads it, that is written down."""
    now = desk.ports.clock.now()
    book = MessageBook(desk.rules.site).refresh(desk.ports.ledger)
    thread = book.named(name)
    if by and thread.read is None:
        entry = MessageRead(message=thread.message, by=by, at=now)
        desk.ports.ledger.append([entry], actor=by, at=now)
        book.refresh(desk.ports.ledger)
    status = message_status(thread, desk.rules, now, book.box.quiet)
    return InboxLine(thread=thread, status=status)


def acknowledge_message(
    desk: MessageDesk, name: str, *, by: str, done_by: datetime | None = None
) -> MessageAcknowledged:
    """Take a message on: all channels fall silent until it is to be done.

    done_by  by the plan's done_hours where it is not said
    """

    def entries(thread: Thread, now: datetime) -> tuple[MessageAcknowledged]:
        usual = max(now + desk.rules.done[thread.written.urgency], thread.written.act_by)
        moment = done_by or usual
        if moment.tzinfo is None or moment <= now:
            raise BadAnswerError(f"the moment to be done by, {moment.isoformat()}, has passed")
        entry = MessageAcknowledged(message=thread.message, by=by, at=now, done_by=moment)
        return (entry,)

    return _appended(desk, name, by, entries)[0]


def answer_message(
    desk: MessageDesk, name: str, answer: str, *, by: str, close: bool = False
) -> MessageAnswered:
    """Answer a message; every channel falls silent for good.

    close  the matter is closed in its own room as well
    """

    def entries(thread: Thread, now: datetime) -> tuple[Entry, ...]:
        said = MessageAnswered(
            message=thread.message,
            participant=thread.written.participant,
            by=by,
            answer=answer,
            at=now,
        )
        over = MessageClosed(message=thread.message, by=by, reason="answered", at=now)
        return (said, over) if close else (said,)

    if not answer.strip():
        raise BadAnswerError("the answer says nothing")
    found = _appended(desk, name, by, entries)[0]
    assert isinstance(found, MessageAnswered)
    return found


def close_message(desk: MessageDesk, name: str, *, by: str, reason: str) -> None:
    """The matter was closed in its own room: nobody is told of it any more."""

    def entries(thread: Thread, now: datetime) -> tuple[MessageClosed]:
        return (MessageClosed(message=thread.message, by=by, reason=reason, at=now),)

    _appended(desk, name, by, entries)


def choose_quiet_hours(
    desk: MessageDesk, participant: str, *, zone: str, begins: str, ends: str
) -> QuietHoursChosen:
    """A person says when they are not to be disturbed; what is urgent now passes always."""
    now = desk.ports.clock.now()
    try:
        hours = QuietHours(zone=zone, begins=minutes_of(begins), ends=minutes_of(ends))
        quiet_end(hours, now)
    except (ValueError, OSError, LookupError) as fault:
        raise BadAnswerError(
            f"quiet hours from {begins} to {ends} in {zone}: {fault}"
        ) from None
    who = participant_id(participant)
    entry = QuietHoursChosen(participant=who, zone=zone, begins=begins, ends=ends)
    desk.ports.ledger.append([entry], actor=who, at=now)
    return entry


def _appended(
    desk: MessageDesk,
    name: str,
    by: str,
    entries: Callable[[Thread, datetime], tuple[Written, ...]],
) -> tuple[Written, ...]:
    """Entries about a message that is not settled, decided on the ledger as it is now."""
    book = MessageBook(desk.rules.site)
    while True:
        thread = book.refresh(desk.ports.ledger).named(name)
        now = desk.ports.clock.now()
        status = message_status(thread, desk.rules, now, book.box.quiet)
        if status.word in ENDED:
            told = f" ({status.reason})" if status.reason else ""
            raise SettledMessageError(f"message {thread.message} is {status.word}{told}")
        made = entries(thread, now)
        try:
            desk.ports.ledger.append(made, actor=by, at=now, after=book.size)
        except LedgerMovedError:
            continue
        return made
