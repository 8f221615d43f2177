"""Concentrations of linear compartment models in closed form, by superposition of doses.

The response to a unit bolus into the central compartment is a sum of A_i exp(-l_i t). A depot
with first-order absorption, an infusion and repeated doses follow from it (Gibaldi & Perrier,
Pharmacokinetics, 2nd ed. 1982, chapters 1 to 3; Bertrand & Mentre, Mathematical expressions of
the pharmacokinetic and pharmacodynamic models implemented in Monolix, 2008). Formulas take
plain arrays (for many draws at once) or jets (for exact derivatives), see maths/jets.py.
Where all draws share one lag both are carried from event to event by compiled code instead of
summed over all doses (kernel/closed_forms.py): the same numbers, and work that grows with doses
plus samples, not with their product.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.jets import Jet, Number, exp, phi1, root, total, value_of
from nanoward.tuning.kernel.closed_forms import (
    ASKS,
    DOSES,
    RESETS,
    ROOM,
    STARTS,
    STOPS,
    LaidEvents,
    Rates,
    carried,
    carried_with_derivatives,
    room_of,
)

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


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Doses, and the times at which concentrations are asked for.

    doses   K of them
    asked   (T,) h; order: (T,) their records, to order what happens at one time
    """

    doses: Doses
    asked: Array
    order: Array

    @property
    def times(self) -> int:
        """How many are asked for."""
        return len(self.asked)

    @cached_property
    def groups(self) -> "DoseGroups":
        """Doses by their kind, each beside every time."""
        return _groups(self.doses, self.asked, self.order)

    @cached_property
    def _laid(self) -> dict[float, LaidEvents]:
        return {}

    def laid(self, lag: float) -> LaidEvents:
        """All events in their order, where what goes into the depot arrives `lag` h later."""
        if lag not in self._laid:
            self._laid[lag] = _laid_events(self.doses, self.asked, self.order, lag)
        return self._laid[lag]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseGroups:
    """Which dose has been given how long before which observation.

    Three groups of (K, T) elapsed hours, 0 where not given yet, with weights (K, T): the
    amount (for infusions the rate), 0 where not given yet or washed out by a reset.
    """

    depot: tuple[Array, Array] | None
    bolus: tuple[Array, Array] | None
    infusion: tuple[Array, Array, Array] | None  # elapsed, rate, duration (K, 1)


def schedule(doses: Doses, times: Array, records: Array | None = None) -> Schedule:
    """Doses and `times` (T,), h, at which is asked; without `records` doses come first."""
    order = np.full(len(times), np.inf) if records is None else records
    return Schedule(doses=doses, asked=np.asarray(times, dtype=float), order=order)


def _groups(doses: Doses, times: Array, order: Array) -> DoseGroups:
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
    return DoseGroups(
        depot=group(doses.depot), bolus=group(~doses.depot & ~long), infusion=infusion
    )


def concentration(values: Values, plan: Schedule) -> Number:
    """Concentration in the central compartment.

    values   parameters by name (CL, V, KA ...; CL, V1, Q, V2 for two compartments), as jets
             of shape (), floats, or arrays (D, 1, 1)
    returns  (T,), or (D, T) for arrays, in amount unit per volume unit
    """
    if plan.times and _is_shared(values):
        return _carried(values, plan)
    jets = any(isinstance(one, Jet) for one in values.values())
    if plan.times and jets and not isinstance(values.get("LAG"), Jet):
        return _carried_jets(values, plan)
    return summed(values, plan)


def summed(values: Values, plan: Schedule) -> Number:
    """`concentration` as the sum over all doses of what is left of each: for lags that differ
    from draw to draw or have derivatives, and as the slow form of the others."""
    modes, groups = disposition(values), plan.groups
    found: Any = np.zeros(plan.times)
    if groups.depot is not None:
        found = found + _after_depot(values, modes, *groups.depot)
    if groups.bolus is not None:
        elapsed, amount = groups.bolus
        for weight, rate in modes:
            found = found + total(exp(-(rate * elapsed)) * amount * weight, axis=-2)
    if groups.infusion is not None:
        elapsed, speed, duration = groups.infusion
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


def _is_shared(values: Values) -> bool:
    """Whether all draws meet the same events in the same order: plain numbers, one lag."""
    if any(isinstance(one, Jet) for one in values.values()):
        return False
    return "LAG" not in values or np.size(values["LAG"]) == 1


