"""Have a driver carry out what is intended, and read back what runs."""

from dataclasses import dataclass

from nanoward.base.entries import (
    AlarmRaised,
    Entry,
    OrderAcknowledged,
    OrderFailed,
    OrderIntended,
    OrderReadBack,
    OrderUnanswered,
)
from nanoward.control.orders import SET, STOP, Command
from nanoward.flows.desk.order_state import OrderState, append_and_refresh
from nanoward.ports.desk import Desk
from nanoward.ports.driver import Driver, DriverRefusedError, DriverSilentError
from nanoward.ports.ledger import Ledger

TOLERANCE = 1e-9  # of a value read back, relative


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOutcome:
    """What became of an order.

    outcome  done, refused, queued, unanswered, doubted (read back differently), failed
    value    what was sent; None when nothing was
    """

    order: str
    outcome: str
    value: float | None
    reasons: tuple[str, ...]


def execute_order(
    desk: Desk, book: OrderState, intended: OrderIntended, ledger: Ledger, *, actor: str
) -> str:
    """Have a driver carry out what is owed to it, and read it back. Returns the outcome.

    A set asks once more, right before the driver, whether the council has paused since.
    """
    if intended.kind == SET and (reason := _paused_since(desk, book)):
        failed = OrderFailed(order=intended.order, reason=reason)
        append_and_refresh(desk, ledger, book, [failed], actor)
        return "failed"
    driver = desk.drivers.get(intended.driver)
    if driver is None:
        entry = OrderUnanswered(order=intended.order, reason=f"no driver {intended.driver}")
        append_and_refresh(desk, ledger, book, [entry], actor)
        return "unanswered"
    try:
        carried = driver.execute(command_of(intended), now=desk.clock.now())
    except DriverSilentError as fault:
        entry = OrderUnanswered(order=intended.order, reason=fault.message)
        append_and_refresh(desk, ledger, book, [entry], actor)
        return "unanswered"
    except DriverRefusedError as fault:
        append_and_refresh(
            desk, ledger, book, [OrderFailed(order=intended.order, reason=fault.message)], actor
        )
        return "failed"
    acknowledged = OrderAcknowledged(order=intended.order, at=carried.at)
    append_and_refresh(desk, ledger, book, [acknowledged], actor)
    return read_back(desk, book, intended, driver, ledger, actor=actor)


def _paused_since(desk: Desk, book: OrderState) -> str:
    """Why a set that was intended is not sent after all; empty where no pause stands."""
    return "; ".join(book.refresh(desk).people.pauses.values())


def read_back(
    desk: Desk,
    book: OrderState,
    intended: OrderIntended,
    driver: Driver,
    ledger: Ledger,
    *,
    actor: str,
) -> str:
    """Compare what runs with what was acknowledged; an acknowledgement alone is a claim."""
    now = desk.clock.now()
    if intended.kind == STOP:
        outcome, entries = _all_stopped(desk, intended, driver)
        append_and_refresh(desk, ledger, book, entries, actor)
        return outcome
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
    alarms = (
        []
        if agrees
        else [_alarm(desk, intended, f"was acknowledged, but {reading.value:g} runs")]
    )
    append_and_refresh(desk, ledger, book, [entry, *alarms], actor)
    return "done" if agrees else "doubted"


def stop_answer(desk: Desk, intended: OrderIntended) -> tuple[str, list[Entry]]:
    """Have one driver stop, and read it back: the outcome, and what is to be written.

    Touches no ledger, so that any number of stops may run side by side.
    """
    name, driver = intended.order, desk.drivers.get(intended.driver)
    if driver is None:
        return "unanswered", [
            OrderUnanswered(order=name, reason=f"no driver {intended.driver}")
        ]
    try:
        done = driver.execute(command_of(intended), now=desk.clock.now())
    except DriverSilentError as fault:
        return "unanswered", [OrderUnanswered(order=name, reason=fault.message)]
    except DriverRefusedError as fault:
        raised = _alarm(desk, intended, f"the driver refused the stop: {fault.message}")
        return "failed", [OrderFailed(order=name, reason=fault.message), raised]
    outcome, entries = _all_stopped(desk, intended, driver)
    return outcome, [OrderAcknowledged(order=name, at=done.at), *entries]


def _all_stopped(
    desk: Desk, intended: OrderIntended, driver: Driver
) -> tuple[str, list[Entry]]:
    """Whether every setting of a stopped participant is back at its default."""
    now = desk.clock.now()
    running = []
    for name, spec in desk.plan.settings.items():
        try:
            reading = driver.read_back(intended.participant, name, now=now)
        except (DriverSilentError, DriverRefusedError):
            return "unanswered", []
        if abs(reading.value - spec.default) > TOLERANCE:
            running.append(f"{name} at {reading.value:g} {reading.unit}")
    if not running:
        agreed = OrderReadBack(order=intended.order, value=0.0, unit="", agrees=True, at=now)
        return "done", [agreed]
    raised = _alarm(desk, intended, f"was acknowledged, but {', '.join(running)}")
    reason = f"still running: {running}"
    return "doubted", [OrderUnanswered(order=intended.order, reason=reason), raised]


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


def _alarm(desk: Desk, intended: OrderIntended, message: str) -> AlarmRaised:
    told = f"{intended.order} {message}"
    desk.notifier.notify(urgency="now", subject=intended.participant, message=told)
    return AlarmRaised(
        alarm=f"readback/{intended.order}",
        room="control",
        subject=intended.participant,
        message=told,
        urgency="now",
    )
