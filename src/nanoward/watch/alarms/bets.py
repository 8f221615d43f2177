"""What one period says against the null, as e-values: their mean under it is at most one.

Conformal: the period's score is ranked among those of the stream's past, all under one model
that was fitted on the past and the period alike (full conformal prediction, Vovk, Gammerman &
Shafer 2022, chapter 2), and bet on by weights that fall as a power of the rank. The latest
periods are left out of the past, lest a slow rise hides itself; they are draws from the same
urn, so the null's chance of a gap between two past scores rises by one for each of them that
fell into it (Polya's urn): with that, whatever the latest periods were, a bet's mean is one.
Ties are parted by seeded draws. Fitted: likelihood ratios of a raised rate against a null model
fitted before, each at most `cap`.
"""

import numpy as np
from jaxtyping import Float, Int

from nanoward.watch.alarms.rules import CONFORMAL_EXPONENTS, FITTED_RISES

Streams = Float[np.ndarray, " M"]


def scores(
    counts: Float[np.ndarray, "M B"],
    draws: Float[np.ndarray, "M B"],
    mean: Float[np.ndarray, "M B"],
    dispersion: Streams,
) -> Float[np.ndarray, "M B"]:
    """How high each count is for its mean, on the scale that makes a variance constant.

    Anscombe 1948 for negative binomial counts, with a seeded draw in (0, 1) added to each.
    For one mean it keeps the counts' own order.
    """
    root = np.sqrt(np.maximum(dispersion, 1e-4))[:, None]
    seen = np.arcsinh(root * np.sqrt(counts + draws))
    told: Float[np.ndarray, "M B"] = (seen - np.arcsinh(root * np.sqrt(mean + 0.5))) / root
    return told


def conformal_evidence(
    now: Streams, latest: Float[np.ndarray, "M G"], past: Float[np.ndarray, "M B"], least: int
) -> Float[np.ndarray, "M E"]:
    """E-values of the conformal half by exponent; 1 where there is no count or too little past.

    now     scores of the period
    latest  scores of the periods just before, which are not ranked among
    past    scores of the periods before those; NaN where there was no count
    """
    n = np.isfinite(past).sum(1)
    ranks = _ranks(now[:, None], past)[:, 0]
    others, there = _ranks(latest, past), np.isfinite(latest)
    bets = np.ones((len(now), len(CONFORMAL_EXPONENTS)))
    for at, exponent in enumerate(CONFORMAL_EXPONENTS):
        weights = np.arange(1, past.shape[1] + 2) ** -exponent
        total = np.cumsum(weights)[n]
        urn = total + np.where(there, weights[others], 0.0).sum(1)
        bets[:, at] = weights[ranks] * (n + 1 + there.sum(1)) / urn
    fit = np.isfinite(now) & (n >= least)
    return np.where(fit[:, None], bets, 1.0)


def _ranks(
    scored: Float[np.ndarray, "M G"], past: Float[np.ndarray, "M B"]
) -> Int[np.ndarray, "M G"]:
    """How many past scores are above each: 0 is the highest."""
    with np.errstate(invalid="ignore"):
        above = [(past > scored[:, at, None]).sum(1) for at in range(scored.shape[1])]
    return np.stack(above, 1) if above else np.zeros((len(past), 0), int)


def fitted_evidence(
    counts: Streams, mean: Streams, dispersion: Streams, cap: float
) -> Float[np.ndarray, "M C"]:
    """E-values of the fitted half by rise; 1 where there is no count or no model."""
    rise = np.array(FITTED_RISES)
    a, mu, y = dispersion[:, None], mean[:, None], counts[:, None]
    log = y * np.log(rise) + (1 / a + y) * (np.log1p(a * mu) - np.log1p(a * mu * rise))
    told = np.exp(np.minimum(log, np.log(cap)))
    return np.where(np.isfinite(told), told, 1.0)


def tie_draws(streams: np.ndarray, time: int, seed: int) -> Streams:
    """A number in (0, 1) for each stream and period, the same whenever it is asked for.

    streams  (M,) unsigned 64-bit names of the streams
    Splitmix64 (Steele, Lea & Flood 2014) of seed, name and period.
    """
    with np.errstate(over="ignore"):
        z = streams.astype(np.uint64) ^ np.uint64(seed * 0x9E3779B97F4A7C15 & (2**64 - 1))
        z = z + np.uint64((time + 1) * 0xD1B54A32D192ED03 & (2**64 - 1))
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            z = (z ^ (z >> np.uint64(shift))) * np.uint64(factor)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(11)).astype(float) + 0.5) / 2.0**53
