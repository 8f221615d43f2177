from datetime import timedelta

import pytest

from nanoward.base.entries import ConsentWithdrawn, OwnLimitSet, SampleTaken
from nanoward.control.gate import Range
from nanoward.flows.desk.order_state import OrderState, order_from
from nanoward.flows.orders.resume_orders import resume_orders
from nanoward.flows.orders.send_order import send_order
from nanoward.testing.desks import NOW, asked_of, bay_of


def test_consent_limits_and_readings_are_those_last_said() -> None:
    bay = bay_of()
    assert {who: one.status(NOW.date()) for who, one in bay.book.people.consents.items()} == {
        "P1": "active",
        "P2": "active",
    }
    left = ConsentWithdrawn(participant="P1", withdrawn=NOW.date())
    own = OwnLimitSet(participant="P1", setting="rate", low=0.0, high=3.0, unit="ug/h")
    other = SampleTaken(sample="S", participant="P1", taken=NOW.date())
    bay.desk.ledger.append([left, own, other], actor="P1", at=NOW)
    bay.book.refresh(bay.desk)
    assert bay.book.people.own[("P1", "rate")] == Range(low=0.0, high=3.0)
    answer = send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    assert answer.reasons == (f"consent was withdrawn on {NOW.date()}",)


def test_a_lease_ends_where_the_next_begins_once_that_is_certain() -> None:
    bay = bay_of()
    send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    bay.clock.advance(timedelta(seconds=60))
    asked = asked_of(order="O2", value=6.0, issued=bay.clock.now())
    send_order(bay.desk, bay.book, asked, actor="nurse")
    leases = bay.book.leases[("P1", "rate")]
    assert leases["O1"].end == leases["O2"].start == NOW + timedelta(seconds=60)
    assert leases["O1"].certain
    assert leases["O2"].certain


def test_leases_older_than_a_day_are_let_go() -> None:
    bay = bay_of()
    send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    bay.clock.advance(timedelta(hours=26))
    asked = asked_of(order="S", kind="less", value=0.0, issued=bay.clock.now())
    send_order(bay.desk, bay.book, asked, actor="nurse")
    assert list(bay.book.leases[("P1", "rate")]) == ["S"]


def test_an_order_comes_back_from_its_entry() -> None:
    bay = bay_of()
    send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    order = order_from(bay.book.requested["O1"])
    assert (order.order, order.value, order.scopes) == ("O1", 4.0, ("ours",))
    assert OrderState().read(bay.desk.ledger).requested == bay.book.requested


@pytest.mark.hazard("H-20")
def test_what_ran_before_counts_until_it_is_known_that_it_ended() -> None:
    """An order that arrived late took the place of the one before it late."""
    bay = bay_of()
    send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    bay.clock.advance(timedelta(seconds=10))
    bay.agents.misbehave("P1", ["silent"])
    asked = asked_of(order="O2", value=6.0, issued=bay.clock.now())
    send_order(bay.desk, bay.book, asked, actor="nurse")
    bay.clock.advance(timedelta(seconds=200))
    resume_orders(bay.desk, bay.book, actor="resume")
    leases = bay.book.leases[("P1", "rate")]
    assert leases["O1"].end == NOW + timedelta(seconds=210)
    assert leases["O2"].start == NOW + timedelta(seconds=10)
