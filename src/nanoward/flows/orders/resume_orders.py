"""Finish what a crash, or a silent driver, left owed: read back first, then send the same."""

from dataclasses import replace

from nanoward.base.entries import OrderAcknowledged, OrderFailed, OrderIntended, OrderLapsed
from nanoward.control.gate import Allowed, decide, strength
from nanoward.control.orders import SET, STOP, next_up
from nanoward.flows.desk.execute_order import OrderOutcome, command_of, execute_order, read_back
from nanoward.flows.desk.known_keys import identified
from nanoward.flows.desk.order_context import situation_of
from nanoward.flows.desk.order_state import OrderState, order_from
from nanoward.flows.orders.send_order import pass_gate
from nanoward.flows.orders.stop_participant import stop_participant
from nanoward.ports.desk import Desk
from nanoward.ports.driver import DriverSilentError
from nanoward.ports.ledger import Ledger


def resume_orders(desk: Desk, book: OrderState, *, actor: str) -> tuple[OrderOutcome, ...]:
    """Settle every open order, stops first, then send what waited behind them."""
    book.refresh(desk)
    owed = sorted(book.owed(), key=lambda one: one.kind != STOP)
    told = [_settle(desk, book, one, actor) for one in owed]
    for participant in list(book.queues):
        order = next_up(book.queue(participant))
        if order is not None:
            order = identified(desk, book, order) if order.kind == SET else order
            told.append(pass_gate(desk, book, order, actor=actor, asked_now=False))
    return tuple(told)


def _settle(desk: Desk, book: OrderState, intended: OrderIntended, actor: str) -> OrderOutcome:
    ledger = desk.lane if intended.kind == STOP else desk.ledger
    outcome = _outcome(desk, book, intended, ledger, actor)
    if intended.kind == STOP and outcome == "doubted":  # acknowledged, yet it runs: once more
        again = order_from(book.requested[intended.order])
        _lapsed(desk, book, intended, ledger, actor)
        return stop_participant(desk, book, again, actor=actor)
    return OrderOutcome(order=intended.order, outcome=outcome, value=intended.value, reasons=())


def _outcome(
    desk: Desk, book: OrderState, intended: OrderIntended, ledger: Ledger, actor: str
) -> str:
    driver = desk.drivers.get(intended.driver)
    if driver is None:
        return "unanswered"
    if book.status[intended.order] in ("acknowledged", "doubted"):
        if intended.kind != STOP and desk.clock.now() >= intended.expires:
            return _lapsed(desk, book, intended, ledger, actor)
        return read_back(desk, book, intended, driver, ledger, actor=actor)
    try:
        carried = driver.outcome_of(command_of(intended))
    except DriverSilentError:
        return "unanswered"
    if carried is not None:
        entry = OrderAcknowledged(order=intended.order, at=carried.at)
        ledger.append([entry], actor=actor, at=desk.clock.now())
        book.refresh(desk)
        return read_back(desk, book, intended, driver, ledger, actor=actor)
    if intended.kind != STOP and desk.clock.now() >= intended.expires:
        return _lapsed(desk, book, intended, ledger, actor)
    if intended.kind == SET and not _still_may(desk, book, intended):
        failed = OrderFailed(order=intended.order, reason="not carried out, and too late now")
        ledger.append([failed], actor=actor, at=desk.clock.now())
        book.refresh(desk)
        return "failed"
    return execute_order(desk, book, intended, ledger, actor=actor)


def _still_may(desk: Desk, book: OrderState, intended: OrderIntended) -> bool:
    """Whether the gate would let a set that did not arrive out again, as it was intended.

    What ran before it went on running meanwhile, or ended: exposure and rate of change are
    not what they were when it was let through. A "less" that came after it stands.
    """
    order = order_from(book.requested[intended.order])
    place = (intended.participant, intended.setting)
    others = [one for name, one in book.leases.get(place, {}).items() if name != intended.order]
    begun = book.begun[intended.order]
    if any(one.start > begun for one in others):
        return False
    order = identified(desk, book, order)
    state = situation_of(desk, book, order)
    state = replace(state, known=False, latest=None, leases=tuple(others))
    spec = desk.plan.settings[intended.setting]
    answer = decide(state, order, desk.clock.now())
    return isinstance(answer, Allowed) and (
        strength(spec, answer.value) >= strength(spec, intended.value)
    )


def _lapsed(
    desk: Desk, book: OrderState, intended: OrderIntended, ledger: Ledger, actor: str
) -> str:
    entry = OrderLapsed(order=intended.order)
    ledger.append([entry], actor=actor, at=desk.clock.now())
    book.refresh(desk)
    return "lapsed"
