"""Telling people who are not looking."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from nanoward.base.errors import OutsideError

Status = Literal["new", "update", "cancel"]


class DeliveryFailedError(OutsideError):
    """A channel did not take a notice; it goes by the next one, and is tried again."""

    code = "OUT-190"
    next_step = "Put the channel of [programme.messages.deliveries] right."


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """What a channel is given: no more than it may tell.

    delivery  the same where a notice is given again: a channel that can, shows it once
    to        role; address: for this channel, such as a mailbox
    messages  identifiers
    status    new, update of `refers`, or cancel: what `refers` said is settled
    refers    earlier deliveries here: (delivery, moment)
    """

    delivery: str
    to: str
    address: str
    urgency: str
    subject: str
    text: str
    messages: tuple[str, ...]
    at: datetime
    act_by: datetime
    sender: str
    status: Status = "new"
    refers: tuple[tuple[str, datetime], ...] = ()
    exercise: bool = False


@runtime_checkable
class Notifier(Protocol):
    """Gets a message to the people on duty."""

    def notify(self, *, urgency: str, subject: str, message: str) -> None:
        """urgency: now, today, this week. Never raises: a lost page must not stop a stop."""
        ...

    def deliver(self, notification: Notification) -> None:
        """Hand a notice over; returns once it was taken. DeliveryFailedError where it was not.

        The same delivery given twice is told once, as far as the channel can.
        """
        ...
