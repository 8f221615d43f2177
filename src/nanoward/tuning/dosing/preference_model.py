"""What the person likes, from their own choices between settings, with its doubt.

A choice is told as two settings, one preferred: in a comparison that was asked for, or by
moving a setting alone (then the new one was preferred to the old). Features of a setting are
its expected benefit and its side effect's probability; their weights come from choice_model.py.
Utility is then measured in standard deviations of a choice, and its interval holds the doubt
about the weights as well as about the person's parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.dosing.choice_model import (
    PreferenceWeights,
    most_informative_pair,
    preference_weights,
)
from nanoward.tuning.dosing.goals import Goal

Array = NDArray[np.float64]
MOST_ASKED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Utility:
    """Weights of benefit and of side effect (negative) in one person's utility.

    seed  for draws of the weights
    """

    weights: PreferenceWeights
    seed: int = 7

    def utility(self, benefit: Array, harm: Array) -> Array:
        """(K, D) from benefit and side effect (K, D): one draw of the weights per column."""
        chance = np.random.default_rng(self.seed)
        factor = np.linalg.cholesky(self.weights.covariance)
        count = benefit.shape[1]
        w = self.weights.mean + chance.standard_normal((count, 2)) @ factor.T
        w = w - w.mean(axis=0) + self.weights.mean  # the mean is known exactly
        found: Array = w[:, 0] * benefit + w[:, 1] * harm
        return found

    @property
    def weight(self) -> float:
        """What one side effect costs, in units of benefit."""
        return float(-self.weights.mean[1] / self.weights.mean[0])


def fit_utility(
    goal: Goal,
    settings: Array,
    features: tuple[Array, Array],
    choices: Sequence[tuple[float, float]],
) -> Utility:
    """Weights from choices between settings whose benefit and harm (K,) are `features`.

    choices  pairs of settings, the preferred one first
    Beforehand a choice is expected to be 84 % sure where benefits differ by half of their range
    and the side effect to cost goal.weight, each with a doubt as large as itself.
    """
    benefit, harm = features
    table = np.column_stack([benefit, harm])
    span = float(np.ptp(benefit))
    unit = 2.0 / span if span > 0 else 1.0
    mean = np.array([unit, -goal.weight * unit])
    spread = np.diag(np.maximum(np.abs(mean), 0.1 * unit) ** 2)

    def at(setting: float) -> Array:
        return np.array([np.interp(setting, settings, column) for column in table.T])

    chosen = np.array([at(one) for one, _ in choices]).reshape(-1, 2)
    other = np.array([at(one) for _, one in choices]).reshape(-1, 2)
    return Utility(weights=preference_weights(chosen, other, before=(mean, spread)))


def next_comparison(
    preferences: Utility, goal: Goal, features: tuple[Array, Array], allowed: NDArray[np.bool_]
) -> tuple[float, float] | None:
    """The two allowed settings whose comparison would tell most; None where there are none.

    Of many settings at most MOST_ASKED, evenly spread, are looked at.
    """
    places = np.flatnonzero(allowed)
    if len(places) < 2:
        return None
    some = places[np.unique(np.linspace(0, len(places) - 1, MOST_ASKED).astype(np.int64))]
    table = np.column_stack(features)[some]
    i, j = most_informative_pair(preferences.weights, table, [True] * len(some))
    settings = goal.settings()[some]
    return float(settings[i]), float(settings[j])
