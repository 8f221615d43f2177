"""Sharing beyond what people are anyway: for allele shares, distances and ready-made rates."""

import numpy as np
from jaxtyping import Float, Int

ROUNDS = 60


def minor_sharing(
    shares: Float[np.ndarray, "P F"], frequency: Float[np.ndarray, " F"]
) -> Float[np.ndarray, "P P"]:
    """(P, P) sum over shared alleles of -log frequency, times how equal their shares are.

    shares     (P, F) share of each allele in each person, 0 where it was not seen
    frequency  (F,) share of unrelated households that have the allele
    An artefact of the laboratory turns up at any share in anybody; equal shares of a rare
    allele do not.
    """
    total = np.zeros((len(shares), len(shares)))
    rare = -np.log(np.clip(frequency, 1e-9, 1.0))
    for allele in range(shares.shape[1]):
        who = np.flatnonzero(shares[:, allele] > 0)
        if len(who) > 1:
            held = shares[who, allele]
            least = np.minimum(held[:, None], held[None])
            most = np.maximum(held[:, None], held[None])
            total[np.ix_(who, who)] += rare[allele] * least / most
    np.fill_diagonal(total, 0.0)
    return total


def beyond_people(
    rates: Float[np.ndarray, "P P"], blocks: Int[np.ndarray, " P"], steadying: float = 5.0
) -> Float[np.ndarray, "P P"]:
    """(P, P) sharing rates less the mean of their block and what either person shares with all.

    rates      symmetric, NaN where not known; pairs of two blocks are left out (NaN)
    steadying  pairs with no deviation that are added to each person's, against few pairs
    Divided by the standard deviation of the block, so that blocks can be put together.
    """
    answer = np.full(rates.shape, np.nan)
    for block in np.unique(blocks):
        of = np.flatnonzero(blocks == block)
        part = rates[np.ix_(of, of)].copy()
        np.fill_diagonal(part, np.nan)
        told = ~np.isnan(part)
        if not told.any():
            continue
        left = np.where(told, part - np.nanmean(part), 0.0)
        own = np.zeros(len(of))
        for _ in range(ROUNDS):
            fresh = (left - told * own[None]).sum(axis=1) / (told.sum(axis=1) + steadying)
            own = (own + fresh) / 2
        rest = np.where(told, left - own[:, None] - own[None], np.nan)
        spread = float(np.nanstd(rest))
        answer[np.ix_(of, of)] = rest / spread if spread > 0 else rest
    return answer


def closeness(
    apart: Float[np.ndarray, "P P"],
    days: Float[np.ndarray, "P P"] | None = None,
    carriage_d: float = 250.0,
    nearest: int = 5,
) -> Float[np.ndarray, "P P"]:
    """(P, P) how near two samples are beside how near each is to its nearest others.

    Minus the log ratio of their distance to the geometric mean of both samples' distances to
    their `nearest` nearest: where sampling is dense, strangers are near as well. With days,
    one is taken off for each mean duration of carriage between the samples (1 year or so for
    resistant gut bacteria: Zimmermann et al. 2013 Am J Infect Control 41:190).
    """
    open_ = apart.copy()
    np.fill_diagonal(open_, np.inf)
    near = np.log1p(np.sort(open_, axis=1)[:, :nearest].mean(axis=1))
    found = (near[:, None] + near[None]) / 2 - np.log1p(np.maximum(apart, 0.0))
    if days is not None:
        found = found - days / carriage_d
    np.fill_diagonal(found, 0.0)
    return np.asarray(found, float)
