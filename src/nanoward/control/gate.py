"""The gate: one pure function that every order passes, or does not.

`decide` takes what is known of one participant and setting, one order, and the moment. It
gives the value that may be sent, with every reason why it is less than was asked for, or a
refusal with every reason. Three laws:

- nothing outside the spec, the person's class, the person's own limit, the rate of change,
  the cumulative exposure or the driver's limit leaves it, whatever comes in;
- every order is a lease: it ends, and then the agent falls back to its safe default;
- "stop" and "less" never wait for consent, fresh data, a second person or a well-formed value.

Strength is the distance from the safe default. Rounding always goes towards the default.

Patterns: the chain of limits with a reason for each is AndroidAPS's; temporary orders that
fall back by themselves, 15 minutes of freshness and 5 minutes of future are those of oref0 and
Loop; running only while a ticket lasts is the interlock of infusion pumps (OpenICE).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from nanoward.base.entries import ReadingTaken
from nanoward.control.orders import LESS, STOP, Order

LONGEST_LEASE_S: Final = 1800  # oref0 shortens doubtful orders to 30 minutes
STALE_S: Final = 900  # Loop and AndroidAPS act on no reading older than 15 minutes
FUTURE_S: Final = 300  # nor on one that claims to be more than 5 minutes ahead
ORDER_STALE_S: Final = 300  # an order that was on its way longer is asked for again
ORDER_FUTURE_S: Final = 30  # what clocks of two machines may differ
RATE_WINDOW: Final = timedelta(hours=1)
EXPOSURE_WINDOW: Final = timedelta(hours=24)

# Share of the spec's range that a class of people may use, whoever asks. A decision of
# caution, not a measurement: whoever is not known to be like those the spec was tested in
# gets half, and nobody who carries a child is raised at all.
CLASS_SHARE: Final = {"adult": 1.0, "adolescent": 0.5, "frail": 0.5, "pregnant": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From low to high, both within."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:  # written this way round to catch NaN too
            raise ValueError(f"empty range: {self.low} to {self.high}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSpec:
    """What must have been read of a person before a setting is set, and what is plausible."""

    quantity: str
    unit: str
    plausible: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingSpec:
    """What an agent's spec says of one setting; amounts in `unit`.

    default           what the agent falls back to; the safest value
    step              grid of values that can be set, counted from the default
    rise_per_h        most that strength may rise within any hour
    exposure_per_day  most strength x hours within any 24 hours
    lease_s           longest lease
    who               roles that may set it: staff, participant
    reading           what must be freshly read; None: nothing is named, so it cannot be set
    """

    setting: str
    unit: str
    range: Range
    default: float
    step: float
    rise_per_h: float
    exposure_per_day: float
    lease_s: int
    who: frozenset[str]
    reading: ReadingSpec | None = None

    def __post_init__(self) -> None:
        amounts = (self.step, self.rise_per_h, self.exposure_per_day, float(self.lease_s))
        if not all(math.isfinite(one) and one > 0 for one in amounts):
            raise ValueError(f"{self.setting}: step, rise, exposure and lease must be above 0")
        if not self.range.low <= self.default <= self.range.high:
            raise ValueError(f"{self.setting}: the default is outside the range")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A value that ran from start to end; or may have run, where that is not `certain`."""

    value: float
    start: datetime
    end: datetime
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known of one participant and one setting before an order.

    closed      why consent and standing do not permit an order (clearance.permission)
    signed      the order bears the signature of a key that the programme knows
    spec        None when the agent has no such setting
    driver      what the driver can set, None when it cannot be reached
    reading     the newest of the quantity that the spec names, None for none
    leases      what ran in the last 24 h, and what may have run (outcome unknown)
    latest      when the newest order that was let through had been asked for
    known       identifiers of this order already seen (True: a duplicate)
    kill_open   a kill code was released at this participant's agent, and it is not yet
                decided whether the agent is gone or escaped
    held_by     other programmes whose lease stands on the device
    guesses     guessed inputs behind a raise that no decision of the council has signed
    """

    participant: str
    agent: str
    owner: str
    person_class: str
    closed: tuple[str, ...]
    signed: bool
    spec: SettingSpec | None
    own: Range | None
    certified: Range | None
    driver: Range | None
    reading: ReadingTaken | None
    leases: tuple[Lease, ...]
    latest: datetime | None
    known: bool
    kill_open: bool
    held_by: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """The order may be sent, with this value, until it expires."""

    order: str
    value: float
    expires: datetime
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The order must not be sent."""

    order: str
    reasons: tuple[str, ...]


