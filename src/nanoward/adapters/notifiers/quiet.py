"""How every notifier tells what must not fail: it is given, and a loss is not raised."""

import hashlib
from contextlib import suppress
from datetime import UTC, datetime

from nanoward.base.errors import OutsideError
from nanoward.ports.notifier import Notification

NAMED = {"this week": "week"}


class DeliveringNotifier:
    """A channel that delivers; `notify` gives a notice without a message behind it."""

    def deliver(self, notification: Notification) -> None:
        """Hand a notice over; DeliveryFailedError."""
        raise NotImplementedError

    def notify(self, *, urgency: str, subject: str, message: str) -> None:
        now = datetime.now(UTC)
        name = hashlib.sha256(f"{now.isoformat()}\n{subject}\n{message}".encode()).hexdigest()
        with suppress(OutsideError, OSError, ValueError):  # the alarm is on the ledger besides
            self.deliver(
                Notification(
                    delivery=name[:32],
                    to="on duty",
                    address="",
                    urgency=NAMED.get(urgency, urgency),
                    subject=subject,
                    text=message,
                    messages=(),
                    at=now,
                    act_by=now,
                    sender="nanoward",
                )
            )
