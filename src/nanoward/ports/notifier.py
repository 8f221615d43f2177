"""Telling people who are not looking."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Notifier(Protocol):
    """Gets a message to the people on duty."""

    def notify(self, *, urgency: str, subject: str, message: str) -> None:
        """urgency: now, today, this week. Never raises: a lost page must not stop a stop."""
        ...
