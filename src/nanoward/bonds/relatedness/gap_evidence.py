"""What the days between two samples say of a link: a likelihood ratio beside the genomes' own.

The gap of a pair is set against two laws: that of links, from the serial interval of the agent,
or learnt from the pairs that their genomes make likely links; and that of unrelated pairs of
the same stratum. Who lives with whom is looked at by neither.
"""

import numpy as np
from jaxtyping import Bool, Float, Int

from nanoward.bonds.rules import BondRules

ONWARD = 0.5  # each further passing between two linked people is half as likely: the part of
# a chain of which nobody was sampled; the answers on five seasons are alike from 0.3 to 0.7
MOST_PASSINGS = 60
ANYHOW = 0.02  # share of links whose gap is that of unrelated pairs
PRIOR_PAIRS = 4.0  # pairs with the usual gap that a learnt law starts from
PRIOR_NULL = 50.0  # pairs of all strata beside the unrelated ones of a stratum
BLUR = 0.15  # a day so far away tells the density up to this share of it
LONGEST = 1500  # days; longer gaps count as this
ROUNDS = 30


def gap_log_ratios(
    days: Float[np.ndarray, " N"],
    strata: Int[np.ndarray, " N"],
    unrelated: Bool[np.ndarray, " N"],
    genomes: Float[np.ndarray, " N"],
    rules: BondRules,
) -> Float[np.ndarray, " N"]:
    """(N,) log of P(gap | link) / P(gap | unrelated, stratum); 0 where a day is not known.

    days     between the samples, NaN where not known
    genomes  log-likelihood ratio of the genomes
    """
    answer = np.zeros(len(days))
    told = ~np.isnan(days)
    null = told & unrelated
    if null.sum() < 2 or np.ptp(days[null]) == 0:
        return answer
    at = np.minimum(np.nan_to_num(days), LONGEST).astype(np.int64)
    every = gap_density(at[null])
    linked = link_gap_density(days, genomes, null, rules)
    for stratum in np.unique(strata[told]):
        here = told & (strata == stratum)
        own = at[here & unrelated]
        usual = every if not len(own) else gap_density(own)
        weight = len(own) / (len(own) + PRIOR_NULL)
        strange = weight * usual[at[here]] + (1 - weight) * every[at[here]]
        mixed = (1 - ANYHOW) * linked[at[here]] + ANYHOW * strange
        answer[here] = np.log(mixed / strange)
    return answer


def gap_density(gaps: Int[np.ndarray, " M"]) -> Float[np.ndarray, " T"]:
    """(1501,) chance of each gap in days: those seen, each blurred more the longer it is."""
    days = np.arange(LONGEST + 1)
    counts = np.bincount(gaps, minlength=LONGEST + 1)
    total = np.full(LONGEST + 1, 1e-9)
    for gap in np.flatnonzero(counts):
        around = np.exp(-0.5 * ((days - gap) / (1 + BLUR * gap)) ** 2)
        total += counts[gap] * around / around.sum()
    density: Float[np.ndarray, " T"] = total / total.sum()
    return density


def link_gap_density(
    days: Float[np.ndarray, " N"],
    genomes: Float[np.ndarray, " N"],
    null: Bool[np.ndarray, " N"],
    rules: BondRules,
) -> Float[np.ndarray, " T"]:
    """(1501,) chance of each gap between linked people."""
    if rules.serial_interval is not None:
        return serial_gap_density(*rules.serial_interval)
    mean = learnt_gap(days, genomes, null)
    falling = np.exp(-np.arange(LONGEST + 1) / mean)
    return np.asarray(falling / falling.sum(), float)


def serial_gap_density(interval: float, spread: float) -> Float[np.ndarray, " T"]:
    """Days between the samples of two people j passings apart, for j = 0 (one source), 1, 2 ...

    Normal about j intervals, with the spread of j intervals and of either's way to a sample,
    which is taken for as wide as that of one interval.
    """
    days = np.arange(LONGEST + 1, dtype=float)
    total = np.zeros(LONGEST + 1)
    for passings in range(MOST_PASSINGS):
        wide = spread * np.sqrt(passings + 2)
        centre = passings * interval
        near = np.exp(-0.5 * ((days - centre) / wide) ** 2)
        near += np.exp(-0.5 * ((days + centre) / wide) ** 2) * (days > 0)
        total += ONWARD**passings * near / wide
    density: Float[np.ndarray, " T"] = total / total.sum()
    return density


def learnt_gap(
    days: Float[np.ndarray, " N"],
    genomes: Float[np.ndarray, " N"],
    null: Bool[np.ndarray, " N"],
) -> float:
    """Mean gap of links, each pair weighed by its chance to be one by the genomes alone.

    By expectation and maximisation over the share of links; starts from four pairs with the
    middle gap of unrelated pairs, so that without likely links days say next to nothing.
    """
    told = ~(np.isnan(days) | np.isnan(genomes))
    usual = float(np.median(days[null]))
    gap, ratio = days[told], np.exp(np.minimum(genomes[told], 30.0))
    share, mean = 0.05, usual
    for _ in range(ROUNDS):
        chance = share * ratio / (share * ratio + 1 - share)
        share = float(np.clip(chance.mean(), 1 / (1 + len(gap)), 0.5))
        mean = float((chance @ gap + PRIOR_PAIRS * usual) / (chance.sum() + PRIOR_PAIRS))
    return max(mean, 0.5)


def score_with_gap(
    genomes: Float[np.ndarray, " N"], gaps: Float[np.ndarray, " N"], other_lineage: float
) -> Float[np.ndarray, " N"]:
    """(N,) log-likelihood ratio of a contact: of its genomes and its gap.

    A share of contacts carry another lineage than each other (household mates infected from
    outside): for them the genomes say nothing, so that these take away at most its log.
    """
    told = ~np.isnan(genomes)
    score: Float[np.ndarray, " N"] = genomes + gaps
    if other_lineage > 0:
        held = np.logaddexp(np.log1p(-other_lineage) + genomes[told], np.log(other_lineage))
        score[told] = held + gaps[told]
    return score
