"""A message with all that became of it: the entries of one message, folded."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from nanoward.base.entries import Entry
from nanoward.base.entries.messages import (
    CauseRepeated,
    MessageAcknowledged,
    MessageAnswered,
    MessageArrived,
    MessageClosed,
    MessageEscalated,
    MessageOverdue,
    MessageRead,
    MessageRefused,
    MessageSent,
    MessageUndelivered,
    MessageWritten,
    QuietHoursChosen,
)
from nanoward.programme.messages.quiet_hours import QuietHours, minutes_of

CANCEL = "cancel-"  # a delivery that takes back an earlier one


@dataclass(slots=True, kw_only=True)
class Thread:
    """What the entries say of one message.

    sent        role to the last moment at which a channel took it for that role
    channels    (role, channel) that took it to its last delivery there and when
    cancelled   of those, where it was taken back
    failing     (role, channel) that did not take it, since when nothing else was heard of it
    told_step   furthest step of the chain that was written down as told
    superseded  message that took its place; empty: none
    """

    written: MessageWritten
    sent: dict[str, datetime] = field(default_factory=dict)
    channels: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)
    cancelled: set[tuple[str, str]] = field(default_factory=set)
    failing: dict[tuple[str, str], str] = field(default_factory=dict)
    arrived: datetime | None = None
    read: MessageRead | None = None
    acknowledged: MessageAcknowledged | None = None
    answered: MessageAnswered | None = None
    refused: MessageRefused | None = None
    closed: MessageClosed | None = None
    told_overdue: bool = False
    told_step: int = 0
    repeated: int = 0
    last_word: str = ""
    last_word_at: datetime | None = None
    superseded: str = ""

    @property
    def message(self) -> str:
        return self.written.message


@dataclass(slots=True)
class Mailbox:
    """All messages of a ledger, and the quiet hours that people chose."""

    threads: dict[str, Thread] = field(default_factory=dict)
    quiet: dict[str, QuietHours] = field(default_factory=dict)
    causes: dict[tuple[str, str], str] = field(default_factory=dict)  # (cause, to) to the last


def mailbox_of(entries: Iterable[Entry]) -> Mailbox:
    """The messages after some entries, in their order."""
    box = Mailbox()
    for entry in entries:
        mailbox_after(box, entry)
    return box


def mailbox_after(box: Mailbox, entry: Entry) -> None:
    """Fold one more entry; a message that is written twice is one."""
    if isinstance(entry, MessageWritten):
        if entry.message not in box.threads:
            box.threads[entry.message] = Thread(written=entry)
            if entry.cause:
                box.causes[entry.cause, entry.to] = entry.message
            if entry.supersedes in box.threads:
                box.threads[entry.supersedes].superseded = entry.message
    elif isinstance(entry, QuietHoursChosen):
        box.quiet[entry.participant] = QuietHours(
            zone=entry.zone, begins=minutes_of(entry.begins), ends=minutes_of(entry.ends)
        )
    else:
        thread = box.threads.get(getattr(entry, "message", ""))
        if thread is not None:
            _thread_after(thread, entry)


def _thread_after(thread: Thread, entry: Entry) -> None:
    match entry:
        case MessageSent():
            _sent(thread, entry)
        case MessageUndelivered():
            thread.failing[entry.to, entry.channel] = entry.reason
        case MessageArrived():
            thread.arrived = thread.arrived or entry.at
        case MessageAcknowledged():
            thread.acknowledged = entry
        case MessageOverdue():
            thread.told_overdue = True
        case MessageEscalated():
            thread.told_step = max(thread.told_step, entry.step)
        case CauseRepeated():
            thread.repeated += entry.word == "firing"
            thread.last_word, thread.last_word_at = entry.word, entry.at
        case _:
            _ended_by(thread, entry)


def _ended_by(thread: Thread, entry: Entry) -> None:
    """What is said of these once stands."""
    match entry:
        case MessageRead():
            thread.read = thread.read or entry
        case MessageAnswered():
            thread.answered = thread.answered or entry
        case MessageRefused():
            thread.refused = thread.refused or entry
        case MessageClosed():
            thread.closed = thread.closed or entry
        case _:
            pass


def _sent(thread: Thread, entry: MessageSent) -> None:
    place = (entry.to, entry.channel)
    if entry.delivery.startswith(CANCEL):
        thread.cancelled.add(place)
        return
    thread.channels[place] = (entry.delivery, entry.at)
    thread.cancelled.discard(place)
    thread.failing.pop(place, None)
    last = thread.sent.get(entry.to)
    thread.sent[entry.to] = entry.at if last is None else max(last, entry.at)
