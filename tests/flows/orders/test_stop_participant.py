from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from nanoward.adapters.drivers.journal import DriverJournal
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.adapters.drivers.simulated import SimulatedAgents
from nanoward.base.entries import ConsentSigned, ReadingTaken, StandingDecided
from nanoward.control.orders import FIELDS, Command, Order, order_of
from nanoward.flows.desk.execute_order import OrderOutcome
from nanoward.flows.orders import stop_participant
from nanoward.flows.orders.resume_orders import resume_orders
from nanoward.flows.orders.send_order import send_order
from nanoward.flows.orders.stop_participant import stop_people
from nanoward.ports.driver import Execution
from nanoward.testing.desks import NOW, Bay, asked_of, bay_of, driver_config

PREPARED = (
    ConsentSigned(participant="P1", document_sha256="", version="1", signed=NOW.date()),
    StandingDecided(
        participant="P1", standing="cleared", as_of=NOW.date(), since=None, reasons=()
    ),
    ReadingTaken(participant="P1", quantity="pulse", value=70.0, unit="/min", at=NOW),
)


def a_stop(who: str) -> Order:
    document = dict.fromkeys(FIELDS) | {"kind": "stop", "participant": who}
    order, _ = order_of(document, received=NOW)
    assert order is not None
    return order


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
    assert lane[-4:] == [
        "OrderRequested",
        "OrderIntended",
        "OrderAcknowledged",
        "OrderReadBack",
    ]
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


def two_drivers() -> tuple[Bay, SimulatedAgents]:
    """P1 enrolled through "old", set there, then enrolled through "sim" as well."""
    bay = bay_of(())
    old = SimulatedAgents(driver_config(bay.desk.plan, "old"))
    drivers = {**bay.desk.drivers, "old": JournalledDriver("old", old, DriverJournal(None))}
    bay = replace(bay, desk=replace(bay.desk, drivers=drivers))
    first = bay_of().book.carriers["P1"]
    for name in ("old", "sim"):
        carrier = replace(first, driver=name)
        bay.desk.lane.append([carrier], actor="nurse", at=bay.clock.now())
    bay.book.refresh(bay.desk)
    return bay, old


@pytest.mark.hazard("H-70")
def test_a_stop_reaches_every_driver_that_the_person_was_ever_enrolled_with() -> None:
    bay, old = two_drivers()
    running = Command(
        order="elsewhere",
        participant="P1",
        kind="set",
        setting="rate",
        value=9.0,
        unit="ug/h",
        issued=bay.clock.now(),
        expires=bay.clock.now() + timedelta(hours=1),
    )
    old.apply(running, bay.clock.now())
    assert send(bay, **STOP).outcome == "done"
    assert old.read("P1", "rate", bay.clock.now()) == 0.0
    lane = [one.kind.split(".")[1] for one in bay.desk.lane.records()]
    assert lane.count("OrderIntended") == 2
    assert lane.index("OrderAcknowledged") > max(
        place for place, kind in enumerate(lane) if kind == "OrderIntended"
    )


@pytest.mark.hazard("H-70")
def test_a_driver_left_behind_is_asked_until_it_was_read_back_at_its_default() -> None:
    bay, old = two_drivers()
    old.misbehave("P1", ["silent", "lying"])
    first = send(bay, **STOP)
    assert (first.outcome, first.reasons) == ("unanswered", ("driver old: unanswered",))
    assert [one.driver for one in bay.book.owed()] == ["old"]
    assert bay.book.people.drivers_to_stop("P1") == ("sim", "old")
    for _ in range(2):
        resume_orders(bay.desk, bay.book, actor="lane")
    assert bay.book.owed() == ()
    assert bay.book.people.drivers_to_stop("P1") == ("sim",)
    assert send(bay, **STOP).outcome == "done"


@pytest.mark.hazard("H-70")
def test_a_driver_that_the_plan_has_no_longer_is_owed_and_told() -> None:
    bay, _ = two_drivers()
    bay = replace(bay, desk=replace(bay.desk, drivers={"sim": bay.desk.drivers["sim"]}))
    told = send(bay, **STOP)
    assert told.outcome == "unanswered"
    assert bay.agents.effects()[0][0] == "S"
    assert [one.order for one in bay.book.owed()] == ["S@old"]


@pytest.mark.hazard("H-70")
def test_a_stop_ends_the_leases_of_the_driver_that_answered_and_of_no_other() -> None:
    bay, old = two_drivers()
    carrier = replace(bay.book.carriers["P1"], driver="old")
    bay.desk.lane.append([carrier], actor="nurse", at=bay.clock.now())
    for one in PREPARED:
        bay.desk.ledger.append([one], actor="nurse", at=bay.clock.now())
    assert send(bay).outcome == "done"
    bay.clock.advance(timedelta(seconds=60))
    old.misbehave("P1", ["silent"])
    send(bay, **STOP)
    lease = bay.book.leases[("P1", "rate")]["O1"]
    assert lease.end > bay.clock.now()  # "sim" answered; "old" runs on for all we know


def test_a_stop_that_the_device_refuses_is_told_at_once() -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["refused"])
    assert send(bay, **STOP).outcome == "failed"
    assert "refused the stop" in bay.told.messages[-1][2]


@pytest.mark.hazard("H-71")
def test_everybody_is_owed_before_the_first_device_is_called_and_none_waits_for_another() -> (
    None
):
    people = tuple(f"P{place}" for place in range(40))
    bay = bay_of(people)
    seen: list[int] = []
    execute = bay.desk.drivers["sim"].execute
    gate = Barrier(len(people))

    def together(command: Command, *, now: datetime) -> Execution:
        seen.append(sum(one.kind.endswith("OrderIntended") for one in bay.desk.lane.records()))
        gate.wait(20)  # passes only when every device is called while all others are open
        return execute(command, now=now)

    bay.desk.drivers["sim"].execute = together  # type: ignore[method-assign]
    told = stop_people(bay.desk, bay.book, [a_stop(who) for who in people], actor="nurse")
    assert {one.outcome for one in told} == {"done"}
    assert set(seen) == {40}


@pytest.mark.hazard("H-21")
def test_answers_of_many_stops_are_written_in_groups_as_they_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bay = bay_of()
    bay.desk.lane.append(
        [replace(one, participant=who) for who in ("P2", "P3") for one in PREPARED],
        actor="t", at=NOW,
    )  # fmt: skip
    monkeypatch.setattr(stop_participant, "GROUP", 2)
    put, written = stop_participant._put, []

    def counted(desk: Any, book: Any, entries: Any, actor: str) -> Any:
        written.append(len(entries))
        return put(desk, book, entries, actor)

    monkeypatch.setattr(stop_participant, "_put", counted)
    stop_people(bay.desk, bay.book, [a_stop(who) for who in ("P1", "P2", "P3")], actor="x")
    assert written == [2, 2]
