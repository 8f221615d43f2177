"""Send one order: write that it was asked for, pass the gate, write the intent, then act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nanoward.base.entries import (
    AlarmRaised,
    Entry,
    OrderAcknowledged,
    OrderFailed,
    OrderIntended,
    OrderQueued,
    OrderReadBack,
    OrderRefused,
    OrderRequested,
    OrderSuperseded,
    OrderUnanswered,
)
from nanoward.control.gate import Range, Refused, Situation, decide
from nanoward.control.orders import LESS, SET, STOP, Command, Order, order_of, queued
from nanoward.flows.order_book import OrderBook
from nanoward.ports.desk import Desk
from nanoward.ports.driver import Driver, DriverRefusedError, DriverSilentError
from nanoward.ports.ledger import Ledger

TOLERANCE = 1e-9  # of a value read back, relative


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of an order.

    outcome  done, refused, queued, unanswered, doubted (read back differently), failed
    value    what was sent; None when nothing was
    """

    order: str
    outcome: str
    value: float | None
    reasons: tuple[str, ...]


def send_order(desk: Desk, book: OrderBook, asked: Mapping[str, Any], *, actor: str) -> Sent:
    """Everything from a document to a driver. A stop takes its own way, `stop_participant`."""
    now = desk.clock.now()
    order, faults = order_of(asked, received=now)
    book.refresh(desk)
    if order is None:
        name = str(asked.get("order", ""))[:200]
        _put(desk, desk.ledger, book, [OrderRefused(order=name, reasons=faults)], actor)
        return Sent(order=name, outcome="refused", value=None, reasons=faults)
    if order.kind == LESS:  # never a duplicate; of an unknown setting it means all of them
        known = order.setting in desk.plan.settings
        order = replace(
            order, order=unused_name(book, order.order), kind=LESS if known else STOP
        )
    if order.kind == STOP:
        from nanoward.flows.stop_participant import stop_participant

        return stop_participant(desk, book, order, actor=actor)
    if order.kind == SET and book.open_order(order.participant) and not _is_known(book, order):
        return _wait(desk, book, order, actor)
    return pass_gate(desk, book, order, actor=actor, asked_now=True)


def pass_gate(
    desk: Desk, book: OrderBook, order: Order, *, actor: str, asked_now: bool
) -> Sent:
    """Decide on an order with what is known now, and carry it out if it may be."""
    answer = decide(situation_of(desk, book, order), order, desk.clock.now())
    first: list[Entry] = [requested(order)] if asked_now else []
    if isinstance(answer, Refused):
        entry = OrderRefused(order=order.order, reasons=answer.reasons)
        known = _is_known(book, order)  # what an order of this name did stays as it is
        _put(desk, desk.ledger, book, [] if known else [*first, entry], actor)
        return Sent(order=order.order, outcome="refused", value=None, reasons=answer.reasons)
    intended = OrderIntended(
        order=order.order,
        participant=order.participant,
        driver=book.carriers[order.participant].driver,
        setting=order.setting,
        kind=order.kind,
        value=answer.value,
        unit=desk.plan.settings[order.setting].unit,
        issued=order.issued,
        expires=answer.expires,
        reasons=answer.reasons,
    )
    _put(desk, desk.ledger, book, [*first, intended], actor)
    outcome = carry(desk, book, intended, desk.ledger, actor=actor)
    return Sent(order=order.order, outcome=outcome, value=answer.value, reasons=answer.reasons)


def situation_of(desk: Desk, book: OrderBook, order: Order) -> Situation:
    """What is known of one participant and setting."""
    who, place = order.participant, (order.participant, order.setting)
    carrier, spec = book.carriers.get(who), desk.plan.settings.get(order.setting)
    stopped = book.latest.get((who, "*"))
    latest = [one for one in (book.latest.get(place), stopped) if one is not None]
    return Situation(
        participant=who if carrier else "",
        agent=carrier.agent if carrier else "",
        owner=carrier.owner if carrier else "",
        person_class=carrier.person_class if carrier else "",
        standing=book.standing.get(who, "unknown"),
        consent=book.consent.get(who, False),
        spec=spec,
        own=book.own.get(place),
        certified=book.certified.get(place),
        driver=_driver_limit(desk, carrier.driver if carrier else "", order),
        read_at=book.read_at.get(who),
        leases=tuple(book.leases.get(place, {}).values()),
        latest=max(latest) if latest else None,
        known=_is_known(book, order),
        kill_open=book.kill_open(who),
    )


def carry(
    desk: Desk, book: OrderBook, intended: OrderIntended, ledger: Ledger, *, actor: str
) -> str:
    """Have a driver carry out what is owed to it, and read it back. Returns the outcome."""
    driver = desk.drivers.get(intended.driver)
    if driver is None:
        entry = OrderUnanswered(order=intended.order, reason=f"no driver {intended.driver}")
        _put(desk, ledger, book, [entry], actor)
        return "unanswered"
    try:
        carried = driver.carry_out(command_of(intended), now=desk.clock.now())
    except DriverSilentError as fault:
        entry = OrderUnanswered(order=intended.order, reason=fault.message)
        _put(desk, ledger, book, [entry], actor)
        return "unanswered"
    except DriverRefusedError as fault:
        _put(
            desk, ledger, book, [OrderFailed(order=intended.order, reason=fault.message)], actor
        )
        return "failed"
    acknowledged = OrderAcknowledged(order=intended.order, at=carried.at)
    _put(desk, ledger, book, [acknowledged], actor)
    return read_back(desk, book, intended, driver, ledger, actor=actor)


