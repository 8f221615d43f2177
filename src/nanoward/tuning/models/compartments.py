"""Concentrations of linear compartment models in closed form, by superposition of doses.

The response to a unit bolus into the central compartment is a sum of A_i exp(-l_i t). A depot
with first-order absorption, an infusion and repeated doses follow from it (Gibaldi & Perrier,
Pharmacokinetics, 2nd ed. 1982, chapters 1 to 3; Bertrand & Mentre, Mathematical expressions of
the pharmacokinetic and pharmacodynamic models implemented in Monolix, 2008). Formulas take
plain arrays (for many draws at once) or jets (for exact derivatives), see maths/jets.py.
Plain arrays are carried from event to event instead of summed over all doses: the same numbers
with work that grows with doses plus samples, not with their product.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.jets import Jet, Number, exp, phi1, root, total, value_of

Array = NDArray[np.float64]
Values = Mapping[str, Any]  # parameter name to a number, an array (D, 1, 1) or a jet ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doses:
    """All doses of one person, additional ones written out; arrays of length K.

    time      h
    amount    in the model's amount unit
    duration  h of an infusion; 0 for a bolus
    depot     into the depot (True) or the central compartment
    until     h at which a reset washes the dose out; inf where none does
    record    place in the person's table, to order what happens at one time; additional
              doses come before every record of their time
    """

    time: Array
    amount: Array
    duration: Array
    depot: NDArray[np.bool_]
    until: Array
    record: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Which dose has been given how long before which observation.

    Three groups of (K, T) elapsed hours, 0 where not given yet, with weights (K, T): the
    amount (for infusions the rate), 0 where not given yet or washed out by a reset.
    """

    depot: tuple[Array, Array] | None
    bolus: tuple[Array, Array] | None
    infusion: tuple[Array, Array, Array] | None  # elapsed, rate, duration (K, 1)
    times: int
    told: tuple[Doses, Array, Array]  # the doses; times (T,) and their records


def schedule(doses: Doses, times: Array, records: Array | None = None) -> Schedule:
    """Elapsed times of all doses at `times` (T,), h; without `records` doses come first."""
    order = np.full(len(times), np.inf) if records is None else records
    later = times[None, :] > doses.time[:, None]
    same = times[None, :] == doses.time[:, None]
    given = later | (same & (order[None, :] > doses.record[:, None]))
    given &= times[None, :] < doses.until[:, None]
    elapsed = np.where(given, times[None, :] - doses.time[:, None], 0.0)
    weight = np.where(given, doses.amount[:, None], 0.0)
    long = doses.duration > 0

    def group(chosen: NDArray[np.bool_]) -> tuple[Array, Array] | None:
        return (elapsed[chosen], weight[chosen]) if chosen.any() else None

    infusion = None
    into_vein = ~doses.depot & long
    if into_vein.any():
        duration = doses.duration[into_vein][:, None]
        infusion = (elapsed[into_vein], weight[into_vein] / duration, duration)
    return Schedule(
        depot=group(doses.depot),
        bolus=group(~doses.depot & ~long),
        infusion=infusion,
        times=len(times),
        told=(doses, times, order),
    )


def concentration(values: Values, plan: Schedule) -> Number:
    """Concentration in the central compartment.

    values   parameters by name (CL, V, KA ...; CL, V1, Q, V2 for two compartments), as jets
             of shape (), floats, or arrays (D, 1, 1)
    returns  (T,), or (D, T) for arrays, in amount unit per volume unit
    """
    if plan.times and _is_shared(values):
        return _carried(values, plan)
    modes = disposition(values)
    found: Any = np.zeros(plan.times)
    if plan.depot is not None:
        found = found + _after_depot(values, modes, *plan.depot)
    if plan.bolus is not None:
        elapsed, amount = plan.bolus
        for weight, rate in modes:
            found = found + total(exp(-(rate * elapsed)) * amount * weight, axis=-2)
    if plan.infusion is not None:
        elapsed, speed, duration = plan.infusion
        running = np.maximum(elapsed - duration, 0.0)
        for weight, rate in modes:
            rise = exp(-(rate * running)) - exp(-(rate * elapsed))
            found = found + total(rise * speed * (weight / rate), axis=-2)
    return found  # type: ignore[no-any-return]


def disposition(values: Values) -> list[tuple[Any, Any]]:
    """(A_i, l_i) of the response to a unit bolus: 1 / volume and 1 / h."""
    if "V" in values:
        return [(1.0 / values["V"], values["CL"] / values["V"])]
    out, over = values["CL"] / values["V1"], values["Q"] / values["V1"]
    back = values["Q"] / values["V2"]
    sum_of = out + over + back
    apart = root(sum_of * sum_of - out * back * 4.0)
    fast = (sum_of + apart) * 0.5
    slow = out * back / fast  # the product of both rates; no digits are lost
    scale = 1.0 / (apart * values["V1"])
    return [((fast - back) * scale, fast), ((back - slow) * scale, slow)]


def _after_depot(
    values: Values, modes: list[tuple[Any, Any]], elapsed: Array, amount: Array
) -> Any:
    """ka A_i (exp(-l_i t) - exp(-ka t)) / (ka - l_i), stable where ka meets l_i."""
    time: Any = elapsed
    if "LAG" in values:
        time = elapsed - values["LAG"]
        time = time * (value_of(time) > 0).astype(float)
    into = values["KA"] * values["F"] if "F" in values else values["KA"]
    found: Any = 0.0
    for weight, rate in modes:
        apart = values["KA"] - rate
        sign = np.where(value_of(apart) >= 0, 1.0, -1.0)
        slower = (values["KA"] + rate - apart * sign) * 0.5
        shape = time * exp(-(slower * time)) * phi1(-(apart * sign * time))
        found = found + total(shape * amount * (into * weight), axis=-2)
    return found


