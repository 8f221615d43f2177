"""What was seen in a sample becomes an alarm of the programme, and somebody is told."""

from collections.abc import Iterable, Sequence
from datetime import date

from nanoward.base.entries import AlarmRaised, kind_of
from nanoward.flows.watch.give_notices import IncidentNotices
from nanoward.flows.watch.keep_incidents import IncidentBook, respond
from nanoward.flows.watch.scan_programme import ACTOR
from nanoward.flows.watch.scan_unknown import UnknownScan
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.watch.sequences.junctions import Junction
from nanoward.watch.sequences.known_others import KnownOther
from nanoward.watch.sequences.unknown_agents import UnknownAgent


def known_alarms(others: Iterable[KnownOther], subject: str, day: date) -> list[AlarmRaised]:
    """An alarm for each known other that was seen; one cause for each of them and person."""
    return [
        AlarmRaised(
            alarm=f"known/{one.name} in {subject}/{day}",
            room="watch",
            subject=f"{one.name} in {subject}",
            message=f"{one.name} in {subject}, sample of {day}: {one.told}",
            urgency="today",
            since=day,
        )
        for one in others
        if one.state == "seen"
    ]


def junction_alarms(found: Iterable[Junction], subject: str, day: date) -> list[AlarmRaised]:
    """An alarm for each chimera of a sample."""
    return [
        AlarmRaised(
            alarm=f"junction/{one.contig}{one.strand}{one.position} in {subject}/{day}",
            room="watch",
            subject=f"{one.contig} in {subject}",
            message=f"{subject}, sample of {day}: {one.told}",
            urgency="today",
            since=day,
        )
        for one in found
        if one.kind == "chimera"
    ]


def unknown_alarms(found: UnknownScan, subject: str, day: date) -> list[AlarmRaised]:
    """An alarm for each unknown agent of a sample, and for each followed one that grows."""
    new = [(one.name, _described(one)) for one in found.agents]
    again = [
        (one.name, f"{one.name} again, in {one.history[-1][1]} reads; {one.growth.told}")
        for one in found.followed
        if one.growth.low > 0
    ]
    return [
        AlarmRaised(
            alarm=f"unknown/{name} in {subject}/{day}",
            room="watch",
            subject=f"{name} in {subject}",
            message=f"{subject}, sample of {day}: {what}",
            urgency="today",
            since=day,
        )
        for name, what in (*new, *again)
    ]


def _described(one: UnknownAgent) -> str:
    return (
        f"an agent that nobody knows, {len(one.hashes)} k-mers never shown before in "
        f"{one.reads} reads, about {one.depth:g}x; it begins {one.stretch[:40]}"
    )


def raise_sightings(
    ports: Ports, notices: IncidentNotices, alarms: Sequence[AlarmRaised]
) -> IncidentBook:
    """Put alarms on the ledger, each once, and let the rota be told."""
    while True:
        size = ports.ledger.head().size
        known = {one.body["alarm"] for one in ports.ledger.records(kind=kind_of(AlarmRaised))}
        new = [one for one in alarms if one.alarm not in known]
        if not new:
            break
        try:
            ports.ledger.append(new, actor=ACTOR, at=ports.clock.now(), after=size)
        except LedgerMovedError:
            continue
        break
    return respond(ports, notices)
