"""What a crash left owed is finished, whatever the moment of the crash."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from nanoward.adapters.drivers.journal import DriverJournal
from nanoward.adapters.drivers.simulated import SimulatedAgents
from nanoward.audit.receipts import Head
from nanoward.base.entries import Entry
from nanoward.base.entries.council import CouncilPaused, CouncilPauseEnded
from nanoward.control.orders import Command
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.fire_kill import fire_kill, resume_kills
from nanoward.flows.killcode.release_kill import KillOrderRequest, approve_kill, request_kill
from nanoward.flows.orders.resume_orders import resume_orders
from nanoward.flows.orders.send_order import send_order
from nanoward.testing.desks import NOW, Bay, approval_of, asked_of, bay_of, fresh_reading
from nanoward.testing.fakes import MemoryLedger


class Crash(BaseException):
    """The power went."""


class Fuse:
    """Blows at the n-th step of anything it is asked about."""

    def __init__(self) -> None:
        self.left = -1
        self.order: list[str] = []

    def step(self, what: str) -> None:
        self.order.append(what)
        self.left -= 1
        if self.left == 0:
            raise Crash(what)


class FusedLedger(MemoryLedger):
    """The power may go before or after each append."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse

    def append(
        self, entries: Sequence[Entry], *, actor: str, at: datetime, after: int | None = None
    ) -> Head:
        self.fuse.step("before append")
        head = super().append(entries, actor=actor, at=at, after=after)
        self.fuse.step("after append")
        return head


class FusedAgents(SimulatedAgents):
    """The power may go before or after each effect."""

    fuse: Fuse

    def apply(self, command: Command, now: datetime) -> None:
        self.fuse.step("before effect")
        super().apply(command, now)
        self.fuse.step(f"effect {command.order}")


class World:
    """What survives a crash: two ledgers, the driver's journal, the agents, the time."""

    def __init__(self) -> None:
        self.fuse = Fuse()
        self.ledger, self.lane = FusedLedger(self.fuse), FusedLedger(self.fuse)
        self.journal = DriverJournal(None)
        first = bay_of()
        self.agents = FusedAgents(_config(first))
        self.agents.fuse = self.fuse
        self.now = NOW

    def bay(self) -> Bay:
        bay = bay_of(
            ledger=self.ledger, lane=self.lane, journal=self.journal, agents=self.agents
        )
        bay.clock.advance(self.now - NOW)
        return bay


def _config(bay: Bay):  # type: ignore[no-untyped-def]
    from nanoward.testing.desks import driver_config

    return driver_config(bay.desk.plan)


def orders(bay: Bay) -> None:
    """A set, a set that waits for nothing, a stop."""
    for name, kind, value in (("O1", "set", 4.0), ("O2", "set", 6.0), ("S", "stop", None)):
        asked = asked_of(order=name, kind=kind, value=value, issued=bay.clock.now())
        send_order(bay.desk, bay.book, asked, actor="nurse")
        bay.clock.advance(timedelta(seconds=1))


@pytest.mark.hazard("H-27")
def test_a_crash_between_any_two_writes_loses_and_doubles_nothing() -> None:
    seen = set()
    for blows in range(1, 60):
        world = World()
        bay = world.bay()
        world.fuse.left = blows
        try:
            orders(bay)
        except Crash as crash:
            seen.add(str(crash).split()[0])
        else:
            break
        world.fuse.left, world.now = -1, NOW + timedelta(seconds=5)
        bay = world.bay()
        resume_orders(bay.desk, bay.book, actor="resume")
        resume_orders(bay.desk, bay.book, actor="resume")
        names = [one[0] for one in world.agents.effects()]
        assert len(names) == len(set(names)), (blows, names)
        intended = set(bay.book.intended)
        assert set(names) <= intended, "no effect without a durable intent"
        assert bay.book.owed() == (), blows
        if "S" in intended:
            assert world.agents.read("P1", "rate", bay.clock.now()) == 0.0
    assert seen == {"before", "after", "effect"}
    assert blows > 15


