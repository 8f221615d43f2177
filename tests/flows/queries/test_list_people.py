from datetime import UTC, date, datetime

import pytest

from nanoward.base.entries import ConsentWithdrawn, StandingDecided
from nanoward.flows.queries.list_people import PeopleList
from nanoward.testing.fakes import MemoryLedger

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)


class Parts:
    def __init__(self) -> None:
        self.ledger = MemoryLedger()


def decided(who: str, word: str) -> StandingDecided:
    day = NOON.date()
    return StandingDecided(participant=who, standing=word, as_of=day, since=day, reasons=())


@pytest.mark.hazard("H-394")
def test_the_list_says_what_was_written_since_and_never_an_old_standing() -> None:
    parts, people = Parts(), PeopleList()
    parts.ledger.append([decided("B", "cleared"), decided("A", "held")], actor="r", at=NOON)
    told = people.rows(parts)  # type: ignore[arg-type]
    assert [(one.participant, one.standing) for one in told] == [
        ("A", "held"),
        ("B", "cleared"),
    ]
    gone = ConsentWithdrawn(participant="B", withdrawn=date(2026, 6, 29))
    parts.ledger.append([gone], actor="B", at=NOON)
    found = people.person(parts, "B")  # type: ignore[arg-type]
    assert found is not None
    assert (found.standing, found.since) == ("withdrawn", date(2026, 6, 29))
    part = ConsentWithdrawn(participant="A", withdrawn=date(2026, 6, 29), uses=("future",))
    parts.ledger.append([part], actor="A", at=NOON)
    assert people.rows(parts)[0].standing == "held"  # type: ignore[arg-type]
    assert people.person(parts, "C") is None  # type: ignore[arg-type]
