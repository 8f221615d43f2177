"""Finish what a crash, or a silent driver, left owed: read back first, then send the same."""

from nanoward.base.entries import OrderAcknowledged, OrderIntended, OrderLapsed
from nanoward.control.orders import STOP, next_up
from nanoward.flows.order_book import OrderBook, order_from
from nanoward.flows.send_order import Sent, carry, command_of, pass_gate, read_back
from nanoward.flows.stop_participant import stop_participant
from nanoward.ports.desk import Desk
from nanoward.ports.driver import DriverSilentError
from nanoward.ports.ledger import Ledger


def resume_orders(desk: Desk, book: OrderBook, *, actor: str) -> tuple[Sent, ...]:
    """Settle every open order, stops first, then send what waited behind them."""
    book.refresh(desk)
    owed = sorted(book.owed(), key=lambda one: one.kind != STOP)
    told = [_settle(desk, book, one, actor) for one in owed]
    for participant in list(book.queues):
        order = next_up(book.queue(participant))
        if order is not None:
            told.append(pass_gate(desk, book, order, actor=actor, asked_now=False))
    return tuple(told)


def _settle(desk: Desk, book: OrderBook, intended: OrderIntended, actor: str) -> Sent:
    ledger = desk.lane if intended.kind == STOP else desk.ledger
    outcome = _outcome(desk, book, intended, ledger, actor)
    if intended.kind == STOP and outcome == "doubted":  # acknowledged, yet it runs: once more
        again = order_from(book.requested[intended.order])
        _lapsed(desk, book, intended, ledger, actor)
        return stop_participant(desk, book, again, actor=actor)
    return Sent(order=intended.order, outcome=outcome, value=intended.value, reasons=())


def _outcome(
    desk: Desk, book: OrderBook, intended: OrderIntended, ledger: Ledger, actor: str
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
    return carry(desk, book, intended, ledger, actor=actor)


def _lapsed(
    desk: Desk, book: OrderBook, intended: OrderIntended, ledger: Ledger, actor: str
) -> str:
    entry = OrderLapsed(order=intended.order)
    ledger.append([entry], actor=actor, at=desk.clock.now())
    book.refresh(desk)
    return "lapsed"
