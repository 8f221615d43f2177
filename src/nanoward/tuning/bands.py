"""What a new observation of this person may be: the person's own course and its 90 % band.

The band holds both doubts: about the parameters (draws from the Laplace posterior) and about
one measurement (residual error).
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.compartments import concentration, schedule
from nanoward.tuning.individual import Fit, individual_values
from nanoward.tuning.model import Model
from nanoward.tuning.people import Person

Array = NDArray[np.float64]
LEVEL = 0.90


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Predictions at T times.

    typical    of a person with these covariates and eta 0
    median     of this person
    low, high  limits within which a new observation lies with probability 90 %; not below 0
    """

    typical: Array
    median: Array
    low: Array
    high: Array


def own_seed(seed: int, name: str, purpose: str) -> np.random.Generator:
    """Chance of one person and purpose alone: the same whoever else is computed, or where."""
    digest = hashlib.sha256(f"{purpose}\x00{name}".encode()).digest()
    words = [int.from_bytes(digest[at : at + 4], "big") for at in range(0, 16, 4)]
    return np.random.default_rng(np.random.SeedSequence([abs(seed), *words]))


def posterior_draws(fit: Fit, count: int, chance: np.random.Generator) -> Array:
    """(D, P) draws of eta from the normal approximation at the mode."""
    if not np.isfinite(fit.covariance).all():
        return np.full((count, len(fit.eta)), np.nan)
    axes, spread, _ = np.linalg.svd(fit.covariance)
    standard = chance.standard_normal((count, len(fit.eta)))
    found: Array = fit.eta + standard @ (axes * np.sqrt(spread)).T
    return found


def course(
    model: Model, person: Person, eta: Array, times: Array, records: Array | None = None
) -> Array:
    """(D, T) concentrations for each eta (D, P)."""
    plan = schedule(person.doses, times, records)
    found = concentration(individual_values(model, person, eta), plan)
    return np.broadcast_to(np.asarray(found), (len(eta), len(times)))


def band(
    model: Model,
    person: Person,
    draws: Array,
    times: Array,
    chance: np.random.Generator,
    records: Array | None = None,
) -> Band:
    """The band of a new observation at each of `times` (T,), from draws (D, P) of eta."""
    true = course(model, person, draws, times, records)
    error = model.residual.additive + model.residual.proportional * true**2
    seen = true + np.sqrt(error) * chance.standard_normal(true.shape)
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(seen, [tail, 1.0 - tail], axis=0)
    none = np.zeros((1, draws.shape[1]))
    return Band(
        typical=course(model, person, none, times, records)[0],
        median=np.median(true, axis=0),
        low=np.maximum(low, 0.0),
        high=np.maximum(high, 0.0),
    )
