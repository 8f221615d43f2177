"""What follows from alarms and from time: which incident an alarm belongs to, who is told next.

Pure: whoever asks writes what is answered in one append, and then tells people. What is told
twice is told under the same name; an incident is opened once, because its name is its cause's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import (
    AlarmRaised,
    Entry,
    IncidentEscalated,
    IncidentJoined,
    IncidentOpened,
    IncidentTaskSet,
)
from nanoward.watch.incidents.incident import Incident
from nanoward.watch.incidents.playbook import Playbook, playbook_for
from nanoward.watch.incidents.rota import WatchPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """The moment by the wall, and by a clock that never goes back."""

    wall: datetime
    monotonic_s: float


def cause_of(alarm: AlarmRaised) -> str:
    """What an alarm is about: what raised it and its subject, never its day."""
    kind = alarm.alarm.split("/", maxsplit=1)[0]
    return f"{kind}/{alarm.subject}"


def responses_to(
    alarms: Iterable[AlarmRaised],
    incidents: Mapping[str, Incident],
    plan: WatchPlan,
    playbooks: Sequence[Playbook],
    now: Now,
) -> tuple[Entry, ...]:
    """Entries for alarms that no incident has: each opens one, or joins one that is not ended.

    An alarm joins where an incident has its cause, or the cause of a stream that carries it.
    """
    known = {one for each in incidents.values() for one in each.joined}
    open_causes = {
        cause: one.name for one in incidents.values() if not one.ended for cause in one.causes
    }
    entries: list[Entry] = []
    for alarm in alarms:
        if alarm.alarm in known:
            continue
        known.add(alarm.alarm)
        kind, cause = alarm.alarm.split("/", maxsplit=1)[0], cause_of(alarm)
        causes = [cause, *(f"{kind}/{one}" for one in alarm.also)]
        name = next((open_causes[one] for one in causes if one in open_causes), None)
        if name is None:
            opened = _opening(alarm, cause, plan, playbooks, now)
            entries += opened
            name = getattr(opened[0], "incident", "")
        else:
            entries.append(
                IncidentJoined(
                    incident=name, alarm=alarm.alarm, cause=cause, message=alarm.message
                )
            )
        open_causes |= {one: name for one in causes if one not in open_causes}
    return tuple(entries)


def _opening(
    alarm: AlarmRaised,
    cause: str,
    plan: WatchPlan,
    playbooks: Sequence[Playbook],
    now: Now,
) -> list[Entry]:
    book = playbook_for(cause, playbooks)
    opened = IncidentOpened(
        incident=incident_name(alarm.alarm),
        cause=cause,
        title=alarm.message,
        urgency=alarm.urgency,
        opened_by="watch",
        deadline=now.wall + plan.acknowledge,
        playbook="" if book is None else book.name,
        alarm=alarm.alarm,
        monotonic_s=now.monotonic_s,
    )
    return [opened, *tasks_of(opened.incident, book)]


def tasks_of(incident: str, book: Playbook | None) -> list[Entry]:
    """What a playbook asks, one entry a task."""
    return [
        IncidentTaskSet(
            incident=incident,
            task=f"{incident}-{number}",
            room=one.room,
            action=one.action,
            text=one.text,
        )
        for number, one in enumerate(() if book is None else book.tasks, 1)
    ]


def incident_name(seed: str) -> str:
    """A short name that is the same whenever it is made of the same alarm."""
    return f"I-{sha256_of(seed.encode())[:8]}"


def due_escalations(
    incidents: Mapping[str, Incident], plan: WatchPlan, now: Now
) -> tuple[IncidentEscalated, ...]:
    """Incidents that nobody acknowledged in time, each to its next level.

    Time is up by the wall or by the clock that never goes back, whichever is first, and when
    the wall stands before the moment at which the time began: a clock that was set delays
    nothing. The last level is told again and again.
    """
    found = []
    for one in incidents.values():
        if one.holder or one.ended or not is_overdue(one, plan.acknowledge, now):
            continue
        last = max(len(plan.levels) - 1, 0)
        level = one.level + 1
        found.append(
            IncidentEscalated(
                incident=one.name,
                level=level,
                told=plan.levels[min(level, last)] if plan.levels else (),
                deadline=now.wall + plan.acknowledge,
                monotonic_s=now.monotonic_s,
            )
        )
    return tuple(found)


def is_overdue(incident: Incident, acknowledge: timedelta, now: Now) -> bool:
    """Whether the time to acknowledge is over."""
    elapsed = now.monotonic_s - incident.opened_s  # below zero after a restart of the machine
    return (
        now.wall >= incident.deadline
        or elapsed >= acknowledge.total_seconds()
        or now.wall < incident.timed_at
    )


def notices_owed(incidents: Mapping[str, Incident]) -> tuple[tuple[Incident, int], ...]:
    """Incidents and levels that were not told yet, or of which that is not known."""
    return tuple(
        (one, one.level)
        for one in incidents.values()
        if not one.ended and one.level not in one.notified
    )
