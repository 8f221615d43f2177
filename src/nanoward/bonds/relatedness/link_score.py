"""How much likelier two samples are if their people are linked than if they are not.

The score is a log-likelihood ratio in nats; larger is closer. It looks at genomes and days
only: who met whom plays no part, except that the background of a stratum (the same for all
its pairs) is taken from pairs without contact.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.special import gammaln

from nanoward.bonds.relatedness.informative_alleles import (
    CONSENSUS,
    InformativeAlleles,
    carriers_of,
    holders_of,
)
from nanoward.bonds.rules import BondRules
from nanoward.maths.genetics.allele_distances import pairs_within
from nanoward.maths.genetics.allele_frequencies import SLOTS, AlleleTable, Carriers

YEAR_D = 365.25
PRIOR_PEOPLE = 10.0  # of all strata beside those of each, for how widely distances vary
MOST_SHAPE = 1000.0  # beyond it a negative binomial is a Poisson for all purposes


@dataclass(frozen=True, slots=True, kw_only=True)
class UnrelatedDistances:
    """Differences between unrelated people of a stratum: negative binomial.

    rate   differences per position compared
    shape  1 or more, so that the ratio to a geometric law never rises with distance
    """

    rate: float
    shape: float


def unrelated_distances(
    apart: Float[np.ndarray, " N"], compared: Float[np.ndarray, " N"]
) -> UnrelatedDistances | None:
    """Moments of unrelated pairs' differences; None without a pair."""
    told = compared > 0
    if not told.any():
        return None
    rates = apart[told] / compared[told]
    usual = float(np.median(compared[told]))
    mean = float(rates.mean()) * usual
    excess = float(rates.var()) * usual**2 - mean
    shape = mean**2 / excess if excess > 0 else MOST_SHAPE
    return UnrelatedDistances(rate=mean / usual, shape=min(max(shape, 1.0), MOST_SHAPE))


def shrunk_backgrounds(
    strata: Int[np.ndarray, " N"],
    people: Int[np.ndarray, " N"],
    apart: Float[np.ndarray, " N"],
    compared: Float[np.ndarray, " N"],
    unrelated: Bool[np.ndarray, " N"],
) -> dict[int, UnrelatedDistances]:
    """Stratum to its background; that of a small one is drawn towards that of all.

    The log of the mean as far as strata differ no more than so few people make them differ
    (empirical Bayes; DerSimonian & Laird 1986); the spread as if ten people of all were in it.
    Without an unrelated pair anywhere there is none.
    """
    told = unrelated & (compared > 0)
    own: dict[int, tuple[UnrelatedDistances, int]] = {}
    for one in np.unique(strata[told]).tolist():
        here = told & (strata == one)
        found = unrelated_distances(apart[here], compared[here])
        if found is not None:
            own[one] = found, int(people[here][0])
    if not own:
        return {}
    size = np.array([count for _, count in own.values()], float)
    spread = np.array([1 / one.shape for one, _ in own.values()])
    usual = float(np.average(spread, weights=size))
    spread = (size * spread + PRIOR_PEOPLE * usual) / (size + PRIOR_PEOPLE)
    level = np.log([max(one.rate, 1e-9) for one, _ in own.values()])
    error = 2 * np.maximum(usual, 1e-3) / size
    middle = float(np.average(level, weights=1 / error))
    excess = float(((level - middle) ** 2 / error).sum()) - (len(level) - 1)
    weight = 1 / error
    real = max(excess, 0.0) / max(float(weight.sum() - (weight**2).sum() / weight.sum()), 1e-9)
    kept = real / (real + error) if len(own) > 1 else np.ones(1)
    rates = np.exp(kept * level + (1 - kept) * middle)
    made = {
        one: UnrelatedDistances(rate=float(rate), shape=_shape(wide))
        for one, rate, wide in zip(own, rates, spread, strict=True)
    }
    every = UnrelatedDistances(rate=float(np.exp(middle)), shape=_shape(usual))
    return {one: made.get(one, every) for one in np.unique(strata).tolist()}


