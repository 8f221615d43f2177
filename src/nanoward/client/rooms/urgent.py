"""Urgent: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from urllib.parse import quote

from nanoward.client.rooms.shared import CaseDone
from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionBody:
    """A person decides where rules cannot, by name and reason."""

    word: Literal["urgent", "not urgent"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAssessmentBody:
    """What a role thinks of an event; neither talks the other's suspicion away."""

    role: str
    causality: str
    criteria: list[str] = field(default_factory=list)
    severity: str = "unknown"
    known: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBody:
    """An event that somebody knows of; nothing waits for a version or a round."""

    participant: str
    term: str
    kind: str = "adverse event"
    known: datetime | None = None
    source: str = "word"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """An event with its clock: whether it is to be reported, and by when."""

    event: str
    participant: str
    kind: str
    verdict: str
    why: str
    days: int | None
    due: date | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[EventRow]
    next: str | None


class UrgentPart:
    """The part of the API about urgent."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def events(self, *, after: str | None = None, limit: int = 50) -> EventRowPage:
        """Every event, its verdict and its clock, by name."""
        return self._transport.ask(
            EventRowPage,
            "GET",
            "/api/v1/programme/events",
            query={"after": after, "limit": limit},
        )

    def know_event(self, body: EventBody, *, key: str | None = None) -> CaseDone:
        """Say that an event is known: its clock runs from the first moment that ..."""
        return self._transport.ask(
            CaseDone, "POST", "/api/v1/programme/events", body=body, key=key
        )

    def assess_event(
        self, event: str, body: EventAssessmentBody, *, key: str | None = None
    ) -> CaseDone:
        """Write an assessment down beside the other's."""
        return self._transport.ask(
            CaseDone,
            "POST",
            f"/api/v1/programme/events/{_quoted(event)}/assessments",
            body=body,
            key=key,
        )

    def decide_event(
        self, event: str, body: DecisionBody, *, key: str | None = None
    ) -> CaseDone:
        """Decide by name where rules cannot."""
        return self._transport.ask(
            CaseDone,
            "POST",
            f"/api/v1/programme/events/{_quoted(event)}/decision",
            body=body,
            key=key,
        )


def _quoted(value: object) -> str:
    return quote(str(value), safe="")
