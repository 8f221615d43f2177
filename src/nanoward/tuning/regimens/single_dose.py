"""How much must be given to reach an exposure, how often, over how long, or how long a level
lasts: from now with what is in the body, to steady state, or from empty; for any model of
formulas.

For linear models exposure is a straight line in the dose, and the answer exact; for others it
is closed in on for every draw by itself (dose_search.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import History
from nanoward.tuning.dosing.target_attainment import BadTargetError
from nanoward.tuning.models.dynamics import Dynamics
from nanoward.tuning.regimens.dose_search import Whole, falling, solve
from nanoward.tuning.regimens.exposure_measures import area, levels, peak
from nanoward.tuning.regimens.regimen_history import Basis, Regimen, history_under

Array = NDArray[np.float64]
Measure = Literal["auc", "level", "below", "peak", "trough", "average"]
Unknown = Literal["dose", "interval", "duration", "exposure"]
GRID = 2001  # times at which a falling level is looked at
LONG = 64.0  # intervals or infusions within which a single dose has its peak, unless told


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleDoseTarget:
    """What is asked. Times in the model's unit, on the clock of the person's records where the
    basis is `now`, else from the first dose.

    measure   auc: `value` between `start` and `end` (at steady state over `over`, one interval
              unless told); average: that divided by the time; level: `value` at `end`; peak:
              the highest after the last dose; trough: just before the next dose; below: when
              the level has fallen to `value` for good, looked at until `end`
    find      what is not known: the dose, the interval, the duration; or the exposure itself
    output    by its name or DVID; the first unless told
    into      compartment number; duration: of an infusion, 0: at once
    interval, more  further doses like the first; more -1: until the end
    dose      given, unless it is what is found; 0 with `below`: nothing more is given
    basis, at       see regimen_history.py
    """

    measure: Measure
    value: float
    end: float | None = None
    start: float | None = None
    output: str = ""
    into: int | None = None
    duration: float = 0.0
    interval: float = 0.0
    more: int = 0
    dose: float = 1.0
    basis: Basis = "empty"
    at: float = 0.0
    over: float = 0.0
    find: Unknown = "dose"

    def __post_init__(self) -> None:
        first = self.at if self.start is None else self.start
        if not (self.value > 0 and self.duration >= 0 and isfinite(self.value)):
            raise BadTargetError("needs a value > 0 and a duration >= 0")
        if self.end is not None and not self.end > max(first, -inf):
            raise BadTargetError(f"needs an end behind the start, {first:g}")
        if not self.interval >= 0 or (self.more > 0 and not self.interval > 0):
            raise BadTargetError("further doses need an interval > 0")
        if not self.dose >= 0 or (self.dose == 0 and self.measure != "below"):
            raise BadTargetError("needs a dose > 0")
        steady = self.basis == "steady"
        if steady and not self.interval > 0 and self.find != "interval":
            raise BadTargetError("steady state needs an interval > 0")
        if steady and self.interval > 0 and self.duration > self.interval * (1 + 1e-9):
            raise BadTargetError("an infusion cannot last longer than the interval")
        if steady and self.measure in ("level", "below"):
            raise BadTargetError(
                f"{self.measure} has no time at steady state; ask for a trough"
            )
        needs_end = ("level", "auc", "average", "below")
        if not steady and self.measure in needs_end and self.end is None:
            raise BadTargetError(f"{self.measure} needs the time until when")
        if self.measure == "trough" and not steady and not self.interval and self.end is None:
            raise BadTargetError("a trough needs an interval or the time of the next dose")

    @property
    def regimen(self) -> Regimen:
        return Regimen(
            basis=self.basis,
            at=self.at if self.basis == "now" else 0.0,
            dose=self.dose,
            interval=self.interval,
            more=self.more,
            duration=self.duration,
            into=self.into,
        )


def dose_for(model: Dynamics, one: History, wanted: SingleDoseTarget, eta: Array) -> Array:
    """(D,) the dose, interval or duration that gives what is wanted, for each eta (D, E);
    infinite where none does, 0 where nothing is needed."""
    if wanted.find == "exposure":
        return exposure_of(model, one, wanted, eta)

    def reached(x: Array, draws: Whole) -> Array:
        found = np.empty(len(x))
        for value in np.unique(x):
            chosen = x == value
            tried = _with(wanted, float(value))
            found[chosen] = exposure_of(model, one, tried, eta[draws[chosen]])
        return found

    if wanted.find == "interval":
        pauses = _within(reached, wanted.duration, inf)
        return falling(pauses, wanted.value, len(eta), max(wanted.duration, 1.0) * 12.0)
    if wanted.find == "duration":
        longest = wanted.interval or (wanted.end or inf) - wanted.at
        found = falling(_within(reached, 0.0, longest), wanted.value, len(eta), 0.1 * longest)
        return np.where(found <= longest * (1 + 1e-9), found, np.inf)
    return solve(reached, wanted.value, len(eta), _guess(reached, wanted, len(eta)))


def _guess(
    reached: Callable[[Array, Whole], Array], wanted: SingleDoseTarget, count: int
) -> float:
    """A dose of the right order: that of a straight line through the middle draw."""
    few = np.arange(min(count, 9))
    none = reached(np.zeros(len(few)), few)
    for dose in 10.0 ** np.arange(0, 10, 2):  # a peak may not rise at all with a small dose
        rise = float(np.median(reached(np.full(len(few), dose), few) - none))
        if isfinite(rise) and rise > 1e-6 * wanted.value:
            return float(dose) * wanted.value / rise
    return 1.0


def _within(
    reached: Callable[[Array, Whole], Array], shortest: float, longest: float
) -> Callable[[Array, Whole], Array]:
    """The same from the shortest to the longest time; NaN beyond."""

    def within(x: Array, draws: Whole) -> Array:
        found = np.full(len(x), np.nan)
        fits = (x >= shortest) & (x <= longest * (1 + 1e-9))
        found[fits] = reached(x[fits], draws[fits])
        return found

    return within


def _with(wanted: SingleDoseTarget, x: float) -> SingleDoseTarget:
    """The question with what is sought put in; doses of 0 and nothing else are exact."""
    if wanted.find == "dose" and x <= 0:
        return replace(wanted, dose=1e-300, find="exposure")
    return replace(wanted, **{wanted.find: x, "find": "exposure"})  # type: ignore[arg-type]


def exposure_of(model: Dynamics, one: History, wanted: SingleDoseTarget, eta: Array) -> Array:
    """(D,) what the regimen of the question gives; NaN where nothing can be computed."""
    output, regimen = output_place(model, wanted.output), wanted.regimen
    if wanted.basis == "steady":
        found = _at_steady_state(model, one, wanted, eta)
    elif wanted.measure in ("auc", "average"):
        start = regimen.at if wanted.start is None else wanted.start
        end = inf if wanted.end is None else wanted.end
        found = area(model, one, regimen, output, (start, end), eta)
        if wanted.measure == "average":
            found = found / (end - start)
    elif wanted.measure == "peak":
        found = peak(model, one, regimen, output, _peak_end(wanted), eta)
    else:
        last = _next_dose(wanted) if wanted.end is None else wanted.end
        history = history_under(model, one, regimen, last)
        found = levels(model, history, output, np.array([last]), eta)[:, 0]
    return np.where(np.isfinite(found) | (found == inf), found, np.nan)


def _next_dose(wanted: SingleDoseTarget) -> float:
    """When the dose behind the last one would be given."""
    return wanted.regimen.at + wanted.interval * (max(wanted.more, 0) + 1)


def _peak_end(wanted: SingleDoseTarget) -> float:
    if wanted.end is not None:
        return wanted.end
    if wanted.interval > 0:
        return _next_dose(wanted)
    return wanted.regimen.at + LONG * max(wanted.duration, 1.0)


def _at_steady_state(
    model: Dynamics, one: History, wanted: SingleDoseTarget, eta: Array
) -> Array:
    output, regimen, every = output_place(model, wanted.output), wanted.regimen, wanted.interval
    if wanted.measure == "peak":
        return peak(model, one, regimen, output, every, eta)
    if wanted.measure == "trough":
        history = history_under(model, one, regimen, every)
        return np.asarray(levels(model, history, output, np.array([every]), eta)[:, 0])
    found = area(model, one, regimen, output, (0.0, every), eta)
    over = wanted.over or every
    return found / every if wanted.measure == "average" else found * over / every


def time_below(model: Dynamics, one: History, wanted: SingleDoseTarget, eta: Array) -> Array:
    """(D,) when the level has fallen to wanted.value for good, for each eta, on the clock of
    the question; infinite where not until wanted.end."""
    assert wanted.end is not None
    start = wanted.regimen.at
    times = np.linspace(start, wanted.end, GRID)
    history = history_under(model, one, wanted.regimen, wanted.end)
    level = levels(model, history, output_place(model, wanted.output), times, eta)
    above = ~(level < wanted.value)
    found = np.full(len(eta), np.inf)
    for row, seen in enumerate(above):
        if seen[-1]:
            continue
        last = int(np.flatnonzero(seen)[-1]) if seen.any() else -1
        if last < 0:
            found[row] = start
            continue
        before, after = level[row, last], level[row, last + 1]
        with np.errstate(all="ignore"):
            share = np.log(before / wanted.value) / np.log(before / after)
        share = share if isfinite(share) else 1.0
        found[row] = times[last] + share * (times[last + 1] - times[last])
    return found


def output_place(model: Dynamics, name: str) -> int:
    """Place of an output by its name or DVID; the first measured one for ""."""
    for place, one in enumerate(model.outputs):
        if name in (one.name, one.quantity) or (not name and one.likelihood == "normal"):
            return place
    names = ", ".join(one.name for one in model.outputs)
    raise BadTargetError(f"no output is called {name!r}; there are {names}")
