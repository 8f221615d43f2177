"""How strongly the letters of one sample speak for a share of another in it.

At every site where the two differ, contamination by a share d gives the other's letter the
share e + d a: a is its share in the other, e the rate of errors. The evidence is a likelihood
ratio against "none", averaged over d. Its mean without contamination is 1, so that it
reaches a number N by chance at most once in N times (Markov; Ville 1939): nothing has to be
assumed of how many sites there are, or of which share is looked for.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

PRECISION = 500.0  # of shares around the dose, from copying: a tenth to a fifth of 5 %
DOSES = np.geomspace(0.002, 0.5, 60)
CERTAIN = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class InformativeSites:
    """N sites where the letters of a sample could show the other's.

    found    (N,) letters of the other's kind; 0 where fewer than `floor` were seen
    depth    (N,) letters in all
    foreign  (N,) share of that kind in the other sample
    error    (N,) rate of errors to it; 0 where `floor` is above 0
    known    (N,) letters from which the rate of errors is known
    chance   (N,) chance that somebody else has it as a minor variant of their own
    floor    (N,) letters from which it would have been told; 0: every letter is counted
    """

    found: Float[np.ndarray, " N"]
    depth: Float[np.ndarray, " N"]
    foreign: Float[np.ndarray, " N"]
    error: Float[np.ndarray, " N"]
    known: Float[np.ndarray, " N"]
    chance: Float[np.ndarray, " N"]
    floor: Float[np.ndarray, " N"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContaminationEvidence:
    """log_ratio: natural log of the averaged likelihood ratio; dose with its 95 % limits."""

    log_ratio: float
    dose: float
    low: float
    high: float


def contamination_evidence(
    sites: InformativeSites,
    doses: Float[np.ndarray, " D"] = DOSES,
    level: float = 0.95,
    *,
    alike: "AlikeSites | None" = None,
) -> ContaminationEvidence:
    """The evidence for a share of the other, all shares on the grid alike beforehand.

    The dose is the middle of what is then believed of it, the limits leave (1 - level) / 2 on
    either side: Bayesian limits with a flat prior on log(dose). alike: see `log_ratios`.
    """
    each = log_ratios(sites, doses, alike).sum(axis=1)
    top = float(each.max())
    weights = np.exp(each - top)
    ratio = top + float(np.log(weights.mean()))
    below = np.cumsum(weights) - weights / 2
    tail = (1 - level) / 2
    low, dose, high = np.interp(
        np.array([tail, 0.5, 1 - tail]) * weights.sum(), below, np.log(doses)
    )
    return ContaminationEvidence(
        log_ratio=ratio,
        dose=float(np.exp(dose)),
        low=float(np.exp(low)),
        high=float(np.exp(high)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeSites:
    """Which of N sites differ in their `chance` alone: letters are weighed once for each kind.

    first  (K,) one site of each kind; kind  (N,) the kind of each site
    """

    first: Int[np.ndarray, " K"]
    kind: Int[np.ndarray, " N"]


def log_ratios(
    sites: InformativeSites, doses: Float[np.ndarray, " D"], alike: AlikeSites | None = None
) -> Float[np.ndarray, "D N"]:
    """log P(letters | dose) - log P(letters | none), site by site.

    alike  sites that differ in `chance` alone, where the caller knows them
    """
    few = sites if alike is None else part_of(sites, alike.first)
    mean = np.minimum(few.error + doses[:, None] * few.foreign, 0.999)
    mixed = _given(few, mean, np.full_like(mean, PRECISION))
    minor, none = own_minor(few), without(few)
    if alike is not None:
        mixed = np.take(mixed, alike.kind, axis=1)  # rows in one piece: sums go on as before
        minor, none = minor[alike.kind], none[alike.kind]
    own = sites.chance * minor
    none = (1 - sites.chance) * none + own
    mixed = (1 - sites.chance) * mixed + own
    ratios: Float[np.ndarray, "D N"] = np.log(mixed + CERTAIN) - np.log(none + CERTAIN)
    return ratios


def part_of(sites: InformativeSites, kept: slice | np.ndarray) -> InformativeSites:
    """Some of the sites."""
    return InformativeSites(
        **{name: getattr(sites, name)[kept] for name in InformativeSites.__slots__}
    )


def without(sites: InformativeSites) -> Float[np.ndarray, " N"]:
    """P(letters) of a sample that has neither the other nor a minor variant of its own."""
    counted = sites.floor <= 0
    told = np.where(sites.found > 0, 0.0, 1.0)
    precision = np.maximum(sites.known, 10.0)
    rate = np.maximum(sites.error, 1e-9)
    made: Float[np.ndarray, " N"] = np.where(
        counted, _beta_binomial(sites.found, sites.depth, rate, precision), told
    )
    return made


def own_minor(sites: InformativeSites) -> Float[np.ndarray, " N"]:
    """P(letters) of a minor variant of its own: shares of every size alike (log-uniform).

    A site that is only told from `floor` letters on has its chance from there on too, and
    none of it below.
    """
    first = np.maximum(sites.floor, 1.0)
    spread = np.log((sites.depth + 0.5) / (first - 0.5))
    told = 1.0 / (np.maximum(sites.found, 1.0) * np.maximum(spread, 0.1))
    made: Float[np.ndarray, " N"] = np.where(sites.found >= first, told, 0.0)
    return made


def _given(
    sites: InformativeSites, mean: Float[np.ndarray, "D N"], precision: Float[np.ndarray, "D N"]
) -> Float[np.ndarray, "D N"]:
    """P(letters) around a mean share; P(fewer than the floor) where too few were told."""
    from scipy.special import betainc

    few = (sites.floor > 0) & (sites.found <= 0)
    made = np.empty_like(mean)
    made[:, ~few] = _beta_binomial(
        sites.found[~few], sites.depth[~few], mean[:, ~few], precision[:, ~few]
    )
    depth, mean, precision = np.maximum(sites.depth[few], 1.0), mean[:, few], precision[:, few]
    together = 1.0 / (1.0 / depth + 1.0 / precision)
    limit = np.clip((sites.floor[few] - 0.5) / depth, 0.0, 1.0)
    made[:, few] = betainc(
        mean * together, (1 - mean) * together, np.broadcast_to(limit, mean.shape)
    )
    return made


def _beta_binomial(
    found: Float[np.ndarray, " N"],
    depth: Float[np.ndarray, " N"],
    mean: Float[np.ndarray, "*D N"],
    precision: Float[np.ndarray, "*D N"],
) -> Float[np.ndarray, "*D N"]:
    """P(found of depth) where the share has a beta distribution around its mean."""
    from scipy.special import betaln, gammaln

    a, b = mean * precision, (1 - mean) * precision
    ways = gammaln(depth + 1) - gammaln(found + 1) - gammaln(depth - found + 1)
    made: Float[np.ndarray, "*D N"] = np.exp(
        ways + betaln(found + a, depth - found + b) - betaln(a, b)
    )
    return made
