"""What people typed and could not send, and which forms were answered: kept, and given back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

Typed = Mapping[str, str]


class Drafts(Protocol):
    """Keeps drafts of forms by account for a day, and answers by their key for a week."""

    def keep(self, account: str, form: str, typed: Typed, at: datetime) -> None:
        """Keep what somebody typed into a form; the last one of each form stands."""
        ...

    def kept(self, account: str, form: str, at: datetime) -> tuple[Typed, datetime] | None:
        """What was typed and when; None where there is none, or it is older than a day."""
        ...

    def drop(self, account: str, form: str) -> None:
        """The form was answered, or its draft is not wanted."""
        ...

    def answered(self, account: str, once: str, at: datetime) -> str | None:
        """What the form of this key was answered; None where it was not, within a week."""
        ...

    def answer(self, account: str, once: str, told: str, at: datetime) -> None:
        """Keep what the form of this key was answered."""
        ...

    def close(self) -> None:
        """Let go."""
        ...
