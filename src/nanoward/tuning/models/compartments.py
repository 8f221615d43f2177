"""Concentrations of one- and two-compartment models in closed form, for many draws at once.

The response to a unit bolus into the central compartment is a sum of A_i exp(-l_i t). A depot
with first-order absorption, an infusion and repeated doses follow from it (Gibaldi & Perrier,
Pharmacokinetics, 2nd ed. 1982, chapters 1 to 3; Bertrand & Mentre, Mathematical expressions of
the pharmacokinetic and pharmacodynamic models implemented in Monolix, 2008). All draws meet the
same events in the same order, so they are carried together from event to event by the kernel
(kernel/closed_forms.py): work grows with doses plus samples, not with their product.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.kernel.closed_forms import (
    ASKS,
    DOSES,
    STARTS,
    STOPS,
    LaidEvents,
    Rates,
    carried,
    room_of,
)

Array = NDArray[np.float64]
Values = Mapping[str, Array]  # parameter name to an array (D,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doses:
    """All doses of one person, additional ones written out; arrays of length K.

    time      h
    amount    in the model's amount unit
    duration  h of an infusion; 0 for a bolus
    depot     into the depot (True) or the central compartment
    record    place in the person's table, to order what happens at one time; additional
              doses come before every record of their time
    """

    time: Array
    amount: Array
    duration: Array
    depot: NDArray[np.bool_]
    record: Array


def concentrations(values: Values, events: LaidEvents, asked: int) -> Array:
    """(D, T) in the central compartment, for D draws at the T times that `events` ask for.

    values  parameters by name (CL, V, KA ...; CL, V1, Q, V2 for two compartments), (D,) each;
            the lag time is that of the events
    """
    draws = len(values["CL"])
    modes = disposition(values)
    ka = values.get("KA", np.zeros(draws))
    into = ka * values["F"] if "F" in values else ka
    weight = np.array([one for one, _ in modes])
    rates = Rates(
        ka=np.ascontiguousarray(ka),
        weight=weight,
        rate=np.array([one for _, one in modes]),
        into=into * weight,
    )
    found = np.empty((asked, draws))
    carried(events, rates, room_of(events, len(modes), draws), found)
    return found.T


def disposition(values: Values) -> list[tuple[Array, Array]]:
    """(A_i, l_i) of the response to a unit bolus: 1 / volume and 1 / h."""
    if "V" in values:
        return [(1.0 / values["V"], values["CL"] / values["V"])]
    out, over = values["CL"] / values["V1"], values["Q"] / values["V1"]
    back = values["Q"] / values["V2"]
    sum_of = out + over + back
    apart = np.sqrt(sum_of * sum_of - out * back * 4.0)
    fast = (sum_of + apart) * 0.5
    slow = out * back / fast  # the product of both rates; no digits are lost
    scale = 1.0 / (apart * values["V1"])
    return [((fast - back) * scale, fast), ((back - slow) * scale, slow)]


def laid_events(doses: Doses, asked: Array, order: Array, lag: float) -> LaidEvents:
    """Events by time, by record, by kind and by place.

    asked, order  (T,) h at which is asked, and their records; what goes into the depot arrives
                  `lag` h later
    """
    time, depot = doses.time, doses.depot
    long = ~depot & (doses.duration > 0)
    speed = np.divide(doses.amount, doses.duration, where=long, out=np.zeros(len(time)))
    come = np.where(depot, time + lag, time)
    columns = [
        (come[~long], doses.record[~long], DOSES, np.flatnonzero(~long)),
        (time[long], doses.record[long], STARTS, np.flatnonzero(long)),
        ((time + doses.duration)[long], np.full(int(long.sum()), -1.0), STOPS,
         np.flatnonzero(long)),
        (asked, order, ASKS, np.arange(len(asked))),
    ]  # fmt: skip
    times, records, places = (np.concatenate([one[n] for one in columns]) for n in (0, 1, 3))
    kinds = np.concatenate([np.full(len(one[0]), one[2], np.int64) for one in columns])
    of_dose = kinds != ASKS
    own = np.where(of_dose, places, 0)
    sorted_ = np.lexsort((places, kinds, records, times))
    spans, since = np.unique(np.diff(times[sorted_], prepend=0.0), return_inverse=True)

    def of(values: Array) -> Array:
        told = np.where(of_dose, values[own], 0.0) if len(time) else np.zeros(len(own))
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
