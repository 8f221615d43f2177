"""Send one order: write that it was asked for, pass the gate, write the intent, then act."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nanoward.base.entries import (
    Entry,
    OrderIntended,
    OrderQueued,
    OrderRefused,
    OrderSuperseded,
)
from nanoward.control.gate import Refused, decide
from nanoward.control.orders import LESS, SET, STOP, Order, order_of, queued
from nanoward.flows.consent.read_spool import spool_reasons
from nanoward.flows.desk.execute_order import OrderOutcome, execute_order
from nanoward.flows.desk.known_keys import identified
from nanoward.flows.desk.order_context import is_known, requested, situation_of, unused_name
from nanoward.flows.desk.order_state import OrderState, append_and_refresh
from nanoward.flows.orders.stop_participant import stop_participant
from nanoward.ports.desk import Desk
from nanoward.ports.ledger import LedgerMovedError

TRIES = 100  # each time somebody else wrote first; then the set is refused, not sent blindly


def send_order(
    desk: Desk, book: OrderState, asked: Mapping[str, Any], *, actor: str
) -> OrderOutcome:
    """Everything from a document to a driver. A stop takes its own way, `stop_participant`."""
    now = desk.clock.now()
    order, faults = order_of(asked, received=now)
    book.refresh(desk)
    if order is None:
        name = str(asked.get("order", ""))[:200]
        append_and_refresh(
            desk, desk.ledger, book, [OrderRefused(order=name, reasons=faults)], actor
        )
        return OrderOutcome(order=name, outcome="refused", value=None, reasons=faults)
    if order.kind == LESS:  # never a duplicate; of an unknown setting it means all of them
        known = order.setting in desk.plan.settings
        order = replace(
            order, order=unused_name(book, order.order), kind=LESS if known else STOP
        )
    if order.kind == SET:  # a less or stop asks nobody who they are
        order = identified(desk, book, order)
    if order.kind == STOP:
        return stop_participant(desk, book, order, actor=actor)
    if order.kind == SET and book.open_order(order.participant) and not is_known(book, order):
        return _wait(desk, book, order, actor)
    return pass_gate(desk, book, order, actor=actor, asked_now=True)


def pass_gate(
    desk: Desk, book: OrderState, order: Order, *, actor: str, asked_now: bool
) -> OrderOutcome:
    """Decide on an order with what is known now, and carry it out if it may be.

    A set is intended only where the ledger is still the one that the gate decided by: a pause,
    a standing or a withdrawal that lands in between is seen, and the gate asked again. Less
    waits for nobody else's record.
    """
    for _ in range(TRIES):
        found = _tried(desk, book, order, actor, asked_now=asked_now)
        if found is not None:
            return found
        book.refresh(desk)
        if asked_now and book.open_order(order.participant) and not is_known(book, order):
            return _wait(desk, book, order, actor)
    reasons = (f"the ledger moved {TRIES} times while the gate decided",)
    entries: list[Entry] = [requested(order)] if asked_now else []
    entries.append(OrderRefused(order=order.order, reasons=reasons))
    append_and_refresh(desk, desk.ledger, book, entries, actor)
    return OrderOutcome(order=order.order, outcome="refused", value=None, reasons=reasons)


def _tried(
    desk: Desk, book: OrderState, order: Order, actor: str, *, asked_now: bool
) -> OrderOutcome | None:
    """What became of an order; None where the ledger moved while the gate decided on a set."""
    seen = book.read_up_to(desk.ledger) if order.kind == SET else None
    answer = _left(desk, order) or decide(
        situation_of(desk, book, order), order, desk.clock.now()
    )
    first: list[Entry] = [requested(order)] if asked_now else []
    if isinstance(answer, Refused):
        entry = OrderRefused(order=order.order, reasons=answer.reasons)
        known = is_known(book, order)  # what an order of this name did stays as it is
        append_and_refresh(desk, desk.ledger, book, [] if known else [*first, entry], actor)
        return OrderOutcome(
            order=order.order, outcome="refused", value=None, reasons=answer.reasons
        )
    intended = OrderIntended(
        order=order.order,
        participant=order.participant,
        driver=book.carriers[order.participant].driver,
        setting=order.setting,
        kind=order.kind,
        value=answer.value,
        unit=desk.plan.settings[order.setting].unit,
        issued=min(order.issued, desk.clock.now()),  # a stop from now on is newer
        expires=answer.expires,
        reasons=answer.reasons,
    )
    try:
        append_and_refresh(desk, desk.ledger, book, [*first, intended], actor, after=seen)
    except LedgerMovedError:
        return None
    outcome = execute_order(desk, book, intended, desk.ledger, actor=actor)
    late = tuple(book.people.pauses.values()) if outcome == "failed" else ()
    return OrderOutcome(
        order=order.order, outcome=outcome, value=answer.value, reasons=(*answer.reasons, *late)
    )


def _left(desk: Desk, order: Order) -> Refused | None:
    """A refusal for somebody who stands in the exit's spool; less passes always."""
    if order.kind != SET:
        return None
    reasons = spool_reasons(desk.spool, desk.ledger, order.participant)
    return Refused(order=order.order, reasons=reasons) if reasons else None


def _wait(desk: Desk, book: OrderState, order: Order, actor: str) -> OrderOutcome:
    behind = book.open_order(order.participant)
    _, gone = queued(book.queue(order.participant), order)
    entries: list[Entry] = [requested(order)]
    if order.order not in gone:
        entries.append(OrderQueued(order=order.order, behind=behind))
    entries += [OrderSuperseded(order=one, by=order.order) for one in gone]
    if order.order in gone:
        entries[-1] = OrderSuperseded(order=order.order, by=behind)
    append_and_refresh(desk, desk.ledger, book, entries, actor)
    outcome = "refused" if order.order in gone else "queued"
    reason = f"{behind} is not settled yet"
    return OrderOutcome(order=order.order, outcome=outcome, value=None, reasons=(reason,))
