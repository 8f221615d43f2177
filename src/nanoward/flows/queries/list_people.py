"""Everybody with the standing that counts now: the last round's, and what was written since.

A list that still calls somebody cleared who has left would be worse than none, so it folds
what the ledger holds behind the round; it is asked often, and reads each record once.
"""

import threading
from dataclasses import dataclass
from datetime import date

from nanoward.audit.leaves import everybody_in
from nanoward.base.entries import (
    KINDS,
    ConsentWithdrawn,
    StandingDecided,
    entry_of,
)
from nanoward.base.names import identity_of
from nanoward.flows.queries.last_round import NoRoundError
from nanoward.flows.queries.rounds_held import (
    KIND,
    RoundRecord,
    round_of,
    table_in,
    table_names,
)
from nanoward.ports.ledger import Record
from nanoward.ports.ports import Ports

UNDECIDED = "screened"
SEEN = ("clearance.StandingDecided", "clearance.ConsentWithdrawn")


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
        self._upto = -1
        self._people: dict[str, ListedPerson] = {}
        self._rows: list[ListedPerson] | None = None

    def rows(self, ports: Ports) -> list[ListedPerson]:
        """Everybody by name, as the ledger stands now."""
        with self._turn:
            self._refresh(ports)
            if self._rows is None:
                self._rows = sorted(self._people.values(), key=lambda one: one.participant)
            return self._rows

    def person(self, ports: Ports, participant: str) -> ListedPerson | None:
        """One of them, as the ledger stands now; None for somebody unknown."""
        with self._turn:
            self._refresh(ports)
            return self._people.get(identity_of(participant))

    def _refresh(self, ports: Ports) -> None:
        size = ports.ledger.head().size
        if size == self._upto:
            return
        self._rows = None
        if not 0 <= self._upto < size:
            self._begin(ports)
        for record in ports.ledger.records(after=self._upto):
            if record.kind == KIND:  # a round was held: it decides anew
                self._begin(ports)
                break
            self._take(record)
        self._upto = size

    def _begin(self, ports: Ports) -> None:
        try:
            last = round_of(ports)
        except NoRoundError:
            self._people, self._upto = {}, 0
        else:
            self._people, self._upto = _decided(ports, last), last.seq
        for who in getattr(ports.ledger, "people", tuple)():
            self._people.setdefault(identity_of(who), _unknown(who))
        for record in ports.ledger.records(after=self._upto):
            self._take(record)

    def _take(self, record: Record) -> None:
        for who in everybody_in(record.body):
            self._people.setdefault(identity_of(who), _unknown(who))
        if record.kind in SEEN:
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
