"""One incident as its entries left it: a fold, the same however often it is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from nanoward.base.entries import (
    Entry,
    IncidentAcknowledged,
    IncidentEscalated,
    IncidentHandedOver,
    IncidentJoined,
    IncidentNotified,
    IncidentOpened,
    IncidentStoodDown,
    IncidentTaskEnded,
    IncidentTaskSet,
    SituationReported,
)

GRADES = ("measured", "inferred", "believed")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One line of what happened: when, who wrote it, what."""

    at: datetime
    actor: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that a room is asked to do."""

    task: str
    room: str
    action: str
    text: str
    state: str = "open"  # open, done, declined
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident as it stands.

    level      that was told last; 0 are those on duty
    deadline   by when that level must acknowledge
    opened_s   monotonic seconds when it was opened or last escalated, for a clock that is set
    notified   levels whose notice went out
    holder     who has it now; "" while nobody acknowledged it
    """

    opened: IncidentOpened
    opened_at: datetime
    deadline: datetime
    opened_s: float
    timed_at: datetime
    level: int = 0
    holder: str = ""
    joined: tuple[str, ...] = ()
    causes: frozenset[str] = frozenset()
    tasks: tuple[Task, ...] = ()
    notified: frozenset[int] = frozenset()
    ended: bool = False
    timeline: tuple[TimelineRow, ...] = ()

    @property
    def name(self) -> str:
        return self.opened.incident

    @property
    def state(self) -> str:
        """open, acknowledged, stood down."""
        if self.ended:
            return "stood down"
        return "acknowledged" if self.holder else "open"


def incidents_of(
    records: Iterable[tuple[datetime, str, Entry]],
) -> Mapping[str, Incident]:
    """Incidents by name from (moment, actor, entry) in order; other entries are passed over."""
    found: dict[str, Incident] = {}
    for at, actor, entry in records:
        if isinstance(entry, IncidentOpened):
            if entry.incident not in found:
                found[entry.incident] = _opened(at, actor, entry)
            continue
        name = getattr(entry, "incident", None)
        if name in found:
            found[name] = _after(found[name], at, actor, entry)
    return found


def _opened(at: datetime, actor: str, entry: IncidentOpened) -> Incident:
    return Incident(
        opened=entry,
        opened_at=at,
        deadline=entry.deadline,
        opened_s=entry.monotonic_s,
        timed_at=at,
        joined=(entry.alarm,) if entry.alarm else (),
        causes=frozenset({entry.cause}),
        timeline=(TimelineRow(at=at, actor=actor, what=f"opened: {entry.title}"),),
    )


def _after(before: Incident, at: datetime, actor: str, entry: Entry) -> Incident:
    row = TimelineRow(at=at, actor=actor, what=_words(entry))
    incident = replace(before, timeline=(*before.timeline, row))
    match entry:
        case IncidentJoined():
            return replace(
                incident,
                joined=(*incident.joined, entry.alarm),
                causes=incident.causes | {entry.cause},
            )
        case IncidentAcknowledged():
            return replace(incident, holder=entry.by)
        case IncidentHandedOver():
            return replace(incident, holder=entry.taken_by)
        case IncidentNotified():
            return replace(incident, notified=incident.notified | {entry.level})
        case IncidentEscalated():
            return replace(
                incident,
                level=entry.level,
                deadline=entry.deadline,
                opened_s=entry.monotonic_s,
                timed_at=at,
            )
        case IncidentTaskSet():
            new = Task(task=entry.task, room=entry.room, action=entry.action, text=entry.text)
            known = {one.task for one in incident.tasks}
            tasks = incident.tasks if new.task in known else (*incident.tasks, new)
            return replace(incident, tasks=tasks)
        case IncidentTaskEnded():
            state = "done" if entry.done else "declined"
            return replace(
                incident,
                tasks=tuple(
                    replace(one, state=state, note=f"{entry.by}: {entry.note}")
                    if one.task == entry.task
                    else one
                    for one in incident.tasks
                ),
            )
        case IncidentStoodDown():
            return replace(incident, ended=True)
    return incident


def _words(entry: Entry) -> str:
    match entry:
        case IncidentJoined():
            return f"a further alarm joined, {entry.alarm}: {entry.message}"
        case IncidentAcknowledged():
            return f"{entry.by} acknowledged: {entry.note or 'no note'}"
        case IncidentHandedOver():
            return f"{entry.given_by} handed over to {entry.taken_by}: {entry.note}"
        case IncidentNotified():
            return f"level {entry.level} was told: {', '.join(entry.told) or 'the outbox'}"
        case IncidentEscalated():
            return f"nobody acknowledged: escalated to level {entry.level}"
        case IncidentTaskSet():
            return f"asked {entry.room} to {entry.action}: {entry.text}"
        case IncidentTaskEnded():
            done = "done" if entry.done else "not done"
            return f"task {entry.task} {done} by {entry.by}: {entry.note}"
        case SituationReported():
            return f"{entry.side}, {entry.by} ({entry.grade}): {entry.text}"
        case IncidentStoodDown():
            return f"stood down by {entry.by}: {entry.reason}"
    return type(entry).__name__
