"""P-values from real null scores, and how many of the calls on them are false."""

import numpy as np
from jaxtyping import Bool, Float


def conformal_p_values(
    scores: Float[np.ndarray, " N"],
    null: Float[np.ndarray, " M"],
    is_in_null: Bool[np.ndarray, " N"],
) -> Float[np.ndarray, " N"]:
    """(1 + null scores at least as high) / (1 + null scores), NaN where there is no score.

    A score that is itself one of the null scores is left out of them while it is tested, so
    that it counts once, as the "1 +". Valid (P(p <= t) <= t) whenever the tested score and
    the null scores are exchangeable (Vovk, Gammerman & Shafer 2005, ch. 2); ties count against.
    """
    order = np.sort(null[~np.isnan(null)])
    at_least = len(order) - np.searchsorted(order, scores, side="left")
    own = is_in_null.astype(int)
    p = (1.0 + at_least - own) / (1.0 + len(order) - own)
    return np.where(np.isnan(scores), np.nan, p)


def benjamini_hochberg(p: Float[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
    """Smallest level at which each test is called by Benjamini & Hochberg (1995); NaN kept.

    The share of false calls stays below the level for tests that are independent or
    positively dependent (Benjamini & Yekutieli 2001, PRDS).
    """
    return _stepped_up(p, 1.0)


def benjamini_yekutieli(p: Float[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
    """As `benjamini_hochberg`, for tests that depend on each other in any way (2001)."""
    count = int((~np.isnan(p)).sum())
    return _stepped_up(p, float((1.0 / np.arange(1, count + 1)).sum()))


def _stepped_up(p: Float[np.ndarray, " N"], factor: float) -> Float[np.ndarray, " N"]:
    q = np.full(len(p), np.nan)
    told = np.flatnonzero(~np.isnan(p))
    if not len(told):
        return q
    order = told[np.argsort(p[told], kind="stable")]
    raised = p[order] * (factor * len(order) / np.arange(1, len(order) + 1))
    q[order] = np.minimum(1.0, np.minimum.accumulate(raised[::-1])[::-1])
    return q
