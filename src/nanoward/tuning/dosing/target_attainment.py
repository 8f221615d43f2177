"""The dose that brings a person's steady exposure into a target range, or why there is none.

For a linear model exposure is dose x exposure per unit dose, which depends on the person. The
probability of each dose that can be given to bring the exposure into the range is counted on
draws from the person's posterior. Of the doses within 0.01 of the largest probability the one
is taken whose median exposure lies nearest to the value aimed at, by its logarithm.
"""

from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from nanoward.base.errors import InputError
from nanoward.maths.statistics.pareto import TRUSTED
from nanoward.tuning.data.event_history import History
from nanoward.tuning.estimation.compartment_courses import individual_values
from nanoward.tuning.estimation.individual_fit import Fit
from nanoward.tuning.estimation.posterior_sampling import POOR, Draws
from nanoward.tuning.models.compartments import disposition
from nanoward.tuning.models.dynamics import Dynamics

Array = NDArray[np.float64]
Measure = Literal["auc", "average", "trough"]
MOST_DOSES = 10_000
AS_GOOD = 0.01  # probabilities that differ by less count as equal


class BadTargetError(InputError):
    """A target that cannot be aimed at."""

    code = "TUN-002"
    next_step = "Correct the named key of [tuning.goal] or [tuning.target]."


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which exposure is wanted, and which doses can be given.

    measure   auc: area under the curve over one interval at steady state (unit x h);
              average: that area divided by the interval; trough: concentration at its end
    value     aimed at, between low and high
    low, high  the range that counts as reached
    unit      of the exposure (UCUM)
    interval  [h] between doses
    lowest, highest, step   doses that can be given, in dose_unit
    dose_unit  of the doses (UCUM)
    setting   what the dose is called
    duration  [h] of an infusion; 0 for a bolus or an oral dose
    minimum_probability     below it no dose is recommended
    citation  where the range comes from
    """

    measure: Measure
    value: float
    low: float
    high: float
    unit: str
    interval: float
    lowest: float
    highest: float
    step: float
    dose_unit: str = "mg"
    setting: str = "dose"
    duration: float = 0.0
    minimum_probability: float = 0.5
    citation: str = ""

    def __post_init__(self) -> None:
        if self.measure not in get_args(Measure):
            raise BadTargetError(f"target.measure is {self.measure!r}, not {get_args(Measure)}")
        if not 0 < self.low <= self.value <= self.high < float("inf"):
            raise BadTargetError(
                f"target low {self.low:g}, value {self.value:g}, high {self.high:g} do not rise"
            )
        if not 0 < self.interval < float("inf"):
            raise BadTargetError(f"target.interval is {self.interval:g} h, must be > 0")
        if not (0 <= self.duration <= self.interval):
            raise BadTargetError(f"target.duration is {self.duration:g} h, not in the interval")
        if not (0 < self.lowest <= self.highest and 0 < self.step < float("inf")):
            raise BadTargetError("target needs 0 < lowest <= highest and a finite step > 0")
        if (self.highest - self.lowest) / self.step >= MOST_DOSES:
            raise BadTargetError(f"target gives more than {MOST_DOSES} doses; widen step")
        if not 0 <= self.minimum_probability <= 1:
            raise BadTargetError("target.minimum_probability must lie between 0 and 1")

    def doses(self) -> Array:
        """(K,) doses that can be given."""
        count = int(np.floor((self.highest - self.lowest) / self.step + 1e-9)) + 1
        return self.lowest + self.step * np.arange(count, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A recommended dose, or None and the reason.

    expected, low, high  median, 5 % and 95 % limit of the exposure at this dose
    probability          that the exposure lies within the target range
    """

    dose: float | None
    reason: str
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    probability: float | None = None


def exposure_per_dose(
    model: Dynamics, one: History, target: Target, eta: Array
) -> Array | None:
    """(D,) steady exposure to one unit of dose per interval, for each draw eta (D, P); None
    where it is not known without being followed: the model was not written as compartments."""
    if model.written is None:
        return None
    values = individual_values(model.written, one, eta)
    oral = model.written.absorption == "first-order" and target.duration == 0
    if target.measure == "trough":
        return _trough(values, target, oral=oral)
    area: Array = (values.get("F", np.ones(1)) if oral else 1.0) / values["CL"]
    return area / target.interval if target.measure == "average" else area


