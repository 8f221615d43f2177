from datetime import timedelta

import pytest

from nanoward.base.entries import FleetOrdered
from nanoward.control.fleet import status_of_fleet
from nanoward.flows.orders.run_fleet import (
    FleetRefusedError,
    end_stage,
    fleets_on,
    open_stage,
    order_fleet,
)
from nanoward.testing.desks import NURSE, Bay, bay_of

PEOPLE = tuple(f"P{number}" for number in range(8))


def ordered(bay: Bay) -> None:
    fleet = FleetOrdered(
        fleet="F1",
        setting="rate",
        value=2.0,
        unit="ug/h",
        lease_s=600,
        participants=PEOPLE,
        ordered_by="nurse",
    )
    order_fleet(bay.desk, fleet, actor="nurse")


def running(bay: Bay) -> set[str]:
    now = bay.clock.now()
    return {who for who in PEOPLE if bay.agents.read(who, "rate", now) > 0}


def test_each_stage_waits_for_a_person_and_all_are_reached() -> None:
    bay = bay_of(PEOPLE)
    ordered(bay)
    assert running(bay) == set()
    words = []
    for reached in (1, 2, 8):
        words.append(
            status_of_fleet(open_stage(bay.desk, bay.book, "F1", actor="nurse", signer=NURSE))
        )
        assert len(running(bay)) == reached
        bay.clock.advance(timedelta(seconds=1))
    assert words == ["paused", "paused", "complete"]
    with pytest.raises(FleetRefusedError, match="complete"):
        open_stage(bay.desk, bay.book, "F1", actor="nurse", signer=NURSE)


@pytest.mark.hazard("H-30")
def test_an_abort_returns_everyone_touched_to_the_default() -> None:
    bay = bay_of(PEOPLE)
    ordered(bay)
    for _ in range(2):
        open_stage(bay.desk, bay.book, "F1", actor="nurse", signer=NURSE)
        bay.clock.advance(timedelta(seconds=1))
    assert len(running(bay)) == 2
    for who in PEOPLE[2:4]:
        bay.agents.misbehave(who, ["refused"])
    state = open_stage(bay.desk, bay.book, "F1", actor="nurse", signer=NURSE)
    assert status_of_fleet(state) == "aborted"
    assert running(bay) == set()
    with pytest.raises(FleetRefusedError, match="aborted"):
        open_stage(bay.desk, bay.book, "F1", actor="nurse", signer=NURSE)


@pytest.mark.hazard("H-30")
def test_harm_reported_after_a_stage_aborts() -> None:
    bay = bay_of(PEOPLE)
    ordered(bay)
    open_stage(bay.desk, bay.book, "F1", actor="nurse", signer=NURSE)
    state = end_stage(bay.desk, bay.book, "F1", failed=(), harmed=("P0",), actor="nurse")
    assert status_of_fleet(state) == "aborted"
    assert running(bay) == set()


def test_a_fleet_order_is_made_once_and_must_exist() -> None:
    bay = bay_of(PEOPLE)
    ordered(bay)
    with pytest.raises(FleetRefusedError, match="exists"):
        ordered(bay)
    with pytest.raises(FleetRefusedError, match="no stage of F1"):
        end_stage(bay.desk, bay.book, "F1", failed=(), harmed=("P0",), actor="nurse")
    assert list(fleets_on(bay.desk.ledger)) == ["F1"]
    with pytest.raises(FleetRefusedError, match="there is no"):
        open_stage(bay.desk, bay.book, "F2", actor="nurse", signer=NURSE)