def read_back(
    desk: Desk,
    book: OrderBook,
    intended: OrderIntended,
    driver: Driver,
    ledger: Ledger,
    *,
    actor: str,
) -> str:
    """Compare what runs with what was acknowledged; an acknowledgement alone is a claim."""
    now = desk.clock.now()
    if intended.kind == STOP:
        return _all_stopped(desk, book, intended, driver, ledger, actor=actor)
    try:
        reading = driver.read_back(intended.participant, intended.setting, now=now)
    except (DriverSilentError, DriverRefusedError):
        return "unanswered"
    expected = intended.value
    if now >= intended.expires:
        expected = desk.plan.settings[intended.setting].default
    agrees = reading.unit == intended.unit and (
        abs(reading.value - expected) <= TOLERANCE * max(1.0, abs(expected))
    )
    entry = OrderReadBack(
        order=intended.order,
        value=reading.value,
        unit=reading.unit,
        agrees=agrees,
        at=reading.at,
    )
    if not agrees and book.status.get(intended.order) == "doubted":
        return "doubted"
    alarms = [] if agrees else [_alarm(desk, intended, f"{reading.value:g} runs")]
    _put(desk, ledger, book, [entry, *alarms], actor)
    return "done" if agrees else "doubted"


def _all_stopped(
    desk: Desk,
    book: OrderBook,
    intended: OrderIntended,
    driver: Driver,
    ledger: Ledger,
    *,
    actor: str,
) -> str:
    """Whether every setting of a stopped participant is back at its default."""
    now = desk.clock.now()
    running = []
    for name, spec in desk.plan.settings.items():
        try:
            reading = driver.read_back(intended.participant, name, now=now)
        except (DriverSilentError, DriverRefusedError):
            return "unanswered"
        if abs(reading.value - spec.default) > TOLERANCE:
            running.append(f"{name} at {reading.value:g} {reading.unit}")
    if not running:
        return "done"
    entry = OrderUnanswered(order=intended.order, reason=f"still running: {running}")
    _put(desk, ledger, book, [entry, _alarm(desk, intended, ", ".join(running))], actor)
    return "doubted"


def command_of(intended: OrderIntended) -> Command:
    """What the driver is told."""
    return Command(
        order=intended.order,
        participant=intended.participant,
        kind=intended.kind,
        setting=intended.setting,
        value=intended.value,
        unit=intended.unit,
        issued=intended.issued,
        expires=intended.expires,
    )


def unused_name(book: OrderBook, name: str) -> str:
    """An identifier for a stop or less that no order has had."""
    name = name or "less"
    while name in book.status or name in book.requested:
        name = f"{name}+"
    return name


def requested(order: Order) -> OrderRequested:
    """The entry that says what was asked for."""
    return OrderRequested(
        order=order.order,
        participant=order.participant,
        agent=order.agent,
        setting=order.setting,
        kind=order.kind,
        value=order.value,
        unit=order.unit,
        lease_s=order.lease_s,
        issued=order.issued,
        requested_by=order.requested_by,
        role=order.role,
        scopes=order.scopes,
    )


def _wait(desk: Desk, book: OrderBook, order: Order, actor: str) -> Sent:
    behind = book.open_order(order.participant)
    _, gone = queued(book.queue(order.participant), order)
    entries: list[Entry] = [requested(order)]
    if order.order not in gone:
        entries.append(OrderQueued(order=order.order, behind=behind))
    entries += [OrderSuperseded(order=one, by=order.order) for one in gone]
    if order.order in gone:
        entries[-1] = OrderSuperseded(order=order.order, by=behind)
    _put(desk, desk.ledger, book, entries, actor)
    outcome = "refused" if order.order in gone else "queued"
    reason = f"{behind} is not settled yet"
    return Sent(order=order.order, outcome=outcome, value=None, reasons=(reason,))


def _is_known(book: OrderBook, order: Order) -> bool:
    return book.status.get(order.order, "queued") != "queued"


def _driver_limit(desk: Desk, driver: str, order: Order) -> Range | None:
    found = desk.drivers.get(driver)
    try:
        limits = found.limits(order.participant) if found else {}
    except DriverSilentError:
        return None
    limit, spec = limits.get(order.setting), desk.plan.settings.get(order.setting)
    if limit is None or spec is None or limit.unit != spec.unit:
        return None
    return limit.range


def _alarm(desk: Desk, intended: OrderIntended, message: str) -> AlarmRaised:
    told = f"{intended.order} was acknowledged, but {message}"
    desk.notifier.tell(urgency="now", subject=intended.participant, message=told)
    return AlarmRaised(
        alarm=f"readback/{intended.order}",
        room="control",
        subject=intended.participant,
        message=told,
        urgency="now",
    )


def _put(
    desk: Desk, ledger: Ledger, book: OrderBook, entries: Sequence[Entry], actor: str
) -> None:
    if entries:
        ledger.append(entries, actor=actor, at=desk.clock.now())
        book.refresh(desk)