RESETS, DOSES, STARTS, STOPS, ASKS = range(5)  # what happens at one time
MOST_SPANS = 64  # lengths of intervals whose factors are kept, in units of one schedule


def _is_shared(values: Values) -> bool:
    """Whether all draws meet the same events in the same order: plain numbers, one lag."""
    if any(isinstance(one, Jet) for one in values.values()):
        return False
    return "LAG" not in values or np.size(values["LAG"]) == 1


def _events(plan: Schedule, lag: float) -> list[tuple[float, float, int, int]]:
    """(time, record, what, place) in the order in which it happens."""
    doses, times, records = plan.told
    found = [(float(one), -2.0, RESETS, 0) for one in set(doses.until[doses.until < np.inf])]
    found += [
        (float(time), float(record), ASKS, place)
        for place, (time, record) in enumerate(zip(times, records, strict=True))
    ]
    for place in range(len(doses.time)):
        time, record = float(doses.time[place]), float(doses.record[place])
        long, until = float(doses.duration[place]), float(doses.until[place])
        if doses.depot[place]:
            if time + lag < until:  # what arrives behind a reset was washed out with it
                found.append((time + lag, record, DOSES, place))
        elif long > 0:
            found.append((time, record, STARTS, place))
            if time + long < until:
                found.append((time + long, -1.0, STOPS, place))
        else:
            found.append((time, record, DOSES, place))
    return sorted(found)


class _Spans:
    """What one length of time does to the depot, to each mode and to what flows in."""

    def __init__(self, values: Values, modes: list[tuple[Any, Any]]) -> None:
        self.modes = [(np.ravel(weight), np.ravel(rate)) for weight, rate in modes]
        self.ka = np.ravel(values["KA"]) if "KA" in values else None
        self.into = self.ka
        if self.ka is not None and "F" in values:
            self.into = self.ka * np.ravel(values["F"])
        self.known: dict[float, tuple[Any, list[tuple[Any, Any, Any]]]] = {}

    def factors(self, span: float) -> tuple[Any, list[tuple[Any, Any, Any]]]:
        """What is left in the depot; of each mode what is left, what comes from a unit in the
        depot, and what from a unit of inflow per time."""
        if span not in self.known:
            if len(self.known) >= MOST_SPANS:
                self.known.clear()
            self.known[span] = self._made(span)
        return self.known[span]

    def _made(self, span: float) -> tuple[Any, list[tuple[Any, Any, Any]]]:
        each = []
        for weight, rate in self.modes:
            left, come = np.exp(-(rate * span)), 0.0
            if self.ka is not None:
                apart = np.abs(self.ka - rate)
                slower = np.minimum(self.ka, rate)
                shape = span * np.exp(-(slower * span)) * phi1(-(apart * span))
                come = shape * self.into * weight
            each.append((left, come, weight * span * phi1(-(rate * span))))
        return (0.0 if self.ka is None else np.exp(-(self.ka * span))), each


class _State:
    """Depot and modes of all draws as they are now, and what flows in."""

    def __init__(self, values: Values) -> None:
        self.spans = _Spans(values, disposition(values))
        self.now, self.empty = -np.inf, True
        self.clear()

    def clear(self) -> None:
        self.depot: Any = 0.0
        self.levels: list[Any] = [0.0 for _ in self.spans.modes]
        self.flow, self.running, self.empty = 0.0, 0, True

    def go_to(self, time: float) -> None:
        if time > self.now and not self.empty:
            kept, each = self.spans.factors(time - self.now)
            for place, (left, come, inflow) in enumerate(each):
                level = self.levels[place] * left + self.depot * come
                self.levels[place] = level + self.flow * inflow if self.running else level
            self.depot = self.depot * kept
        self.now = time

    def give(self, amount: float, *, depot: bool) -> None:
        self.empty = False
        if depot:
            self.depot = self.depot + amount
            return
        for place, (weight, _) in enumerate(self.spans.modes):
            self.levels[place] = self.levels[place] + amount * weight

    def run(self, speed: float, by: int) -> None:
        self.empty, self.running = False, self.running + by
        self.flow = self.flow + by * speed if self.running else 0.0


def _carried(values: Values, plan: Schedule) -> Array:
    """`concentration` of plain numbers, from event to event: (T,), or (D, T) for arrays."""
    doses, state = plan.told[0], _State(values)
    found = np.zeros((max(np.size(one) for one in values.values()), plan.times))
    lag = float(np.ravel(values.get("LAG", 0.0))[0])
    for time, _, what, place in _events(plan, lag):
        state.go_to(time)
        if what == RESETS:
            state.clear()
        elif what == ASKS:
            found[:, place] = sum(state.levels)
        elif what == DOSES:
            state.give(float(doses.amount[place]), depot=bool(doses.depot[place]))
        else:
            speed = float(doses.amount[place] / doses.duration[place])
            state.run(speed, 1 if what == STARTS else -1)
    return found if any(np.ndim(one) == 3 for one in values.values()) else found[0]
