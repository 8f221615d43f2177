"""Messages as lines of a file, for whatever pages people at this site."""

import json
import os
from pathlib import Path

from nanoward.adapters.notifiers.config import NotifierConfig, NotifierOffer
from nanoward.ports.notifier import DeliveryFailedError, Notification


class OutboxNotifier:
    """Appends one JSON line per message; a disk that fails must not stop a stop."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def notify(self, *, urgency: str, subject: str, message: str) -> None:
        line = json.dumps({"urgency": urgency, "subject": subject, "message": message})
        try:
            self._append(line)
        except OSError:
            return  # the alarm stands on the ledger besides

    def deliver(self, notification: Notification) -> None:
        """One line; the same delivery again is not written twice."""
        told = {
            "delivery": notification.delivery,
            "to": notification.to,
            "urgency": notification.urgency,
            "subject": notification.subject,
            "message": notification.text,
            "status": notification.status,
            "exercise": notification.exercise,
            "at": notification.at.isoformat(),
            "act_by": notification.act_by.isoformat(),
            "messages": list(notification.messages),
        }
        try:
            if not self._holds(notification.delivery):
                self._append(json.dumps(told))
        except OSError as fault:
            raise DeliveryFailedError(f"{self._path.name}: {fault}") from fault

    def _holds(self, delivery: str) -> bool:
        if not self._path.exists():
            return False
        mark = json.dumps({"delivery": delivery})[1:-1]
        return mark in self._path.read_text(encoding="utf-8")

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(place, "a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())


def open_outbox(config: NotifierConfig) -> OutboxNotifier:
    """A channel of kind "outbox": one file of lines, for another program to read."""
    config.only("path")
    name = config.text("path", "outbox.jsonl")
    return OutboxNotifier(config.folder / name)


def open_screen(config: NotifierConfig) -> OutboxNotifier:
    """A channel of kind "screen": what the lane shows (nanoward message board --screen)."""
    config.only()
    return OutboxNotifier(config.folder / "screen.jsonl")


NOTIFIER = (
    NotifierOffer(
        name="outbox",
        meaning="one file of lines, for another program to read",
        opens=open_outbox,
    ),
    NotifierOffer(
        name="screen", meaning="what the lane shows on this machine", opens=open_screen
    ),
)
