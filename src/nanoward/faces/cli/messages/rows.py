"""Messages and sites as rows that commands print."""

from datetime import UTC, datetime
from typing import Any

import click

from nanoward.base.entries import body_of
from nanoward.base.entries.messages import MessageWritten
from nanoward.flows.messages.answer_message import InboxLine
from nanoward.programme.messages.states import MessageStatus
from nanoward.programme.messages.threads import Thread
from nanoward.programme.relays.elsewhere import carried_record
from nanoward.programme.relays.findings import SiteLine

SHORT = 12
SHOWN = ("message", "state", "urgency", "kind", "to", "participant", "act_by", "body")
SITES = ("site", "last_seen", "unreceipted", "safety_since", "gaps", "late", "clock_ahead_h",
         "went_back")  # fmt: skip


class Moment(click.ParamType[datetime]):
    """A moment with its time zone, ISO 8601."""

    name = "moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no moment such as 2026-12-01T08:00+01:00", param, ctx)
        if found.tzinfo is None:
            self.fail(f"{value!r} names no time zone, such as +01:00 or Z", param, ctx)
        return found.astimezone(UTC)


def message_row(
    thread: Thread, status: MessageStatus, *, whole: bool = False
) -> dict[str, Any]:
    """One message, in short or with all that became of it."""
    written = thread.written
    row: dict[str, Any] = {
        "message": written.message[:SHORT],
        "state": _state(status),
        "urgency": written.urgency,
        "kind": written.kind,
        "to": written.to,
        "participant": written.participant or None,
        "act_by": moment(written.act_by),
        "body": written.body if whole else short_text(written),
    }
    if not whole:
        return row
    said = (thread.read, thread.acknowledged, thread.answered, thread.refused, thread.closed)
    return {
        **body_of(written),
        "state": _state(status),
        "overdue": status.overdue,
        "reason": status.reason,
        "turned_to": [one.role for one in status.steps],
        "sent": {f"{to} by {channel}": moment(at) for (to, channel), (_, at) in
                 sorted(thread.channels.items())},
        "failing": {f"{to} by {channel}": why for (to, channel), why in
                    sorted(thread.failing.items())},
        "arrived": moment(thread.arrived),
        "repeated": thread.repeated,
        "became": [body_of(one) for one in said if one is not None],
    }  # fmt: skip


def inbox_row(line: InboxLine) -> dict[str, Any]:
    """One message of an inbox."""
    return message_row(line.thread, line.status)


def site_row(line: SiteLine) -> dict[str, Any]:
    """One other site."""
    return {
        "site": line.site,
        "last_seen": moment(line.last_seen) or "never",
        "unreceipted": line.unreceipted,
        "safety_since": moment(line.safety_since),
        "gaps": line.gaps,
        "late": line.late,
        "clock_ahead_h": line.clock_ahead_s / 3600,
        "went_back": line.rolled_back,
    }


def moment(at: datetime | None) -> str | None:
    """To the minute, UTC."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M}Z"


def _state(status: MessageStatus) -> str:
    if status.word == "escalated":
        return f"escalated to {status.steps[-1].role}"
    return (
        f"{status.word}, overdue"
        if status.overdue and status.word != "overdue"
        else status.word
    )


def short_text(written: MessageWritten, most: int = 60) -> str:
    """The first line; of what a ledger tells, in words what it tells."""
    text, told = written.body, carried_record(written)
    if told is not None:
        word = told[0].partition(".")[2]
        text = f"{word} on the ledger of {written.origin or 'this site'}, {moment(told[2])}"
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line if len(line) <= most else f"{line[: most - 1]}…"
