from datetime import timedelta

from nanoward.base.plan import Plan
from nanoward.base.tables import FLUSHES, ORDERS
from nanoward.flows.lane.check_control import check_control
from nanoward.flows.orders.send_order import send_order
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.testing.desks import NOW, SECTION, asked_of, bay_of
from nanoward.testing.ports import memory_site

PLAN = Plan(name="w", title="w", sha256="", sections={"control": SECTION})


def test_a_programme_without_control_has_an_empty_outcome() -> None:
    plan = Plan(name="w", title="w", sha256="")
    assert check_control(memory_site(plan, {}, now=NOW), plan, NOW.date()) == Outcome()


def test_the_tables_have_their_shapes_even_when_empty() -> None:
    told = check_control(memory_site(PLAN, {}, now=NOW), PLAN, NOW.date())
    for shape in (ORDERS, FLUSHES):
        assert told.tables[shape.name].columns == [one.name for one in shape.columns]
    assert told.findings == ()


def test_orders_that_are_not_settled_are_found() -> None:
    ports = memory_site(PLAN, {}, now=NOW)
    bay = bay_of(ledger=ports.ledger)
    send_order(bay.desk, bay.book, asked_of(), actor="nurse")
    bay.agents.misbehave("P2", ["silent"])
    bay.clock.advance(timedelta(seconds=1))
    asked = asked_of(order="O2", participant="P2", issued=bay.clock.now())
    send_order(bay.desk, bay.book, asked, actor="nurse")
    told = check_control(ports, PLAN, NOW.date(), lane=bay.desk.lane)
    rows = told.tables["orders"].to_dicts()
    assert [(row["order"], row["status"]) for row in rows] == [
        ("O1", "done"),
        ("O2", "unanswered"),
    ]
    assert [one.subject for one in told.findings] == ["P2"]
    assert told.facts["orders not settled"] == 1
