"""Fleet orders: open one stage, carry it out, look at it, and rest; or undo all of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from nanoward.base.entries import (
    KINDS,
    Entry,
    FleetAborted,
    FleetOrdered,
    FleetStageEnded,
    FleetStageOpened,
    entry_of,
)
from nanoward.base.errors import RefusedError
from nanoward.control.fleet import (
    FleetState,
    abort_reasons,
    fleets_of,
    next_stage,
    status_of_fleet,
    touched,
)
from nanoward.control.orders import SET, STOP, Order, order_of, signing_bytes
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.orders.send_order import send_order
from nanoward.flows.orders.stop_participant import stop_people
from nanoward.ports.desk import Desk
from nanoward.ports.ledger import Ledger
from nanoward.ports.signer import Signer


class FleetRefusedError(RefusedError):
    """A fleet order cannot go on from where it is."""

    code = "REF-062"


def order_fleet(desk: Desk, fleet: FleetOrdered, *, actor: str) -> FleetState:
    """Write a fleet order down; nothing is sent before a person opens its first stage."""
    if fleet.fleet in fleets_on(desk.ledger) or len(set(fleet.participants)) != len(
        fleet.participants
    ):
        raise FleetRefusedError(f"{fleet.fleet} exists already, or names somebody twice")
    desk.ledger.append([fleet], actor=actor, at=desk.clock.now())
    return fleets_on(desk.ledger)[fleet.fleet]


def open_stage(
    desk: Desk, book: OrderState, fleet: str, *, actor: str, signer: Signer
) -> FleetState:
    """Carry out the next stage; end the whole order where too many of it fail.

    signer  key of whoever opens the stage, `actor`: it signs the order of each participant
    """
    state = _state(desk, fleet)
    step = next_stage(state)
    if step is None:
        raise FleetRefusedError(f"{fleet} is {status_of_fleet(state)}")
    number, people = step
    opened = FleetStageOpened(fleet=fleet, stage=number, participants=people, opened_by=actor)
    desk.ledger.append([opened], actor=actor, at=desk.clock.now())
    failed = tuple(
        who for who in people if not _sent(desk, book, state, number, who, actor, signer)
    )
    return end_stage(desk, book, fleet, failed=failed, harmed=(), actor=actor)


def end_stage(
    desk: Desk,
    book: OrderState,
    fleet: str,
    *,
    failed: tuple[str, ...],
    harmed: tuple[str, ...],
    actor: str,
) -> FleetState:
    """Write how a stage went; abort by its thresholds."""
    state = _state(desk, fleet)
    if not state.opened:
        raise FleetRefusedError(f"no stage of {fleet} was opened")
    stage = state.opened[-1]
    ended = FleetStageEnded(fleet=fleet, stage=stage.stage, failed=failed, harmed=harmed)
    desk.ledger.append([ended], actor=actor, at=desk.clock.now())
    reasons = abort_reasons(ended, len(stage.participants))
    return (
        abort_fleet(desk, book, fleet, reasons, actor=actor) if reasons else _state(desk, fleet)
    )


def abort_fleet(
    desk: Desk, book: OrderState, fleet: str, reasons: Sequence[str], *, actor: str
) -> FleetState:
    """Give a fleet order up: everyone whom it touched goes back to the safe default."""
    people = touched(_state(desk, fleet))
    entry = FleetAborted(fleet=fleet, reasons=tuple(reasons), returned=people)
    desk.ledger.append([entry], actor=actor, at=desk.clock.now())
    book.refresh(desk)
    stops = [_stop(fleet, who, desk.clock.now(), actor) for who in people]
    stop_people(desk, book, stops, actor=actor)
    return _state(desk, fleet)


def _sent(
    desk: Desk,
    book: OrderState,
    state: FleetState,
    stage: int,
    who: str,
    actor: str,
    signer: Signer,
) -> bool:
    order = state.order
    carrier = book.carriers.get(who)
    asked = {
        "order": f"{order.fleet}/{stage}/{who}",
        "participant": who,
        "agent": carrier.agent if carrier else desk.plan.agent,
        "setting": order.setting,
        "kind": SET,
        "value": order.value,
        "unit": order.unit,
        "lease_s": order.lease_s,
        "issued": desk.clock.now(),
        "requested_by": actor,
        "role": "staff",
        "scopes": (desk.plan.owner,),
        "key": signer.key,
    }
    plain, _ = order_of(asked, received=desk.clock.now())
    if plain is not None:
        asked["signature"] = signer.sign(signing_bytes(plain))
    return send_order(desk, book, asked, actor=actor).outcome == "done"


def _stop(fleet: str, who: str, now: datetime, actor: str) -> Order:
    return Order(
        order=f"{fleet}/abort/{who}",
        participant=who,
        agent="",
        setting="*",
        kind=STOP,
        value=None,
        unit="",
        lease_s=1,
        issued=now,
        requested_by=actor,
        role="staff",
        scopes=(),
    )


def fleets_on(ledger: Ledger) -> dict[str, FleetState]:
    """Every fleet order by its name, as a ledger tells it."""
    return fleets_of(_fleet_entries(ledger))


def _state(desk: Desk, fleet: str) -> FleetState:
    state = fleets_on(desk.ledger).get(fleet)
    if state is None:
        raise FleetRefusedError(f"there is no fleet order {fleet}")
    return state


def _fleet_entries(ledger: Ledger) -> Iterable[Entry]:
    for record in ledger.records():
        if record.kind.startswith("control.Fleet"):
            yield entry_of(record.kind, record.body, KINDS)