def _laid_events(doses: Doses, asked: Array, order: Array, lag: float) -> LaidEvents:
    """Events by time, by record, by kind and by place.

    What arrives behind a reset was washed out with it, and an infusion ends with it.
    """
    time, until = doses.time, doses.until
    depot, long = doses.depot, doses.duration > 0
    vein, flows = ~depot & ~long, ~depot & long
    come = depot & (time + lag < until)
    ends = flows & (time + doses.duration < until)
    resets = np.unique(until[until < np.inf])
    speed = np.divide(doses.amount, doses.duration, where=long, out=np.zeros(len(time)))
    given = come | vein
    columns = [
        (resets, np.full(len(resets), -2.0), RESETS, np.zeros(len(resets), np.int64)),
        (np.where(depot, time + lag, time)[given], doses.record[given], DOSES,
         np.flatnonzero(given)),
        (time[flows], doses.record[flows], STARTS, np.flatnonzero(flows)),
        ((time + doses.duration)[ends], np.full(int(ends.sum()), -1.0), STOPS,
         np.flatnonzero(ends)),
        (asked, order, ASKS, np.arange(len(asked))),
    ]  # fmt: skip
    times, records, places = (np.concatenate([one[n] for one in columns]) for n in (0, 1, 3))
    kinds = np.concatenate([np.full(len(one[0]), one[2], np.int64) for one in columns])
    of_dose = (kinds != RESETS) & (kinds != ASKS)
    own = np.where(of_dose, places, 0)
    nothing = len(doses.time) == 0
    sorted_ = np.lexsort((places, kinds, records, times))
    spans, since = np.unique(np.diff(times[sorted_], prepend=0.0), return_inverse=True)

    def of(values: Array) -> Array:
        told = np.zeros(len(own)) if nothing else np.where(of_dose, values[own], 0.0)
        return told[sorted_]

    return LaidEvents(
        time=times[sorted_],
        amount=of(doses.amount),
        speed=of(speed),
        what=kinds[sorted_],
        place=places[sorted_],
        depot=of(depot.astype(float)).astype(np.int64),
        since=since.astype(np.int64),
        spans=spans,
    )


def _lag_of(values: Values) -> float:
    return float(np.ravel(values.get("LAG", 0.0))[0])


def _carried(values: Values, plan: Schedule) -> Array:
    """`concentration` of plain numbers, from event to event: (T,), or (D, T) for arrays."""
    draws = max(np.size(one) for one in values.values())

    def wide(one: Any) -> Array:
        return np.broadcast_to(np.ravel(one).astype(float), (draws,))

    modes = disposition(values)
    ka = wide(values.get("KA", 0.0))
    into = ka * wide(values["F"]) if "F" in values else ka
    weight = np.array([wide(one) for one, _ in modes])
    rates = Rates(
        ka=np.ascontiguousarray(ka),
        weight=weight,
        rate=np.array([wide(one) for _, one in modes]),
        into=into * weight,
    )
    events, found = plan.laid(_lag_of(values)), np.empty((plan.times, draws))
    carried(events, rates, room_of(events, len(modes), draws), found)
    return found.T if any(np.ndim(one) == 3 for one in values.values()) else found[:, 0]


def _carried_jets(values: Values, plan: Schedule) -> Number:
    """`concentration` with derivatives, from event to event; parameters of shape ()."""
    size = next(len(one.first) for one in values.values() if isinstance(one, Jet))
    modes = disposition(values)
    ka = values.get("KA", 0.0)
    into = ka * values["F"] if "F" in values else ka
    parts = np.zeros((len(modes), 4, 1 + size + size * size))
    for mode, (weight, rate) in enumerate(modes):
        for row, one in enumerate((ka, weight, rate, into * weight)):
            _pack(one, size, parts[mode, row])
    return _carried_parts(parts, size, plan, _lag_of(values))


def _carried_parts(parts: Array, size: int, plan: Schedule, lag: float) -> Jet:
    out = np.zeros((plan.times, parts.shape[2]))
    carried_with_derivatives(plan.laid(lag), parts, np.zeros((len(parts), ROOM)), out)
    return Jet(
        out[:, 0], out[:, 1 : 1 + size], out[:, 1 + size :].reshape(plan.times, size, size)
    )


# powers of each parameter in ka, weight, rate and what comes from the depot
_POWERS = {
    "KA": (1, 0, 0, 1), "CL": (0, 0, 1, 0), "V": (0, -1, -1, -1), "F": (0, 0, 0, 1),
}  # fmt: skip


def one_compartment(
    values: Mapping[str, float], random: tuple[str, ...], plan: Schedule
) -> Jet | None:
    """`concentration` with derivatives by the logarithms of the random parameters.

    values  of one person; None where the model has another compartment, or a random lag
    All that is needed are products of powers of parameters, whose derivatives need no jets.
    """
    if "V" not in values or "LAG" in random:
        return None
    ka, into = values.get("KA", 0.0), values.get("KA", 0.0) * values.get("F", 1.0)
    with np.errstate(all="ignore"):  # far out a volume is 0: a wall for whoever searches
        told = np.array([ka, 1.0, values["CL"], into]) / np.array([1.0, *[values["V"]] * 3])
    slope = np.array([_POWERS[name] for name in random], float).T
    size = len(random)
    parts = np.empty((1, 4, 1 + size + size * size))
    parts[0, :, 0] = told
    parts[0, :, 1 : 1 + size] = told[:, None] * slope
    bend = told[:, None, None] * (slope[:, :, None] * slope[:, None, :])
    parts[0, :, 1 + size :] = bend.reshape(4, -1)
    return _carried_parts(parts, size, plan, _lag_of(values))


def _pack(number: Number, size: int, row: Array) -> None:
    """A number with its derivatives to a row of zeros (1 + P + P x P,)."""
    if isinstance(number, Jet):
        row[0] = number.value
        row[1 : 1 + size] = number.first
        row[1 + size :] = number.second.ravel()
    else:
        row[0] = number
