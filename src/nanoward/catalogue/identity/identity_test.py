"""Is it our agent? The gate before anything is told of a sample: ours, a relative, a mixture?

Of the pairs that lie on the agent some are walked letter by letter (maths/read_identity.py).
Their contradictions per believed letter, less what the qualities foretell, are the divergence;
its limits are those of a Poisson count (Byar's approximation: Breslow and Day 1987, IARC 82,
p. 69), widened by how much pairs differ. Pairs of two divergences are two strains: two Poisson
rates are fitted by EM and must beat one by far, all over the agent.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float64, Int64

from nanoward.maths.statistics.poisson_limits import SURE, byar_limits
from nanoward.sequencing.read_identity import Sketch

OURS, RELATIVE, MIXTURE = "ours", "relative", "mixture"
PART, ABSENT, UNSURE = "part", "absent", "cannot tell"
FEWEST_PAIRS = 5
WINDOWS, SHORTEST_WINDOW = 100, 2_000
FEWEST_WINDOWS = 5
LEAST_SPREAD = 0.5  # of the windows that as many pairs would reach if they lay evenly
ROUNDS = 60
LEAST_STEP = 1e-3  # of the log likelihood, below which a fit has ended
LEAST_GAIN = 20.0  # of the log likelihood, by two rates instead of one: chance 1e-8 at most
FEWEST_SECOND = 12  # pairs of a second strain
LEAST_APART = 0.003  # between the divergences of two strains
OWN_RATE = 1e-5  # divergence below which rates are not told apart
WHOSE = 0.9
PLAIN = 10.0  # reads of the second part at each place, from which letters tell its share best
SHOWS = 8.0  # reads of the second part at each place, from which its letters show together


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStrain:
    """What else lies on the agent: its share of the pairs, and its identity with the agent."""

    share: float
    identity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a sample holds, as far as walks along its reads tell.

    verdict   ours, relative, mixture, part (reads on a part of the agent alone), absent, or
              cannot tell
    pairs     pairs that lie on the agent, of `of` in all
    identity  with the agent; where a second strain shows that of the greater part; None
              without letters
    low, high limits of it, one in a thousand outside
    spread    windows of the agent that pairs reach, as a share of what an even spread would
    second    the smaller part, where two strains lie on the agent
    """

    verdict: str
    pairs: int
    of: int
    identity: float | None = None
    low: float | None = None
    high: float | None = None
    spread: float | None = None
    second: SecondStrain | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRules:
    """What the gate goes by.

    length    letters of the agent
    least     identity from which a sample is the agent's
    in_parts  the library covers chosen parts alone (amplicons): spread says nothing
    mixed     whether pairs are short enough to hold one strain each
    """

    length: int
    least: float
    in_parts: bool = False
    mixed: bool = True


def identity_of_reads(sketch: Sketch, of: int, rules: IdentityRules) -> Identity:
    """The gate's verdict.

    of  pairs of the sample, on the agent or not
    """
    seen, doubt = sketch.walks.seen, sketch.walks.doubt
    told = (seen[:, 1] > 0) & (seen[:, 2] > 0)
    tried, wrong = seen[told, 2], seen[told, 3]
    doubt, place = doubt[told], seen[told, 4:6]
    pairs = sketch.pairs
    if not pairs:
        return Identity(verdict=ABSENT, pairs=0, of=of)
    if not len(tried):
        return Identity(verdict=UNSURE, pairs=pairs, of=of)
    low, identity, high = identity_limits(tried, wrong, doubt)
    spread = None if rules.in_parts else spread_of(place, rules.length)
    second, main = None, identity
    if rules.mixed:
        fit = rate_mixture(tried, wrong, doubt)
        if fit is not None and _everywhere(place, fit, rules):
            second = SecondStrain(share=fit.share, identity=1 - fit.second)
            main = 1 - fit.first
    verdict = _verdict(len(tried), (low, high), spread, rules)
    return Identity(
        verdict=verdict,
        pairs=pairs,
        of=of,
        identity=main,
        low=low,
        high=high,
        spread=spread,
        second=second,
    )


def _verdict(
    walked: int, limits: tuple[float, float], spread: float | None, rules: IdentityRules
) -> str:
    if limits[1] < rules.least and walked >= FEWEST_PAIRS:
        return RELATIVE
    if walked < FEWEST_PAIRS or limits[0] < rules.least:
        return UNSURE
    return PART if spread is not None and spread < LEAST_SPREAD else OURS


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentMismatches:
    """What the letters of a sample say, place by place.

    deep     second strain by rare letters that come together
    depth    median depth
    between  whether enough letters have shares between, as two strains give them
    """

    deep: SecondStrain | None
    depth: float
    between: bool


def confirmed(walked: Identity, told: RecurrentMismatches, rules: IdentityRules) -> Identity:
    """The verdict once letters that recur at one place are known too.

    Bad reads differ like a relative's, but not at the same places; and a relative that is
    nearer here and farther there has no letters of middle share. So a second part must show
    in letters where it is deep enough to.
    """
    second, deep, depth = walked.second, told.deep, told.depth
    if second is not None and deep is None and not told.between:
        second = None if depth * second.share >= SHOWS else second
    if second is None or (deep is not None and deep.share * depth >= PLAIN):
        second = deep
    if second is None or walked.identity is None:
        return replace(walked, second=None)
    main = walked.identity if walked.second is not None else walked.high
    ours = main is not None and main >= rules.least
    return replace(walked, second=second, verdict=MIXTURE if ours else RELATIVE)