def decide(state: Situation, order: Order, now: datetime) -> Allowed | Refused:
    """The order's value as it may be sent at `now`, or why it may not."""
    if state.participant != order.participant:
        whose = "is for another participant" if state.participant else "names nobody enrolled"
        return Refused(order=order.order, reasons=(f"the order {whose}",))
    if order.kind == STOP:
        return _stopped(state, order, now)
    if state.spec is None:
        return Refused(order=order.order, reasons=("the agent has no such setting",))
    spec = state.spec
    if order.kind == LESS:
        return _lessened(state, spec, order, now)
    against = (*_not_who(state, spec, order), *_not_now(state, order, now))
    against += (*_not_read(spec, state.reading, now), *_not_what(spec, order))
    if against or order.value is None:
        return Refused(order=order.order, reasons=against)
    value, reasons = _limited(state, spec, order, now)
    if state.guesses and raises(state, spec, value, now):
        told = f"a raise may not rest on a guess: {', '.join(state.guesses)}"
        return Refused(order=order.order, reasons=(told,))
    return _allowed(spec, order, value, reasons, now)


def raises(state: Situation, spec: SettingSpec, value: float, now: datetime) -> bool:
    """Whether a value is stronger than what surely runs now on its side of the default."""
    side = math.copysign(1.0, value - spec.default)
    return strength(spec, value) > weakest_running(state, spec, now, side)


def strength(spec: SettingSpec, value: float) -> float:
    """Distance from the safe default."""
    return abs(value - spec.default)


def weakest_running(state: Situation, spec: SettingSpec, now: datetime, side: float) -> float:
    """Least strength that may be running at `now` on one side of the default, 0 for none."""
    running = [one for one in state.leases if one.start <= now < one.end]
    if not any(one.certain for one in running):
        return 0.0
    return min(_on_side(spec, one.value, side) for one in running)


def _stopped(state: Situation, order: Order, now: datetime) -> Allowed:
    expires = now + timedelta(seconds=LONGEST_LEASE_S)
    value = 0.0 if state.spec is None else state.spec.default
    return Allowed(order=order.order, value=value, expires=expires, reasons=())


def _allowed(
    spec: SettingSpec, order: Order, value: float, reasons: tuple[str, ...], now: datetime
) -> Allowed:
    lease = min(order.lease_s, spec.lease_s, LONGEST_LEASE_S)
    expires = now + timedelta(seconds=lease)
    return Allowed(order=order.order, value=value, expires=expires, reasons=reasons)


def _lessened(state: Situation, spec: SettingSpec, order: Order, now: datetime) -> Allowed:
    """A weaker setting: never above, nor longer than, what may be running; else the default."""
    value, unit_fits = order.value, order.unit == spec.unit
    if value is None or not unit_fits or order.setting != spec.setting:
        reason = "what was asked for could not be read: the safe default is taken"
        return _allowed(spec, order, spec.default, (reason,), now)
    side = math.copysign(1.0, value - spec.default)
    ceiling = min(
        weakest_running(state, spec, now, side),
        _most(spec.range, spec, side),
        *(_most(one, spec, side) for one in (state.own, state.driver) if one is not None),
    )
    if strength(spec, value) <= ceiling:
        answer = _allowed(spec, order, _on_grid(spec, value), (), now)
    else:
        least = _on_grid(spec, spec.default + side * ceiling)
        reason = "less never raises what may be running"
        answer = _allowed(spec, order, least, (reason,), now)
    ends = [one.end for one in state.leases if one.start <= now < one.end]
    return replace(answer, expires=min(answer.expires, *ends)) if ends else answer


def _not_who(state: Situation, spec: SettingSpec, order: Order) -> tuple[str, ...]:
    by = state.signed  # who did not sign has no role and no scope to speak of
    checks = (
        (state.signed, "no key that the programme knows has signed the order"),
        (order.agent == state.agent, "the participant carries another agent"),
        (not by or state.owner in order.scopes, f"the key may not set agents of {state.owner}"),
        (not by or order.role in spec.who, f"{order.role} may not set {spec.setting}"),
        (
            order.role != "participant" or order.requested_by == order.participant,
            "a participant may set nobody else's agent",
        ),
        (state.person_class in CLASS_SHARE, f"no limits for class {state.person_class}"),
        (not state.kill_open, "a kill code was released at this agent, and is not decided"),
        (state.driver is not None, "the driver cannot be reached"),
        (not state.held_by, f"another programme's lease stands: {', '.join(state.held_by)}"),
    )
    return (*(reason for holds, reason in checks if not holds), *state.closed)


def _not_now(state: Situation, order: Order, now: datetime) -> tuple[str, ...]:
    age = (now - order.issued).total_seconds()
    checks = (
        (not state.known, "an order of this identifier was seen before"),
        (age <= ORDER_STALE_S, f"the order is {age:.0f} s old"),
        (age >= -ORDER_FUTURE_S, f"the order is {-age:.0f} s ahead of the clock"),
        (
            state.latest is None or order.issued > state.latest,
            "a newer order was let through already",
        ),
    )
    return tuple(reason for holds, reason in checks if not holds)


