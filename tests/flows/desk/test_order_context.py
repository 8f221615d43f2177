"""What is known of an order before it is decided on: nothing is assumed that was not told."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.base.entries.council import CouncilDecided, CouncilPaused
from nanoward.control.orders import Order, order_of
from nanoward.flows.desk.order_context import is_known, requested, situation_of, unused_name
from nanoward.flows.orders.send_order import send_order
from nanoward.ports.driver import DeviceLease
from nanoward.testing.desks import NOW, asked_of, bay_of


def order(**changes: Any) -> Order:
    found, faults = order_of(asked_of(**changes), received=NOW)
    assert found is not None, faults
    return found


def test_what_the_ledger_does_not_say_is_unknown() -> None:
    bay = bay_of()
    found = situation_of(bay.desk, bay.book, order(participant="nobody"))
    assert (found.participant, found.signed) == ("", True)
    assert found.closed == (
        "no consent is on record",
        "standing screened: order needs cleared",
    )
    assert (found.driver, found.reading, found.latest, found.leases) == (None, None, None, ())


@pytest.mark.hazard("H-358")
def test_a_pause_closes_a_set_alone() -> None:
    bay = bay_of()
    assert situation_of(bay.desk, bay.book, order()).closed == ()
    paused = CouncilPaused(pause="z-1", role="member", reason="r", at=NOW, meets_by=NOW,
                           by="ben", signature="s")  # fmt: skip
    bay.desk.ledger.append([paused], actor="ben", at=NOW)
    bay.book.refresh(bay.desk)
    (told,) = situation_of(bay.desk, bay.book, order()).closed
    assert told.startswith("the council has paused (member ben")
    for kind, value in (("less", 1.0), ("stop", None)):
        asked = order(kind=kind, value=value)
        assert situation_of(bay.desk, bay.book, asked).closed == ()


def test_a_stop_asks_no_device_anything_before_it_is_owed() -> None:
    bay = bay_of()
    assert situation_of(bay.desk, bay.book, order(kind="stop", value=None)).driver is None


def test_a_driver_that_speaks_of_another_unit_limits_nothing_and_so_allows_nothing() -> None:
    bay = bay_of()
    asked = order()
    assert situation_of(bay.desk, bay.book, asked).driver is not None
    other = replace(bay.desk.plan.settings["rate"], unit="mg/h")
    plan = replace(bay.desk.plan, settings={**bay.desk.plan.settings, "rate": other})
    assert situation_of(replace(bay.desk, plan=plan), bay.book, asked).driver is None


def test_an_order_sent_is_known_and_one_that_waits_is_not() -> None:
    bay = bay_of()
    assert not is_known(bay.book, order())
    bay.agents.misbehave("P1", ["lost"])
    for name in ("O1", "O2"):
        send_order(bay.desk, bay.book, asked_of(order=name, issued=NOW), actor="nurse")
    assert is_known(bay.book, order(order="O1"))
    assert bay.book.status["O2"] == "queued"
    assert not is_known(bay.book, order(order="O2"))


@pytest.mark.parametrize(("name", "told"), [("O1", "O1+"), ("O9", "O9"), ("", "less")])
def test_a_stop_takes_a_name_that_no_order_had(name: str, told: str) -> None:
    bay = bay_of()
    send_order(bay.desk, bay.book, asked_of(issued=NOW), actor="nurse")
    assert unused_name(bay.book, name) == told


def test_what_was_asked_for_is_written_as_asked() -> None:
    asked = order(value=5.0)
    told = requested(asked)
    assert all(getattr(asked, name) == getattr(told, name) for name in type(told).__slots__)


class Shared(JournalledDriver):
    """A device on which another programme had something run."""

    lease: DeviceLease

    def others(self, participant: str, setting: str) -> tuple[DeviceLease, ...]:
        assert (participant, setting) == ("P1", "rate")
        return (self.lease,)


@pytest.mark.hazard("H-241")
@pytest.mark.parametrize(
    ("unit", "ends_h", "held", "counted"),
    [("ug/h", 1, True, 1), ("ug/h", -1, False, 1), ("mg", -1, True, 0), ("mg", -25, False, 0)],
)
def test_what_others_had_run_is_counted_and_their_lease_or_unit_holds(
    unit: str, ends_h: int, held: bool, counted: int
) -> None:
    bay = bay_of()
    start, end = _hours(-26), _hours(ends_h)
    first = bay.desk.drivers["sim"]
    assert isinstance(first, JournalledDriver)
    driver = Shared("sim", first.transport, first._journal)
    driver.lease = DeviceLease(
        owner="annex", participant="P1", setting="rate", value=4.0, unit=unit, start=start,
        end=end,
    )  # fmt: skip
    desk = replace(bay.desk, drivers={"sim": driver})
    found = situation_of(desk, bay.book, order())
    assert bool(found.held_by) is held
    assert len(found.leases) == counted
    stop = situation_of(desk, bay.book, order(kind="stop", value=None))
    assert (stop.held_by, stop.leases) == ((), ())


def test_a_thousand_stops_take_a_thousand_names_in_no_time() -> None:
    book, taken = bay_of().book, set[str]()
    names = [unused_name(book, "stop", taken) for _ in range(1_000)]
    assert len(set(names)) == 1_000
    assert names[:3] == ["stop", "stop+", "stop+2"]


def _hours(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


@pytest.mark.hazard("H-247")
def test_guesses_of_the_plan_are_known_until_the_last_decision_signs_them() -> None:
    bay = bay_of()
    desk = replace(bay.desk, guesses=("sdtm.AE", "readings"))
    assert situation_of(bay.desk, bay.book, order()).guesses == ()
    assert situation_of(desk, bay.book, order()).guesses == ("sdtm.AE", "readings")
    signed = CouncilDecided(pack="k", decision="raise", positions=(), minority=(), rests_on=(),
                            at=NOW, by="anna", accepts=("sdtm.AE",))  # fmt: skip
    bay.desk.ledger.append([signed], actor="anna", at=NOW)
    bay.book.refresh(bay.desk)
    assert situation_of(desk, bay.book, order()).guesses == ("readings",)
    later = replace(signed, pack="l", decision="continue", accepts=())
    bay.desk.ledger.append([later], actor="anna", at=NOW)
    bay.book.refresh(bay.desk)
    assert situation_of(desk, bay.book, order()).guesses == ("sdtm.AE", "readings")
