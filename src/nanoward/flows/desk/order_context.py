"""What is known of one order before it is decided on."""

from nanoward.base.entries import OrderRequested
from nanoward.control.gate import Range, Situation
from nanoward.control.orders import Order
from nanoward.flows.desk.order_state import OrderState
from nanoward.ports.desk import Desk
from nanoward.ports.driver import DriverSilentError


def situation_of(desk: Desk, book: OrderState, order: Order) -> Situation:
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
        known=is_known(book, order),
        kill_open=book.kill_open(who),
    )


def unused_name(book: OrderState, name: str) -> str:
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


def is_known(book: OrderState, order: Order) -> bool:
    """Whether an order of this name was decided on already; one that waits was not."""
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
