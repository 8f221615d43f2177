"""What a person wants, learnt from choices between two settings: apart from what is allowed.

A choice between A and B tells which of two utilities is larger, up to a standard normal doubt:
P(A preferred) = Phi(w . (features of A - features of B)). The weights w are normal beforehand;
their posterior is taken as normal about the mode (probit with Laplace's approximation; Chu &
Ghahramani 2005, Preference learning with Gaussian processes, ICML).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.solvers.trust_region import minimise

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceWeights:
    """Weights of W features with their doubt. converged False: do not use."""

    mean: Array
    covariance: Array
    choices: int
    converged: bool

    def preferred(self, first: Array, second: Array) -> float:
        """Probability that the first of two settings is preferred, doubt about w included."""
        apart = np.asarray(first, float) - np.asarray(second, float)
        spread = 1.0 + float(apart @ self.covariance @ apart)
        return 0.5 * erfc(-float(apart @ self.mean) / sqrt(spread) / sqrt(2.0))


def preference_weights(
    chosen: Array, other: Array, *, before: tuple[Array, Array]
) -> PreferenceWeights:
    """Weights from C choices: features (C, W) of what was chosen and of what was not.

    before  mean (W,) and covariance (W, W) of the weights in people
    """
    apart = np.asarray(chosen, float) - np.asarray(other, float)
    mean, covariance = before
    inverse = np.linalg.inv(covariance)

    def surface(w: Array) -> tuple[float, Array, Array]:
        u = apart @ w
        tail = np.array([0.5 * erfc(-one / sqrt(2.0)) for one in u])
        density = np.exp(-0.5 * u**2) / sqrt(2.0 * np.pi)
        with np.errstate(all="ignore"):
            ratio = density / tail
            value = -float(np.sum(np.log(tail))) + 0.5 * float(
                (w - mean) @ inverse @ (w - mean)
            )
        bend = ratio * (ratio + u)
        gradient = -apart.T @ ratio + inverse @ (w - mean)
        return value, gradient, (apart * bend[:, None]).T @ apart + inverse

    found = minimise(surface, np.asarray(mean, float))
    return PreferenceWeights(
        mean=found.at,
        covariance=np.asarray(np.linalg.inv(found.hessian), dtype=np.float64),
        choices=len(apart),
        converged=found.converged,
    )


def most_informative_pair(
    weights: PreferenceWeights, features: Array, allowed: Sequence[bool]
) -> tuple[int, int]:
    """Which two of K settings (features (K, W)) to ask about next: both allowed, and the answer
    least certain for the spread between them (most expected information)."""
    places = [k for k, fine in enumerate(allowed) if fine]
    best, chosen = -1.0, (places[0], places[0]) if places else (0, 0)
    for at, i in enumerate(places):
        for j in places[at + 1 :]:
            apart = features[i] - features[j]
            spread = float(apart @ weights.covariance @ apart)
            p = weights.preferred(features[i], features[j])
            told = spread * p * (1.0 - p)
            if told > best:
                best, chosen = told, (i, j)
    return chosen
