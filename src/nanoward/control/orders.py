"""Orders: what can be asked for, in which order it goes out, and what became of it.

Nothing here knows a driver, a clock or a disk. An order that stops or lessens is never lost
to a mistake in how it was written: what cannot be read in it is left out, and the gate then
takes the safe default.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from nanoward.base.canonical import canonical_json

SET: Final = "set"
LESS: Final = "less"
STOP: Final = "stop"
KILL: Final = "kill"
ASKED: Final = (SET, LESS, STOP)
LARGEST_WHOLE: Final = 2**53  # beyond it a float no longer tells whole numbers apart
MOST_TEXT: Final = 200  # letters in any name or identifier
LONGEST_SIGNATURE: Final = 4000  # of a passkey, which holds what the browser was shown

TEXTS: Final = ("order", "participant", "agent", "setting", "unit", "requested_by", "role")
FIELDS: Final = frozenset({*TEXTS, "kind", "value", "lease_s", "issued", "scopes"})
SIGNED: Final = frozenset({"key", "signature"})  # a stop or less needs neither
DOMAIN: Final = b"order-v1\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing asked of one participant's agent.

    order    identifier, unique for ever
    kind     set, less (weaker than now), stop (all settings to their safe default)
    value    in `unit`; None where a "less" or "stop" names none that can be read
    lease_s  how long it holds before the agent falls back to its default, seconds
    issued   when it was asked for, UTC
    role     participant, staff; of a set it is the programme's word for the signer
    scopes   whose agents the asker's key may set: "ours", a partner's name; likewise
    key      of whoever signed it, "" for nobody
    """

    order: str
    participant: str
    agent: str
    setting: str
    kind: str
    value: float | None
    unit: str
    lease_s: int
    issued: datetime
    requested_by: str
    role: str
    scopes: tuple[str, ...]
    key: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What a driver is told to do. `order` is the identifier that makes it happen once.

    value    target of a set, less or stop; dose of a kill
    setting  setting, "*" for a stop, mechanism for a kill
    issued   when it was asked for; an older set never undoes a newer stop
    expires  end of the lease, or last moment for a kill
    """

    order: str
    participant: str
    kind: str
    setting: str
    value: float
    unit: str
    issued: datetime
    expires: datetime


def signing_bytes(order: Order) -> bytes:
    """What whoever asks signs: the order without role and scopes, which they do not state."""
    parts = {
        "order": order.order,
        "participant": order.participant,
        "agent": order.agent,
        "setting": order.setting,
        "kind": order.kind,
        "value": order.value,
        "unit": order.unit,
        "lease_s": order.lease_s,
        "issued": order.issued.astimezone(UTC).isoformat(timespec="microseconds"),
        "requested_by": order.requested_by,
    }
    return DOMAIN + canonical_json(parts).encode()


def order_of(
    asked: Mapping[str, Any], *, received: datetime
) -> tuple[Order | None, tuple[str, ...]]:
    """The order that a document states, or every reason why it states none.

    A document that asks to stop or lessen, and says for whom, is always understood; where it
    does not say when it was issued, it was issued when it was received.
    """
    faults = tuple(_faults(asked))
    if not faults:
        return Order(**{**asked, "value": _value(asked), "scopes": tuple(asked["scopes"])}), ()
    if asked.get("kind") in (LESS, STOP) and _is_text(asked.get("participant")):
        return _salvaged(asked, received), faults
    return None, faults


def _faults(asked: Mapping[str, Any]) -> list[str]:
    if set(asked) - SIGNED != FIELDS:
        odd = sorted((set(asked) - SIGNED) ^ FIELDS, key=str)
        return [f"the order lacks, or must not hold, {', '.join(map(str, odd))}"]
    faults = [f"{name} is no text" for name in TEXTS if not _is_text(asked[name])]
    faults += [f"{name} is no text" for name in sorted(SIGNED) if not _is_hex(asked, name)]
    if asked["kind"] not in ASKED:
        faults.append("kind is none of set, less, stop")
    if not _is_number(asked["value"]) and (asked["kind"] == SET or asked["value"] is not None):
        faults.append("value is no finite number")
    if type(asked["lease_s"]) is not int or not 0 < asked["lease_s"] <= LARGEST_WHOLE:
        faults.append("lease_s is no whole number of seconds above 0")
    if not isinstance(asked["issued"], datetime) or asked["issued"].tzinfo is None:
        faults.append("issued is no moment with a time zone")
    if not _are_texts(asked["scopes"]):
        faults.append("scopes is no list of texts")
    return faults


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MOST_TEXT and value.isprintable()


def _is_hex(asked: Mapping[str, Any], name: str) -> bool:
    value = asked.get(name, "")
    return isinstance(value, str) and len(value) <= LONGEST_SIGNATURE and value.isprintable()


def _are_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(_is_text(one) for one in value)


def _is_number(value: object) -> bool:
    if type(value) is int:  # a bool is no number here
        return abs(value) <= LARGEST_WHOLE
    return type(value) is float and math.isfinite(value)


def _value(asked: Mapping[str, Any]) -> float | None:
    value = asked["value"]
    return float(value) + 0.0 if _is_number(value) else None  # + 0.0: no negative zero


def _salvaged(asked: Mapping[str, Any], received: datetime) -> Order:
    """A stop or less of which part cannot be read: the readable part of it."""
    texts = {name: asked[name] if _is_text(asked.get(name)) else "" for name in TEXTS}
    issued = asked.get("issued")
    if not isinstance(issued, datetime) or issued.tzinfo is None:
        issued = received
    return Order(
        **texts,
        kind=asked["kind"],
        value=None,
        lease_s=1,
        issued=issued,
        scopes=(),
    )


# ---- the queue of one participant --------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What one participant's agent is doing, and what waits behind it.

    running  identifier of the order of which the outcome is not known yet, "" for none
    waiting  at most one order per setting, oldest first
    """

    running: str = ""
    waiting: tuple[Order, ...] = ()

    def __post_init__(self) -> None:
        if len({one.setting for one in self.waiting}) != len(self.waiting):
            raise ValueError("two orders of one kind wait")


def queued(queue: Queue, order: Order) -> tuple[Queue, tuple[str, ...]]:
    """The queue with an order put into it, and the identifiers that it takes the place of.

    A stop takes the place of everything that waits; a newer order takes the place of the one
    for its setting; an order older than the one that waits is itself superseded.
    """
    if order.kind == STOP:
        gone = tuple(one.order for one in queue.waiting)
        return replace(queue, waiting=(order,)), gone
    if any(one.kind == STOP for one in queue.waiting):
        return queue, (order.order,)
    same = [one for one in queue.waiting if one.setting == order.setting]
    if same and same[0].issued > order.issued:
        return queue, (order.order,)
    kept = tuple(one for one in queue.waiting if one.setting != order.setting)
    return replace(queue, waiting=(*kept, order)), tuple(one.order for one in same)


def next_up(queue: Queue) -> Order | None:
    """The order that may go out now: a stop at once, any other only when nothing is open."""
    for one in queue.waiting:
        if one.kind == STOP:
            return one
    if queue.running or not queue.waiting:
        return None
    return queue.waiting[0]


def started(queue: Queue, order: str) -> Queue:
    """The queue once an order has gone out."""
    waiting = tuple(one for one in queue.waiting if one.order != order)
    return Queue(running=order, waiting=waiting)


def settled(queue: Queue, order: str) -> Queue:
    """The queue once it is known what an order did."""
    return replace(queue, running="") if queue.running == order else queue