def kill(bay: Bay) -> None:
    asked = KillOrderRequest(
        participants=("P1", "P2"), mechanism="inducer", reason="end", requested_by="anna"
    )
    request = request_kill(bay.desk, bay.book, asked, actor="anna")
    for name in ("anna", "ben"):
        approve_kill(bay.desk, bay.book, approval_of(request, name), actor=name)
    fire_kill(bay.desk, bay.book, request.order, actor="anna")


@pytest.mark.hazard("H-27")
@pytest.mark.parametrize("away_s", [5, 1000])
def test_a_kill_code_survives_a_crash_at_any_moment_and_is_fired_at_most_once(
    away_s: int,
) -> None:
    for blows in range(1, 60):
        world = World()
        bay = world.bay()
        world.fuse.left = blows
        try:
            kill(bay)
        except Crash:
            pass
        else:
            break
        world.fuse.left, world.now = -1, NOW + timedelta(seconds=away_s)
        bay = world.bay()
        for _ in range(2):
            resume_kills(bay.desk, bay.book, actor="resume")
        names = [one[0] for one in world.agents.effects()]
        assert len(names) == len(set(names)), (blows, names)
        for state in bay.book.kills.values():
            owed = {"intended", "unanswered"} & set(state.people.values())
            assert not owed, "everything intended has an outcome"
            done = {who for who, word in state.people.items() if word == "acknowledged"}
            assert {name.split(":")[1] for name in names} == done
    assert blows > 10


def test_an_expired_order_that_was_never_sent_lapses() -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["silent"])
    send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    bay.clock.advance(timedelta(hours=1))
    assert [one.outcome for one in resume_orders(bay.desk, bay.book, actor="r")] == ["lapsed"]
    assert bay.agents.effects() == []
    assert len(bay.book.leases[("P1", "rate")]) == 1  # counted as if it had run


def test_what_waited_passes_the_gate_anew() -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["lost"])
    send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    bay.clock.advance(timedelta(seconds=1))
    asked = asked_of(order="O2", value=6.0, issued=bay.clock.now())
    assert send_order(bay.desk, bay.book, asked, actor="nurse").outcome == "queued"
    bay.clock.advance(timedelta(seconds=301))  # too late for O2
    told = resume_orders(bay.desk, bay.book, actor="resume")
    assert [(one.order, one.outcome) for one in told] == [("O1", "done"), ("O2", "refused")]
    assert "s old" in told[1].reasons[0]
    assert resume_orders(bay.desk, bay.book, actor="resume") == ()


def test_a_driver_that_stays_silent_stays_owed() -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["silent", "silent"])
    send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    assert resume_orders(bay.desk, bay.book, actor="r")[0].outcome == "unanswered"
    assert resume_orders(bay.desk, bay.book, actor="r")[0].outcome == "done"


def test_a_doubted_order_settles_when_it_agrees_or_its_lease_ends() -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["lying"])
    send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    assert resume_orders(bay.desk, bay.book, actor="r")[0].outcome == "doubted"
    bay.clock.advance(timedelta(minutes=11))
    assert resume_orders(bay.desk, bay.book, actor="r")[0].outcome == "lapsed"


@pytest.mark.hazard("H-21")
def test_a_stop_that_was_acknowledged_and_did_nothing_is_sent_again() -> None:
    bay = bay_of()
    send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    bay.agents.misbehave("P1", ["lying"])
    stop = asked_of(order="S", kind="stop", issued=bay.clock.now())
    assert send_order(bay.desk, bay.book, stop, actor="nurse").outcome == "doubted"
    told = resume_orders(bay.desk, bay.book, actor="r")
    assert [(one.order, one.outcome) for one in told] == [("S+", "done")]
    assert bay.agents.read("P1", "rate", bay.clock.now()) == 0.0
    assert OrderState().refresh(bay.desk).owed() == ()


@pytest.mark.hazard("H-20")
@pytest.mark.parametrize(("away_s", "outcome"), [(30, "done"), (301, "failed")])
def test_a_set_that_did_not_arrive_passes_the_gate_anew_before_it_is_sent_again(
    away_s: int, outcome: str
) -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["silent"])
    send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    bay.clock.advance(timedelta(seconds=away_s))
    assert resume_orders(bay.desk, bay.book, actor="r")[0].outcome == outcome
    assert len(bay.agents.effects()) == (outcome == "done")


