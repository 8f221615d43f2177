"""What is intended reaches the driver; what runs is read back and held against it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nanoward.base.entries.council import CouncilPaused
from nanoward.flows.desk.execute_order import OrderOutcome, command_of, execute_order
from nanoward.flows.desk.order_state import append_and_refresh
from nanoward.flows.orders.send_order import send_order
from nanoward.testing.desks import NOW, Bay, asked_of, bay_of


def send(bay: Bay, **changes: Any) -> OrderOutcome:
    changes.setdefault("issued", bay.clock.now())
    return send_order(bay.desk, bay.book, asked_of(**changes), actor="nurse")


def test_a_lying_acknowledgement_is_found_out_and_alarms() -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["lying"])
    assert send(bay).outcome == "doubted"
    assert bay.told.messages[0][:2] == ("now", "P1")
    assert "AlarmRaised" in bay.kinds()
    bay.clock.advance(timedelta(seconds=1))
    assert send(bay, order="O2").outcome == "queued"  # no more orders until it agrees


def test_what_a_driver_refuses_failed_and_counts_as_nothing() -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["refused"])
    assert send(bay).outcome == "failed"
    assert bay.book.leases[("P1", "rate")] == {}
    bay.clock.advance(timedelta(seconds=1))
    assert send(bay, order="O2").outcome == "done"


def test_the_same_intent_carried_twice_acts_once() -> None:
    bay = bay_of()
    assert send(bay).outcome == "done"
    again = bay.book.intended["O1"]
    assert execute_order(bay.desk, bay.book, again, bay.desk.ledger, actor="nurse") == "done"
    assert len(bay.agents.effects()) == 1
    assert command_of(again).value == again.value


def test_nothing_is_written_of_nothing() -> None:
    bay = bay_of()
    before = bay.kinds()
    append_and_refresh(bay.desk, bay.desk.ledger, bay.book, [], "nurse")
    assert bay.kinds() == before


@pytest.mark.hazard("H-245")
def test_a_set_is_not_sent_under_a_pause_that_came_after_its_intent_and_a_less_is() -> None:
    bay = bay_of()
    send(bay)
    bay.clock.advance(timedelta(seconds=1))
    send(bay, order="L", kind="less", value=1.0, role="participant")
    intended = replace(bay.book.intended["O1"], order="O9")
    append_and_refresh(bay.desk, bay.desk.ledger, bay.book, [intended], "nurse")
    paused = CouncilPaused(pause="z-1", role="member", reason="r", at=NOW, meets_by=NOW,
                           by="ben", signature="s")  # fmt: skip
    bay.desk.ledger.append([paused], actor="ben", at=NOW)
    before = len(bay.agents.effects())
    done = execute_order(bay.desk, bay.book, intended, bay.desk.ledger, actor="nurse")
    assert (done, len(bay.agents.effects())) == ("failed", before)
    less = bay.book.intended["L"]
    assert execute_order(bay.desk, bay.book, less, bay.desk.ledger, actor="nurse") == "done"
