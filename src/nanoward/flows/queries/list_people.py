"""Everybody with the standing that counts now: the last round's, and what was written since.

A list that still calls somebody cleared who has left would be worse than none, so it folds
what the ledger holds behind the round; it is asked often, and reads each record once.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nanoward.base.entries import (
    KINDS,
    ConsentSigned,
    ConsentWithdrawn,
    StandingDecided,
    entry_of,
)
from nanoward.base.names import identity_of
from nanoward.flows.queries.last_round import NoRoundError
from nanoward.flows.queries.rounds_held import RoundRecord, round_of, table_in, table_names
from nanoward.ports.ledger import Record
from nanoward.ports.ports import Ports

UNDECIDED = "screened"
SEEN = ("clearance.StandingDecided", "clearance.ConsentWithdrawn", "clearance.ConsentSigned")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """One participant of the list.

    standing  the word that counts now
    since     day from which it holds; None where no round or record says
    as_of     day by which it was decided
    """

    participant: str
    standing: str
    since: date | None
    as_of: date | None


class PeopleList:
    """The list of one programme; threads take turns."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._round, self._upto = 0, -1
        self._people: dict[str, ListedPerson] = {}
        self._rows: list[ListedPerson] = []

    def rows(self, ports: Ports) -> list[ListedPerson]:
        """Everybody by name, as the ledger stands now."""
        size = ports.ledger.head().size
        with self._turn:
            if size != self._upto:
                self._refresh(ports, size)
            return self._rows

    def _refresh(self, ports: Ports, size: int) -> None:
        try:
            last: RoundRecord | None = round_of(ports)
        except NoRoundError:
            last = None
        seq = 0 if last is None else last.seq
        if size < self._upto or seq != self._round or self._upto < 0:
            self._people = {} if last is None else _decided(ports, last)
            self._round, self._upto = seq, seq
        for who in getattr(ports.ledger, "people", tuple)():
            self._people.setdefault(identity_of(who), _unknown(who))
        self._fold(ports.ledger.records(after=self._upto))
        self._upto = size
        self._rows = sorted(self._people.values(), key=lambda one: one.participant)

    def _fold(self, records: Iterable[Record]) -> None:
        for record in records:
            if record.kind not in SEEN:
                continue
            found = _after(entry_of(record.kind, record.body, KINDS))
            if found is not None:
                self._people[identity_of(found.participant)] = found


def _after(entry: object) -> ListedPerson | None:
    match entry:
        case StandingDecided():
            return ListedPerson(
                participant=entry.participant, standing=entry.standing, since=entry.since,
                as_of=entry.as_of,
            )  # fmt: skip
        case ConsentWithdrawn() if not entry.uses:
            return ListedPerson(
                participant=entry.participant, standing="withdrawn", since=entry.withdrawn,
                as_of=entry.withdrawn,
            )  # fmt: skip
        case ConsentSigned():
            return ListedPerson(
                participant=entry.participant, standing=UNDECIDED, since=entry.signed,
                as_of=None,
            )  # fmt: skip
    return None


def _decided(ports: Ports, last: RoundRecord) -> dict[str, ListedPerson]:
    if "standings" not in table_names(last):
        return {}
    table = table_in(ports, last, "standings").select("participant", "standing", "since")
    return {
        identity_of(who): ListedPerson(
            participant=who, standing=word, since=since, as_of=last.held.as_of
        )
        for who, word, since in table.rows()
    }


def _unknown(who: str) -> ListedPerson:
    return ListedPerson(participant=who, standing=UNDECIDED, since=None, as_of=None)
