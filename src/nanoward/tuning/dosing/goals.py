"""What is wanted of a setting, and what must never happen: [tuning.goal], as a value."""

from dataclasses import dataclass, fields
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.dosing.target_attainment import BadTargetError

Array = NDArray[np.float64]
MOST_SETTINGS = 2000
MOST_DAYS = 3653.0  # ten years: data that old certify nothing under any plan
MOST_MOMENTS = 96  # at which means over the horizon are taken, unless `every` is told
ENDLESS = float("inf")
CAPS = frozenset({"largest_step", "cumulative", "rise", "most_exposure"})


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What is wanted of a setting, and what must not happen.

    setting              what is set: an amount given every `interval` (over `duration`, 0: at
                         once) into compartment number `into`
    unit                 of the setting (UCUM)
    interval             between doses, in the model's time unit
    duration             of a dose, in the model's time unit; 0: at once
    into                 number of the compartment that takes the doses
    lowest, highest, step  settings that may be given
    benefit              output whose value is wanted high (or low: benefit_sign -1)
    benefit_sign         1 where more benefit is better, -1 where less is
    side_effect          output that tells the side effect: above `limit` (below it with
                         side_sign -1); bernoulli: DV 1; ordinal: DV >= grade
    limit                of the side effect's output, in its unit
    side_sign            1 where the side effect lies above `limit`, -1 where below
    grade                of an ordinal side effect, from which it counts
    epsilon              most probability of it at any time
    weight               what one side effect costs, in units of benefit
    horizon, every       how far the course is followed and how finely its means are taken, in
                         the model's time unit; the side effect is searched at all times
    present              the setting of now; the person's last dose unless told
    largest_step         from the present setting
    rise, rise_over      most that a setting may lie above the lowest of the last `rise_over`
                         time units: steps that are allowed one by one must not stack
    cumulative, cumulative_over  most that may be given within any `cumulative_over` time units
                         (the horizon unless told), what was given before now included
    exposure, most_exposure  an output, and the most of its integral over the horizon that
                         may be passed with probability epsilon
    learning             how many first settings are also chosen for what they teach
    oldest               [d] after which data certify nothing
    """

    setting: str
    unit: str
    interval: float
    lowest: float
    highest: float
    step: float
    benefit: str
    side_effect: str
    horizon: float
    epsilon: float = 0.05
    weight: float = 1.0
    limit: float = 0.0
    grade: int = 1
    benefit_sign: float = 1.0
    side_sign: float = 1.0
    duration: float = 0.0
    into: int = 1
    every: float = 0.0
    largest_step: float = ENDLESS
    cumulative: float = ENDLESS
    cumulative_over: float = 0.0
    present: float | None = None
    rise: float = ENDLESS
    rise_over: float = 0.0
    exposure: str = ""
    most_exposure: float = ENDLESS
    learning: int = 0
    oldest: float = 30.0

    def __post_init__(self) -> None:
        self._check_kinds()
        rising = 0 <= self.lowest < self.highest < ENDLESS and self.step > 0
        if not rising:
            raise BadTargetError("goal needs 0 <= lowest < highest and step > 0")
        if (self.highest - self.lowest) / self.step >= MOST_SETTINGS:
            raise BadTargetError(f"goal gives more than {MOST_SETTINGS} settings; widen step")
        if not (self.interval > 0 and 0 <= self.duration <= self.interval):
            raise BadTargetError("goal needs interval > 0 and 0 <= duration <= interval")
        if not (0 < self.epsilon < 1 and self.horizon >= self.interval and self.weight >= 0):
            raise BadTargetError("goal needs 0 < epsilon < 1, horizon >= interval, weight >= 0")
        caps = (self.largest_step, self.cumulative, self.rise, self.most_exposure)
        if not all(one > 0 for one in caps):  # written this way round to catch NaN too
            raise BadTargetError("goal needs largest_step, cumulative, rise, most_exposure > 0")
        if not 1 <= self.oldest <= MOST_DAYS:
            raise BadTargetError(f"goal needs oldest from 1 to {MOST_DAYS:g} days")
        if self.rise < ENDLESS and not self.rise_over > 0:
            raise BadTargetError("goal.rise needs rise_over: the time within which it counts")
        if not (self.rise_over >= 0 and self.cumulative_over >= 0 and self.learning >= 0):
            raise BadTargetError("goal needs rise_over, cumulative_over, learning >= 0")
        if bool(self.exposure) != (self.most_exposure < ENDLESS):
            raise BadTargetError("goal needs exposure and most_exposure together")
        self._check_course()

    def _check_course(self) -> None:
        if not 0 <= self.every < self.interval:
            raise BadTargetError(
                f"goal.every is {self.every:g}, must be below the interval of "
                f"{self.interval:g}: what lies between two doses is never looked at otherwise"
            )
        if {abs(self.benefit_sign), abs(self.side_sign)} != {1.0}:
            raise BadTargetError("goal needs benefit_sign and side_sign to be 1 or -1")

    def _check_kinds(self) -> None:
        """Every number is one, whole where it counts; only limits may be endless."""
        for one in fields(self):
            value = getattr(self, one.name)
            if one.type is int and (isinstance(value, bool) or not isinstance(value, int)):
                raise BadTargetError(f"goal.{one.name} is {value!r}, must be a whole number")
            if not isinstance(value, float) or (one.name in CAPS and value == ENDLESS):
                continue
            if not isfinite(value):
                raise BadTargetError(f"goal.{one.name} is {value!r}, must be a finite number")
        if self.grade < 1 or (self.present is not None and not self.present >= 0):
            raise BadTargetError("goal needs grade >= 1 and present >= 0")

    def settings(self) -> Array:
        """(K,) settings that may be given."""
        count = int(np.floor((self.highest - self.lowest) / self.step + 1e-9)) + 1
        return self.lowest + self.step * np.arange(count, dtype=np.float64)

    @property
    def asked_every(self) -> float:
        """Step of the times over which means of the course ahead are taken."""
        return self.every or max(self.interval / 12, self.horizon / MOST_MOMENTS)
