"""Draws from one person's posterior: importance resampling about the mode.

The normal approximation alone is too narrow: of new observations of simulated people 87 % lay
in its 90 % bands, 90 % in those of the resampled draws. Proposals come from a multivariate t
with 5 degrees of freedom, centred at the mode, with the Laplace covariance; each is weighted
with the exact posterior and the draws are chosen by systematic resampling (Rubin 1988,
Bayesian Statistics 3:395; Kitagawa 1996, J Comput Graph Stat 5:1). Where few proposals count,
the next ones take the weighted mean and covariance of the last (Oh & Berger 1992, J Stat
Comput Simul 41:143).
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.compartments import concentration, schedule
from nanoward.tuning.dynamics import Dynamics
from nanoward.tuning.estimation import course_at
from nanoward.tuning.history import History
from nanoward.tuning.individual import Fit, individual_values
from nanoward.tuning.model import Model
from nanoward.tuning.people import Person

Array = NDArray[np.float64]
FREEDOM = 5.0
PROPOSALS = 4  # per draw
GOOD = 0.2  # share of the proposals that count, from which no better proposal is sought
POOR = 0.05  # below it the draws are not trusted
TURNS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """D draws of eta.

    eta        (D, P); NaN where the fit has no covariance
    effective  how much of each proposal counts (Kish's effective size per proposal), 0 to 1
    """

    eta: Array
    effective: float


def own_seed(seed: int, name: str, purpose: str) -> np.random.Generator:
    """Chance of one person and purpose alone: the same whoever else is computed, or where."""
    digest = hashlib.sha256(f"{purpose}\x00{name}".encode()).digest()
    words = [int.from_bytes(digest[at : at + 4], "big") for at in range(0, 16, 4)]
    return np.random.default_rng(np.random.SeedSequence([abs(seed), *words]))


def course(
    model: Model, person: Person, eta: Array, times: Array, records: Array | None = None
) -> Array:
    """(D, T) concentrations for each eta (D, P) at `times` (T,), h."""
    plan = schedule(person.doses, times, records)
    found = concentration(individual_values(model, person, eta), plan)
    return np.broadcast_to(np.asarray(found), (len(eta), len(times)))


def log_posterior(model: Model | Dynamics, person: Person | History, eta: Array) -> Array:
    """(D,) logarithm of the posterior density, up to a constant; -inf where impossible."""
    if isinstance(model, Dynamics):
        assert isinstance(person, History)
        return -0.5 * course_at(model, person, eta).minus_two_log
    assert isinstance(person, Person)
    f = course(model, person, eta, person.times, person.records)
    variance = model.residual.additive + model.residual.proportional * f**2
    prior = np.einsum("di,ij,dj->d", eta, np.linalg.inv(model.omega), eta)
    with np.errstate(all="ignore"):
        misfit = np.sum((person.values - f) ** 2 / variance + np.log(variance), axis=1)
    found: Array = -0.5 * (misfit + prior)
    return np.where(np.isfinite(found), found, -np.inf)


def posterior_draws(
    model: Model | Dynamics,
    person: Person | History,
    fit: Fit,
    count: int,
    chance: np.random.Generator,
) -> Draws:
    """`count` draws of eta; from the population itself where nothing was observed."""
    size = len(fit.eta)
    if not np.isfinite(fit.covariance).all():
        return Draws(eta=np.full((count, size), np.nan), effective=0.0)
    if fit.observations == 0:
        factor = np.linalg.cholesky(fit.covariance)
        return Draws(
            eta=fit.eta + chance.standard_normal((count, size)) @ factor.T, effective=1.0
        )
    proposals = PROPOSALS * count
    eta, share = _weighted(model, person, (fit.eta, fit.covariance), proposals, chance)
    effective = _effective(share)
    for _ in range(TURNS - 1):
        if effective >= GOOD or effective == 0.0:
            break
        centre = share @ eta
        covariance = (share[:, None] * (eta - centre)).T @ (eta - centre)
        covariance += 1e-9 * np.diag(np.diag(fit.covariance))
        eta, share = _weighted(model, person, (centre, covariance), proposals, chance)
        effective = _effective(share)
    if effective == 0.0:
        return Draws(eta=np.full((count, size), np.nan), effective=0.0)
    places = (np.arange(count) + chance.random()) / count
    chosen = np.minimum(np.searchsorted(np.cumsum(share), places), len(share) - 1)
    return Draws(eta=eta[chosen], effective=effective)


def _effective(share: Array) -> float:
    """Kish's effective size per proposal; 0 where no proposal is possible."""
    return float(1.0 / np.sum(share**2) / len(share)) if share.any() else 0.0


def _weighted(
    model: Model | Dynamics,
    person: Person | History,
    shape: tuple[Array, Array],
    count: int,
    chance: np.random.Generator,
) -> tuple[Array, Array]:
    """Proposals (count, P) from the t of this centre and covariance, and their shares."""
    centre, covariance = shape
    size, factor = len(centre), np.linalg.cholesky(covariance)
    spread = np.sqrt(chance.chisquare(FREEDOM, count) / FREEDOM)
    away = chance.standard_normal((count, size)) / spread[:, None]
    eta = centre + away @ factor.T
    proposed = -0.5 * (FREEDOM + size) * np.log1p(np.sum(away**2, axis=1) / FREEDOM)
    weight = log_posterior(model, person, eta) - proposed
    highest = weight.max()
    if not np.isfinite(highest):
        return eta, np.zeros(count)
    share: Array = np.exp(weight - highest)
    return eta, share / share.sum()
