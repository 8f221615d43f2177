"""How much must be given once (or from now on) to reach an area, a level, or how long a level
lasts: for any model of formulas.

What was given before is not counted: the person begins anew at time 0, with the parameters that
their data make likely. For linear models exposure is proportional to the dose, and the answer
exact; for others one person's dose is found by bisection, and those of many draws are read off
between TRIED doses on logarithmic scales. Areas are Gauss-Legendre sums between the
starts and ends of doses.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.dosing.target_attainment import BadTargetError
from nanoward.tuning.estimation.map_estimates import predictions_at
from nanoward.tuning.models.dynamics import Dynamics

Array = NDArray[np.float64]
NODES = 16
PARTS = 6  # of each stretch between starts and ends of doses
TRIED = 41
SMALLEST, LARGEST = 1e-6, 1e9  # doses between which the answer is sought


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleDoseTarget:
    """What is asked. Times in the model's unit, from the first dose.

    measure   auc: `value` between `start` and `end`; level: `value` at `end`; below: when the
              level has fallen to `value` for good, after `dose`, looked at until `end`
    output    by its name or DVID; the first unless told
    into      compartment number; duration: of an infusion, 0: at once
    interval, more  further doses like the first
    """

    measure: Literal["auc", "level", "below"]
    value: float
    end: float
    start: float = 0.0
    output: str = ""
    into: int | None = None
    duration: float = 0.0
    interval: float = 0.0
    more: int = 0
    dose: float = 1.0

    def __post_init__(self) -> None:
        if not (self.value > 0 and self.end > self.start >= 0 and self.duration >= 0):
            raise BadTargetError("needs a value > 0, an end behind the start, a duration >= 0")
        if self.more < 0 or (self.more and not self.interval > 0):
            raise BadTargetError("further doses need an interval > 0")
        if not self.dose > 0:
            raise BadTargetError("needs a dose > 0")


def dose_for(model: Dynamics, one: History, wanted: SingleDoseTarget, eta: Array) -> Array:
    """(D,) the dose that gives what is wanted, for each eta (D, E); NaN where none does."""
    reached = _exposure(model, one, wanted, eta)
    once, twice = reached(np.ones(len(eta))), reached(np.full(len(eta), 2.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        if np.allclose(twice, 2 * once, rtol=1e-7) and (once > 0).all():
            return np.asarray(wanted.value / once)
    if len(eta) == 1:
        return _bisected(reached, wanted.value)
    middle = float(np.median(once[once > 0])) if (once > 0).any() else 1.0
    tried = wanted.value / middle * np.geomspace(0.01, 100.0, TRIED)
    table = np.array([reached(np.full(len(eta), dose)) for dose in tried])
    found = np.full(len(eta), np.nan)
    for place, rises in enumerate(table.T):
        known = rises > 0
        if known.any() and rises[known][0] <= wanted.value <= rises[known][-1]:
            logs = np.interp(np.log(wanted.value), np.log(rises[known]), np.log(tried[known]))
            found[place] = np.exp(logs)
    return found


def _bisected(reached: Callable[[Array], Array], value: float) -> Array:
    """(1,) the dose between SMALLEST and LARGEST that gives the value; NaN where none does."""
    low, high = np.log(SMALLEST), np.log(LARGEST)
    for _ in range(60):
        middle = 0.5 * (low + high)
        enough = bool(reached(np.array([np.exp(middle)]))[0] >= value)
        low, high = (low, middle) if enough else (middle, high)
    found = np.array([np.exp(0.5 * (low + high))])
    return found if abs(reached(found)[0] / value - 1) < 1e-4 else np.array([np.nan])


def time_below(model: Dynamics, one: History, wanted: SingleDoseTarget, eta: Array) -> Array:
    """(D,) when the level has fallen to wanted.value for good, for each eta; NaN: not until
    wanted.end."""
    times = np.linspace(0.0, wanted.end, 2001)
    place = _output(model, wanted)
    level = predictions_at(
        model, _given(model, one, wanted, wanted.dose).asked(times, place), eta
    )
    above = level.value >= wanted.value
    found = np.full(len(eta), np.nan)
    for row, seen in enumerate(above):
        if seen[-1]:
            continue
        last = int(np.flatnonzero(seen)[-1]) if seen.any() else -1
        if last < 0:
            found[row] = 0.0
            continue
        before, after = level.value[row, last], level.value[row, last + 1]
        share = (before - wanted.value) / (before - after)
        found[row] = times[last] + share * (times[last + 1] - times[last])
    return found


def _exposure(
    model: Dynamics, one: History, wanted: SingleDoseTarget, eta: Array
) -> Callable[[Array], Array]:
    """From doses (D,) to what each gives (D,)."""
    times, weights = _nodes(wanted)
    place = _output(model, wanted)

    def reached(doses: Array) -> Array:
        found = np.empty(len(eta))
        for dose in np.unique(doses):
            chosen = doses == dose
            asked = _given(model, one, wanted, float(dose)).asked(times, place)
            found[chosen] = predictions_at(model, asked, eta[chosen]).value @ weights
        return np.where(np.isfinite(found), found, -np.inf)

    return reached


def _nodes(wanted: SingleDoseTarget) -> tuple[Array, Array]:
    """Times and weights that make the exposure of levels."""
    if wanted.measure != "auc":
        return np.array([wanted.end]), np.ones(1)
    starts = np.arange(wanted.more + 1) * wanted.interval
    cuts = {wanted.start, wanted.end}
    for moment in (*starts, *(starts + wanted.duration)):
        if wanted.start < moment < wanted.end:
            cuts.add(float(moment))
    x, w = np.polynomial.legendre.leggauss(NODES)
    times, weights = [], []
    for first, last in pairwise(sorted(cuts)):
        edges = first + (last - first) * np.linspace(0, 1, PARTS + 1) ** 2
        for low, high in pairwise(edges):
            times.append(0.5 * (high - low) * x + 0.5 * (high + low))
            weights.append(0.5 * (high - low) * w)
    return np.concatenate(times), np.concatenate(weights)


def _output(model: Dynamics, wanted: SingleDoseTarget) -> int:
    for place, one in enumerate(model.outputs):
        if wanted.output in ("", one.name, one.quantity):
            return place
    names = ", ".join(one.name for one in model.outputs)
    raise BadTargetError(f"no output is called {wanted.output!r}; there are {names}")


def _given(model: Dynamics, one: History, wanted: SingleDoseTarget, dose: float) -> History:
    """The person with these doses alone, from time 0, and their last covariates."""
    numbers = [each.number for each in model.compartments]
    if not numbers:
        raise BadTargetError("the model has no compartment that takes doses")
    into = min(numbers) if wanted.into is None else wanted.into
    if into not in numbers:
        raise BadTargetError(f"compartment {into} is none; there are {sorted(numbers)}")
    last = one.events[-1] if one.events else Event(time=0.0, evid=0)
    event = Event(
        time=0.0,
        evid=1,
        amount=dose,
        rate=dose / wanted.duration if wanted.duration > 0 else 0.0,
        compartment=numbers.index(into),
        interval=wanted.interval,
        more=wanted.more,
        covariates=last.covariates,
        occasion=last.occasion,
    )
    return replace(one, events=(event,))
