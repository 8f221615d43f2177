"""Watch: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import quote

from nanoward.client.rooms.shared import Rows
from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """An alarm that watch raised."""

    alarm: str
    room: str
    subject: str
    message: str
    urgency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverBody:
    """To whom of the next shift it goes."""

    to: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """One thing that happened."""

    at: datetime
    actor: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """An incident in short: who has it, and by when somebody must."""

    incident: str
    state: str
    urgency: str
    level: int
    holder: str
    cause: str
    title: str
    alarms: int
    tasks_open: int
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTask:
    """One thing that the playbook asks for."""

    task: str
    room: str
    action: str
    text: str
    state: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentStory:
    """An incident with its tasks and all that happened."""

    incident: str
    state: str
    urgency: str
    level: int
    holder: str
    cause: str
    title: str
    alarms: int
    tasks_open: int
    deadline: datetime
    to_do: list[IncidentTask]
    timeline: list[IncidentLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBody:
    """What they will do."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBody:
    """A person opens an incident, or joins the one of this cause that goes on."""

    cause: str
    title: str
    urgency: Literal["now", "today", "this week"] = "today"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[AlarmRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[IncidentRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionBody:
    """Why an incident ends; it always has an end, and a reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationBody:
    """What is known, and how well."""

    grade: Literal["measured", "inferred", "believed"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskBody:
    """Whether a task is done; a task that is not says why."""

    done: bool
    note: str = ""


class WatchPart:
    """The part of the API about watch."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def incidents(self, *, after: str | None = None, limit: int = 50) -> IncidentRowPage:
        """Every incident, by name."""
        return self._transport.ask(
            IncidentRowPage,
            "GET",
            "/api/v1/watch/incidents",
            query={"after": after, "limit": limit},
        )

    def open(self, body: OpenBody, *, key: str | None = None) -> IncidentStory:
        """Open an incident; the rota is told."""
        return self._transport.ask(
            IncidentStory, "POST", "/api/v1/watch/incidents", body=body, key=key
        )

    def alarms(self, *, after: str | None = None, limit: int = 50) -> AlarmRowPage:
        """Every alarm that watch raised, by name."""
        return self._transport.ask(
            AlarmRowPage, "GET", "/api/v1/watch/alarms", query={"after": after, "limit": limit}
        )

    def streams(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Streams of the last round, with the evidence against what they are expected ..."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/watch/streams", query={"after": after, "limit": limit}
        )

    def incident(self, incident: str) -> IncidentStory:
        """One incident with its tasks and all that happened."""
        return self._transport.ask(
            IncidentStory, "GET", f"/api/v1/watch/incidents/{_quoted(incident)}"
        )

    def acknowledge(
        self, incident: str, body: NoteBody, *, key: str | None = None
    ) -> IncidentStory:
        """Somebody of the rota takes it: nobody else is paged for it any more."""
        return self._transport.ask(
            IncidentStory,
            "POST",
            f"/api/v1/watch/incidents/{_quoted(incident)}/acknowledgement",
            body=body,
            key=key,
        )

    def hand_over(
        self, incident: str, body: HandoverBody, *, key: str | None = None
    ) -> IncidentStory:
        """Give it to somebody of the next shift; one owner at a time."""
        return self._transport.ask(
            IncidentStory,
            "POST",
            f"/api/v1/watch/incidents/{_quoted(incident)}/handover",
            body=body,
            key=key,
        )

    def end_task(
        self, incident: str, task: str, body: TaskBody, *, key: str | None = None
    ) -> IncidentStory:
        """Say that a task is done, or why it is not."""
        return self._transport.ask(
            IncidentStory,
            "POST",
            f"/api/v1/watch/incidents/{_quoted(incident)}/tasks/{_quoted(task)}",
            body=body,
            key=key,
        )

    def report(
        self, incident: str, body: SituationBody, *, key: str | None = None
    ) -> IncidentStory:
        """Say what is known: a claim with its grade."""
        return self._transport.ask(
            IncidentStory,
            "POST",
            f"/api/v1/watch/incidents/{_quoted(incident)}/situation",
            body=body,
            key=key,
        )

    def resolve(
        self, incident: str, body: ResolutionBody, *, key: str | None = None
    ) -> IncidentStory:
        """End it, for a reason; refused while tasks are open."""
        return self._transport.ask(
            IncidentStory,
            "POST",
            f"/api/v1/watch/incidents/{_quoted(incident)}/resolution",
            body=body,
            key=key,
        )


def _quoted(value: object) -> str:
    return quote(str(value), safe="")