def by_consensus(walked: Identity, identity: float | None, rules: IdentityRules) -> Identity:
    """The verdict of noisy long reads or an assembly: by the consensus, where there is one."""
    if identity is None or walked.verdict == ABSENT:
        return walked
    verdict = OURS if identity >= rules.least else RELATIVE
    if verdict == OURS and walked.spread is not None and walked.spread < LEAST_SPREAD:
        verdict = PART
    return replace(walked, identity=identity, low=None, high=None, verdict=verdict)


def identity_limits(
    tried: Int64[np.ndarray, " N"],
    wrong: Int64[np.ndarray, " N"],
    doubt: Float64[np.ndarray, " N"],
) -> tuple[float, float, float]:
    """Lower limit, estimate and upper limit of the share of letters that agree.

    tried, wrong  believed letters compared and contradicting, by pair
    doubt         contradictions that qualities foretell: the upper limit takes twice as many
                  for errors, the lower one none
    """
    letters, found, errors = float(tried.sum()), float(wrong.sum()), float(doubt.sum())
    rate = found / letters
    spread = float(((wrong - rate * tried) ** 2).sum()) / max(found, 1.0)
    wide = max(1.0, spread)
    few, many = byar_limits(found / wide, SURE)
    low = 1.0 - min(1.0, many * wide / letters)
    high = 1.0 - max(0.0, few * wide - 2 * errors) / letters
    return low, 1.0 - max(0.0, found - errors) / letters, high


def spread_of(place: Int64[np.ndarray, "N 2"], length: int) -> float | None:
    """Windows that pairs reach over those that as many would if they lay by chance.

    place    lowest and highest position of each
    returns  at most 1; None for an agent too short to be cut in windows
    """
    count = min(WINDOWS, length // SHORTEST_WINDOW)
    if count < FEWEST_WINDOWS or not len(place):
        return None
    width = length / count
    first = np.minimum(place[:, 0] // width, count - 1).astype(np.int64)
    last = np.minimum(place[:, 1] // width, count - 1).astype(np.int64)
    steps = np.zeros(count + 1, np.int64)
    np.add.at(steps, first, 1)
    np.add.at(steps, np.maximum(last, first) + 1, -1)
    reached = int((np.cumsum(steps)[:-1] > 0).sum())
    expected = count * (1 - (1 - 1 / count) ** len(place))
    return min(1.0, reached / expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateMixture:
    """Divergences of the greater and the smaller part, and who is surely of the smaller."""

    first: float
    second: float
    share: float
    smaller: Bool[np.ndarray, " N"]


def rate_mixture(
    tried: Int64[np.ndarray, " N"],
    wrong: Int64[np.ndarray, " N"],
    doubt: Float64[np.ndarray, " N"],
) -> RateMixture | None:
    """Two divergences among pairs; None where one explains them as well."""
    one = max(OWN_RATE, float((wrong.sum() - doubt.sum()) / tried.sum()))
    means = one * tried + doubt
    uneven = float(((wrong - means) ** 2 / means).mean())
    if uneven < 1 + np.sqrt((2 + (1 / means).mean()) / len(tried)):
        return None
    alone = float((wrong * np.log(means) - one * tried).sum())
    starts = ((one / 4, max(4 * one, LEAST_APART)), (OWN_RATE, max(1.2 * one, LEAST_APART)))
    fits = [_fitted(np.array(start), tried, wrong, doubt) for start in starts]
    total, rates, whose = max(fits, key=lambda fit: fit[0])
    weight = whose.mean(axis=0)
    less = int(weight.argmin())
    smaller = whose[:, less] > WHOSE
    apart = abs(float(rates[1] - rates[0])) >= LEAST_APART
    if total - alone < LEAST_GAIN or not apart or smaller.sum() < FEWEST_SECOND:
        return None
    return RateMixture(
        first=float(rates[1 - less]),
        second=float(rates[less]),
        share=float(weight[less]),
        smaller=smaller,
    )


def _fitted(
    rates: Float64[np.ndarray, " 2"],
    tried: Int64[np.ndarray, " N"],
    wrong: Int64[np.ndarray, " N"],
    doubt: Float64[np.ndarray, " N"],
) -> tuple[float, Float64[np.ndarray, " 2"], Float64[np.ndarray, "N 2"]]:
    """Log likelihood, rates, and whose each pair is, from these first rates."""
    weight = np.array([0.8, 0.2])
    letters, found, before = tried[:, None], wrong[:, None], -np.inf
    total, whose = before, np.zeros((len(tried), 2))
    for _ in range(ROUNDS):
        rates = np.maximum(rates, OWN_RATE)
        means = rates * letters + doubt[:, None]
        law = np.log(weight) + found * np.log(means) - rates * letters
        top = law.max(axis=1, keepdims=True)
        sums = np.exp(law - top).sum(axis=1, keepdims=True)
        whose = np.exp(law - top) / sums
        total = float((top + np.log(sums)).sum())
        if total - before < LEAST_STEP:
            break
        before = total
        weight = np.maximum(whose.mean(axis=0), 1e-9)
        true = rates * letters / means  # share of the contradictions that is no error
        rates = (whose * found * true).sum(axis=0) / np.maximum(
            (whose * letters).sum(axis=0), 1e-9
        )
    return total, rates, whose


def _everywhere(
    place: Int64[np.ndarray, "N 2"], fit: RateMixture, rules: IdentityRules
) -> bool:
    """Whether the smaller part lies all over the agent: one piece alone came from elsewhere."""
    spread = None if rules.in_parts else spread_of(place[fit.smaller], rules.length)
    return spread is None or spread >= LEAST_SPREAD
