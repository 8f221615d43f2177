"""The smallest link that the data could have shown: what "no link" excludes, pair by pair."""

import numpy as np
import polars as pl
from jaxtyping import Float, Int

from nanoward.bonds.relatedness.link_score import UnrelatedDistances, link_scores
from nanoward.bonds.rules import BondRules
from nanoward.maths.statistics.gpd_tail import ScoreGrid, tail_p_values

STEPS = 400  # scores looked at beyond the highest unrelated pair
FAR = 60.0  # and up to how many steps of a coincidence beyond it
MOST = 1 << 17  # differences looked at
SURE = 0.05  # a share at the limit of detection is missed by so many samples


def smallest_links(
    pairs: pl.DataFrame, needed: Float[np.ndarray, " N"], rules: BondRules
) -> tuple[list[float | None], list[int | None]]:
    """What each pair would have had to be for its p-value to be at most `needed`.

    pairs   of all strata, as `stratum_bonds` gives them
    returns (N,) the most differences, where wild lineages are compared; (N,) the fewest new
            factors that only these two share, where all carry one lot. None where no pair
            of such samples would be called, and of the other kind
    The score is measured by all unrelated pairs of the stratum, not by those of one run.
    """
    most: list[float | None] = [None] * pairs.height
    fewest: list[int | None] = [None] * pairs.height
    strata = pairs["stratum"].to_numpy()
    for stratum in np.unique(strata):
        of = np.flatnonzero(strata == stratum)
        group = pairs[of]
        score = scores_needed(group, needed[of])
        if rules.lot_is_common_source:
            size = float(group["step_size"][0])
            for place, one in zip(of.tolist(), score.tolist(), strict=True):
                fewest[place] = None if np.isnan(one) else max(1, int(np.ceil(one / size)))
        else:
            for place, one in zip(
                of.tolist(), most_differing(group, score, rules).tolist(), strict=True
            ):
                most[place] = None if np.isnan(one) else one
    return most, fewest


def scores_needed(
    group: pl.DataFrame, needed: Float[np.ndarray, " N"]
) -> Float[np.ndarray, " N"]:
    """(N,) least score of a stratum whose p-value is at most `needed`; NaN where none is."""
    scores = group["score"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    null = scores[group["is_unrelated"].to_numpy().astype(bool)]
    null = np.unique(null[~np.isnan(null)])
    every = scores[group["is_unrelated"].to_numpy().astype(bool)]
    if not len(null):
        return np.full(len(needed), np.nan)
    step = ScoreGrid(size=float(group["step_size"][0]), rate=float(group["step_rate"][0]))
    beyond = null[-1] + np.linspace(0, FAR * step.size, STEPS)
    just = np.nextafter(null, np.inf)
    tried = np.concatenate([just, beyond[1:]])
    p = tail_p_values(tried, every, np.zeros(len(tried), bool), step)
    falling = np.minimum.accumulate(p)
    place = np.searchsorted(-falling, -needed, side="left")
    found: Float[np.ndarray, " N"] = np.append(tried, np.nan)[np.minimum(place, len(tried))]
    return np.where(np.isnan(needed), np.nan, found)


def most_differing(
    group: pl.DataFrame, score: Float[np.ndarray, " N"], rules: BondRules
) -> Float[np.ndarray, " N"]:
    """(N,) most whole differences at which a pair scores at least `score`; NaN where none.

    By halving: the score never rises with distance.
    """
    compared = group["compared"].to_numpy().astype(float)
    days = group["days_apart"].cast(pl.Float64).fill_null(0.0).to_numpy()
    background = UnrelatedDistances(
        rate=float(group["null_rate"][0] or 0.0), shape=float(group["null_shape"][0] or 1.0)
    )

    def holds(differing: Int[np.ndarray, " N"]) -> np.ndarray:
        reached = link_scores(differing.astype(float), compared, days, background, rules)
        return np.asarray(np.nan_to_num(reached, nan=-np.inf) >= score)

    low = np.zeros(len(score), np.int64)
    high = np.full(len(score), MOST, np.int64)
    able = holds(low) & ~np.isnan(score)
    while (high - low > 1).any():
        middle = (low + high) // 2
        inside = holds(middle)
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return np.where(able, low, np.nan)


def least_shares(depth: Float[np.ndarray, " S"], least: float) -> Float[np.ndarray, " S"]:
    """(S,) share of reads that a sample of such depth shows in 95 of 100; NaN if not told.

    An allele at share f is seen in none of n reads with chance (1 - f)^n, so that f is at most
    1 - 0.05^(1/n), some 3 / n (the rule of three, Hanley & Lippman-Hand 1983 JAMA 249:1743);
    and nothing below the least share counts as carried.
    """
    shares: Float[np.ndarray, " S"] = np.maximum(1 - SURE ** (1 / np.maximum(depth, 1)), least)
    return shares
