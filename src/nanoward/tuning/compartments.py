"""Concentrations of linear compartment models in closed form, by superposition of doses.

The response to a unit bolus into the central compartment is a sum of A_i exp(-l_i t). A depot
with first-order absorption, an infusion and repeated doses follow from it (Gibaldi & Perrier,
Pharmacokinetics, 2nd ed. 1982, chapters 1 to 3; Bertrand & Mentre, Mathematical expressions of
the pharmacokinetic and pharmacodynamic models implemented in Monolix, 2008). Formulas take
plain arrays (for many draws at once) or jets (for exact derivatives), see maths/jets.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.jets import Number, exp, phi1, root, total, value_of

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
    )


def concentration(values: Values, plan: Schedule) -> Number:
    """Concentration in the central compartment.

    values   parameters by name (CL, V, KA ...; CL, V1, Q, V2 for two compartments), as jets
             of shape (), floats, or arrays (D, 1, 1)
    returns  (T,), or (D, T) for arrays, in amount unit per volume unit
    """
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
