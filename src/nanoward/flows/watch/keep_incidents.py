"""Incidents on the ledger: opened and joined by alarms, told, escalated, answered, stood down.

First the ledger, then the notice, then the entry that it went out: a process that dies between
two of them leaves a notice owed, which the next call gives under the same name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nanoward.base.entries import (
    KINDS,
    AlarmRaised,
    Entry,
    IncidentAcknowledged,
    IncidentHandedOver,
    IncidentNotified,
    IncidentOpened,
    IncidentStoodDown,
    IncidentTaskEnded,
    PlaybookPublished,
    SituationReported,
    entry_of,
)
from nanoward.base.errors import RefusedError, UsageError
from nanoward.base.ids import Sha256
from nanoward.flows.watch.give_notices import IncidentNotices
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.watch.incidents.incident import GRADES, Incident, incidents_of
from nanoward.watch.incidents.playbook import Playbook, playbook_for, playbook_of
from nanoward.watch.incidents.response import (
    Now,
    due_escalations,
    incident_name,
    notices_owed,
    responses_to,
    tasks_of,
)
from nanoward.watch.incidents.rota import WatchPlan, watch_plan

ACTOR = "watch"


class UnknownIncidentError(UsageError):
    """There is no incident of this name, or it has ended."""

    code = "WCH-012"
    next_step = "See `nanoward watch incidents PROGRAMME`."


class NotOnRotaError(RefusedError):
    """Somebody who is not on the rota, or nobody, would take or end an incident."""

    code = "WCH-013"
    next_step = "Have somebody of [[watch.rota]] do it, by name and with words."


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentBook:
    """Incidents as the ledger has them, and the size that they were read at."""

    incidents: Mapping[str, Incident]
    alarms: tuple[AlarmRaised, ...]
    playbooks: tuple[Playbook, ...]
    size: int


def read_incidents(ports: Ports) -> IncidentBook:
    """Fold every entry of watch, and the alarms that watch raised."""
    size = ports.ledger.head().size
    rows = [
        (one.at, one.actor, entry_of(one.kind, one.body, KINDS))
        for one in ports.ledger.records()
        if one.kind.startswith("watch.") and one.seq <= size
    ]
    alarms = [entry for _, _, entry in rows if isinstance(entry, AlarmRaised)]
    published = [entry for _, _, entry in rows if isinstance(entry, PlaybookPublished)]
    latest = {one.playbook: one for one in published}
    return IncidentBook(
        incidents=incidents_of(rows),
        alarms=tuple(one for one in alarms if one.room == "watch"),
        playbooks=tuple(
            playbook_of(ports.blobs.get(Sha256(one.playbook_sha256)).decode())
            for one in latest.values()
        ),
        size=size,
    )


def respond(ports: Ports, notices: IncidentNotices) -> IncidentBook:
    """Open or join incidents for new alarms, escalate what nobody took, tell who must know."""
    plan = plan_of(ports)
    while True:
        book, now = read_incidents(ports), now_of(ports)
        entries = [
            *responses_to(book.alarms, book.incidents, plan, book.playbooks, now),
            *due_escalations(book.incidents, plan, now),
        ]
        if _appended(ports, entries, book.size):
            break
    return tell(ports, notices, plan)


def tell(ports: Ports, notices: IncidentNotices, plan: WatchPlan) -> IncidentBook:
    """Give every notice that is owed, one after the other; take back what somebody took."""
    book = read_incidents(ports)
    for incident, level in notices_owed(book.incidents):
        last = max(len(plan.levels) - 1, 0)
        people = plan.levels[min(level, last)] if plan.levels else ()
        notices.give(incident, level, people)
        done = IncidentNotified(incident=incident.name, level=level, told=people)
        ports.ledger.append([done], actor=ACTOR, at=ports.clock.now())
    book = read_incidents(ports)
    notices.settle(book.incidents)
    return book


def _appended(ports: Ports, entries: Sequence[Entry], size: int) -> bool:
    """Append all or none; False where somebody else was faster: decide again."""
    if not entries:
        return True
    try:
        ports.ledger.append(entries, actor=ACTOR, at=ports.clock.now(), after=size)
    except LedgerMovedError:
        return False
    return True


def plan_of(ports: Ports) -> WatchPlan:
    """The plan's [watch]."""
    return watch_plan(ports.folder.plan().section("watch"))


def now_of(ports: Ports) -> Now:
    """The moment by both clocks."""
    return Now(wall=ports.clock.now(), monotonic_s=ports.clock.monotonic())


