"""One participant as the ledger has them."""

from datetime import UTC, date, datetime

from nanoward.base.entries import StandingDecided
from nanoward.base.entries.control import OrderIntended, OrderRefused, OrderRequested
from nanoward.flows.consent.read_consent import clearance_entries, on_record
from nanoward.testing.fakes import MemoryLedger

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def order(name: str, who: str) -> OrderRequested:
    return OrderRequested(
        order=name,
        participant=who,
        agent="a",
        setting="dose",
        kind="set",
        value=1.0,
        unit="mg",
        lease_s=600,
        issued=NOW,
        requested_by="x",
        role="staff",
        scopes=(),
    )


def sent(name: str, who: str) -> OrderIntended:
    return OrderIntended(
        order=name,
        participant=who,
        driver="d",
        setting="dose",
        kind="set",
        value=1.0,
        unit="mg",
        issued=NOW,
        expires=NOW,
        reasons=(),
    )


def test_orders_are_waiting_sent_or_refused_and_belong_to_one_person() -> None:
    ledger = MemoryLedger()
    held = StandingDecided(
        participant="p", standing="held", as_of=date(2026, 1, 5), since=None, reasons=()
    )
    ledger.append(
        [
            *(order(name, "p") for name in ("a", "b", "c")),
            order("d", "q"),
            sent("b", "p"),
            OrderRefused(order="c", reasons=("no",)),
            held,
        ],
        actor="x",
        at=NOW,
    )
    known = on_record(ledger, "p")
    assert (known.waiting, known.sent, known.standing) == (("a",), ("b",), "held")
    assert on_record(ledger, "q").standing == "screened"
    assert len(list(clearance_entries(ledger))) == 7
