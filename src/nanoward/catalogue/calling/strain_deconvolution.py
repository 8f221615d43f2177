"""Which rare letters belong to a second strain? By their share, and by what comes with them.

A stranger's letters have one share in common, and the reads that hold one hold its others
nearby; an own minor letter has any share and comes alone, or with own ones of its haplotype.
Two classes are told apart by repeated weighing (EM, Dempster et al. 1977 JRSS B 39:1). The
stranger's shares are beta-binomial, and its company is a gamma law about what its other
letters nearby foretell; own shares are uniform, and what own letters nearby do not explain of
their company is exponential.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.special import betaln, gammaln

from nanoward.catalogue.calling.calling_rules import PART, REACH, WHOLE

ROUNDS = 20
PRECISION = 200.0  # of the beta law: how much a strain's share varies along the genome
SURE = 0.35  # chance to be the stranger's above which a letter is not told as the agent's
ENOUGH = 30  # letters of the stranger that tell how its company goes
SLOPES = (0.3, 1.5)  # company for each letter of the stranger foretold
LEAST_MEAN, LEAST_SD = 0.3, 0.5
SCALES = (0.2, 1.0)  # mean company of an own letter that own ones do not explain
LEAST_COMPANY = 0.1  # a density at none would have no limit
STRAY = 0.02  # letters of either class whose company follows no rule, as where both have one
ALONE = 1e-4  # density of a stranger's letter without the company foretold
NEAR, FAR = 2.0, 3.0  # mean company of such own ones, and of the stranger's
Floats = Float64[np.ndarray, " C"]


def joint_coverage(away: Int64[np.ndarray, " N"] | Floats) -> Floats:
    """Share of the pairs over a letter that also cover one this many positions away."""
    told: Floats = np.where(away > REACH, 0.0, np.maximum(PART, 1 - away / WHOLE))
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class RareAlleles:
    """Rare letters of a sample, in the order of their positions.

    at       position
    found    reads that hold the letter
    depth    believed letters there
    company  contradictions of its pairs beyond itself, mean
    explained  what of them the own consensus nearby explains, if the letter is own
    """

    at: Int64[np.ndarray, " C"]
    found: Int64[np.ndarray, " C"]
    depth: Int64[np.ndarray, " C"]
    company: Floats
    explained: Floats


def second_strain_alleles(
    rare: RareAlleles, first_guess: Bool[np.ndarray, " C"]
) -> Bool[np.ndarray, " C"]:
    """Letters that are rather a second strain's than the agent's own.

    first_guess  letters whose company alone tells
    """
    found, depth = rare.found, rare.depth
    near = _neighbours(rare)
    stranger = first_guess.astype(float)
    own_room = np.log(np.maximum(depth / 2 - found.min(initial=1) + 1, 1.0))
    for _ in range(ROUNDS):
        total, rest = stranger.sum(), (1 - stranger).sum()
        share = (stranger * found / depth).sum() / total
        prior = np.clip(total / (total + rest), 1e-6, 1 - 1e-6)
        theirs = _beta_binomial(found, depth, share) + _company(rare.company, stranger, near)
        own = -own_room + _own_company(rare, 1 - stranger, near)
        odds = np.log(prior) - np.log1p(-prior) + theirs - own
        stranger = 1 / (1 + np.exp(-np.clip(odds, -500, 500)))
    told: Bool[np.ndarray, " C"] = stranger > SURE
    if stranger.sum() < ENOUGH:
        told |= first_guess
    return told


class _Near(NamedTuple):
    """Pairs of letters within reach: which, beside which, how often read together."""

    one: Int64[np.ndarray, " N"]
    other: Int64[np.ndarray, " N"]
    together: Float64[np.ndarray, " N"]
    smaller: Float64[np.ndarray, " N"]  # share of the other over that of the one, at most 1

    def sum_over(self, weight: Floats, *, own: bool) -> Floats:
        """Company that the neighbours foretell, each by its weight."""
        part = weight[self.other] * self.together * (self.smaller if own else 1.0)
        told: Floats = np.bincount(self.one, part, len(weight))
        return told


def _neighbours(rare: RareAlleles) -> _Near:
    share = rare.found / rare.depth
    ones, others = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    rows = np.arange(len(rare.at))
    for step in range(1, len(rows)):
        close = np.flatnonzero(rare.at[step:] - rare.at[:-step] <= REACH)
        if not len(close):
            break
        close = close[rare.at[close + step] > rare.at[close]]  # one place, two letters: no
        ones += [close, close + step]
        others += [close + step, close]
    one, other = np.concatenate(ones), np.concatenate(others)
    return _Near(
        one=one,
        other=other,
        together=joint_coverage(np.abs(rare.at[one] - rare.at[other])),
        smaller=np.minimum(1.0, share[other] / share[one]),
    )


def _beta_binomial(
    found: Int64[np.ndarray, " C"], depth: Int64[np.ndarray, " C"], share: float
) -> Float64[np.ndarray, " C"]:
    a, b = share * PRECISION, (1 - share) * PRECISION
    chosen = gammaln(depth + 1) - gammaln(found + 1) - gammaln(depth - found + 1)
    law: Float64[np.ndarray, " C"] = (
        chosen + betaln(found + a, depth - found + b) - betaln(a, b)
    )
    return law


def _company(company: Floats, weight: Floats, near: _Near) -> Floats:
    """Log density of the stranger's company: a line in what its letters nearby foretell."""
    told = near.sum_over(weight, own=False)
    total = weight.sum()
    mean_told, mean_seen = (weight * told).sum() / total, (weight * company).sum() / total
    spread = (weight * (told - mean_told) ** 2).sum()
    slope = (weight * (told - mean_told) * (company - mean_seen)).sum() / max(spread, 1e-9)
    slope = float(np.clip(slope, *SLOPES))
    mean = np.maximum(mean_seen + slope * (told - mean_told), LEAST_MEAN)
    sd = float(np.sqrt((weight * (company - mean) ** 2).sum() / total))
    sds = np.minimum(max(sd, LEAST_SD), mean)
    size, scale = (mean / sds) ** 2, sds**2 / mean
    seen = np.maximum(company, LEAST_COMPANY)
    plain = (size - 1) * np.log(seen / scale) - seen / scale - np.log(scale) - gammaln(size)
    law: Floats = np.where(
        company > mean,
        _with_strays(plain, company - mean, FAR, STRAY),
        np.logaddexp(plain, np.log(ALONE)),
    )
    return law


def _with_strays(plain: Floats, beyond: Floats, reach: float, share: float) -> Floats:
    """A log density with a few letters that follow no rule: exponential of scale `reach`."""
    stray = np.log(share / reach) - np.maximum(beyond, 0.0) / reach
    law: Floats = np.logaddexp(np.log1p(-share) + plain, stray)
    return law


def _own_company(rare: RareAlleles, weight: Floats, near: _Near) -> Floats:
    """Log density for own letters: own ones nearby may come along, and a few errors."""
    free = near.sum_over(weight, own=True)
    left = np.maximum(rare.company - rare.explained - free, 0.0)
    scale = float(np.clip((weight * left).sum() / max(weight.sum(), 1.0), *SCALES))
    law = _with_strays(-np.log(scale) - left / scale, left, NEAR, STRAY)
    law -= np.log1p(free)
    return law
