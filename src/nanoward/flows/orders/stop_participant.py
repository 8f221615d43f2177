"""Stop one participant's agent: the stop is owed first, then sent, then reported."""

from nanoward.base.entries import Entry, OrderIntended, OrderRefused, OrderSuperseded
from nanoward.control.gate import Refused, decide
from nanoward.control.orders import Order
from nanoward.flows.desk.execute_order import OrderOutcome, execute_order
from nanoward.flows.desk.order_context import requested, situation_of, unused_name
from nanoward.flows.desk.order_state import OrderState
from nanoward.ports.desk import Desk


def stop_participant(desk: Desk, book: OrderState, order: Order, *, actor: str) -> OrderOutcome:
    """Every setting to its safe default. Waits for no consent, no data and no other order.

    A stop of an identifier that was used before is sent under a new one: a stop is never a
    duplicate. What waits in the queue is superseded.
    """
    now = desk.clock.now()
    name = unused_name(book, order.order or "stop")
    order = Order(
        order=name,
        participant=order.participant,
        agent=order.agent,
        setting="*",
        kind=order.kind,
        value=None,
        unit=order.unit,
        lease_s=order.lease_s,
        issued=now,  # nothing let through until now goes out behind it
        requested_by=order.requested_by,
        role=order.role,
        scopes=order.scopes,
    )
    answer = decide(situation_of(desk, book, order), order, now)
    if isinstance(answer, Refused):
        entry = OrderRefused(order=name, reasons=answer.reasons)
        desk.lane.append([requested(order), entry], actor=actor, at=now)
        book.refresh(desk)
        return OrderOutcome(order=name, outcome="refused", value=None, reasons=answer.reasons)
    intended = OrderIntended(
        order=name,
        participant=order.participant,
        driver=book.carriers[order.participant].driver,
        setting="*",
        kind=order.kind,
        value=0.0,
        unit="",
        issued=order.issued,
        expires=answer.expires,
        reasons=(),
    )
    gone: list[Entry] = [
        OrderSuperseded(order=one.order, by=name)
        for one in book.queue(order.participant).waiting
    ]
    desk.lane.append([requested(order), intended, *gone], actor=actor, at=now)
    book.refresh(desk)
    outcome = execute_order(desk, book, intended, desk.lane, actor=actor)
    return OrderOutcome(order=name, outcome=outcome, value=0.0, reasons=())
