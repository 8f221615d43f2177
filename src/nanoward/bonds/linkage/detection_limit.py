"""The smallest link that the data could have shown: what "no link" excludes, pair by pair."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Float, Int

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


@dataclass(frozen=True, slots=True, kw_only=True)
class NullPairs:
    """The M unrelated pairs that every p-value of a round rests on.

    genomes   score of their genomes alone
    p_of_all  share of all of them that score as high
    stratum   number of each one's stratum
    days      between the samples, NaN where not known
    """

    genomes: Float[np.ndarray, " M"]
    p_of_all: Float[np.ndarray, " M"]
    stratum: Int[np.ndarray, " M"]
    days: Float[np.ndarray, " M"]


def smallest_links(
    pairs: pl.DataFrame,
    needed: Float[np.ndarray, " N"],
    rules: BondRules,
    null: NullPairs | None = None,
) -> tuple[pl.Series, pl.Series]:
    """What each pair would have had to be for its p-value to be at most `needed`.

    pairs   those that are asked for, as `judged_together` gives them
    null    the unrelated pairs of the round; those among `pairs`, if None
    returns (N,) the most differences, where wild lineages are compared; (N,) the fewest new
            factors that only these two share, where all carry one lot. null where no pair
            of such samples would be called, and of the other kind
    The score is measured by all unrelated pairs, not by those of one run.
    """
    most = np.full(pairs.height, np.nan)
    fewest = np.full(pairs.height, np.nan)
    score = scores_needed(pairs, needed, null)
    strata = numbers_of(pairs["stratum"])
    for stratum in np.unique(strata).tolist():
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


def numbers_of(strata: pl.Series) -> Int[np.ndarray, " N"]:
    """(N,) number of each stratum: its place among all of the round, if these are known."""
    if isinstance(strata.dtype, pl.Enum):
        return strata.to_physical().cast(pl.Int64).to_numpy()
    return np.unique(strata.to_numpy(), return_inverse=True)[1].astype(np.int64)


def days_of(pairs: pl.DataFrame) -> Float[np.ndarray, " N"]:
    """(N,) days between the samples, NaN where not known."""
    return pairs["days_apart"].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _step_of(pairs: pl.DataFrame) -> ScoreGrid:
    return ScoreGrid(size=float(pairs["step_size"][0]), rate=float(pairs["step_rate"][0]))


def null_among(pairs: pl.DataFrame) -> NullPairs:
    """The unrelated ones of all pairs of a round."""
    scores = pairs["genomes"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    null = pairs["is_unrelated"].to_numpy().astype(bool) & ~np.isnan(scores)
    own = scores[null]
    every = np.ones(len(own), bool)
    return NullPairs(
        genomes=own,
        p_of_all=tail_p_values(own, own, every, _step_of(pairs)) if len(own) else own,
        stratum=numbers_of(pairs["stratum"])[null],
        days=days_of(pairs)[null],
    )


def scores_needed(
    pairs: pl.DataFrame, needed: Float[np.ndarray, " N"], null: NullPairs | None = None
) -> Float[np.ndarray, " N"]:
    """(N,) least score of the genomes at which each pair's own p-value is what it needs.

    Measured as `pair_evidence` does, given its stratum and gap; NaN where no score would do.
    null  the unrelated pairs of the round; those among `pairs`, if None
    """
    answer = np.full(len(needed), np.nan)
    null = null_among(pairs) if null is None and pairs.height else null
    if null is None or not (len(null.genomes) and pairs.height):
        return answer
    step = _step_of(pairs)
    reached = np.unique(null.genomes)
    beyond = reached[-1] + np.linspace(0, FAR * step.size, STEPS)
    tried = np.concatenate([np.nextafter(reached, np.inf), beyond[1:]])
    cells, corrections = _cells(pairs, null)
    none = np.zeros(len(tried), bool)
    base = tail_p_values(tried, null.genomes, none, step)
    code = cells[:, 0] * (2 + int(cells[:, 1].max())) + cells[:, 1]
    for first in np.unique(code, return_index=True)[1].tolist():
        here = code == code[first]
        p = base
        for one, correction in zip(cells[first].tolist(), corrections, strict=True):
            p = correction.corrected(p, np.full(len(tried), one), none)
        falling = np.minimum.accumulate(p)
        place = np.searchsorted(-falling, -needed[here], side="left")
        answer[here] = np.append(tried, np.nan)[np.minimum(place, len(tried))]
    return np.where(np.isnan(needed), np.nan, answer)


def _cells(
    pairs: pl.DataFrame, null: NullPairs
) -> tuple[Int[np.ndarray, "N 2"], list[ClassCorrection]]:
    """Stratum and range of gaps of each pair, and what either adds to a p-value."""
    count, p = len(null.genomes), null.p_of_all
    every = np.ones(count, bool)
    gaps = gap_classes(
        np.concatenate([null.days, days_of(pairs)]), np.arange(count + pairs.height) < count
    )
    corrections = []
    for one in (null.stratum, gaps[:count]):
        corrections.append(class_correction(p, one, every))
        p = corrections[-1].corrected(p, one, every)
    return np.stack([numbers_of(pairs["stratum"]), gaps[count:]], axis=1), corrections


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
