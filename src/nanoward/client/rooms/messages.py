"""Messages: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import quote

from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAnswerBody:
    """What is answered; `close`: the matter is closed as well."""

    answer: str
    close: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBody:
    """What is to be known, by whom, how soon, and what is wanted of them."""

    to: str = "coordinator"
    kind: str = "message"
    body: str
    participant: str = ""
    urgency: Literal["now", "today", "week"] = "today"
    act_by: datetime | None = None
    expires: datetime | None = None
    wants: Literal["receipt", "acknowledgement", "answer"] = "acknowledgement"
    supersedes: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCloseBody:
    """Why nobody is told of it any more."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDone:
    """What was written, and whether its cause stood already."""

    message: str
    repeated: bool
    notes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message with what became of it."""

    message: str
    state: str
    overdue: bool
    urgency: str
    kind: str
    to: str
    participant: str
    act_by: datetime
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[MessageRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBody:
    """By when it is to be done; by the plan where no moment is named."""

    done_by: datetime | None = None


class MessagesPart:
    """The part of the API about messages."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def messages(
        self, *, to: str | None = None, after: str | None = None, limit: int = 50
    ) -> MessageRowPage:
        """Messages, by name; a participant sees those that are for them."""
        return self._transport.ask(
            MessageRowPage,
            "GET",
            "/api/v1/programme/messages",
            query={"to": to, "after": after, "limit": limit},
        )

    def write(self, body: MessageBody, *, key: str | None = None) -> MessageDone:
        """Write a message; what is urgent now is delivered before this answers."""
        return self._transport.ask(
            MessageDone, "POST", "/api/v1/programme/messages", body=body, key=key
        )

    def read(self, message: str, *, key: str | None = None) -> MessageDone:
        """Say that a message was read."""
        return self._transport.ask(
            MessageDone,
            "POST",
            f"/api/v1/programme/messages/{_quoted(message)}/reading",
            key=key,
        )

    def take(self, message: str, body: TakeBody, *, key: str | None = None) -> MessageDone:
        """Take a message on: every channel falls silent until it is to be done."""
        return self._transport.ask(
            MessageDone,
            "POST",
            f"/api/v1/programme/messages/{_quoted(message)}/acknowledgement",
            body=body,
            key=key,
        )

    def reply(
        self, message: str, body: MessageAnswerBody, *, key: str | None = None
    ) -> MessageDone:
        """Answer a message; every channel falls silent for good."""
        return self._transport.ask(
            MessageDone,
            "POST",
            f"/api/v1/programme/messages/{_quoted(message)}/answer",
            body=body,
            key=key,
        )

    def close(
        self, message: str, body: MessageCloseBody, *, key: str | None = None
    ) -> MessageDone:
        """Close a matter: nobody is told of it any more."""
        return self._transport.ask(
            MessageDone,
            "POST",
            f"/api/v1/programme/messages/{_quoted(message)}/closing",
            body=body,
            key=key,
        )


def _quoted(value: object) -> str:
    return quote(str(value), safe="")
