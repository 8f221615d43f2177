"""Which pairs are unrelated, and how often unrelated pairs score as high as a tested one.

The null is made of real pairs of the same stratum that have no recorded contact and do not
live together: ancestry, season and laboratory are then alike, which no calculation from the
frequencies of single factors achieves.

All unrelated pairs of the stratum count, also those that share a person with the tested pair.
If the people of a stratum are exchangeable, their pairs are jointly exchangeable as an array
(Aldous 1981), so the tested pair's rank among all of them is uniform under the null; leaving
out the pairs of its two people would break that symmetry. A pair that is itself in the null
set is left out of it while it is tested.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.special import bdtrc

from nanoward.bonds.contacts.comparison_set import ComparedParticipant, Contacts
from nanoward.maths.statistics.false_discovery import local_rates, weighted_benjamini_hochberg
from nanoward.maths.statistics.gpd_tail import FEWEST, ScoreGrid, tail_p_values

ALIKE = 0.05  # chance to take a class of pairs for alike that is not
MOST_ODDS = 4.0  # a gap may make a pair worth so many times more or less (log)
SHARES = (0.5, 0.48, 0.02)  # of the level: contact recorded, may have met, cannot have met


def unrelated_pairs(
    people: tuple[ComparedParticipant, ...], contacts: Contacts
) -> Bool[np.ndarray, "S S"]:
    """(S, S) pairs without recorded contact, known to differ in every column of `apart`."""
    names = [one.participant for one in people]
    found = ~np.eye(len(people), dtype=bool)
    columns = list(zip(*(one.apart for one in people), strict=True))
    telling = [column for column in columns if len(set(column)) > 1]
    for column in telling or columns:  # that all are at one place tells nobody apart
        if all(value is None for value in column):
            continue  # nobody's is known: the programme does not record it
        value = np.array([one or "" for one in column])
        known = value != ""
        found &= (value[:, None] != value[None]) & known[:, None] & known[None]
    place = {name: number for number, name in enumerate(names)}
    for a, b in contacts:
        if a in place and b in place:
            found[place[a], place[b]] = found[place[b], place[a]] = False
    return found


def pair_classes(people: Sequence[ComparedParticipant]) -> Int[np.ndarray, "S S"]:
    """(S, S) 0 to 3: one lot (1) or two, one run (2) or two; what is not told counts as two."""
    found = np.zeros((len(people), len(people)), np.int64)
    for value, names in ((1, [one.lot for one in people]), (2, [one.run for one in people])):
        name = np.array(names)
        found += value * ((name[:, None] == name[None]) & (name != "")[:, None])
    return found


def depth_classes(
    depth: Float[np.ndarray, " S"], readable: Int[np.ndarray, " S"]
) -> Int[np.ndarray, "S S"]:
    """(S, S) 0 to 2: how many of the two were read less deeply than most of the stratum.

    depth     (S,) reads at a site, NaN where not told: then by breadth
    readable  (S,) positions that could be read
    """
    shallow = readable < np.median(readable) if len(readable) else readable > 0
    told = ~np.isnan(depth)
    if told.any():
        shallow = np.where(told, depth < np.median(depth[told]), shallow)
    return np.asarray(shallow[:, None].astype(np.int64) + shallow[None], np.int64)


def best_matched(
    scores: Float[np.ndarray, " N"],
    in_null: Bool[np.ndarray, " N"],
    classes: Sequence[Int[np.ndarray, " N"]],
    step: ScoreGrid,
    plain: Float[np.ndarray, " N"] | None = None,
) -> Float[np.ndarray, " N"]:
    """The largest of the p-values matched on each of several ways to class pairs.

    The first way (lot and run) may take each of its classes for alike at 0.05, a further one
    (depth) all of its classes together: what is matched for nothing costs recall.
    plain  p-values from all unrelated pairs, where they are known
    """
    if not len(scores):
        return np.ones(0)
    plain = plain_p_values(scores, in_null, step) if plain is None else plain
    each = [
        matched_p_values(
            scores, in_null, one, step, ALIKE / (len(np.unique(one)) if k else 1), plain
        )
        for k, one in enumerate(classes)
    ]
    largest: Float[np.ndarray, " N"] = np.max(each, axis=0)
    return largest


def plain_p_values(
    scores: Float[np.ndarray, " N"], in_null: Bool[np.ndarray, " N"], step: ScoreGrid
) -> Float[np.ndarray, " N"]:
    """P-values from all unrelated pairs, whatever their class; NaN without any."""
    null = in_null & ~np.isnan(scores)
    if not null.any():
        return np.full(len(scores), np.nan)
    return tail_p_values(scores, scores[null], null, step)


def matched_p_values(
    scores: Float[np.ndarray, " N"],
    in_null: Bool[np.ndarray, " N"],
    classes: Int[np.ndarray, " N"],
    step: ScoreGrid,
    alike: float = ALIKE,
    plain: Float[np.ndarray, " N"] | None = None,
) -> Float[np.ndarray, " N"]:
    """P-values from the unrelated pairs; from those of one class where that scores higher.

    Pairs of one lot or one sequencing run may be alike for that alone. A class is measured by
    its own unrelated pairs if they are 100 or more, and more of them than chance explains
    (one-sided binomial p < `alike`) exceed what 5 % of all exceed. NaN without unrelated pairs.
    plain  those from all, where they are known
    """
    null = in_null & ~np.isnan(scores)
    if not null.any():
        return np.full(len(scores), np.nan)
    p = plain_p_values(scores, in_null, step) if plain is None else plain.copy()
    high = float(np.quantile(scores[null], 0.95))
    usual = float((scores[null] > high).mean())
    for one in np.unique(classes):
        here = classes == one
        own = here & null
        count, over = int(own.sum()), int((scores[own] > high).sum())
        if count >= FEWEST and bdtrc(over - 1, count, usual) < alike:
            p[here] = tail_p_values(scores[here], scores[own], null[here], step)
    return p


def families_of(
    is_unrelated: Bool[np.ndarray, " N"], met: Bool[np.ndarray, " N"]
) -> Int[np.ndarray, " N"]:
    """0 for a recorded contact, 1 for a pair that may have met unrecorded, 2 for the rest."""
    return np.where(met, 0, np.where(is_unrelated, 2, 1)).astype(np.int64)


def q_values(
    p: Float[np.ndarray, " N"],
    family: Int[np.ndarray, " N"],
    gap: Float[np.ndarray, " N"] | None = None,
    *,
    strict: bool = False,
) -> Float[np.ndarray, " N"]:
    """Benjamini-Hochberg over all pairs, weighted by family; strict: Benjamini-Yekutieli.

    gap  log-likelihood ratio of the days between the samples: p-values are such given the gap,
         so that the gap may say how much of the level a pair is worth

    Half of the level is spent on pairs with a recorded contact, however few they are: they
    were said to be together before any genome was seen, and a few hundred strangers must not
    drown them. The level is kept over all pairs together (Genovese et al. 2006).
    """
    return weighted_benjamini_hochberg(p, family_weights(p, family, gap), strict=strict)


def p_needed(
    q: Float[np.ndarray, " N"],
    weights: Float[np.ndarray, " N"],
    alpha: float,
    *,
    strict: bool = False,
) -> Float[np.ndarray, " N"]:
    """(N,) largest p at which each pair would be called, all others as they are; NaN kept.

    Benjamini-Hochberg calls k pairs; one more is called if its p is at most
    alpha weight (k + 1) / N, one that is called already keeps its call up to k in place of
    k + 1.
    """
    told = ~np.isnan(q)
    called = told & (q <= alpha)
    count = int(called.sum()) + (~called).astype(int)
    tests = max(int(told.sum()), 1)
    factor = float((1.0 / np.arange(1, tests + 1)).sum()) if strict else 1.0
    needed = alpha * weights * count / (tests * factor)
    return np.where(told, np.minimum(needed, 1.0), np.nan)


def family_weights(
    p: Float[np.ndarray, " N"],
    family: Int[np.ndarray, " N"],
    gap: Float[np.ndarray, " N"] | None = None,
) -> Float[np.ndarray, " N"]:
    """(N,) weight of each pair: of its family, shared out by the gap; of mean 1 over all."""
    weights = np.ones(len(p))
    told = ~np.isnan(p)
    for number, share in enumerate(SHARES):
        of = (family == number) & told
        weights[of] = share * _shared_out(p[of], None if gap is None else gap[of])
    return weights / weights[told].mean() if told.any() else weights


def _shared_out(
    p: Float[np.ndarray, " M"], gap: Float[np.ndarray, " M"] | None
) -> Float[np.ndarray, " M"]:
    """Parts of a family's level: by the chance to be linked that the gap leaves.

    The share of links in the family is that of p-values in excess of those above one half
    (Storey 2002); where most are links a long gap takes little away, among strangers much.
    """
    if gap is None or not len(p):
        return np.full(len(p), 1 / max(len(p), 1))
    share = np.clip(1 - 2 * float((p > 0.5).mean()), 1 / (1 + len(p)), 0.95)
    odds = share / (1 - share) * np.exp(np.clip(gap, -MOST_ODDS, MOST_ODDS))
    chance = odds / (1 + odds)
    parts: Float[np.ndarray, " M"] = 0.8 * chance / chance.sum() + 0.2 / len(p)
    return parts


def local_values(
    p: Float[np.ndarray, " N"],
    family: Int[np.ndarray, " N"],
    gap: Float[np.ndarray, " N"] | None = None,
) -> Float[np.ndarray, " N"]:
    """Chance of each pair, with its p-value and gap, to be unrelated; within its family."""
    rates = np.full(len(p), np.nan)
    for number in range(len(SHARES)):
        of = (family == number) & ~np.isnan(p)
        worth = _shared_out(p[of], None if gap is None else gap[of]) * int(of.sum())
        rates[of] = local_rates(np.minimum(p[of] / worth, 1.0))
    return rates