def _shape(spread: float) -> float:
    return float(min(max(1 / max(spread, 1e-9), 1.0), MOST_SHAPE))


def log_linked(
    apart: Float[np.ndarray, " *N"], expected: Float[np.ndarray, " *N"]
) -> Float[np.ndarray, " *N"]:
    """Log probability of so many differences between linked people.

    Geometric: a Poisson clock over an exponential time since their common source.
    """
    answer: Float[np.ndarray, " *N"] = apart * np.log(expected / (1 + expected)) - np.log1p(
        expected
    )
    return answer


def log_unrelated(
    apart: Float[np.ndarray, " *N"], mean: Float[np.ndarray, " *N"], shape: float
) -> Float[np.ndarray, " *N"]:
    """Log probability of so many differences between unrelated people (negative binomial).

    Written for whole numbers and continued between them by the gamma function.
    """
    answer: Float[np.ndarray, " *N"] = (
        gammaln(apart + shape)
        - gammaln(shape)
        - gammaln(apart + 1)
        + shape * np.log(shape / (shape + mean))
        + apart * np.log(mean / (shape + mean))
    )
    return answer


def link_scores(
    apart: Float[np.ndarray, " *N"],
    compared: Float[np.ndarray, " *N"],
    days: Float[np.ndarray, " *N"],
    background: UnrelatedDistances,
    rules: BondRules,
) -> Float[np.ndarray, " *N"]:
    """Log of P(differences | linked) / P(differences | unrelated in this stratum).

    apart, compared, days   differences, positions told by both, days between the samples
    NaN where nothing could be compared. The differences that a link explains are capped at
    what keeps the ratio falling: a link cannot be known by more distance than strangers have.
    """
    expected = rules.linked_differences + rules.clock_per_site_year * compared * days / YEAR_D
    mean = np.maximum(background.rate * compared, 1e-9)
    capped = np.minimum(expected, mean / background.shape)
    score = log_linked(apart, capped) - log_unrelated(apart, mean, background.shape)
    return np.where(compared > 0, score, np.nan)


def lot_scores(
    apart: Float[np.ndarray, " *N"],
    compared: Float[np.ndarray, " *N"],
    days: Float[np.ndarray, " *N"],
    rules: BondRules,
) -> Float[np.ndarray, " *N"]:
    """What differences cost where all received one lot: the lot explains all that is equal.

    0 for equal samples; shared new factors are added by `rarity`.
    """
    expected = rules.linked_differences + rules.clock_per_site_year * compared * days / YEAR_D
    cost = apart * np.log(expected / (1 + expected))
    return np.where(compared > 0, cost, np.nan)


def rarity(
    table: AlleleTable,
    evidence: InformativeAlleles,
    *,
    minor_only: bool,
) -> Float[np.ndarray, "S S"]:
    """Evidence from shared rare factors: the sum of log(share / frequency), never below 0.

    A factor that one carries at share g passes a narrow bottleneck with chance g; a stranger
    carries it with frequency f = (c + 1) / (S - 2 + 2), c its carriers among the S - 2 others.
    Two recipients of one lot are strangers of that lot: f is then the larger of this and the
    same within the lot, so that what the lot held is no evidence; where the lot itself was
    sequenced, what was seen in it counts nothing between two that received it. What arose k
    times independently counts 1 / k.
    minor_only  count alleles that are below consensus in at least one of the two (the others
                speak through the differences already); else all but the reference's alleles
    """
    people = len(table.samples)
    total = np.zeros((people, people))
    counted = _worth_looking(table, evidence, minor_only=minor_only)
    who = carriers_of(table, evidence.carried, np.flatnonzero(counted.ravel()))
    share = np.ones(len(who.sample))
    entries = np.flatnonzero(evidence.carried & (counted.ravel()[table.feature] > 0))
    share[: len(entries)] = table.share[entries]
    order = np.lexsort((who.sample, who.feature))
    sample, feature, share = who.sample[order], who.feature[order], share[order]
    group = np.cumsum(np.diff(feature, prepend=-1) != 0) - 1
    known = _CarrierCounts(
        counted=counted.ravel(),
        mains=_mains(table),
        in_lots=_carriers_in_lots(who, evidence, counted.size),
        of_lot=np.bincount(evidence.lots, minlength=people + 1),
    )
    for left, right in pairs_within(group):
        gain = _gains(
            _CarrierPairs(
                samples=(sample[left], sample[right]),
                feature=feature[left],
                shares=(share[left], share[right]),
            ),
            evidence, known, minor_only=minor_only,
        )  # fmt: skip
        np.add.at(total, (sample[left], sample[right]), gain)
    both: Float[np.ndarray, "S S"] = total + total.T
    return both


