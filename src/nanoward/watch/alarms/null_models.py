"""What a stream is expected to count: negative binomial with season, trend and exposure.

Log-linear rates fitted by penalised quasi-likelihood (McCullagh & Nelder 1989, chapter 9), with
a prior on trend and season: chance that is taken for a trend would move every later rank.
Overdispersion by moments with two standard errors added: one stream in a thousand that seems
less dispersed than it is would void a likelihood ratio. A
model is fitted on the past and then stands.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nanoward.watch.alarms.rules import WatchRules

Counts = Float[np.ndarray, "M T"]
STEPS = 8
_TREND_SD, _SEASON_SD = 0.05, 0.7  # of the log rate: per year; of each harmonic
_UNKNOWN = 0.5  # events added to a stream that showed none: "never" is no rate
SMALLEST, WIDEST = 1e-3, 20.0  # overdispersion 1/k
ERRORS = 2.0  # standard errors that the fitted half's null is wider


@dataclass(frozen=True, slots=True, kw_only=True)
class NullModels:
    """Null models of M streams, fitted at one time.

    coefficients  (M, 4) log rate per unit of exposure: level, trend per year, sine, cosine
    covariance    (M, 4, 4) of them, widened by the overdispersion
    overdispersion  (M,) 1/k by moments
    dispersion    (M,) 1/k, with two standard errors added
    observed      (M,) periods that each was fitted on; 0: none, and no model
    origin        period that the trend counts from
    """

    coefficients: Float[np.ndarray, "M 4"]
    covariance: Float[np.ndarray, "M 4 4"]
    overdispersion: Float[np.ndarray, " M"]
    dispersion: Float[np.ndarray, " M"]
    observed: Float[np.ndarray, " M"]
    origin: float


def design(
    times: Float[np.ndarray, " T"], origin: float, year: float
) -> Float[np.ndarray, "T 4"]:
    """Rows of level, trend per year, sine and cosine; times in periods."""
    turn = 2 * np.pi * times / year
    return np.stack(
        [np.ones_like(times), (times - origin) / year, np.sin(turn), np.cos(turn)], axis=1
    )


def fit_null_models(
    counts: Counts,
    exposure: Counts,
    times: Float[np.ndarray, " T"],
    rules: WatchRules,
    *,
    start: NullModels | None = None,
) -> NullModels:
    """Fit each stream on its past; periods without a count are NaN.

    Trend and season are sought from a year on; before it a stream has a level alone.

    start  models of nearly the same periods, from which two steps lead to the new ones
    """
    origin = float(times[-1]) if start is None else start.origin
    seen = np.isfinite(counts) & np.isfinite(exposure) & (exposure > 0)
    y, e = np.where(seen, counts, 0.0), np.where(seen, exposure, 0.0)
    n = seen.sum(1).astype(float)
    X = design(times, origin, rules.year)
    terms = np.ones((len(y), 4))
    terms[n < rules.year, 1:] = 0.0
    beta = _level(y, e) if start is None else start.coefficients * terms
    bread = np.zeros((len(y), 4, 4))
    for _ in range(STEPS if start is None else 2):
        mu = e * np.exp(np.clip(beta @ X.T, -30, 30))
        excess = (np.where(seen, y - mu, 0.0) ** 2).sum(1) / np.maximum(mu.sum(1), 1e-9)
        wide = np.maximum(excess, 1.0)[:, None]
        beta, bread = _scoring_step(beta, X, y / wide, e / wide, terms)
    mu = e * np.exp(np.clip(beta @ X.T, -30, 30))
    raw, upper = _dispersion(y, mu, seen, terms.sum(1))
    covariance = np.linalg.inv(bread)
    return NullModels(
        coefficients=beta,
        covariance=covariance * terms[:, :, None] * terms[:, None, :],
        overdispersion=raw,
        dispersion=upper,
        observed=n,
        origin=origin,
    )


def _level(y: Counts, e: Counts) -> Float[np.ndarray, "M 4"]:
    beta = np.zeros((len(y), 4))
    beta[:, 0] = np.log((y.sum(1) + _UNKNOWN) / np.maximum(e.sum(1), 1e-12))
    return beta


def _scoring_step(
    beta: Float[np.ndarray, "M 4"],
    X: Float[np.ndarray, "T 4"],
    y: Counts,
    e: Counts,
    terms: Float[np.ndarray, "M 4"],
) -> tuple[Float[np.ndarray, "M 4"], Float[np.ndarray, "M 4 4"]]:
    """One step of penalised scoring, and the information that it was made by."""
    mu = e * np.exp(np.clip(beta @ X.T, -30, 30))
    outer = (X[:, :, None] * X[:, None, :]).reshape(len(X), 16)
    bread = (mu @ outer).reshape(-1, 4, 4) * terms[:, :, None] * terms[:, None, :]
    prior = np.array([0.0, _TREND_SD**-2, _SEASON_SD**-2, _SEASON_SD**-2])
    total = np.maximum(y.sum(1) + _UNKNOWN, 1e-9)
    diagonal = prior + 1e9 * (1 - terms)
    diagonal[:, 0] += _UNKNOWN
    bread[:, range(4), range(4)] += diagonal
    slope = ((y - mu) @ X) * terms - beta * prior
    slope[:, 0] += _UNKNOWN * (1 - mu.sum(1) / total)
    move = np.linalg.solve(bread, slope[:, :, None])[:, :, 0]
    return beta + np.clip(move, -1.0, 1.0), bread


def _dispersion(
    y: Counts, mu: Counts, seen: np.ndarray, terms: Float[np.ndarray, " M"]
) -> tuple[Float[np.ndarray, " M"], Float[np.ndarray, " M"]]:
    """1/k by moments, and the same with standard errors added."""
    n = np.maximum(seen.sum(1), 1.0)
    room = n / np.maximum(n - terms, 1.0)
    square = np.maximum(np.where(seen, mu**2, 0.0).sum(1), 1e-9)
    excess = (np.where(seen, (y - mu) ** 2, 0.0).sum(1) * room) - mu.sum(1)
    raw = np.clip(excess / square, 0.0, WIDEST)
    level = mu.sum(1) / n
    variance = level + raw * level**2
    # of (y - mu)^2: its kurtosis about that of a gamma of this spread
    error = np.sqrt(n * variance**2 * (2 + 6 * raw + 1 / np.maximum(variance, 1e-9))) / square
    upper = np.clip(raw + ERRORS * np.minimum(error, 2.0), SMALLEST, WIDEST)
    return raw, upper


def expected(
    models: NullModels, exposure: Float[np.ndarray, " M"], time: float, year: float
) -> tuple[Float[np.ndarray, " M"], Float[np.ndarray, " M"]]:
    """Expected count of each stream at a time, and the standard error of its logarithm."""
    x = design(np.array([time]), models.origin, year)[0]
    log_rate = models.coefficients @ x
    error = np.sqrt(np.maximum(np.einsum("i,mij,j->m", x, models.covariance, x), 0.0))
    return exposure * np.exp(np.clip(log_rate, -30, 30)), error