@pytest.mark.hazard("H-20")
def test_what_ran_on_meanwhile_counts_when_a_set_is_sent_again() -> None:
    """Found by a storm of a million orders: 91 seconds of the order before it were left out."""
    bay = bay_of()
    for minutes in range(0, 70, 10):  # hold 8 for over an hour, so that 18 may follow
        bay.clock.advance(timedelta(minutes=10) if minutes else timedelta(0))
        fresh_reading(bay.desk, "P1")
        asked = asked_of(order=f"H{minutes}", value=8.0, issued=bay.clock.now())
        assert send_order(bay.desk, bay.book, asked, actor="nurse").value == 8.0
    bay.clock.advance(timedelta(minutes=8))
    fresh_reading(bay.desk, "P1")
    bay.agents.misbehave("P1", ["silent"])
    asked = asked_of(order="O", value=18.0, issued=bay.clock.now())
    assert send_order(bay.desk, bay.book, asked, actor="nurse").value == 18.0
    bay.clock.advance(timedelta(minutes=4))  # meanwhile 8 ended: from nothing, 18 is too fast
    assert resume_orders(bay.desk, bay.book, actor="r")[0].outcome == "failed"
    assert bay.agents.read("P1", "rate", bay.clock.now()) == 0.0


@pytest.mark.hazard("H-21")
def test_a_set_that_did_not_arrive_never_undoes_a_less_that_came_after_it() -> None:
    """Found by a storm of a million orders: the set was sent again behind a "less"."""
    bay = bay_of()
    send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    bay.clock.advance(timedelta(seconds=1))
    bay.agents.misbehave("P1", ["silent"])
    asked = asked_of(order="O2", value=6.0, issued=bay.clock.now())
    assert send_order(bay.desk, bay.book, asked, actor="nurse").outcome == "unanswered"
    bay.clock.advance(timedelta(seconds=1))
    less = asked_of(
        order="L", kind="less", value=1.0, role="participant", issued=bay.clock.now()
    )
    assert send_order(bay.desk, bay.book, less, actor="P1").value == 1.0
    told = resume_orders(bay.desk, bay.book, actor="r")
    assert [(one.order, one.outcome) for one in told] == [("O2", "failed")]
    assert bay.agents.read("P1", "rate", bay.clock.now()) == 1.0


@pytest.mark.hazard("H-358")
def test_nothing_that_waits_starts_under_a_pause_and_a_stop_is_settled() -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["silent"])
    bay.agents.misbehave("P2", ["silent"])
    for order, who in (("O1", "P1"), ("O2", "P2")):
        asked = asked_of(order=order, participant=who, issued=NOW)
        assert send_order(bay.desk, bay.book, asked, actor="nurse").outcome == "unanswered"
    bay.clock.advance(timedelta(seconds=1))
    later = asked_of(order="O3", issued=bay.clock.now())
    assert send_order(bay.desk, bay.book, later, actor="nurse").outcome == "queued"
    paused = CouncilPaused(pause="z-1", role="member", reason="r", at=NOW, meets_by=NOW,
                           by="ben", signature="s")  # fmt: skip
    bay.desk.ledger.append([paused], actor="ben", at=NOW)
    stop = asked_of(order="S", participant="P2", kind="stop", value=None, requested_by="any")
    send_order(bay.desk, bay.book, stop, actor="any")
    told = {one.order: one.outcome for one in resume_orders(bay.desk, bay.book, actor="resume")}
    assert (told["O1"], told["O3"]) == ("failed", "refused")
    assert {effect[2] for effect in bay.agents.effects()} <= {"stop"}
    assert "P2" in {effect[1] for effect in bay.agents.effects()}
    ended = CouncilPauseEnded(pause="z-1", pack="k", at=NOW, by="anna")
    bay.desk.ledger.append([ended], actor="anna", at=NOW)
    last = asked_of(order="O4", issued=bay.clock.now())
    assert send_order(bay.desk, bay.book, last, actor="nurse").outcome == "done"
