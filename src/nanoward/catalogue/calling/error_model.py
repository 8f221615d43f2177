"""When is a rare letter an error? Rates of a sample's own errors, and what they hide.

X contradicting letters among n believed ones of a position come from errors alone with
P(Poisson(n e) >= X), where e is the larger of the sample's own rate for that change and of
what the qualities of these letters say (after LoFreq: Wilm et al. 2012 NAR 40:11189).
"""

import numpy as np
from jaxtyping import Float32, Float64, Int64, Shaped

from nanoward.maths.statistics.binomial_tails import (
    binomial_tails,
    least_counts,
    least_shares,
    poisson_tails,
)
from nanoward.sequencing.pileup_counts import Counts, bases_by_code

FEW = 0.02  # share below which a position tells of errors
LEAST_RATE = 1e-5
_STEP = float(np.log(1.01))
Numbers = Shaped[np.ndarray, " C"]


def error_rates(
    counts: Counts,
    codes: Shaped[np.ndarray, " L"],
    background: Float64[np.ndarray, "4 4"] | None,
) -> Float64[np.ndarray, "4 4"]:
    """Rate of each change from the reference's letter (rows) to another (columns).

    From positions where the change has a share of at most 2 %, or was seen once, one count
    added to each; never below 1e-5, nor below the background that control samples showed.
    """
    site = counts.key >> 2
    origin, letter = codes[site], counts.key & 3
    found = counts.sums[:, 0] + counts.sums[:, 1]
    rare = (origin < 4) & (found <= np.maximum(1, FEW * counts.trusted[site]))
    wrong = np.zeros((4, 4))
    np.add.at(wrong, (origin[rare], letter[rare]), found[rare])
    told = bases_by_code(codes, counts.trusted)[:4]
    rates: Float64[np.ndarray, "4 4"] = np.maximum(
        (wrong + 1) / np.maximum(told, 1)[:, None], LEAST_RATE
    )
    return rates if background is None else np.maximum(rates, background)


def error_probability(
    found: Numbers, trusted: Numbers, rate: Float64[np.ndarray, " C"], quality: Numbers
) -> Float64[np.ndarray, " C"]:
    """P(at least `found` errors among `trusted` letters).

    quality  mean Phred quality of the letters found
    """
    each = np.maximum(rate, 10 ** (-np.asarray(quality, float) / 10) / 3)
    chance: Float64[np.ndarray, " C"] = poisson_tails(
        np.maximum(found, 1).astype(np.int64), np.asarray(trusted * each, np.float64)
    )
    return chance


def least_reads(
    trusted: Shaped[np.ndarray, " N"], rate: float, alpha: float
) -> Int64[np.ndarray, " N"]:
    """Fewest letters that errors would not explain at level alpha, for each depth.

    Exact: the smallest X with P(Poisson(n e) >= X) <= alpha, at least 2.
    """
    need: Int64[np.ndarray, " N"] = least_counts(np.asarray(trusted, float) * rate, alpha, 2)
    return need


def detection_limit(
    trusted: Shaped[np.ndarray, " N"], rate: float, alpha: float, power: float = 0.95
) -> Float32[np.ndarray, " N"]:
    """Share that a variant needs at each depth to be called with this power; NaN: none will.

    The smallest f with P(Binomial(n, f) >= X*) >= power, X* from `least_reads`, by bisection.
    Two depths within 1 % of each other, from 1,000 on, share the answer of the smaller.
    """
    if not len(trusted):
        return np.zeros(0, np.float32)
    most = int(trusted.max())
    seen = np.zeros(most + 1, np.bool_)
    seen[trusted] = True
    depths = np.flatnonzero(seen)
    rounded = np.where(
        depths < 1000, depths, np.floor(1.01 ** np.floor(np.log(np.maximum(depths, 1)) / _STEP))
    ).astype(np.int64)
    asked = np.unique(rounded)
    need = least_reads(asked, rate, alpha)
    shares = least_shares(need, asked, power)
    table = np.full(most + 1, np.nan, np.float32)
    table[depths] = shares[np.searchsorted(asked, rounded)]
    limit: Float32[np.ndarray, " N"] = table[trusted]
    return limit


def strand_probability(
    forward: Numbers, found: Numbers, depth_forward: Numbers, depth: Numbers
) -> Float64[np.ndarray, " C"]:
    """Two-sided chance that a letter's strands are as uneven as seen, given all reads'.

    Binomial with the share of forward reads at the position, one more counted on each
    strand: an amplicon read from one side alone says nothing against its letters.
    """
    share = (np.asarray(depth_forward, float) + 1) / (np.asarray(depth, float) + 2)
    forward, found = np.asarray(forward, np.int64), np.asarray(found, np.int64)
    at_least = binomial_tails(forward, found, share)
    more = binomial_tails(forward + 1, found, share)
    chance: Float64[np.ndarray, " C"] = np.minimum(1.0, 2 * np.minimum(at_least, 1.0 - more))
    return chance