def _not_read(
    spec: SettingSpec, reading: ReadingTaken | None, now: datetime
) -> tuple[str, ...]:
    """A fresh reading is of the quantity that the spec names, in its unit, and plausible."""
    wanted = spec.reading
    if wanted is None:
        return (f"the plan names no quantity to read before {spec.setting} is set",)
    if reading is None or not -FUTURE_S <= (now - reading.at).total_seconds() <= STALE_S:
        return (f"no fresh reading of {wanted.quantity}",)
    if reading.quantity != wanted.quantity or reading.unit != wanted.unit:
        return (f"{wanted.quantity} is read in {wanted.unit}, not {reading.unit}",)
    if not wanted.plausible.low <= reading.value <= wanted.plausible.high:
        told = f"{reading.value:g} {reading.unit}"
        return (f"the last reading of {wanted.quantity}, {told}, is not plausible",)
    return ()


def _not_what(spec: SettingSpec, order: Order) -> tuple[str, ...]:
    """A value outside the spec is a mistake (a unit, a digit): refused, never cut to fit."""
    if order.setting != spec.setting or order.unit != spec.unit:
        return (f"{spec.setting} is set in {spec.unit}, not {order.unit}",)
    if order.value is None or not spec.range.low <= order.value <= spec.range.high:
        return (f"outside the spec's {spec.range.low:g} to {spec.range.high:g} {spec.unit}",)
    return ()


def _limited(
    state: Situation, spec: SettingSpec, order: Order, now: datetime
) -> tuple[float, tuple[str, ...]]:
    """The value cut to every limit in turn, and a reason for each that cut it."""
    wanted = spec.default if order.value is None else order.value
    side = math.copysign(1.0, wanted - spec.default)
    left, reasons = strength(spec, wanted), []
    for most, reason in _limits(state, spec, order, now, side):
        if not left <= most:
            left = max(most, 0.0)
            reasons.append(f"cut to {left:g} {spec.unit} from the default: {reason}")
    return _on_grid(spec, spec.default + side * left), tuple(reasons)


def _limits(
    state: Situation, spec: SettingSpec, order: Order, now: datetime, side: float
) -> tuple[tuple[float, str], ...]:
    """Most strength that each limit leaves."""
    full = _most(spec.range, spec, side)
    lease_h = min(order.lease_s, spec.lease_s, LONGEST_LEASE_S) / 3600
    limits = [
        (full, "spec"),
        (full * CLASS_SHARE[state.person_class], f"class {state.person_class}"),
    ]
    if state.own is not None:
        limits.append((_most(state.own, spec, side), "the participant's own limit"))
    if order.role == "participant":
        certified = _most(state.certified, spec, side) if state.certified else 0.0
        limits.append(
            (max(certified, weakest_running(state, spec, now, side)), "not certified")
        )
    limits += [
        (_base(state.leases, spec, now, side) + spec.rise_per_h, "rate of change"),
        ((spec.exposure_per_day - exposure(state, spec, now)) / lease_h, "exposure in 24 h"),
    ]
    limits += [(_most(one, spec, side), "driver") for one in (state.driver,) if one is not None]
    return tuple(limits)


def _most(limit: Range, spec: SettingSpec, side: float) -> float:
    """Most strength on one side of the default that a range leaves; 0 where it leaves none."""
    if not limit.low <= spec.default <= limit.high:
        return 0.0
    return limit.high - spec.default if side > 0 else spec.default - limit.low


def _on_side(spec: SettingSpec, value: float, side: float) -> float:
    return max((value - spec.default) * side, 0.0)


def exposure(state: Situation, spec: SettingSpec, now: datetime) -> float:
    """Strength x hours that ran, or may have run, in the 24 h before `now`."""
    since = now - EXPOSURE_WINDOW
    spans = (
        (one.value, max(one.start, since), min(one.end, now))
        for one in state.leases
        if one.end > since and one.start < now
    )
    return math.fsum(
        strength(spec, value) * (end - start).total_seconds() / 3600
        for value, start, end in spans
    )


def _base(leases: Sequence[Lease], spec: SettingSpec, now: datetime, side: float) -> float:
    """Least strength within the hour before `now`; 0 where it was not held all along."""
    since, least = now - RATE_WINDOW, math.inf
    reached = since
    for one in sorted(leases, key=lambda lease: lease.start):
        if one.end <= since or one.start >= now:
            continue
        least = min(least, _on_side(spec, one.value, side))
        if one.certain and one.start <= reached:  # else a gap: it was at its default
            reached = max(reached, one.end)
    return least if reached >= now else 0.0


def _on_grid(spec: SettingSpec, value: float) -> float:
    """The nearest value of the grid that is no further from the default."""
    default, step = Decimal(repr(spec.default)), Decimal(repr(spec.step))
    steps = (Decimal(repr(value)) - default) / step
    return float(default + step * int(steps)) + 0.0  # int() cuts towards zero
