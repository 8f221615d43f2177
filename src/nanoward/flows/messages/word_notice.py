"""What a channel is told of messages: that there are some, or all that they say."""

from collections.abc import Sequence
from datetime import datetime

from nanoward.base.canonical import sha256_of
from nanoward.ports.messages import MessageDesk
from nanoward.ports.notifier import Notification
from nanoward.programme.messages.due import DueNotice
from nanoward.programme.messages.kinds import PARTICIPANT
from nanoward.programme.messages.rules import DutyRole
from nanoward.programme.messages.threads import Thread

SHORT = 12  # letters of an identifier that people are shown
MOST = 20  # messages told one by one


def delivery_of(notice: DueNotice, channel: str, threads: Sequence[Thread]) -> str:
    """The name of a delivery: the same until the ledger says that it was made."""
    told = sorted(
        f"{one.message} {one.channels.get((notice.to, channel), ('', ''))[0]}"
        for one in threads
    )
    return str(sha256_of("\n".join((notice.to, channel, *told)).encode()))[:32]


def notification_of(
    desk: MessageDesk,
    notice: DueNotice,
    role: DutyRole,
    channel: str,
    threads: Sequence[Thread],
    *,
    name: str,
    now: datetime,
) -> Notification:
    """A notice as a channel may tell it.

    A channel gets no pseudonym, kind or text, unless the plan gives it `shows = "full"`.
    """
    full = channel in desk.full
    earlier = tuple(
        dict.fromkeys(
            one.channels[notice.to, channel]
            for one in threads
            if (notice.to, channel) in one.channels
        )
    )
    count = len(threads)
    head = f"{count} messages" if count > 1 else f"message {threads[0].message[:SHORT]}"
    kind = f" ({threads[0].written.kind})" if full and count == 1 else ""
    for_whom = "you" if notice.to == PARTICIPANT else notice.to
    return Notification(
        delivery=name,
        to=notice.to,
        address=role.address if full or notice.to != PARTICIPANT else "",
        urgency=notice.urgency,
        subject=f"{notice.urgency}: {head}{kind} for {for_whom}",
        text="\n".join(_lines(threads, full=full, now=now)),
        messages=tuple(one.message for one in threads),
        at=now,
        act_by=min(one.written.act_by for one in threads),
        sender=desk.rules.site,
        status="update" if earlier else "new",
        refers=earlier,
        exercise=all(one.written.kind == "drill" for one in threads),
    )


def _lines(threads: Sequence[Thread], *, full: bool, now: datetime) -> list[str]:
    lines = []
    for one in threads[:MOST]:
        written = one.written
        late = ", LATE" if now > written.act_by else ""
        line = f"{one.message[:SHORT]}: act by {written.act_by:%Y-%m-%d %H:%M} UTC{late}"
        if full:
            who = f" about {written.participant}" if written.participant else ""
            line += f"\n  {written.kind}{who}, from {written.sender}: {written.body}"
        lines.append(line)
    if len(threads) > MOST:
        lines.append(f"and {len(threads) - MOST} more: nanoward message inbox")
    lines.append("Read, acknowledge and answer with nanoward message show, ack, answer.")
    return lines
