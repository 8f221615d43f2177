from datetime import timedelta
from typing import Any

import pytest

from nanoward.flows.desk.execute_order import OrderOutcome
from nanoward.flows.orders.send_order import send_order
from nanoward.testing.desks import Bay, asked_of, bay_of


def send(bay: Bay, **changes: Any) -> OrderOutcome:
    changes.setdefault("issued", bay.clock.now())
    return send_order(bay.desk, bay.book, asked_of(**changes), actor="nurse")


STOP: dict[str, Any] = {"order": "S", "kind": "stop", "value": None}


@pytest.mark.hazard("H-21")
def test_a_stop_stands_on_the_lanes_ledger_and_takes_the_default() -> None:
    bay = bay_of()
    send(bay)
    assert send(bay, **STOP).outcome == "done"
    assert bay.agents.read("P1", "rate", bay.clock.now()) == 0.0
    lane = [one.kind.split(".")[1] for one in bay.desk.lane.records()]
    assert lane[-3:] == ["OrderRequested", "OrderIntended", "OrderAcknowledged"]
    lease = bay.book.leases[("P1", "rate")]["O1"]
    assert lease.end == bay.clock.now()


@pytest.mark.hazard("H-21")
@pytest.mark.parametrize(
    "changes", [{"unit": 7}, {"lease_s": None}, {"order": 9}, {"agent": ""}]
)
def test_a_badly_written_stop_stops(changes: dict[str, Any]) -> None:
    bay = bay_of()
    send(bay)
    assert send(bay, **STOP | changes).outcome == "done"
    assert bay.agents.read("P1", "rate", bay.clock.now()) == 0.0


def test_a_stop_is_never_a_duplicate() -> None:
    bay = bay_of()
    for value in (4.0, 5.0):
        send(bay, order=f"O{value}", value=value)
        assert send(bay, **STOP).outcome == "done"
        assert bay.agents.read("P1", "rate", bay.clock.now()) == 0.0
        bay.clock.advance(timedelta(seconds=1))
    assert [one[0] for one in bay.agents.effects()] == ["O4.0", "S", "O5.0", "S+"]


def test_a_stop_clears_the_queue_and_nothing_older_is_sent_after_it() -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["silent"])
    send(bay)
    bay.clock.advance(timedelta(seconds=1))
    send(bay, order="O2")
    bay.clock.advance(timedelta(seconds=1))
    assert send(bay, **STOP).outcome == "done"
    assert bay.book.status["O2"] == "over"
    assert bay.book.queue("P1").waiting == ()


def test_a_stop_for_somebody_unknown_is_refused_and_told() -> None:
    bay = bay_of()
    answer = send(bay, **STOP, participant="P9")
    assert answer.outcome == "refused"
    assert bay.kinds()[-1] == "OrderRefused"


def test_a_stop_at_a_silent_driver_is_owed() -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["silent"])
    assert send(bay, **STOP).outcome == "unanswered"
    assert [one.order for one in bay.book.owed()] == ["S"]


def test_a_stop_that_only_claims_to_have_stopped_alarms() -> None:
    bay = bay_of()
    send(bay)
    bay.agents.misbehave("P1", ["lying"])
    assert send(bay, **STOP).outcome == "doubted"
    assert "rate at 4" in bay.told.messages[0][2]


@pytest.mark.hazard("H-21")
def test_nothing_is_set_while_it_is_not_known_that_a_stop_was_done() -> None:
    """Found by a storm of a million orders: an owed stop, settled late, ended a newer lease."""
    bay = bay_of()
    send(bay)
    bay.clock.advance(timedelta(seconds=1))
    bay.agents.misbehave("P1", ["lost"])
    assert send(bay, **STOP).outcome == "unanswered"
    bay.clock.advance(timedelta(seconds=1))
    assert send(bay, order="O2").outcome == "queued"
    assert send(bay, **STOP | {"order": "S2"}).outcome == "done"  # another stop still goes out
