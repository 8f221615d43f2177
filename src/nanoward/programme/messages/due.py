"""What is to be told at a moment: one notice per role, those that are not urgent merged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from nanoward.programme.messages.kinds import PARTICIPANT
from nanoward.programme.messages.rules import MessageRules
from nanoward.programme.messages.states import MessageStatus, is_outbound, message_status
from nanoward.programme.messages.threads import Mailbox, Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNotice:
    """One delivery that is owed now.

    participant  where it is for a person
    messages     in the order of their moments
    """

    to: str
    participant: str
    urgency: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All messages at a moment.

    overdue    those of which it was not written down yet that they are
    escalated  (message, step, role) that were not written down yet
    cancelled  (message, role, channel) that said something which is settled now
    """

    statuses: dict[str, MessageStatus]
    notices: tuple[DueNotice, ...]
    overdue: tuple[str, ...]
    escalated: tuple[tuple[str, int, str], ...]
    cancelled: tuple[tuple[str, str, str], ...]


def evaluate(box: Mailbox, rules: MessageRules, now: datetime) -> Evaluation:
    """Every message's state, and what follows from it at this moment."""
    statuses: dict[str, MessageStatus] = {}
    overdue: list[str] = []
    escalated: list[tuple[str, int, str]] = []
    cancelled: list[tuple[str, str, str]] = []
    for name, thread in box.threads.items():
        status = message_status(thread, rules, now, box.quiet)
        statuses[name] = status
        if status.overdue and not thread.told_overdue:
            overdue.append(name)
        for number, step in enumerate(status.steps[1:], 1):
            if number > thread.told_step:
                escalated.append((name, number, step.role))
        if status.word in ("closed", "answered", "acknowledged", "refused"):
            loud = thread.channels.keys() - thread.cancelled
            cancelled += [(name, role, channel) for role, channel in sorted(loud)]
    return Evaluation(
        statuses=statuses,
        notices=due_notices(box, statuses),
        overdue=tuple(overdue),
        escalated=tuple(escalated),
        cancelled=tuple(cancelled),
    )


def due_notices(box: Mailbox, statuses: dict[str, MessageStatus]) -> tuple[DueNotice, ...]:
    """Urgent ones each for itself; the others of one role together, urgent ones first."""
    urgent: list[DueNotice] = []
    merged: dict[tuple[str, str], list[Thread]] = {}
    for name, status in statuses.items():
        thread = box.threads[name]
        for role in status.due:
            person = thread.written.participant if role == PARTICIPANT else ""
            if thread.written.urgency == "now":
                urgent.append(_notice(role, person, [thread]))
            else:
                merged.setdefault((role, person), []).append(thread)
    rest = [_notice(role, who, some) for (role, who), some in sorted(merged.items())]
    return (*urgent, *rest)


def _notice(role: str, person: str, threads: list[Thread]) -> DueNotice:
    ordered = sorted(threads, key=lambda one: (one.written.act_by, one.message))
    urgency = "today" if any(one.written.urgency == "today" for one in ordered) else "week"
    return DueNotice(
        to=role,
        participant=person,
        urgency="now" if any(one.written.urgency == "now" for one in ordered) else urgency,
        messages=tuple(one.message for one in ordered),
    )


def open_cause(
    box: Mailbox, cause: str, to: str, rules: MessageRules, now: datetime
) -> Thread | None:
    """The message that stands for a cause still; None where a new one is to be written.

    A cause that flaps is one notice: what comes back within the plan's flap_minutes after it
    was over belongs to the message that stands.
    """
    thread = box.threads.get(box.causes.get((cause, to), "")) if cause else None
    if thread is None or is_outbound(thread, rules):
        return None
    status = message_status(thread, rules, now, box.quiet)
    return None if status.word in ("closed", "answered", "refused") else thread


def in_order(threads: Iterable[Thread]) -> list[Thread]:
    """Threads by their moment, the most urgent first."""
    return sorted(threads, key=lambda one: (one.written.act_by, one.message))
