"""Steps that read the ledger one behind the other read it once."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from nanoward.base.entries import AlarmRaised
from nanoward.flows.steps.records_once import RecordsOnce
from nanoward.ports.ledger import Record
from nanoward.testing.fakes import MemoryLedger

AT = datetime(2026, 3, 1, tzinfo=UTC)


def alarm(name: str) -> AlarmRaised:
    return AlarmRaised(alarm=name, room="catalogue", subject="p", message="m", urgency="now")


class WalkedLedger(MemoryLedger):
    """Counts how often its records were walked."""

    walks = 0

    def records(self, *, after: int = 0, kind: str | None = None) -> Iterator[Record]:
        self.walks += 1
        return super().records(after=after, kind=kind)


def test_records_are_those_of_the_ledger_and_are_walked_once() -> None:
    ledger = WalkedLedger()
    ledger.append([alarm(one) for one in "abc"], actor="x", at=AT)
    once = RecordsOnce(ledger)
    for after in (0, 1, 3):
        assert list(once.records(after=after)) == list(
            MemoryLedger.records(ledger, after=after)
        )
    (kind,) = {one.kind for one in once.records()}
    assert len(list(once.records(kind=kind))) == 3
    assert list(once.records(kind="clearance.Nothing")) == []
    assert ledger.walks == 1


@pytest.mark.hazard("H-434")
def test_what_is_appended_through_it_is_seen() -> None:
    once = RecordsOnce(MemoryLedger())
    assert list(once.records()) == []
    head = once.append([alarm("a")], actor="x", at=AT)
    assert [one.seq for one in once.records()] == [1]
    assert once.head() == once.verify() == head
    assert [one.seq for one in once.about("p")] == [1]
    once.close()
