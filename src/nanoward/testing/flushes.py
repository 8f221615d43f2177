"""People after a kill code, with known truth, and a second implementation of the flush rule.

The second implementation shares no code with nanoward.control.flush: it works on all people at
once, one sample after the other, so that a hundred thousand can be followed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import roots_jacobi
from scipy.stats import nbinom


@dataclass(frozen=True, slots=True, kw_only=True)
class FlushScenario:
    """What is true of a flush, and how it is sampled: two routes in turn, every `every_h`.

    doubling_h  of the survivors; `believed_h` is what the rule holds for the slowest credible
    cells       in each person before the kill; a share `escape` cannot be killed
    alpha, beta sensitivity of each route in each person, Beta
    invalid     share of samples with a failed control
    """

    doubling_h: float
    believed_h: float
    clumping: float
    cells: float
    escape: float
    alpha: float = 8.0
    beta: float = 2.0
    lod: int = 3
    fraction: float = 1e-3
    half_life_h: float = 2.0
    every_h: float = 24.0
    invalid: float = 0.03
    prior: float = 0.5

    @property
    def washout_h(self) -> float:
        return 5 * self.half_life_h

    @property
    def window_h(self) -> float:
        return self.believed_h * (float(np.log2(self.lod / self.fraction)) + 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Samples (P people, T times): taken at `hours`, valid or not, detected or not.

    survivors  (P,) number of cells that could not be killed
    """

    hours: NDArray[np.float64]
    valid: NDArray[np.bool_]
    detected: NDArray[np.bool_]
    survivors: NDArray[np.int64]


def followed(
    ward: FlushScenario, people: int, rng: np.random.Generator, *, times: int
) -> Course:
    """`people` after one kill code, each sampled `times` times."""
    hours = np.arange(1, times + 1, dtype=np.float64) * ward.every_h
    survivors = rng.poisson(ward.cells * ward.escape, people)
    grown = np.clip((hours - ward.washout_h) / ward.doubling_h, -1.0, 900.0)
    load = np.minimum(np.outer(survivors, 2.0 ** np.maximum(grown, 0.0)), ward.cells)
    dying = ward.cells * 10.0 ** (-hours / 3)  # one log10 every 3 hours
    mean = np.maximum((load + np.floor(dying)) * ward.fraction, 1e-300)
    counts = rng.poisson(rng.gamma(ward.clumping, mean / ward.clumping).clip(0, 1e15))
    sensitivity = rng.beta(ward.alpha, ward.beta, (people, 2))[:, np.arange(times) % 2]
    detected = (counts >= ward.lod) & (rng.random((people, times)) < sensitivity)
    valid = rng.random((people, times)) >= ward.invalid
    return Course(hours=hours, valid=valid, detected=detected, survivors=survivors)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlushOutcomes:
    """(P,) hour of clearance and of escape, NaN for never; and of residual <= 1e-3 alone."""

    cleared_h: NDArray[np.float64]
    escaped_h: NDArray[np.float64]
    optimum_h: NDArray[np.float64]


def flush_outcomes(ward: FlushScenario, course: Course) -> FlushOutcomes:
    """The flush rule applied to everybody; `optimum_h` is an observer without window rules."""
    people, times = course.valid.shape
    points, weights = _jacobi(ward.alpha, ward.beta)
    seen = _chance_seen(ward, course.hours)
    missed = np.ones((2, people, len(points)))
    first = np.full(people, np.nan)
    telling = np.zeros((2, people), bool)
    cleared, escaped, optimum = (np.full(people, np.nan) for _ in range(3))
    signs = np.zeros((people, 3), int)  # the last three signs since washout
    prior = min(max(ward.prior, 0.5), 0.99)
    over_h = ward.washout_h + ward.window_h
    for t in range(times):
        hour, route = course.hours[t], t % 2
        plus = course.valid[:, t] & course.detected[:, t]
        minus = course.valid[:, t] & ~course.detected[:, t]
        open_ = np.isnan(cleared) & np.isnan(escaped)
        if hour >= ward.washout_h:
            moved = np.c_[signs[:, 1:], np.where(plus, 1, -1)]
            signs = np.where((plus | minus)[:, None], moved, signs)
        again = plus & (signs == [-1, 1, 1]).all(axis=1)
        escaped[open_ & plus & ((hour >= over_h) | again)] = hour
        missed[:, plus], first[plus], telling[:, plus] = 1.0, np.nan, False
        missed[route][minus] *= 1 - points * seen[t]
        first[minus & np.isnan(first)] = hour
        telling[route][minus] |= seen[t] >= 0.5
        both = (missed @ weights).prod(axis=0)
        sure = minus & (prior * both / (prior * both + 1 - prior) <= 1e-3)
        optimum[sure & np.isnan(optimum)] = hour
        wide = (hour - first >= ward.window_h) & (hour >= over_h)
        cleared[open_ & sure & wide & telling.all(axis=0)] = hour
    return FlushOutcomes(cleared_h=cleared, escaped_h=escaped, optimum_h=optimum)


def three_negatives(course: Course) -> NDArray[np.float64]:
    """(P,) hour at which three valid negatives in a row were there: the rule that fails."""
    row = np.zeros(len(course.survivors), int)
    cleared = np.full(len(row), np.nan)
    for t, hour in enumerate(course.hours):
        valid, found = course.valid[:, t], course.detected[:, t]
        row = np.where(valid, np.where(found, 0, row + 1), row)
        cleared[(row >= 3) & np.isnan(cleared)] = hour
    return cleared


def _jacobi(alpha: float, beta: float) -> tuple[Any, Any]:
    """Gauss-Jacobi points and weights for a mean over Beta(alpha, beta)."""
    points, weights = roots_jacobi(40, beta - 1, alpha - 1)
    return (points + 1) / 2, weights / weights.sum()


def _chance_seen(ward: FlushScenario, hours: NDArray[np.float64]) -> NDArray[np.float64]:
    doublings = (hours - ward.washout_h) / ward.believed_h
    mean = np.minimum(2.0 ** np.clip(doublings, 0, 900), ward.cells) * ward.fraction
    chance = nbinom.sf(ward.lod - 1, ward.clumping, ward.clumping / (ward.clumping + mean))
    return np.where(doublings < 0, 0.0, chance)
