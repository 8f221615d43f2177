"""Stop people's agents: every stop is owed first, then sent side by side, then reported."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace

from nanoward.base.entries import Entry, OrderIntended, OrderRefused, OrderSuperseded
from nanoward.control.gate import Refused, decide
from nanoward.control.orders import Order
from nanoward.flows.desk.execute_order import OrderOutcome, stop_answer
from nanoward.flows.desk.order_context import requested, situation_of, unused_name
from nanoward.flows.desk.order_state import OrderState
from nanoward.ports.desk import Desk

AT_ONCE = 1024  # a device that hangs holds its own call and nobody else's
GROUP = 100  # answers written together
WORST = ("done", "doubted", "unanswered", "failed", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlan:
    """What one asked stop has to reach: an intent for each driver, or why it reaches nobody."""

    order: str
    participant: str
    intended: tuple[OrderIntended, ...]
    entries: tuple[Entry, ...]
    reasons: tuple[str, ...] = ()


def stop_participant(desk: Desk, book: OrderState, order: Order, *, actor: str) -> OrderOutcome:
    """Every setting to its safe default. Waits for no consent, no data and no other order."""
    return stop_people(desk, book, (order,), actor=actor)[0]


def stop_people(
    desk: Desk, book: OrderState, orders: Sequence[Order], *, actor: str
) -> tuple[OrderOutcome, ...]:
    """Stop everybody named, through every driver that they were ever enrolled with.

    The intents of all are on the ledger, in one append, before the first driver is called.
    A stop of an identifier that was used before is sent under a new one: a stop is never a
    duplicate. What waits in the queue is superseded.
    """
    taken: set[str] = set()
    plans = [_plan(desk, book, order, taken) for order in orders]
    first = [entry for plan in plans for entry in plan.entries]
    if first:
        desk.lane.append(first, actor=actor, at=desk.clock.now())
    outcomes = dict(_answered(desk, book, plans, actor))
    book.refresh(desk)  # after the calls: what is owed is on the disk, and they do not wait
    return tuple(_outcome(plan, outcomes) for plan in plans)


def _plan(desk: Desk, book: OrderState, order: Order, taken: set[str]) -> StopPlan:
    now, who = desk.clock.now(), order.participant
    name = unused_name(book, order.order or "stop", taken)
    asked = replace(
        order,
        order=name,
        setting="*",
        value=None,
        issued=now,  # nothing let through until now goes out behind it
    )
    answer = decide(situation_of(desk, book, asked), asked, now)
    if isinstance(answer, Refused):
        refused = OrderRefused(order=name, reasons=answer.reasons)
        return StopPlan(
            order=name,
            participant=who,
            intended=(),
            entries=(requested(asked), refused),
            reasons=answer.reasons,
        )
    entries: list[Entry] = []
    intended: list[OrderIntended] = []
    for driver in book.people.drivers_to_stop(who):
        mine = name if not intended else unused_name(book, f"{name}@{driver}", taken)
        one = OrderIntended(
            order=mine,
            participant=who,
            driver=driver,
            setting="*",
            kind=order.kind,
            value=0.0,
            unit="",
            issued=now,
            expires=answer.expires,
            reasons=(),
        )
        entries += [requested(replace(asked, order=mine)), one]
        intended.append(one)
    entries += [OrderSuperseded(order=one.order, by=name) for one in book.queue(who).waiting]
    return StopPlan(
        order=name, participant=who, intended=tuple(intended), entries=tuple(entries)
    )


def _answered(
    desk: Desk, book: OrderState, plans: Sequence[StopPlan], actor: str
) -> Iterator[tuple[str, str]]:
    """Each stop's identifier with its outcome; answers are written as they come, in groups."""
    owed = [one for plan in plans for one in plan.intended]
    waiting: list[Entry] = []
    for intended, (outcome, entries) in _called(desk, owed):
        waiting += entries
        if len(waiting) >= GROUP:
            _put(desk, book, waiting, actor)
            waiting = []
        yield intended.order, outcome
    if waiting:
        _put(desk, book, waiting, actor)


def _called(
    desk: Desk, owed: Sequence[OrderIntended]
) -> Iterator[tuple[OrderIntended, tuple[str, list[Entry]]]]:
    if len(owed) <= 1:
        yield from ((one, stop_answer(desk, one)) for one in owed)
        return
    with ThreadPoolExecutor(min(AT_ONCE, len(owed))) as pool:
        running = {pool.submit(stop_answer, desk, one): one for one in owed}
        yield from ((running[one], one.result()) for one in as_completed(running))


def _outcome(plan: StopPlan, outcomes: dict[str, str]) -> OrderOutcome:
    if not plan.intended:
        return OrderOutcome(
            order=plan.order, outcome="refused", value=None, reasons=plan.reasons
        )
    found = {one.driver: outcomes[one.order] for one in plan.intended}
    worst = max(found.values(), key=WORST.index)
    reasons = tuple(f"driver {name}: {word}" for name, word in found.items() if word != "done")
    return OrderOutcome(order=plan.order, outcome=worst, value=0.0, reasons=reasons)


def _put(desk: Desk, book: OrderState, entries: Sequence[Entry], actor: str) -> None:
    desk.lane.append(entries, actor=actor, at=desk.clock.now())
    book.refresh(desk)
