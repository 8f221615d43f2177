"""The smallest link that the data could have shown: what "no link" excludes, pair by pair."""

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int

from nanoward.bonds.linkage.calibration import (
    ClassCorrection,
    class_correction,
    gap_classes,
)
from nanoward.bonds.relatedness.link_score import UnrelatedDistances, link_scores
from nanoward.bonds.rules import BondRules
from nanoward.maths.statistics.gpd_tail import ScoreGrid, tail_p_values

STEPS = 400  # scores looked at beyond the highest unrelated pair
FAR = 60.0  # and up to how many steps of a coincidence beyond it
MOST = 1 << 17  # differences looked at
SURE = 0.05  # a share at the limit of detection is missed by so many samples


def smallest_links(
    pairs: pl.DataFrame, needed: Float[np.ndarray, " N"], rules: BondRules
) -> tuple[pl.Series, pl.Series]:
    """What each pair would have had to be for its p-value to be at most `needed`.

    pairs   of all strata, as `stratum_bonds` gives them
    returns (N,) the most differences, where wild lineages are compared; (N,) the fewest new
            factors that only these two share, where all carry one lot. null where no pair
            of such samples would be called, and of the other kind
    The score is measured by all unrelated pairs, not by those of one run.
    """
    most = np.full(pairs.height, np.nan)
    fewest = np.full(pairs.height, np.nan)
    score = scores_needed(pairs, needed)
    strata = np.unique(pairs["stratum"].to_numpy(), return_inverse=True)[1]
    for stratum in range(int(strata.max(initial=-1)) + 1):
        of = np.flatnonzero(strata == stratum)
        group = pairs[of]
        if rules.lot_is_common_source:
            size = float(group["step_size"][0])
            fewest[of] = np.maximum(1, np.ceil(score[of] / size))
        else:
            most[of] = most_differing(group, score[of], rules)
    return (
        pl.Series(most).fill_nan(None),
        pl.Series(fewest).fill_nan(None).cast(pl.Int64),
    )


def scores_needed(
    pairs: pl.DataFrame, needed: Float[np.ndarray, " N"]
) -> Float[np.ndarray, " N"]:
    """(N,) least score of the genomes at which each pair's own p-value is what it needs.

    Measured as `pair_evidence` does, given its stratum and gap; NaN where no score would do.
    """
    scores = pairs["genomes"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    null = pairs["is_unrelated"].to_numpy().astype(bool) & ~np.isnan(scores)
    answer = np.full(len(needed), np.nan)
    if not null.any():
        return answer
    step = ScoreGrid(size=float(pairs["step_size"][0]), rate=float(pairs["step_rate"][0]))
    reached = np.unique(scores[null])
    beyond = reached[-1] + np.linspace(0, FAR * step.size, STEPS)
    tried = np.concatenate([np.nextafter(reached, np.inf), beyond[1:]])
    cells, corrections = _cells(pairs, tail_p_values(scores, scores[null], null, step), null)
    base = tail_p_values(tried, scores[null], np.zeros(len(tried), bool), step)
    for cell in np.unique(cells, axis=0):
        here = (cells == cell).all(axis=1)
        p = base
        for one, correction in zip(cell.tolist(), corrections, strict=True):
            of = np.full(len(tried), one)
            p = correction.corrected(p, of, np.zeros(len(tried), bool))
        falling = np.minimum.accumulate(p)
        place = np.searchsorted(-falling, -needed[here], side="left")
        answer[here] = np.append(tried, np.nan)[np.minimum(place, len(tried))]
    return np.where(np.isnan(needed), np.nan, answer)


def _cells(
    pairs: pl.DataFrame, p: Float[np.ndarray, " N"], null: Bool[np.ndarray, " N"]
) -> tuple[Int[np.ndarray, "N 2"], list[ClassCorrection]]:
    """Stratum and range of gaps of each pair, and what either adds to a p-value."""
    days = pairs["days_apart"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    strata = np.unique(pairs["stratum"].to_numpy(), return_inverse=True)[1].astype(np.int64)
    classes, corrections = [strata, gap_classes(days, null)], list[ClassCorrection]()
    for one in classes:
        corrections.append(class_correction(p, one, null))
        p = corrections[-1].corrected(p, one, null)
    return np.stack(classes, axis=1), corrections


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
