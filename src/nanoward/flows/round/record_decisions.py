"""Put decisions on the ledger, each once: what already stands there is not said again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nanoward.audit.receipts import Head
from nanoward.base.canonical import canonical_json
from nanoward.base.entries import (
    BondDropped,
    BondFound,
    Entry,
    RoundHeld,
    SettingAdjusted,
    StandingDecided,
    body_of,
    entry_of,
    kind_of,
)
from nanoward.clearance.consent.notices import LEAVE, LEDGER
from nanoward.flows.consent.read_spool import person_notices
from nanoward.flows.round.compare_standings import is_superseded
from nanoward.ports.ledger import Ledger, LedgerMovedError, Record
from nanoward.ports.ports import Ports

SUBJECTS = {
    "agents": ("agent", "version", "lot"),
    "bonds": ("a", "b", "stratum"),
    "catalogue": ("sample",),
    "clearance": ("participant",),
    "control": ("order", "participant", "sample"),
    "council": ("action", "pack", "pause"),
    "pregnancies": ("case", "fetus", "months"),
    "programme": ("path", "programme", "round"),
    "tuning": ("participant", "setting"),
    "urgent": ("event", "role", "number"),
    "watch": ("alarm", "incident", "task", "playbook", "scan", "drill"),
}
ROUND = "programme.RoundHeld"
GONE = ("withdrawn", "died", "completed")


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestEntry:
    """What the ledger last said of one subject."""

    kind: str
    body: Mapping[str, Any]
    seq: int = field(default=0, compare=False)


def record_decisions(
    ports: Ports, entries: Sequence[Entry], *, actor: str, bonds_looked_for: bool = True
) -> Head:
    """Append the entries that differ from what the ledger last said of their subject.

    bonds_looked_for  the entries hold every bond that there is: one not among them is dropped
    returns  length and hash of the ledger at its last record that is no RoundHeld: the point
             that a report on these decisions refers to, the same however often it is made
    """
    while True:
        size = ports.ledger.head().size
        today = ports.today()
        standing, decided = latest_entries(ports.ledger.records())
        fresh = [
            entry
            for entry in entries
            if (known := standing.get(subject_of(kind_of(entry), body_of(entry))))
            != _latest(entry)
            and not _is_past(entry, known, today)
            and not has_left(entry, standing, ports.spool)
        ]
        if bonds_looked_for:
            fresh += dropped_bonds(standing, entries)
        if not fresh:
            return decided
        try:
            return ports.ledger.append(fresh, actor=actor, at=ports.clock.now(), after=size)
        except LedgerMovedError:  # somebody acted while the round was computed
            continue


def has_left(
    entry: Entry,
    standing: Mapping[tuple[str, ...], LatestEntry],
    spool: Ledger | None,
) -> bool:
    """A standing that would bring back somebody who left while the round was computed.

    Whoever left stays so until they sign anew; whoever stands in the exit's spool is not
    cleared before that is settled.
    """
    if not isinstance(entry, StandingDecided) or entry.standing in GONE:
        return False
    closed, signed = (
        standing.get(("clearance", f"clearance.{name}", entry.participant))
        for name in ("GatesClosed", "ConsentSigned")
    )
    if closed is not None and (signed is None or signed.seq < closed.seq):
        return True
    if entry.standing != "cleared":
        return False
    return any(
        one.given.wish == LEAVE and one.owed and LEDGER in one.owed
        for one in person_notices(spool, entry.participant).values()
    )


def record_round(ports: Ports, held: RoundHeld, *, actor: str) -> None:
    """Say that a round was held, unless the same was said of it last."""
    latest, _ = latest_entries(ports.ledger.records(kind=kind_of(held)))
    known = latest.get(subject_of(kind_of(held), body_of(held)))
    if known != _latest(held):
        ports.ledger.append([held], actor=actor, at=ports.clock.now())


def latest_entries(
    records: Iterable[Record],
) -> tuple[dict[tuple[str, ...], LatestEntry], Head]:
    """What the ledger last said of each subject, and where its last decision stands."""
    latest: dict[tuple[str, ...], LatestEntry] = {}
    head = Head(size=0, hash="0" * 64)
    for record in records:
        latest[subject_of(record.kind, record.body)] = LatestEntry(
            kind=record.kind, body=record.body, seq=record.seq
        )
        if record.kind != ROUND:
            head = Head(size=record.seq, hash=record.hash)
    return latest, head


def subject_of(kind: str, body: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom or what an entry speaks of: entries of one subject replace each other."""
    if kind == kind_of(SettingAdjusted):  # every move stands for itself; 5.0 is kept as 5
        said = ("participant", "setting", "at", "value")
        return (kind, *(canonical_json(body[name]) for name in said))
    room = kind.split(".", maxsplit=1)[0]
    names = [name for name in SUBJECTS.get(room, ()) if name in body]
    apart = () if room in ("bonds", "tuning") else (kind,)
    return (room, *apart, *(str(body[name]) for name in names))


def dropped_bonds(
    standing: Mapping[tuple[str, ...], LatestEntry],
    entries: Sequence[Entry],
) -> list[Entry]:
    """Bonds that the ledger holds and this round did not find again."""
    found = {subject_of(kind_of(one), body_of(one)) for one in entries}
    return [
        BondDropped(
            a=latest.body["a"],
            b=latest.body["b"],
            stratum=latest.body["stratum"],
            reason="not found again with the material of this round",
        )
        for subject, latest in sorted(standing.items(), key=lambda item: item[0])
        if latest.kind == kind_of(BondFound) and subject not in found
    ]


def _is_past(entry: Entry, known: LatestEntry | None, today: date) -> bool:
    """A standing that one of a later day, at least as grave, has taken the place of."""
    if known is None or not isinstance(entry, StandingDecided):
        return False
    last = entry_of(known.kind, known.body, {known.kind: StandingDecided})
    return isinstance(last, StandingDecided) and is_superseded(entry, last, today)


def _latest(entry: Entry) -> LatestEntry:
    return LatestEntry(kind=kind_of(entry), body=body_of(entry))