@dataclass(frozen=True, slots=True, kw_only=True)
class _CarrierPairs:
    """Two samples each, and one allele that both carry; their shares of it."""

    samples: tuple[Int[np.ndarray, " N"], Int[np.ndarray, " N"]]
    feature: Int[np.ndarray, " N"]
    shares: tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _CarrierCounts:
    """How many carry each of the K = 5 F alleles.

    counted  (K,) of all, 0 where it is not looked at; mains: at consensus
    in_lots  (T, K) of those who received each of T lots; of_lot: how many these are
    """

    counted: Int[np.ndarray, " K"]
    mains: Int[np.ndarray, " K"]
    in_lots: Int[np.ndarray, "T K"]
    of_lot: Int[np.ndarray, " T1"]


def _gains(
    pairs: _CarrierPairs,
    evidence: InformativeAlleles,
    known: _CarrierCounts,
    *,
    minor_only: bool,
) -> Float[np.ndarray, " N"]:
    """(N,) what each allele adds to the evidence of its two carriers."""
    feature = pairs.feature
    one, other = (evidence.lots[side] for side in pairs.samples)
    frequency = (known.counted[feature] - 1) / len(evidence.lots)
    same = (one == other) * ((known.in_lots[one, feature] - 1) / known.of_lot[one])
    low, high = np.minimum(*pairs.shares), np.maximum(*pairs.shares)
    gain = np.maximum(0.0, np.log(high / np.maximum(frequency, same)))
    if minor_only:
        main = [(side >= CONSENSUS).astype(int) for side in pairs.shares]
        gain = gain * (low < CONSENSUS)
        gain = gain * (known.mains[feature] - main[0] - main[1] == 0)
    seen = evidence.of_lot.reshape(len(evidence.of_lot), -1)
    gain = gain * ~(seen[one, feature] & seen[other, feature])
    weighed: Float[np.ndarray, " N"] = gain * evidence.weights[feature // SLOTS]
    return weighed


def _mains(table: AlleleTable) -> Int[np.ndarray, " K"]:
    """(5 F,) samples that hold each allele at consensus."""
    sites = len(table.origin)
    held = np.bincount(table.feature[table.share >= CONSENSUS], minlength=SLOTS * sites)
    held[np.arange(sites) * SLOTS + table.usual] += table.plain.sum(axis=0)
    return np.asarray(held, np.int64)


def _carriers_in_lots(
    who: Carriers, evidence: InformativeAlleles, width: int
) -> Int[np.ndarray, "T K"]:
    """(T, 5 F) carriers of each allele among those who received each lot."""
    lots = len(evidence.of_lot)
    cell = evidence.lots[who.sample] * width + who.feature
    return np.bincount(cell, minlength=lots * width).reshape(lots, width)


def _worth_looking(
    table: AlleleTable, evidence: InformativeAlleles, *, minor_only: bool
) -> Int[np.ndarray, "F 5"]:
    """(F, 5) carriers of the alleles that two or more, and not too many, carry; else 0."""
    holders = holders_of(table, evidence.carried)
    several = holders >= 2
    if minor_only:
        minor = np.zeros(holders.size, bool)
        minor[table.feature[evidence.carried & (table.share < CONSENSUS)]] = True
        several &= minor.reshape(holders.shape)
    else:
        several[np.arange(len(table.origin)), table.origin] = False
    several &= (holders - 1) / max(len(table.samples), 1) < CONSENSUS
    return np.where(several, holders, 0)
