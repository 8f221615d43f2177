"""Tell whoever is to be told now. Run each minute; what is missed, were it a day, is made up.

Everything is decided anew from the ledger: what was delivered is written down before the next
delivery, so that a process that is killed at any point repeats at most one, under its own name.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.messages import (
    MessageEscalated,
    MessageOverdue,
    MessageRefused,
    MessageSent,
    MessageUndelivered,
)
from nanoward.base.errors import OutsideError
from nanoward.flows.consent.permit_act import permission_now
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.messages.message_book import MessageBook
from nanoward.flows.messages.word_notice import delivery_of, notification_of
from nanoward.ports.messages import MessageDesk
from nanoward.ports.notifier import DeliveryFailedError, Notification
from nanoward.programme.messages.due import DueNotice, Evaluation, evaluate
from nanoward.programme.messages.kinds import KINDS, OPEN_ACTS, PARTICIPANT
from nanoward.programme.messages.rules import SCREEN, DutyRole
from nanoward.programme.messages.threads import CANCEL, Thread

ACTOR = "messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class TickSummary:
    """What was told, and what was not.

    told       (role, channel, messages) that a channel took
    failed     (role, channel, reason)
    overdue    messages of which it was told now that they are late
    escalated  (message, role) that were turned to
    cancelled  notices that were taken back
    """

    at: datetime
    told: tuple[tuple[str, str, int], ...]
    failed: tuple[tuple[str, str, str], ...]
    overdue: tuple[str, ...]
    escalated: tuple[tuple[str, str], ...]
    refused: tuple[str, ...]
    cancelled: int


def run_tick(desk: MessageDesk, book: MessageBook) -> TickSummary:
    """One look at all messages; errors of a channel are told and go on to the next."""
    now = desk.ports.clock.now()
    book.refresh(desk.ports.ledger)
    refused = _shut_by_gate(desk, book, now)
    seen = evaluate(book.box, desk.rules, now)
    _note(desk, book, _written_down(seen, book, now), now)
    told: list[tuple[str, str, int]] = []
    failed: list[tuple[str, str, str]] = []
    for notice in seen.notices:
        for channel, reason in _deliver(desk, book, notice, now):
            if reason:
                failed.append((notice.to, channel, reason))
            else:
                told.append((notice.to, channel, len(notice.messages)))
    cancelled = _take_back(desk, book, seen, now)
    _beat(desk, now)
    return TickSummary(
        at=now,
        told=tuple(told),
        failed=tuple(failed),
        overdue=seen.overdue,
        escalated=tuple((name, role) for name, _, role in seen.escalated),
        refused=refused,
        cancelled=cancelled,
    )


def _note(desk: MessageDesk, book: MessageBook, entries: list[Entry], now: datetime) -> None:
    if entries:
        desk.ports.ledger.append(entries, actor=ACTOR, at=now)
        book.refresh(desk.ports.ledger)


def _written_down(seen: Evaluation, book: MessageBook, now: datetime) -> list[Entry]:
    late = [
        MessageOverdue(message=name, act_by=book.box.threads[name].written.act_by, at=now)
        for name in seen.overdue
        if not seen.statuses[name].due or seen.statuses[name].word != "refused"
    ]
    steps = [
        MessageEscalated(message=name, step=number, role=role, at=now)
        for name, number, role in seen.escalated
    ]
    return [*late, *steps]


def _shut_by_gate(desk: MessageDesk, book: MessageBook, now: datetime) -> tuple[str, ...]:
    """Messages to people for whom the gate was shut since they were written are not sent.

    What serves the person, or whoever left, is never asked for.
    """
    seen = evaluate(book.box, desk.rules, now)
    entries: list[Entry] = []
    for name, status in seen.statuses.items():
        thread = book.box.threads[name]
        kind = KINDS.get(thread.written.kind)
        if PARTICIPANT not in status.due or kind is None or kind.act in OPEN_ACTS:
            continue
        known = on_record(desk.ports.ledger, thread.written.participant)
        answer = permission_now(desk.ports, known, kind.act)
        if not answer.allowed:
            reason = f"not sent: {'; '.join(answer.reasons)}"
            entries.append(
                MessageRefused(
                    message=name, participant=thread.written.participant, reason=reason, at=now
                )
            )
    _note(desk, book, entries, now)
    return tuple(one.message for one in entries if isinstance(one, MessageRefused))


def _deliver(
    desk: MessageDesk, book: MessageBook, notice: DueNotice, now: datetime
) -> list[tuple[str, str]]:
    """(channel, why it failed) until one took it; what is urgent now goes by all of them.

    Where no channel of the role takes it, it stands on the lane's screen at least.
    """
    role = _role(desk, notice)
    outcomes: list[tuple[str, str]] = []
    threads = [book.box.threads[name] for name in notice.messages]
    for channel in (*role.deliveries, *SCREEN):
        took = [name for name, reason in outcomes if not reason]
        if took and (notice.urgency != "now" or channel not in role.deliveries):
            break
        if channel in dict(outcomes):
            continue
        reason = _handed_over(desk, book, notice, role, channel, threads, now)
        outcomes.append((channel, reason))
    return outcomes


def _role(desk: MessageDesk, notice: DueNotice) -> DutyRole:
    if notice.to == PARTICIPANT:
        return replace(desk.rules.person, address=notice.participant)
    return desk.rules.roles.get(notice.to) or DutyRole(name=notice.to)


def _handed_over(
    desk: MessageDesk,
    book: MessageBook,
    notice: DueNotice,
    role: DutyRole,
    channel: str,
    threads: list[Thread],
    now: datetime,
) -> str:
    """Why the channel did not take it; empty: it did, and that is on the ledger."""
    name = delivery_of(notice, channel, threads)
    said = notification_of(desk, notice, role, channel, threads, name=name, now=now)
    reason = _try(desk, channel, said)
    entries: list[Entry]
    if not reason:
        entries = [
            MessageSent(
                message=one.message, to=notice.to, channel=channel, delivery=name, at=now
            )
            for one in threads
        ]
        entries += [
            MessageOverdue(message=one.message, act_by=one.written.act_by, at=now)
            for one in threads
            if now > one.written.act_by and not one.told_overdue
        ]
    else:
        entries = [
            MessageUndelivered(
                message=one.message, to=notice.to, channel=channel, reason=reason, at=now
            )
            for one in threads
            if (notice.to, channel) not in one.failing  # once for each run of failures
        ]
    _note(desk, book, entries, now)
    return reason


def _try(desk: MessageDesk, channel: str, notification: Notification) -> str:
    try:
        desk.channels[channel].deliver(notification)
    except DeliveryFailedError as fault:
        return fault.message
    except (OutsideError, OSError, KeyError, ValueError) as fault:
        return f"{channel}: {fault}"
    return ""


def _take_back(desk: MessageDesk, book: MessageBook, seen: Evaluation, now: datetime) -> int:
    """Tell every channel that spoke of a message that it is settled: no pager goes on."""
    count = 0
    for name, role, channel in seen.cancelled:
        thread = book.box.threads[name]
        delivery, at = thread.channels[role, channel]
        notice = DueNotice(to=role, participant="", urgency=thread.written.urgency,
                           messages=(name,))  # fmt: skip
        who = _role(desk, replace(notice, participant=thread.written.participant))
        told = f"{CANCEL}{sha256_of(f'{delivery}|{name}'.encode())[:24]}"
        said = notification_of(desk, notice, who, channel, [thread], name=told, now=now)
        said = replace(said, status="cancel", refers=((delivery, at),))
        if _try(desk, channel, said):
            continue  # tried again at the next tick
        entry = MessageSent(message=name, to=role, channel=channel, delivery=told, at=now)
        _note(desk, book, [entry], now)
        count += 1
    return count


def _beat(desk: MessageDesk, now: datetime) -> None:
    """Somebody else's dead man's switch hears from us, or raises its own alarm."""
    desk.heartbeat.beat(now)
    channel = desk.rules.heartbeat
    if not channel:
        return
    beat = Notification(
        delivery=f"heartbeat-{desk.rules.site}",
        to="watchdog",
        address="",
        urgency="week",
        subject="nanoward looks after messages",
        text=f"Looked at all messages at {now:%Y-%m-%d %H:%M} UTC.",
        messages=(),
        at=now,
        act_by=now + desk.rules.silent,
        sender=desk.rules.site,
        exercise=True,
    )
    _try(desk, channel, beat)
