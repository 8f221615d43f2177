"""Sharing beyond what people are anyway: for allele shares, distances and ready-made rates."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.special import betaln

ROUNDS = 60


def minor_likelihood(
    shares: Float[np.ndarray, "P F"],
    strata: Int[np.ndarray, " P"],
    repeats: Float[np.ndarray, "R 2"] | None = None,
) -> Float[np.ndarray, "P P"]:
    """(P, P) log-likelihood ratio of the minor variants that two share; NaN between strata.

    shares   (P, F) share of each allele in each person, 0 where it was not seen
    strata   (P,) season and subtype, lineage ...
    repeats  shares of variants in two sequencings of one sample: what the laboratory adds

    A stranger carries an allele with the frequency that it has among the others of the
    stratum, drawn towards that of all strata as far as the strata are alike
    (`pooling`): an artefact recurs, in one season more than in another. What is equal by
    descent has equal shares up to the noise of the laboratory, half of the time, and drifts
    like a stranger's else. Nothing here looks at who lives with whom.
    """
    carried = shares > 0
    people, sizes = len(shares), np.bincount(strata)
    counts = np.stack([carried[strata == one].sum(axis=0) for one in range(len(sizes))])
    total, weight = counts.sum(axis=0), pooling(counts, sizes)
    noise = _noise(shares, strata, repeats)
    found = np.zeros((people, people))
    for allele in np.flatnonzero(total >= 2):
        who = np.flatnonzero(carried[:, allele])
        of = strata[who]
        pooled = (total[allele] - 2 + 1) / (people - 2 + 2)  # without the two themselves
        usual = (counts[of, allele] - 2 + weight * pooled) / (sizes[of] - 2 + weight)
        same = of[:, None] == of[None]
        apart = np.log(shares[who, allele])[:, None] - np.log(shares[who, allele])[None]
        gain = -np.log(np.clip(usual, 1e-9, 1.0))[:, None] + noise.gain(apart)
        found[np.ix_(who, who)] += np.where(same, gain, 0.0)
    found[strata[:, None] != strata[None]] = np.nan
    np.fill_diagonal(found, 0.0)
    return found


def pooling(counts: Int[np.ndarray, "T F"], sizes: Int[np.ndarray, " T"]) -> float:
    """How many people of all strata a frequency within one stratum is drawn towards.

    The number at which the counts of each stratum are likeliest, given those of the others
    (beta-binomial; empirical Bayes), for alleles that two or more carry.
    """
    several = counts[:, counts.sum(axis=0) >= 2]
    if several.size == 0 or len(sizes) < 2:
        return float(max(int(sizes.sum()), 1))
    others = several.sum(axis=0)[None] - several
    far = (sizes.sum() - sizes)[:, None]
    frequency = (others + 1) / (far + 2)
    size = sizes[:, None]
    tried = np.exp(np.linspace(0, 7, 57))
    fits = [
        float(
            (
                betaln(several + m * frequency, size - several + m * (1 - frequency))
                - betaln(m * frequency, m * (1 - frequency))
            ).sum()
        )
        for m in tried.tolist()
    ]
    return float(tried[int(np.argmax(fits))])


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareNoise:
    """Standard deviations of the log ratio of two shares of one allele.

    repeated   in two people, as the laboratory alone would make it; 0: not told
    strangers  in people of different strata
    """

    repeated: float
    strangers: float

    def gain(self, apart: Float[np.ndarray, "*N"]) -> Float[np.ndarray, "*N"]:
        """Log of (half a repeat, half a stranger) over a stranger, both log-normal."""
        if not 0 < self.repeated < self.strangers:
            return np.zeros(apart.shape)
        sharper = 1 / self.repeated**2 - 1 / self.strangers**2
        ratio = self.strangers / self.repeated * np.exp(-(apart**2) / 2 * sharper)
        gained: Float[np.ndarray, "*N"] = np.log((1 + ratio) / 2)
        return gained


def _noise(
    shares: Float[np.ndarray, "P F"],
    strata: Int[np.ndarray, " P"],
    repeats: Float[np.ndarray, "R 2"] | None,
) -> ShareNoise:
    """Of the mean of two sequencings: its variance is half that of one."""
    told = np.zeros((0, 2)) if repeats is None else repeats[(repeats > 0).all(axis=1)]
    squares = []
    for allele in range(shares.shape[1]):
        who = np.flatnonzero(shares[:, allele] > 0)
        if len(who) > 1:
            i, j = np.triu_indices(len(who), 1)
            far = strata[who[i]] != strata[who[j]]
            own = np.log(shares[who, allele])
            squares.append((own[i] - own[j])[far] ** 2)
    every = np.concatenate(squares) if squares else np.zeros(0)
    if not len(told) or not len(every):
        return ShareNoise(repeated=0.0, strangers=0.0)
    one = np.log(told[:, 0] / told[:, 1])
    return ShareNoise(
        repeated=float(np.sqrt((one**2).mean() / 2)), strangers=float(np.sqrt(every.mean()))
    )


def excess_sharing(
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
    NaN where a distance is not known; fewer than `nearest` others are taken as they are.
    """
    open_ = np.where(np.isnan(apart), np.inf, apart)
    np.fill_diagonal(open_, np.inf)
    closest = np.sort(open_, axis=1)[:, :nearest]
    known = np.isfinite(closest)
    total = np.where(known, closest, 0.0).sum(axis=1)
    near = np.log1p(total / np.maximum(known.sum(axis=1), 1))
    found = (near[:, None] + near[None]) / 2 - np.log1p(np.maximum(apart, 0.0))
    if days is not None:
        found = found - days / carriage_d
    np.fill_diagonal(found, 0.0)
    return np.asarray(found, float)