def open_incident(
    ports: Ports, notices: IncidentNotices, *, cause: str, title: str, by: str, urgency: str
) -> Incident:
    """A person opens one, or joins the one of this cause that is not ended."""
    plan = plan_of(ports)
    _require(by=by, text=title)
    book, now = read_incidents(ports), now_of(ports)
    same = [one for one in book.incidents.values() if not one.ended and cause in one.causes]
    name = same[0].name if same else incident_name(f"{cause}/{by}/{now.wall.isoformat()}")
    if not same:
        playbook = playbook_for(cause, book.playbooks)
        opened = IncidentOpened(
            incident=name,
            cause=cause,
            title=title,
            urgency=urgency,
            opened_by=by,
            deadline=now.wall + plan.acknowledge,
            playbook="" if playbook is None else playbook.name,
            monotonic_s=now.monotonic_s,
        )
        entries = [opened, *tasks_of(name, playbook)]
        ports.ledger.append(entries, actor=by, at=now.wall, after=book.size)
    return tell(ports, notices, plan).incidents[name]


def acknowledge(ports: Ports, name: str, *, by: str, note: str) -> Incident:
    """Somebody on the rota takes an incident."""
    _on_rota(ports, by)
    return _write(
        ports, name, by, lambda one: IncidentAcknowledged(incident=one, by=by, note=note)
    )


def hand_over(ports: Ports, name: str, *, by: str, to: str, note: str) -> Incident:
    """One shift gives an incident to somebody of the next."""
    _on_rota(ports, by)
    _on_rota(ports, to)
    _require(by=by, text=note)
    return _write(
        ports,
        name,
        by,
        lambda one: IncidentHandedOver(incident=one, given_by=by, taken_by=to, note=note),
    )


def end_task(ports: Ports, name: str, task: str, *, done: bool, by: str, note: str) -> Incident:
    """Somebody says that a task is done, or why it is not. No room does anything by this."""
    _require(by=by, text=note)
    incident = _of_name(ports, name)
    tasks = [one.task for one in incident.tasks if task in (one.task, one.task.rsplit("-")[-1])]
    if len(tasks) != 1:
        raise UnknownIncidentError(f"{incident.name} has no task {task!r}")
    return _write(
        ports,
        name,
        by,
        lambda one: IncidentTaskEnded(incident=one, task=tasks[0], done=done, by=by, note=note),
    )


def report_situation(ports: Ports, name: str, *, by: str, grade: str, text: str) -> Incident:
    """Our own situation report: a claim with its grade."""
    _require(by=by, text=text)
    if grade not in GRADES:
        raise UsageError(f"a grade is one of {', '.join(GRADES)}, not {grade!r}")
    return _write(
        ports,
        name,
        by,
        lambda one: SituationReported(incident=one, side="own", by=by, grade=grade, text=text),
    )


def stand_down(ports: Ports, name: str, *, by: str, reason: str) -> Incident:
    """A named person on the rota ends an incident; RefusedError while tasks are open."""
    _on_rota(ports, by)
    _require(by=by, text=reason)
    left = [one for one in _of_name(ports, name).tasks if one.state == "open"]
    if left:
        words = "; ".join(f"{one.task} {one.action}" for one in left)
        raise NotOnRotaError(
            f"{len(left)} tasks are open: {words}",
            next_step="End each task, done or with the reason why not, then stand down.",
        )
    return _write(
        ports, name, by, lambda one: IncidentStoodDown(incident=one, by=by, reason=reason)
    )


def _write(ports: Ports, name: str, actor: str, entry: Callable[[str], Entry]) -> Incident:
    incident = _of_name(ports, name)
    ports.ledger.append([entry(incident.name)], actor=actor, at=ports.clock.now())
    return read_incidents(ports).incidents[incident.name]


def _of_name(ports: Ports, name: str, *, ended: bool = False) -> Incident:
    book = read_incidents(ports)
    found = [
        one
        for one in book.incidents.values()
        if name and one.name.startswith(name) and (ended or not one.ended)
    ]
    if len(found) != 1:
        raise UnknownIncidentError(f"{len(found)} incidents that go on are called {name!r}")
    return found[0]


def incident_named(ports: Ports, name: str) -> Incident:
    """One incident, ended or not."""
    return _of_name(ports, name, ended=True)


def _on_rota(ports: Ports, name: str) -> None:
    if not plan_of(ports).is_on_rota(name):
        raise NotOnRotaError(f"{name or 'nobody'} is not on the rota of [watch]")


def _require(*, by: str, text: str) -> None:
    if not by.strip() or not text.strip():
        raise NotOnRotaError("a name and words are needed; nothing was written")
