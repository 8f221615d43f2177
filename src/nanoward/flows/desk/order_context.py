"""What is known of one order before it is decided on."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from nanoward.base.entries import OrderRequested, ReadingTaken
from nanoward.clearance.consent.permissions import permission
from nanoward.control.gate import EXPOSURE_WINDOW, Lease, Range, SettingSpec, Situation
from nanoward.control.orders import SET, STOP, Order
from nanoward.flows.consent.read_spool import spool_reasons
from nanoward.flows.desk.known_keys import is_signed
from nanoward.flows.desk.order_state import OrderState
from nanoward.ports.desk import Desk
from nanoward.ports.driver import DeviceLease, DriverSilentError, SharedDriver


def situation_of(desk: Desk, book: OrderState, order: Order) -> Situation:
    """What is known of one participant and setting."""
    who, place = order.participant, (order.participant, order.setting)
    carrier, spec = book.carriers.get(who), desk.plan.settings.get(order.setting)
    stopped = book.latest.get((who, "*"))
    latest = [one for one in (book.latest.get(place), stopped) if one is not None]
    others = _of_others(desk, carrier.driver if carrier else "", order)
    return Situation(
        participant=who if carrier else "",
        agent=carrier.agent if carrier else "",
        owner=carrier.owner if carrier else "",
        person_class=carrier.person_class if carrier else "",
        closed=_closed(desk, book, order),
        signed=is_signed(desk, book, order),
        spec=spec,
        own=book.people.own.get(place),
        certified=book.people.certified.get(place),
        driver=_driver_limit(desk, carrier.driver if carrier else "", order),
        reading=_reading(book, who, spec),
        leases=(*book.leases.get(place, {}).values(), *_counted(others, spec)),
        latest=max(latest) if latest else None,
        known=is_known(book, order),
        kill_open=book.kill_open(who),
        held_by=_held_by(others, spec, desk.clock.now()),
        guesses=tuple(one for one in desk.guesses if one not in book.people.accepted),
    )


def _of_others(desk: Desk, name: str, order: Order) -> tuple[DeviceLease, ...]:
    """What other programmes had run on the device; asked of a set alone."""
    driver = desk.drivers.get(name)
    if order.kind != SET or not isinstance(driver, SharedDriver):
        return ()
    return driver.others(order.participant, order.setting)


def _counted(others: Sequence[DeviceLease], spec: SettingSpec | None) -> Iterator[Lease]:
    """Their leases as ours: exposure and rise are the device's, whoever asked."""
    for one in others:
        if spec is not None and one.unit == spec.unit:
            yield Lease(value=one.value, start=one.start, end=one.end, certain=False)


def _held_by(
    others: Sequence[DeviceLease], spec: SettingSpec | None, now: datetime
) -> tuple[str, ...]:
    """Programmes whose lease stands, or whose exposure cannot be counted in our unit."""
    since = now - EXPOSURE_WINDOW
    told = (
        f"{one.owner} until {one.end.isoformat()}"
        for one in others
        if one.end > now or (spec is not None and one.unit != spec.unit and one.end > since)
    )
    return tuple(dict.fromkeys(told))


def _closed(desk: Desk, book: OrderState, order: Order) -> tuple[str, ...]:
    """What `clearance may WHO order` would answer: the same function, over the same facts.

    Asked of a set alone: what lessens or stops waits for no consent, and reads no spool.
    """
    if order.kind != SET:
        return ()
    people, who = book.people, order.participant
    answer = permission(
        people.consent(who),
        people.standing(who),
        "order",
        desk.today(),
        lasts=desk.standing_lasts,
    )
    left = spool_reasons(desk.spool, desk.ledger, who)
    return (*answer.reasons, *left, *people.pauses.values())


def _reading(book: OrderState, who: str, spec: SettingSpec | None) -> ReadingTaken | None:
    if spec is None or spec.reading is None:
        return None
    return book.people.readings.get((who, spec.reading.quantity))


def unused_name(book: OrderState, name: str, taken: set[str] | None = None) -> str:
    """An identifier for a stop or less that no order has had; noted in `taken`."""
    stem, taken = name or "less", set() if taken is None else taken
    number = book.numbered.get(stem, 0)  # a thousand stops ask for a thousand names
    name = _numbered(stem, number)
    while name in book.status or name in book.requested or name in taken:
        number += 1
        name = _numbered(stem, number)
    book.numbered[stem] = number
    taken.add(name)
    return name


def _numbered(stem: str, number: int) -> str:
    """stem, stem+, stem+2, stem+3 ..."""
    return stem if number == 0 else f"{stem}+{number if number > 1 else ''}"


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
        key=order.key,
        signature=order.signature,
    )


def is_known(book: OrderState, order: Order) -> bool:
    """Whether an order of this name was decided on already; one that waits was not."""
    return book.status.get(order.order, "queued") != "queued"


def _driver_limit(desk: Desk, driver: str, order: Order) -> Range | None:
    if order.kind == STOP:
        return None  # a stop asks no device anything before it is on the ledger
    found = desk.drivers.get(driver)
    try:
        limits = found.limits(order.participant) if found else {}
    except DriverSilentError:
        return None
    limit, spec = limits.get(order.setting), desk.plan.settings.get(order.setting)
    if limit is None or spec is None or limit.unit != spec.unit:
        return None
    return limit.range