def _trough(values: dict[str, Array], target: Target, *, oral: bool) -> Array:
    """Concentration at the end of an interval at steady state: geometric sums of past doses."""
    every, found = target.interval, np.zeros(len(values["CL"]))
    for weight, rate in disposition(values):
        left = -np.expm1(-rate * every)
        if oral:
            since = np.mod(every - values.get("LAG", np.zeros(1)), every)
            since = np.where(since == 0, every, since)
            apart = values["KA"] - rate
            close = np.abs(apart) < 1e-6 * rate  # the two rates meet: step aside by 1e-6
            ka = np.where(close, rate * (1.0 + 1e-6), values["KA"])
            gone = -np.expm1(-ka * every)
            wave = np.exp(-rate * since) / left - np.exp(-ka * since) / gone
            found = found + values.get("F", np.ones(1)) * ka * weight / (ka - rate) * wave
        elif target.duration > 0:
            long = target.duration
            charge = -np.expm1(-rate * long) / (rate * long)
            found = found + weight * charge * np.exp(-rate * (every - long)) / left
        else:
            found = found + weight * np.exp(-rate * every) / left
    return found


class Dosed(Protocol):
    """A person whose doses were understood, or not."""

    @property
    def exclusion_reason(self) -> str:
        """Why not; "" when they were."""
        ...

    @property
    def doubt(self) -> str:
        """Why no dose may be derived from them all the same; "" when one may."""
        ...


def dosing_error(person: Dosed, fit: Fit) -> str:
    """Why no dose may be derived from this fit; "" when one may."""
    if person.exclusion_reason:
        return f"the records cannot be used: {person.exclusion_reason}"
    if fit.observations == 0:
        return "no usable observation of this person"
    if not fit.converged:
        return f"the fit did not converge: {fit.reason}"
    return fit.conflict or person.doubt


def poorly_sampled(draws: Draws) -> str:
    """Why these draws are no ground for a dose; "" when they are."""
    if draws.effective >= POOR and draws.tail <= TRUSTED:
        return ""
    return (
        f"the posterior is badly sampled: each draw is worth {draws.effective:.2f} of an "
        f"independent one, and the tail of the weights has the shape {draws.tail:.2f}"
    )


def advise(target: Target, per_dose: Array, draws: Draws) -> Advice:
    """The dose most likely to reach the target range, near the value aimed at.

    per_dose  (D,) `exposure_per_dose` of the draws; too few effective ones refuse the dose
    """
    if why := poorly_sampled(draws):
        return Advice(dose=None, reason=why)
    return chosen_dose(target, target.doses()[:, None] * per_dose[None, :])


def chosen_dose(target: Target, exposure: Array) -> Advice:
    """The dose of target.doses() (K,) whose exposures (K, D) lie in the range most often."""
    doses = target.doses()
    within = np.sum((exposure >= target.low) & (exposure <= target.high), axis=1)
    low, middle, high = np.quantile(exposure, [0.05, 0.5, 0.95], axis=1)
    away = np.abs(np.log(middle / target.value))
    good = within >= within.max() - AS_GOOD * exposure.shape[1]
    best = int(np.argmin(np.where(good, away, np.inf)))
    probability = float(within[best]) / exposure.shape[1]
    figures = {
        "expected": float(middle[best]),
        "low": float(low[best]),
        "high": float(high[best]),
        "probability": probability,
    }
    goal = f"{target.measure} {target.low:g} to {target.high:g} {target.unit}"
    if probability < target.minimum_probability:
        return Advice(
            dose=None,
            reason=f"no dose from {target.lowest:g} to {target.highest:g} {target.dose_unit} "
            f"reaches {goal} with probability {target.minimum_probability:g}; the best, "
            f"{doses[best]:g} {target.dose_unit}, with {probability:.2f}",
            **figures,
        )
    return Advice(
        dose=float(doses[best]),
        reason=f"most likely of {len(doses)} doses to give {goal}, every "
        f"{target.interval:g} h (p = {probability:.2f})",
        **figures,
    )
