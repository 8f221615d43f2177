"""The first settings of a new person: worth now, and what they teach for later.

One step of lookahead, by counting (preposterior analysis; Raiffa & Schlaifer 1961, Applied
Statistical Decision Theory, ch. 4-5; the same as the knowledge gradient of Frazier, Powell &
Dayanik 2008, SIAM J Control Optim 47:2410). For each setting that is allowed now and each draw
an observation of benefit and side effect is imagined; it weighs the draws anew, under which the
best setting of later is chosen, its side effect within epsilon. The worth of a setting is
    its utility now + (settings left to learn) x (expected utility of the best one afterwards).
Only what is allowed now is ever given: learning moves the choice, never a limit.
"""

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.dosing.forecast import Forecast
from nanoward.tuning.dosing.goals import Goal

Array = NDArray[np.float64]
MOST_DRAWS = 60  # of which observations are imagined: the cost grows with their square


def value_of_information(goal: Goal, found: Forecast, allowed: NDArray[np.bool_]) -> Array:
    """(K,) worth of each setting, in units of utility; -inf where it is not allowed."""
    some = np.linspace(0, found.harm.shape[1] - 1, min(MOST_DRAWS, found.harm.shape[1]))
    at = some.astype(np.int64)
    own = goal.benefit_sign * found.benefit[:, at].mean(axis=2)
    utility = own - goal.weight * found.harm[:, at].mean(axis=2)
    worth = np.full(len(utility), -np.inf)
    for k in np.flatnonzero(allowed):
        weights = preposterior_draws(found, at, int(k))
        later = best_afterwards(utility, found.harm[:, at], weights, goal.epsilon)
        worth[k] = utility[k].mean() + goal.learning * later
    return worth


def preposterior_draws(course: Forecast, at: NDArray[np.int64], setting: int) -> Array:
    """(N, N) weights of the draws `at` after what each of them would have shown.

    Row i: draw i is the truth, its expected observations at T times are seen. Benefit has a
    normal error (left out where it is not observed with one), the side effect is seen or not.
    """
    log = np.zeros((len(at), len(at)))
    value, variance = course.benefit[setting, at], course.variance[setting, at]
    if np.isfinite(variance).all() and (variance > 0).all():
        for t in range(value.shape[1]):
            apart = value[:, None, t] - value[None, :, t]
            spread = variance[None, :, t]
            log -= 0.5 * (apart**2 / spread + np.log(spread))
    p = np.clip(course.harm[setting, at], 1e-9, 1 - 1e-9)
    log += p @ np.log(p).T + (1 - p) @ np.log1p(-p).T
    log -= log.max(axis=1, keepdims=True)
    weights = np.exp(log)
    found: Array = weights / weights.sum(axis=1, keepdims=True)
    return found


def best_afterwards(utility: Array, harm: Array, weights: Array, epsilon: float) -> float:
    """Expected utility of the best setting once draws are weighed anew.

    utility (K, N), harm (K, N, T), weights (N, N); a row in which nothing would be allowed
    counts as the setting of least harm
    """
    mean = weights @ utility.T
    settings, draws, times = harm.shape
    flat = harm.transpose(1, 0, 2).reshape(draws, settings * times)
    worst = (weights @ flat).reshape(-1, settings, times).max(axis=2)
    fine = worst <= epsilon
    best = np.where(fine, mean, -np.inf).max(axis=1)
    none = ~fine.any(axis=1)
    least = np.argmin(worst, axis=1)
    best[none] = mean[none, least[none]]
    return float(best.mean())
