"""What was decided is appended once, by the ledger as it is then."""

from datetime import date

from tests.flows.programme.programme_site import site

from nanoward.base.entries import Entry
from nanoward.base.entries.visits import VisitConfirmed
from nanoward.flows.steps.append_decided import append_decided

ENTRY = VisitConfirmed(booking="b", participant="P1", by="x")
DAY = date(2026, 1, 1)


def test_it_is_decided_again_where_somebody_was_faster() -> None:
    ports, asked = site(), []

    def decide() -> list[Entry]:
        asked.append(1)
        if len(asked) == 1:  # another appends between the question and the answer
            ports.ledger.append([ENTRY], actor="other", at=ports.clock.now())
        return [ENTRY]

    before = ports.ledger.head().size
    assert append_decided(ports, decide, by="x") == [ENTRY]
    assert (len(asked), ports.ledger.head().size) == (2, before + 2)
    assert append_decided(ports, lambda: (), by="x") == ()
