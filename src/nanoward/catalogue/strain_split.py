"""Which rare letters belong to a second strain? By their share, and by what comes with them.

A stranger's letters have one share in common, and the reads that hold one hold others. An own
minor letter has any share and comes alone. Two classes are told apart by repeated weighing
(EM, Dempster et al. 1977 JRSS B 39:1): the stranger's shares are beta-binomial, its company
negative binomial; own shares are uniform, own company Poisson.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.special import betaln, gammaln

ROUNDS = 30
PRECISION = 200.0  # of the beta law: how much a strain's share varies along the genome
MOST_OWN_COMPANY = 1.0
SURE = 0.5  # chance to be the stranger's above which a letter is told as its


def strangers_among(
    found: Int64[np.ndarray, " C"],
    depth: Int64[np.ndarray, " C"],
    company: Sequence[float],
    first_guess: Bool[np.ndarray, " C"],
) -> Bool[np.ndarray, " C"]:
    """Letters that are rather a second strain's than the agent's own.

    found        reads that hold the letter
    depth        believed letters there
    company      contradictions of its pairs beyond itself and the own consensus, mean
    first_guess  letters whose company alone tells
    """
    beside = np.rint(2 * np.asarray(company, float))
    stranger = first_guess.astype(float)
    own_room = np.log(np.maximum(depth / 2 - found.min(initial=1) + 1, 1.0))
    for _ in range(ROUNDS):
        total, rest = stranger.sum(), (1 - stranger).sum()
        share = (stranger * found / depth).sum() / total
        prior = np.clip(total / (total + rest), 1e-6, 1 - 1e-6)
        theirs = _beta_binomial(found, depth, share) + _company(beside, stranger)
        mean = min(MOST_OWN_COMPANY, ((1 - stranger) * beside).sum() / max(rest, 1.0)) + 0.1
        own = -own_room + beside * np.log(mean) - mean - gammaln(beside + 1)
        odds = np.log(prior) - np.log1p(-prior) + theirs - own
        stranger = 1 / (1 + np.exp(-np.clip(odds, -500, 500)))
    told: Bool[np.ndarray, " C"] = (stranger > SURE) | first_guess
    return told


def _beta_binomial(
    found: Int64[np.ndarray, " C"], depth: Int64[np.ndarray, " C"], share: float
) -> Float64[np.ndarray, " C"]:
    a, b = share * PRECISION, (1 - share) * PRECISION
    chosen = gammaln(depth + 1) - gammaln(found + 1) - gammaln(depth - found + 1)
    law: Float64[np.ndarray, " C"] = (
        chosen + betaln(found + a, depth - found + b) - betaln(a, b)
    )
    return law


def _company(
    beside: Float64[np.ndarray, " C"], weight: Float64[np.ndarray, " C"]
) -> Float64[np.ndarray, " C"]:
    mean = (weight * beside).sum() / weight.sum()
    spread = (weight * (beside - mean) ** 2).sum() / weight.sum()
    size = mean**2 / (spread - mean) if spread > mean * 1.001 else 1e4
    law: Float64[np.ndarray, " C"] = (
        gammaln(beside + size)
        - gammaln(size)
        - gammaln(beside + 1)
        + size * np.log(size / (size + mean))
        + beside * np.log(mean / (size + mean))
    )
    return law
