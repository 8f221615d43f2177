"""All pairs of a round: scores, p-values given stratum and gap, and what their days say."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from nanoward.bonds.linkage.calibration import class_correction, gap_classes
from nanoward.bonds.linkage.significance import best_matched, plain_p_values
from nanoward.bonds.relatedness.gap_evidence import gap_log_ratios, score_with_gap
from nanoward.bonds.relatedness.link_score import (
    UnrelatedDistances,
    link_scores,
    lot_scores,
    shrunk_backgrounds,
)
from nanoward.bonds.rules import BondRules
from nanoward.maths.statistics.gpd_tail import ScoreGrid


@dataclass(frozen=True, slots=True, kw_only=True)
class PairData:
    """What was measured of N pairs, of all strata.

    stratum      number of the stratum
    people       of that stratum
    differing    differences, weighted by how informative each is
    compared     positions told by both
    days         between the samples, NaN where not known
    rare         evidence from shared rare factors, nats
    unrelated    cannot have met
    lot_run, depth  classes in which pairs may be alike for that alone
    """

    stratum: Int[np.ndarray, " N"]
    people: Int[np.ndarray, " N"]
    differing: Float[np.ndarray, " N"]
    compared: Float[np.ndarray, " N"]
    days: Float[np.ndarray, " N"]
    rare: Float[np.ndarray, " N"]
    unrelated: Bool[np.ndarray, " N"]
    lot_run: Int[np.ndarray, " N"]
    depth: Int[np.ndarray, " N"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairEvidence:
    """What follows for each pair; NaN where nothing could be compared, or measured by.

    score       log-likelihood ratio of genomes and gap
    genomes     of the genomes alone: what p_value ranks
    gap         log-likelihood ratio of the days
    p_value     share of unrelated pairs of such a stratum and gap that score as high
    p_of_all    share of all unrelated pairs that do
    backgrounds differences between unrelated people, by stratum
    step        what one coincidence adds to a score
    """

    score: Float[np.ndarray, " N"]
    genomes: Float[np.ndarray, " N"]
    gap: Float[np.ndarray, " N"]
    p_value: Float[np.ndarray, " N"]
    p_of_all: Float[np.ndarray, " N"]
    backgrounds: dict[int, UnrelatedDistances]
    step: ScoreGrid


def pair_evidence(pairs: PairData, rules: BondRules) -> PairEvidence:
    """Strata are judged together: small ones borrow what they cannot tell from the others."""
    backgrounds = shrunk_backgrounds(
        pairs.stratum, pairs.people, pairs.differing, pairs.compared, pairs.unrelated
    )
    genomes = pairs.rare + _distance_part(pairs, backgrounds, rules)
    step = step_of(pairs.rare[pairs.unrelated], int(pairs.people.max(initial=2)))
    plain = plain_p_values(genomes, pairs.unrelated, step)
    p = best_matched(genomes, pairs.unrelated, [pairs.lot_run, pairs.depth], step, plain)
    for classes in (pairs.stratum, gap_classes(pairs.days, pairs.unrelated)):
        p = class_correction(p, classes, pairs.unrelated).corrected(p, classes, pairs.unrelated)
    gap = gap_log_ratios(pairs.days, pairs.stratum, pairs.unrelated, genomes, rules)
    if rules.lot_is_common_source:  # days since one dosing tell two recipients nothing
        gap = np.zeros(len(gap))
    other = 0.0 if rules.lot_is_common_source else rules.other_lineage_share
    return PairEvidence(
        score=score_with_gap(genomes, gap, other),
        genomes=genomes,
        gap=gap,
        p_value=p,
        p_of_all=plain,
        backgrounds=backgrounds,
        step=step,
    )


def step_of(extra: Float[np.ndarray, " N"], people: int) -> ScoreGrid:
    """One shared factor adds at most log S; the rate is that of unrelated pairs with any."""
    count = max(len(extra), 1)
    return ScoreGrid(
        size=float(np.log(max(people, 2))), rate=(1 + int((extra > 0).sum())) / (1 + count)
    )


def _distance_part(
    pairs: PairData, backgrounds: dict[int, UnrelatedDistances], rules: BondRules
) -> Float[np.ndarray, " N"]:
    gap = np.nan_to_num(pairs.days, nan=0.0)
    if rules.lot_is_common_source:
        return np.asarray(lot_scores(pairs.differing, pairs.compared, gap, rules), float)
    answer = np.full(len(gap), np.nan)
    for stratum, background in backgrounds.items():
        here = pairs.stratum == stratum
        answer[here] = link_scores(
            pairs.differing[here], pairs.compared[here], gap[here], background, rules
        )
    return answer
