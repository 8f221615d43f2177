"""Rounds: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from nanoward.client.rooms.shared import Rows
from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A round that is being held: begun, done or failed; and how far it has come."""

    job: str
    state: str
    step: str
    done: int
    total: int
    told: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRow:
    """A round that was held."""

    round: str
    as_of: date
    held: datetime
    seq: int
    report_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[RoundRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundBody:
    """The day that the round is of; today where none is named."""

    as_of: date | None = None
    seed: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundStory:
    """A round with the names of its tables."""

    round: str
    as_of: date
    held: datetime
    seq: int
    report_sha256: str
    tables: list[str]


class RoundsPart:
    """The part of the API about rounds."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def rounds(self, *, after: str | None = None, limit: int = 50) -> RoundRowPage:
        """Every round, by the record that concluded it."""
        return self._transport.ask(
            RoundRowPage,
            "GET",
            "/api/v1/programme/rounds",
            query={"after": after, "limit": limit},
        )

    def hold(self, body: RoundBody, *, key: str | None = None) -> Job:
        """Hold a round: it begins now, and its job tells how far it has come."""
        return self._transport.ask(Job, "POST", "/api/v1/programme/rounds", body=body, key=key)

    def one_round(self, as_of: date) -> RoundStory:
        """The last round of a day."""
        return self._transport.ask(
            RoundStory, "GET", f"/api/v1/programme/rounds/{_quoted(as_of)}"
        )

    def table(
        self, as_of: date, name: str, *, after: str | None = None, limit: int = 50
    ) -> Rows:
        """A table of a round, as the right that it needs lets you see it."""
        return self._transport.ask(
            Rows,
            "GET",
            f"/api/v1/programme/rounds/{_quoted(as_of)}/tables/{_quoted(name)}",
            query={"after": after, "limit": limit},
        )

    def one_job(self, job: str) -> Job:
        """How far a job has come."""
        return self._transport.ask(Job, "GET", f"/api/v1/programme/jobs/{_quoted(job)}")

    def events(self, job: str) -> bytes:
        """What a job says, as it says it (Server-Sent Events); it ends with the job."""
        return self._transport.send(
            "GET", f"/api/v1/programme/jobs/{_quoted(job)}/events"
        ).content


def _quoted(value: object) -> str:
    return quote(str(value), safe="")
