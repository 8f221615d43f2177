"""What a round tells of messages: what is late, what could not be delivered, who is silent."""

from collections.abc import Iterator
from datetime import datetime

from nanoward.base.findings import Finding
from nanoward.programme.messages.due import Evaluation
from nanoward.programme.messages.rules import MessageRules
from nanoward.programme.messages.threads import Mailbox, Thread


def message_findings(
    box: Mailbox, seen: Evaluation, rules: MessageRules, now: datetime
) -> tuple[Finding, ...]:
    """Findings for messages that are late or that no channel takes, and for a dead notifier."""
    return (*_late(box, seen), *_failing(box, seen), *_untold(box, seen, rules, now))


def _late(box: Mailbox, seen: Evaluation) -> Iterator[Finding]:
    for name, status in seen.statuses.items():
        if not status.overdue:
            continue
        written = box.threads[name].written
        told = f", turned to {', '.join(one.role for one in status.steps)}"
        gone = f" ({status.reason})" if status.reason else ""
        yield Finding(
            code="MSG-001",
            severity="error" if written.urgency == "now" else "warning",
            message=(
                f"message {name[:12]} ({written.kind}) to {written.to} is {status.word}{gone}:"
                f" {written.wants} was wanted by {written.act_by:%Y-%m-%d %H:%M} UTC"
                f"{told if status.steps else ''}"
            ),
            next_step=f"See nanoward message show PROGRAMME {name[:12]}, and answer it.",
            subject=written.participant,
        )


def _failing(box: Mailbox, seen: Evaluation) -> Iterator[Finding]:
    channels: dict[str, list[Thread]] = {}
    for name, status in seen.statuses.items():
        if status.word in ("closed", "answered"):
            continue
        thread = box.threads[name]
        for _, channel in thread.failing:
            channels.setdefault(channel, []).append(thread)
    for channel, threads in sorted(channels.items()):
        reasons = {
            why
            for one in threads
            for (_, failed), why in one.failing.items()
            if failed == channel
        }
        yield Finding(
            code="MSG-002",
            severity="error",
            message=(
                f"the channel {channel} did not take {len(threads)} message(s):"
                f" {'; '.join(sorted(reasons)[:3])}"
            ),
            next_step="Put the channel right; messages go by the others and are tried again.",
        )


def _untold(
    box: Mailbox, seen: Evaluation, rules: MessageRules, now: datetime
) -> Iterator[Finding]:
    """The notifier's own dead man's switch: what was due for long, and nobody was told of."""
    since = []
    for name, status in seen.statuses.items():
        failing = {role for role, _ in box.threads[name].failing}
        since += [
            step.tells
            for step in status.steps
            if step.role in status.due
            and step.role not in failing
            and now - step.tells > rules.silent
        ]
    if since:
        yield Finding(
            code="MSG-003",
            severity="error",
            message=(
                f"{len(since)} notice(s) are due since {min(since):%Y-%m-%d %H:%M} UTC and were"
                " not sent: nanoward message tick does not run"
            ),
            next_step="Have nanoward message tick PROGRAMME --watch 60 run all the time.",
        )


def is_silent(rules: MessageRules, now: datetime, ticked: datetime | None) -> bool:
    """Whether the notifier itself may be dead."""
    return ticked is None or now - ticked > rules.silent
