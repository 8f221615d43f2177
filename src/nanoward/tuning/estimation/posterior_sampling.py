"""Draws from one person's posterior: importance resampling from an adaptive mixture.

The normal approximation alone is too narrow: of new observations of simulated people 87 % lay
in its 90 % bands, 90 % in those of the resampled draws. Proposals come from a multivariate t
density with 5 degrees of freedom (as many as there are etas, where these are more) at the mode,
with the Laplace covariance there, and a tenth from the population. Where few of them count,
other modes are looked for and proposals are fitted to what was found (maths/importance.py).
Each is weighted with the exact posterior and the draws are chosen by systematic resampling
(Rubin 1988, Bayesian Statistics 3:395).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.statistics.importance import WeightedSample, weighted_points
from nanoward.maths.statistics.mixtures import Mixture
from nanoward.maths.statistics.pareto import TRUSTED
from nanoward.tuning.data.event_history import History
from nanoward.tuning.estimation.individual_fit import Fit
from nanoward.tuning.estimation.map_estimates import predictions_at, whitening
from nanoward.tuning.estimation.posterior_modes import Mode, fitted_mode, posterior_modes
from nanoward.tuning.models.dynamics import Dynamics

Array = NDArray[np.float64]
FREEDOM = 5.0
PROPOSALS = 4  # per draw
FARTHEST = 8.0  # population deviations beyond the mode, past which nobody is looked for
LEAST_OF_A_MODE = 0.1  # share of the proposals of each top
POOR = 0.5  # effective draws per draw, below which they are not trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """D draws of eta.

    eta        (D, P); NaN where the fit has no covariance
    effective  how many independent draws each of them is worth (Kish), 0 to 1
    tail       shape of the Pareto law of the largest weights; above 0.7 they tell nothing
    """

    eta: Array
    effective: float
    tail: float = -np.inf


def own_seed(seed: int, name: str, purpose: str) -> np.random.Generator:
    """Chance of one person and purpose alone: the same whoever else is computed, or where."""
    digest = hashlib.sha256(f"{purpose}\x00{name}".encode()).digest()
    words = [int.from_bytes(digest[at : at + 4], "big") for at in range(0, 16, 4)]
    return np.random.default_rng(np.random.SeedSequence([abs(seed), *words]))


def common_seed(seed: int, purpose: str) -> np.random.Generator:
    """Chance of one purpose, the same for everybody: no name and no rewriting of the records
    decides what is drawn, and so whom a limit just admits."""
    return own_seed(seed, "", purpose)


class Normals(Protocol):
    """Whatever draws from the standard normal distribution."""

    def standard_normal(self, size: tuple[int, ...], /) -> Array:
        """Numbers in this shape."""
        ...


@dataclass(frozen=True, slots=True)
class CommonNormals:
    """The first numbers that `common_seed` draws, which are the same for everybody."""

    seed: int
    purpose: str

    def standard_normal(self, size: tuple[int, ...], /) -> Array:
        """As the generator's own, in an array that nobody may change; columns lie together."""
        return _common_normals(self.seed, self.purpose, size)


@lru_cache(maxsize=8)
def _common_normals(seed: int, purpose: str, size: tuple[int, ...]) -> Array:
    found: Array = np.asfortranarray(common_seed(seed, purpose).standard_normal(size))
    found.flags.writeable = False
    return found


def log_posterior(model: Dynamics, person: History, eta: Array) -> Array:
    """(D,) logarithm of the posterior density, up to a constant; -inf where impossible."""
    return -0.5 * predictions_at(model, person, eta).minus_two_log


def posterior_draws(
    model: Dynamics,
    person: History,
    fit: Fit,
    count: int,
    chance: np.random.Generator,
) -> Draws:
    """`count` draws of eta; from the population itself where nothing was observed."""
    size = len(fit.eta)
    nothing = Draws(eta=np.full((count, size), np.nan), effective=0.0, tail=np.inf)
    if not np.isfinite(fit.covariance).all():
        return nothing
    if fit.observations == 0:
        factor = np.linalg.cholesky(fit.covariance)
        return Draws(
            eta=fit.eta + chance.standard_normal((count, size)) @ factor.T, effective=1.0
        )
    factor = whitening(model, person.occasions)

    own = fitted_mode(fit, factor)
    limit = np.linalg.norm(own.centre) + FARTHEST

    def density(z: Array) -> Array:
        found = np.full(len(z), -np.inf)
        near = np.linalg.norm(z, axis=1) <= limit
        found[near] = log_posterior(model, person, z[near] @ factor.T)
        return found

    def every_mode() -> Mixture:
        return _proposal(model, person, factor, posterior_modes(model, person, fit, factor))

    def made_from(start: Mixture, better: Callable[[], Mixture] | None) -> WeightedSample:
        wide = np.zeros(size), np.eye(size)
        return weighted_points(
            density, wide, start, PROPOSALS * count, chance, enough=POOR * count, better=better
        )

    first, few_etas = _proposal(model, person, factor, [own]), model.written is not None
    made = made_from(first, None if few_etas else every_mode)
    if few_etas and (made.counted < POOR * count or made.tail > TRUSTED):
        made = made_from(every_mode(), None)  # adapting is cheaper, and mostly enough
    if made.counted == 0.0:
        return nothing
    return Draws(
        eta=made.resampled(count, chance) @ factor.T,
        effective=min(1.0, made.counted / count),
        tail=made.tail,
    )


def _proposal(model: Dynamics, person: History, factor: Array, start: list[Mode]) -> Mixture:
    """t densities of z at the tops, each with the share of the mass that Laplace gives it."""
    centres = np.array([one.centre for one in start])
    factors = np.array([np.linalg.cholesky(one.covariance) for one in start])
    freedom = np.full(len(start), max(FREEDOM, float(len(factor))))
    if len(start) == 1:
        shares = np.ones(1)
    else:
        mass = log_posterior(model, person, centres @ factor.T)
        mass += np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)
        shares = np.exp(mass - max(mass.max(), -1e300))
        shares = np.maximum(shares / max(shares.sum(), 1e-300), LEAST_OF_A_MODE)
        shares /= shares.sum()
    return Mixture(shares=shares, centres=centres, factors=factors, freedom=freedom)
