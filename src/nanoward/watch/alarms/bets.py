"""What one period says against the null, as e-values: their mean under it is at most one.

Conformal: the period's score is ranked among those of the stream's own past, all under one
model that was fitted on the past and the period alike (full conformal prediction, Vovk,
Gammerman & Shafer 2022, chapter 2), and bet on by power functions of the rank; ties are parted
by seeded draws and averaged over, which leaves an e-value. Fitted: likelihood ratios of a
raised rate against a null model fitted before, each at most `cap`.
"""

import numpy as np
from jaxtyping import Float

from nanoward.watch.alarms.rules import CONFORMAL_POWERS, FITTED_RISES

Streams = Float[np.ndarray, " M"]
STRATA = (0.125, 0.375, 0.625, 0.875)  # draws at which a period's own count is read


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
    now: Float[np.ndarray, "M K"], past: Float[np.ndarray, "M B"], least: int
) -> Float[np.ndarray, "M E"]:
    """E-values of the conformal half by power; 1 where there is no count or too little past.

    now   scores of the period under several draws
    past  scores of earlier periods, NaN where there was none
    """
    with np.errstate(invalid="ignore"):
        above = (past[:, None, :] > now[:, :, None]).sum(2)
    n = np.isfinite(past).sum(1)[:, None].astype(float)
    left, right = above / (n + 1), (above + 1) / (n + 1)
    powers = np.array(CONFORMAL_POWERS)
    bets = (right[:, :, None] ** powers - left[:, :, None] ** powers) * (n + 1)[:, :, None]
    fit = np.isfinite(now[:, 0]) & (n[:, 0] >= least)
    return np.where(fit[:, None], bets.mean(1), 1.0)


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
