"""What a watch would have missed: the smallest count in four periods that would alarm."""

import numpy as np
from jaxtyping import Float

from nanoward.watch.alarms.bets import conformal_evidence, fitted_evidence, scores
from nanoward.watch.alarms.detector import next_evidence, no_evidence
from nanoward.watch.alarms.rules import WatchRules

PERIODS = 4
_RISES = np.geomspace(1.1, 3000, 80)


def detectable_count(
    past: Float[np.ndarray, " B"],
    mean: float,
    overdispersion: float,
    dispersion: float,
    stake: float,
    rules: WatchRules,
) -> float:
    """The smallest count that, in each of four periods, alarms within them from no evidence.

    past            counts of the base, for one exposure
    mean            count expected in a period
    overdispersion  1/k of the past
    dispersion      1/k of the fitted half's null
    stake           of the stream in a period: 1 over the streams that are due
    returns         NaN where none up to 3,000 times the mean, and 3,000, would
    Other streams' evidence is taken as none, and the season as it is in the last period.
    """
    counts = np.unique(np.ceil(np.maximum(mean, 1.0) * _RISES))
    n = len(counts)
    wide, level = np.full(n, overdispersion), np.full(n, mean)
    before = scores(
        past[None, :], np.full((1, len(past)), 0.5), np.full((1, len(past)), mean), wide[:1]
    )
    now = scores(counts[:, None], np.full((n, 1), 0.5), level[:, None], wide)[:, 0]
    fitted = fitted_evidence(counts, level, np.full(n, dispersion), rules.cap)
    evidence, alarmed = no_evidence(n, rules), np.zeros(n, dtype=bool)
    for time in range(PERIODS):
        latest = np.repeat(now[:, None], min(time, rules.guard), axis=1)
        ranks = conformal_evidence(
            now,
            latest,
            np.broadcast_to(before, (n, before.shape[1])),
            rules.least - rules.guard,
        )
        due = np.ones(n, dtype=bool)
        evidence = next_evidence(evidence, ranks, fitted, due, time)
        alarmed |= evidence.streams * n * stake >= rules.threshold
    return float(counts[alarmed][0]) if alarmed.any() else float("nan")
